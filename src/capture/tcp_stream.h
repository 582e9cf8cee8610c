// SPDX-License-Identifier: Apache-2.0
// One direction of a TCP connection as its receiver saw it: segments in any order, twice, overlapping or
// missing go in, bytes in order come out, straight from the packet where that is possible.
//
// The first bytes seen for a place count, as a retransmission may not change what was delivered. What is
// missing is waited for until so much came behind it that it will not come any more; then it is a gap.
//
// The two directions come out in their order too: a segment says by its acknowledgment what its sender had
// seen of the other one. Where a tap delivers an answer before what it answers (two network cards or queues,
// read one after the other), or the question was lost, the answer waits as what is behind a hole does.
#ifndef SIGNET_CAPTURE_TCP_STREAM_H
#define SIGNET_CAPTURE_TCP_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum {
	TCP_STREAM_AHEAD_LEN_MAX = 1 << 20, // bytes kept behind a hole: then it is a gap
	TCP_STREAM_AHEAD_COUNT_MAX = 1024,
	TCP_STREAM_WAIT_US = 2 * 1000000, // so long what is missing is waited for
	TCP_STREAM_JUMP_MAX = 1 << 26,    // a segment farther off is somebody's mistake
};

struct tcp_piece;

// Memory for segments that came too early, shared by all streams of a table.
struct tcp_memory {
	size_t used;
	size_t max;
};

// A segment's payload, of which `missing` more bytes were on the wire but are not in the capture.
struct tcp_data {
	uint32_t sequence;
	struct span known;
	size_t missing;
	bool ack;
	uint32_t acknowledgment; // its sender had all of the other direction up to here
};

struct tcp_stream {
	struct tcp_stream *peer; // the other direction; NULL: it does not matter
	bool started;
	uint32_t next; // sequence number of the byte that is due
	struct tcp_piece *ahead;
	size_t ahead_len;
	unsigned int ahead_count;
	uint64_t waits_since_us;
	bool unseen;  // what the other side has of it is not in the capture, and not waited for any more
	bool ended;   // FIN
	uint32_t end; // the sequence number behind the last byte
	uint64_t delivered; // bytes, for figures
	uint64_t lost;      // bytes in gaps
	uint64_t repeated;  // bytes of retransmissions and duplicates
};

struct tcp_output {
	void (*data)(void *context, struct span bytes);
	void (*gap)(void *context, uint64_t len);
	void *context;
};

// The first sequence number is known: the SYN's plus one.
void tcp_stream_start(struct tcp_stream *s, uint32_t first);
void tcp_stream_add(struct tcp_stream *s, struct tcp_memory *m, const struct tcp_data *d, uint64_t time_us,
	const struct tcp_output *out);
// After a change of the other direction, or when time has passed: gives out what need not wait any longer.
// Whether there was anything.
bool tcp_stream_go_on(
	struct tcp_stream *s, struct tcp_memory *m, uint64_t time_us, const struct tcp_output *out);
// Whether it waits for bytes of its own, and not for the other direction's.
bool tcp_stream_has_hole(const struct tcp_stream *s);
// What it waits for, which must be something, will not come.
void tcp_stream_give_up(
	struct tcp_stream *s, struct tcp_memory *m, uint64_t time_us, const struct tcp_output *out);
void tcp_stream_fin(struct tcp_stream *s, uint32_t sequence);
void tcp_stream_free(struct tcp_stream *s, struct tcp_memory *m);
bool tcp_stream_is_over(const struct tcp_stream *s);

#endif
