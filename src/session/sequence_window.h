// SPDX-License-Identifier: Apache-2.0
// The MessageIds a client may use, which are the credits it holds (MS-SMB2 3.3.1.1, 3.3.5.2.3):
// a window that grows with credits granted and shrinks from below as ids are used, each once.
// One owner, no locking; about 1 KiB a connection and no allocation.
#ifndef SIGNET_SESSION_SEQUENCE_WINDOW_H
#define SIGNET_SESSION_SEQUENCE_WINDOW_H

#include <stdint.h>

#include "base/attributes.h"

enum {
	SEQUENCE_WINDOW_MAX = 8192, // ids between the lowest unused one and the window's end
};

enum sequence_result {
	SEQUENCE_OK = 0,
	SEQUENCE_REPLAY,  // an id that was used before
	SEQUENCE_OUTSIDE, // an id that was never granted
};

struct sequence_window {
	uint64_t low;       // the lowest id not used yet
	uint64_t high;      // one beyond the highest id granted
	uint32_t credits;   // ids in between that were not used: what the client can still spend
	uint32_t range_max; // high - low never exceeds this
	uint64_t used[SEQUENCE_WINDOW_MAX / 64]; // a ring of bits, by id modulo SEQUENCE_WINDOW_MAX
};

// MessageId 0 and one credit, for the first NEGOTIATE. credits_max: 1 to SEQUENCE_WINDOW_MAX, brought
// into that range.
void sequence_window_init(struct sequence_window *w, uint32_t credits_max);

// Uses ids message_id ... message_id + credit_charge - 1 (a charge of 0 means 1). Anything but
// SEQUENCE_OK changes nothing, and MS-SMB2 3.3.5.2.3 has the server drop the connection. Not for
// CANCEL, which uses none.
enum sequence_result sequence_window_consume(
	struct sequence_window *w, uint64_t message_id, uint16_t credit_charge) WARN_UNUSED;

// Grants up to n more credits and returns how many: less when the window is at its limit. A client
// that holds none and for which n is not 0 always gets at least one.
uint16_t sequence_window_grant(struct sequence_window *w, uint16_t n) WARN_UNUSED;

#endif
