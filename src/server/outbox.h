// SPDX-License-Identifier: Apache-2.0
// What a connection sends: frames go to the socket at once, or together when several answers to
// what was read at once are on their way; what the socket does not take waits. On the loop's thread.
//
// A frame that is too long for one turn goes in pieces, each in a turn of its own however much the socket
// would take: in libuv's queue they would all go at once to a client that takes them as fast as they come.
// Whatever is to follow such a frame waits behind it.
#ifndef SIGNET_SERVER_OUTBOX_H
#define SIGNET_SERVER_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "server/loop.h"

struct buffer;
struct connection;
struct sending;

enum { OUTBOX_HELD_MAX = 16 };

struct outbox_frame {
	struct buffer *owner;
	struct span bytes;
};

struct outbox {
	size_t queued;       // bytes that the socket has not taken yet
	uint64_t stalled_ms; // since when the socket takes nothing; 0: it does
	bool holding;
	unsigned held_count;
	struct outbox_frame held[OUTBOX_HELD_MAX];
	struct sending *first; // a frame that goes in pieces, and those behind it
	struct sending *last;
	struct loop_task turn; // for its next piece
};

// Sends a frame that lies in a buffer and takes the buffer over.
void connection_send(struct connection *c, struct buffer *owner, struct span frame);
// Small frames are kept until outbox_release.
void outbox_hold(struct connection *c);
void outbox_release(struct connection *c);
// Sends what is held.
void outbox_flush(struct connection *c);
// Whether all was handed to the socket, so that it may be shut down.
bool outbox_is_empty(const struct connection *c) WARN_UNUSED;
// The socket is closed: forgets what was not handed to it.
void outbox_done(struct connection *c);

#endif
