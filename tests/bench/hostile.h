// SPDX-License-Identifier: Apache-2.0
// What the attacks of bench_hostile share. Each runs in threads of its own, as many as its row says;
// addresses that clients come from are 127.1.0.1 and following, so that limits for one address hold
// where one attacker is meant, and do not where many are.
#ifndef SIGNET_TESTS_BENCH_HOSTILE_H
#define SIGNET_TESTS_BENCH_HOSTILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "client/client_send.h"

// For what may fail: under attack, most of what an attacker tries does.
static inline void hostile_ignore(int result UNUSED)
{
}

struct hostile {
	const char *host;
	uint16_t port;
	const char *user;
	const char *password;
	const char *share;
	uint32_t count;     // how many of what it is about; 0: the attack's own
	atomic_bool end;    // time to stop
	atomic_uint ready;  // threads that stand where they want to be
	atomic_ullong done; // what it managed to do
};

struct attack {
	const char *name;
	unsigned threads;
	uint32_t count; // default, over all threads
	// Marks itself ready (hostile_ready) when the harm begins; returns when `end` is set.
	void (*run)(struct hostile *h, unsigned thread, uint32_t count);
};

// Of the thread: announces itself once.
void hostile_ready(struct hostile *h);
bool hostile_goes_on(struct hostile *h);
// "127.1.0.1" and following; text has 16 bytes.
const char *hostile_address(uint32_t n, char *text);

// A connection after NEGOTIATE; NULL when it was refused.
struct client *hostile_connect(struct hostile *h, struct client_loop *loop, uint32_t address, int timeout_ms);
// Logged in, with the tree; NULL when anything of that was refused.
struct client *hostile_session(struct hostile *h, struct client_loop *loop, uint32_t address, uint32_t *tree);
// A socket and nothing else; -1 when refused.
int hostile_socket(struct hostile *h, uint32_t address);
// A file or directory (made if missing); false when it was refused.
bool hostile_open(
	struct client *c, uint32_t tree, const char *name, uint32_t options, struct smb2_file_id *out);
// Name in UTF-16, borrowed from out.
struct span hostile_name(const char *name, uint8_t *out, size_t cap);

extern const struct attack hostile_connection_attacks[];
extern const struct attack hostile_request_attacks[];
extern const struct attack hostile_frame_attacks[];

#endif
