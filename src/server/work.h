// SPDX-License-Identifier: Apache-2.0
// A received frame on its way through the server: opened, split into its messages, answered one
// after the other, sent. One piece of memory holds all that its requests need.
//
// A work runs on its connection's loop until a handler says that it would block; from there on it
// runs on a worker thread, and comes back to the loop for sending. It is never on two threads.
#ifndef SIGNET_SERVER_WORK_H
#define SIGNET_SERVER_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/arena.h"
#include "base/nt_status.h"
#include "base/span.h"
#include "base/writer.h"
#include "server/connection_end.h"
#include "server/loop.h"
#include "server/payload.h"
#include "server/request.h"
#include "server/worker_pool.h"

struct buffer;
struct connection;
struct session;

enum {
	WORK_ARENA_FIRST_LEN = 3072,
	WORK_LARGE_LEN_MIN = 128 << 10, // of a frame that weighs something
	// That a connection has at once: frames of up to 1 MiB, or one beyond. More of them would only wait
	// in memory, and have left the caches when their turn comes.
	WORK_WEIGHT_MAX = 4,
	REPLY_HEADROOM = 4 + 52,         // direct TCP frame header and TRANSFORM_HEADER
	REPLY_LEN_MAX = (16 << 20) - 64, // what the frame's 24-bit length can say
};

// A request within the frame.
struct work_message {
	struct span bytes;
	struct smb2_header header;
};

// A response within the reply of a compound.
struct reply_part {
	size_t offset;           // of its header
	struct session *session; // whose key signs it; NULL: not signed
};

struct work {
	struct loop_task task;
	union {
		struct worker_job job;
		uv_timer_t delay; // once all is answered
	};
	struct connection *conn;
	struct buffer *frame;     // what was received; NULL when it lies in the arena
	struct span bytes;        // the SMB2 messages, opened
	struct session *unsealed; // the session whose seal the frame had; NULL: it had none
	struct work_message *messages;
	size_t message_count;
	size_t current;
	struct buffer *reply;
	struct writer out;
	struct span protected;  // the reply as a frame ready to be sent, within `reply`; empty: it is not yet
	struct payload payload; // a part of the reply that is not in it yet
	struct reply_part *parts;
	size_t part_count;
	struct request request; // the one being answered
	bool on_worker;
	unsigned weight;   // what its frame or reply comes to (work_weigh)
	bool opened;       // its seal, if it has one (intake.h)
	bool taken_in;     // opened and split
	bool admitted;     // `request` is admitted and only has to be run
	bool disconnect;   // nothing is sent: the connection is closed with `end`
	bool finish_after; // the reply is sent, then the connection is closed with `end`
	enum connection_end end;
	uint64_t begun_ns; // metrics_now_ns() when the frame, or the request being answered, began
	uint64_t delay_ms; // how long the reply is held back (failed log-ons)
	struct work *next_delayed;
	bool throttled; // throttle_end is owed: a failure counts as going on until it is told
	// What related requests take over from the one before (MS-SMB2 3.3.5.2.7.2).
	struct {
		bool is_nothing;                // the chain began with a request that was related to none
		struct nt_status create_status; // of a CREATE that failed
		uint64_t session_id;
		uint32_t tree_id;
		struct smb2_file_id file_id;
		bool has_file_id;
	} previous;
	struct arena arena;
	struct arena_account arena_account; // to the peer's memory
	uint8_t arena_first[WORK_ARENA_FIRST_LEN];
};

// Takes a frame (without its 4-byte header) that lies in `frame`, or is copied when that is NULL.
// NULL when memory is out.
struct work *work_new(struct connection *c, struct buffer *frame, struct span bytes) WARN_UNUSED;
void work_free(struct work *w);
// So many bytes are worked on, and their connection takes on only so much at once. On the loop.
void work_weigh(struct work *w, size_t len);
// Makes room for len more bytes of reply; false when the reply would be too long or memory is out.
bool work_reserve(struct work *w, size_t len) WARN_UNUSED;
// Where a response begins: after this, what is written to out is its header and body.
void work_begin_part(struct work *w);
// The response is complete: signed with the session's key if there is one (a reference is taken).
void work_end_part(struct work *w, struct session *signer);
// Chains, signs and seals what is to be said back so far; once it was, nothing more is. A reply that cannot
// be protected makes the work disconnect. On the loop or a worker.
void work_protect_reply(struct work *w);
// Takes it out as a frame ready to be sent, protected if it was not yet. Empty when nothing is to be said.
void work_take_reply(struct work *w, struct buffer **owner, struct span *frame);

#endif
