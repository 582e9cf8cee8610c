// SPDX-License-Identifier: Apache-2.0
// Whose turn it is on a loop. Whoever has more to do than fits in a turn is put off behind everybody who
// has not had one: what is put off runs one turn at a time, and between two of them the loop looks who
// else has sent something. So a client waits for one turn of another's, however much that other wants.
#ifndef SIGNET_SERVER_TURN_H
#define SIGNET_SERVER_TURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/attributes.h"

struct loop;
struct loop_task;

enum {
	TURN_NS = 15000, // the least request takes 5000, an open some times that
	// As long as nobody else has sent anything: answers that go out together cost less.
	TURN_LONG_NS = 60000,
	TURN_ALONE_NS = 1000000, // with nobody else on the loop
	// More than this in one piece is not opened, copied or sealed on a loop (offload.h), nor received or
	// sent at once: a gigabyte takes a core half a second. The usual 1 MiB, with its headers, is less.
	TURN_BYTES_MAX = (1 << 20) + (64 << 10),
	// In which it is received and sent, beside others and with nobody else on the loop.
	TURN_PIECE_LEN = 64 << 10,
	TURN_PIECE_ALONE_LEN = 256 << 10,
};

struct turns {
	uint64_t look_ns;        // when it is to be seen whether somebody waits for the turn that runs
	uint64_t end_ns;         // when it is over in any case
	struct loop_task *first; // put off
	struct loop_task **last;
	uv_idle_t idle; // runs while something is put off
};

// On the loop's thread, all of them.
int turns_init(struct loop *l) WARN_UNUSED;
void turns_close(struct loop *l);
// A turn begins; one of no length is over at once, so that all of its work is put off.
void turn_begin(struct loop *l);
void turn_begin_empty(struct loop *l);
// Whether the one whose turn it is should put the rest off: somebody else has sent something, or it was long.
bool turn_is_over(struct loop *l) WARN_UNUSED;
// How much of what is long is received or sent in a turn.
size_t turn_piece_len(const struct loop *l) WARN_UNUSED;
// Runs the task in a turn of its own, after those that were put off before.
void turn_put_off(struct loop *l, struct loop_task *task);

#endif
