// SPDX-License-Identifier: Apache-2.0
// What the phases of the load generator share.
#ifndef SIGNET_TESTS_BENCH_LOAD_H
#define SIGNET_TESTS_BENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "client/client_send.h"

enum { BENCH_WORKERS_MAX = 64 };

struct bench {
	const char *host;
	uint16_t port;
	const char *share;
	struct client_credentials who;
	struct client_options options;
	uint64_t count;        // operations, files, sessions; 0: the phase's own
	uint32_t in_flight;    // requests or workers at once; 0: the phase's own
	uint64_t bytes;        // for streams: how much to move; 0: the phase's own
	const char *directory; // for listing: its name in the share
	struct client_loop *loop;
	struct client *client; // most phases use this one
	uint32_t tree;
};

// What a phase did between prepare and finish.
struct bench_result {
	const char *work; // one of its operations in words
	uint64_t count;
	uint64_t bytes;
};

struct bench_phase {
	const char *name;
	bool own_connections;                                          // it makes them itself
	void (*prepare)(struct bench *b, const struct bench_phase *p); // not measured; may be NULL
	void (*run)(struct bench *b, const struct bench_phase *p, struct bench_result *out);
	void (*finish)(struct bench *b, const struct bench_phase *p); // not measured; may be NULL
	// A phase's own defaults.
	uint32_t block;
	uint32_t in_flight;
	uint64_t count;
	bool write;
	bool random;
	bool compound;
};

// Ends the program: a measurement that went wrong is none.
NORETURN PRINTF_LIKE(1, 2) void bench_give_up(const char *fmt, ...);
void bench_require(const char *what, int fault, struct nt_status got);
// The reply of something that must have succeeded.
void bench_require_reply(const char *what, const struct client_reply *reply);

// A connection that is logged in and has the tree.
struct client *bench_connect(struct bench *b, uint32_t *tree);
void bench_step(struct bench *b);
// "name<number>" as UTF-16 in out (64 bytes are enough).
struct span bench_name(const char *name, uint64_t number, uint8_t *out, size_t cap);
// Bytes to write, the same each time: at least 8 MiB.
const uint8_t *bench_payload(void);

// The phases of each file, ended by one without a name.
extern const struct bench_phase bench_stream_phases[];
extern const struct bench_phase bench_file_phases[];
extern const struct bench_phase bench_session_phases[];
extern const struct bench_phase bench_list_phases[];

#endif
