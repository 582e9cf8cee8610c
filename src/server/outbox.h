// SPDX-License-Identifier: Apache-2.0
// What a connection sends: frames go to the socket at once, or together when several answers to
// what was read at once are on their way; what the socket does not take waits. On the loop's thread.
#ifndef SIGNET_SERVER_OUTBOX_H
#define SIGNET_SERVER_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct buffer;
struct connection;

enum { OUTBOX_HELD_MAX = 16 };

struct outbox_frame {
	struct buffer *owner;
	struct span bytes;
};

struct outbox {
	size_t queued;       // bytes handed to the socket's queue but not yet taken by it
	uint64_t stalled_ms; // since when the socket takes nothing; 0: it does
	bool holding;
	unsigned held_count;
	struct outbox_frame held[OUTBOX_HELD_MAX];
};

// Sends a frame that lies in a buffer and takes the buffer over.
void connection_send(struct connection *c, struct buffer *owner, struct span frame);
// Small frames are kept until outbox_release.
void outbox_hold(struct connection *c);
void outbox_release(struct connection *c);
// Sends what is held.
void outbox_flush(struct connection *c);

#endif
