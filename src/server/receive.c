// SPDX-License-Identifier: Apache-2.0
// What a connection receives: bytes to frames, each to be dispatched when there is room for it and it is its
// turn.
#include <string.h>

#include "base/filetime.h"
#include "server/buffer.h"
#include "server/connection.h"
#include "server/dispatch.h"
#include "server/peers.h"
#include "server/server.h"
#include "server/work.h"
#include "wire/smb2/frame.h"

enum {
	// Before a client has shown who it is, no message that it may send is larger.
	FRAME_LEN_MAX_UNAUTHENTICATED = 128 << 10,
	// Payload, and room for the headers of a compound around it.
	FRAME_LEN_MAX_AUTHENTICATED = (8 << 20) + (64 << 10),
	// A client that does not take its replies is not listened to beyond so many bytes of them.
	SEND_QUEUED_MAX = 4 << 20,
};

// Half of a peer's memory is for what its requests come to, so that taking them stops before they
// have to be refused; a connection that has nothing going on may always go on.
static bool connection_has_room(const struct connection *c)
{
	if (c->outbox.queued > SEND_QUEUED_MAX || c->weight >= WORK_WEIGHT_MAX ||
		c->work_count - c->parked_count >= c->server->limits.max_requests_per_connection)
		return false;
	size_t used = atomic_load_explicit(&c->memory->used, memory_order_relaxed);
	return used <= c->memory->max / 2 || c->work_count == c->parked_count;
}

bool connection_has_memory(struct connection *c, size_t len)
{
	if (memory_account_has(c->memory, len))
		return true;
	if (peer_tells_of_memory(c->counted, monotonic_ms()))
		server_limit_reached(c->server, c, "max_memory_per_peer", c->memory->max);
	return false;
}

static uint32_t frame_len_max(const struct connection *c)
{
	return atomic_load(&c->authenticated) ? FRAME_LEN_MAX_AUTHENTICATED : FRAME_LEN_MAX_UNAUTHENTICATED;
}

// What is long is received in pieces to its end: the last of them is no longer than the others.
static bool receives_in_pieces(const struct connection *c)
{
	return c->partial_need > TURN_BYTES_MAX;
}

static unsigned receive_len(const struct connection *c, size_t left)
{
	size_t piece = turn_piece_len(c->loop);
	return (unsigned)(receives_in_pieces(c) && left > piece ? piece : left);
}

static void on_alloc(uv_handle_t *handle, size_t suggested UNUSED, uv_buf_t *buf)
{
	struct connection *c = handle->data;
	size_t left = c->partial == NULL ? 0 : c->partial_need - c->partial_len;
	if (left > 0)
		*buf = uv_buf_init((char *)c->partial->data + c->partial_len, receive_len(c, left));
	else
		*buf = uv_buf_init((char *)c->loop->scratch, LOOP_SCRATCH_LEN);
}

// Keeps bytes for later: the beginning of a frame, or what may not be worked on for now.
static void connection_keep(struct connection *c, const uint8_t *data, size_t len, size_t need)
{
	struct buffer *b = buffer_get(&c->server->buffers, c->memory, need > len ? need : len);
	if (b == NULL) {
		connection_close(c, CONNECTION_END_LIMIT);
		return;
	}
	memcpy(b->data, data, len);
	c->partial = b;
	c->partial_len = len;
	c->partial_need = need;
	c->partial_start = 0;
	c->partial_since_ms = uv_now(&c->loop->uv);
}

static void on_read(uv_stream_t *stream, ssize_t nread, const uv_buf_t *buf);

static void connection_pause(struct connection *c)
{
	if (c->reading)
		(void)uv_read_stop((uv_stream_t *)&c->tcp);
	c->reading = false;
}

static void connection_resume(struct connection *c)
{
	if (c->reading || c->state >= CONNECTION_CLOSING)
		return;
	c->reading = true;
	(void)uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read);
}

// The length of the frame that begins at data, its header included; 0 when it is none.
static size_t frame_len(const struct connection *c, const uint8_t *data)
{
	uint32_t len = 0;
	if (frame_header_decode(span_make(data, FRAME_HEADER_LEN), &len) != VERDICT_OK)
		return 0;
	return len >= FRAME_LEN_MIN && len <= frame_len_max(c) ? FRAME_HEADER_LEN + len : 0;
}

static void connection_on_turn(struct loop_task *task)
{
	struct connection *c = CONTAINER_OF(task, struct connection, turn);
	c->put_off = false;
	outbox_hold(c);
	connection_go_on(c);
	outbox_release(c);
	connection_unref(c);
}

// Goes on with what is kept when the others have had their turn.
static void connection_put_off(struct connection *c)
{
	connection_pause(c);
	c->put_off = true;
	c->turn.run = connection_on_turn;
	connection_ref(c);
	turn_put_off(c->loop, &c->turn);
}

enum parsed {
	PARSED_ALL,
	PARSED_NEEDS_MORE,  // the rest is part of a frame
	PARSED_HAS_TO_WAIT, // for room, or its turn
};

// What is to be done about the frame that begins at data: PARSED_ALL when it is to be dispatched.
static enum parsed frame_judge(struct connection *c, size_t len, size_t whole)
{
	// A frame that was begun to be received is not waited for in memory that is not there.
	bool fits = whole <= LOOP_SCRATCH_LEN || connection_has_memory(c, whole);
	if (len < whole)
		return fits ? PARSED_NEEDS_MORE : PARSED_HAS_TO_WAIT;
	if (!connection_has_room(c))
		return PARSED_HAS_TO_WAIT;
	if (!turn_is_over(c->loop))
		return PARSED_ALL;
	connection_put_off(c);
	return PARSED_HAS_TO_WAIT;
}

// Frame after frame from data, of which *done bytes are worked on, and *need bytes of what is left would
// make a header or a frame.
static enum parsed connection_parse(
	struct connection *c, const uint8_t *data, size_t len, size_t *done, size_t *need)
{
	for (*done = 0; *done < len && c->state < CONNECTION_CLOSING;) {
		*need = FRAME_HEADER_LEN;
		size_t left = len - *done;
		if (left < FRAME_HEADER_LEN)
			return PARSED_NEEDS_MORE;
		size_t whole = frame_len(c, data + *done);
		if (whole == 0) {
			dispatch_bad_frame(c, span_make(data + *done, left));
			return PARSED_ALL;
		}
		*need = whole;
		enum parsed judged = frame_judge(c, left, whole);
		if (judged != PARSED_ALL)
			return judged;
		struct span bytes = { data + *done + FRAME_HEADER_LEN, whole - FRAME_HEADER_LEN };
		*done += whole;
		dispatch_frame(c, NULL, bytes);
	}
	return PARSED_ALL;
}

// Bytes that were received into the loop's memory: what is left of them is kept.
static void connection_take_scratch(struct connection *c, const uint8_t *data, size_t len)
{
	size_t done;
	size_t need;
	enum parsed parsed = connection_parse(c, data, len, &done, &need);
	if (parsed == PARSED_ALL)
		return;
	connection_keep(c, data + done, len - done, parsed == PARSED_NEEDS_MORE ? need : len - done);
	if (parsed == PARSED_HAS_TO_WAIT)
		connection_pause(c);
}

// A frame that has its buffer to itself is handed over with it. False when it is not one, or has to wait.
static bool connection_take_whole(struct connection *c, struct buffer *b, size_t len)
{
	size_t whole = len >= FRAME_HEADER_LEN ? frame_len(c, b->data) : 0;
	if (whole != len || !connection_has_room(c) || turn_is_over(c->loop))
		return false;
	dispatch_frame(c, b, span_make(b->data + FRAME_HEADER_LEN, len - FRAME_HEADER_LEN));
	return true;
}

// The kept part has grown to what was wanted of it: a header, or a whole frame, or all that waited.
static void connection_take_partial(struct connection *c)
{
	struct buffer *b = c->partial;
	size_t start = c->partial_start;
	size_t len = c->partial_len;
	size_t done;
	size_t need;
	c->partial = NULL;
	c->partial_len = 0;
	c->partial_need = 0;
	c->partial_start = 0;
	if (start == 0 && connection_take_whole(c, b, len))
		return;
	enum parsed parsed = connection_parse(c, b->data + start, len - start, &done, &need);
	if (parsed == PARSED_HAS_TO_WAIT) {
		connection_pause(c);
		c->partial = b;
		c->partial_len = c->partial_need = len;
		c->partial_start = start + done;
		return;
	}
	if (parsed == PARSED_NEEDS_MORE)
		connection_keep(c, b->data + start + done, len - start - done, need);
	buffer_put(&c->server->buffers, b);
}

static void connection_take(struct connection *c, const uint8_t *data, size_t len)
{
	if (c->partial == NULL) {
		connection_take_scratch(c, data, len);
		return;
	}
	c->partial_len += len;
	if (c->partial_len == c->partial_need)
		connection_take_partial(c);
}

static void on_read(uv_stream_t *stream, ssize_t nread, const uv_buf_t *buf)
{
	struct connection *c = stream->data;
	if (nread == 0)
		return;
	if (nread < 0) {
		connection_close(c, nread == UV_EOF ? CONNECTION_END_CLIENT : CONNECTION_END_IO_ERROR);
		return;
	}
	if (c->loop->draining)
		return; // thrown away
	c->last_receive_ms = uv_now(&c->loop->uv);
	// Who has not shown who he is comes after everybody who has.
	if (atomic_load(&c->authenticated))
		turn_begin(c->loop);
	else
		turn_begin_empty(c->loop);
	bool is_piece = receives_in_pieces(c);
	// What all requests of one read are answered with goes out together.
	outbox_hold(c);
	connection_take(c, (const uint8_t *)buf->base, (size_t)nread);
	outbox_release(c);
	// Where so much came there is more, and libuv would go on reading it. A piece of a large frame was a
	// turn by itself: receiving it went before this turn began.
	bool ends_turn = is_piece || turn_is_over(c->loop);
	if (c->reading && c->state < CONNECTION_CLOSING && (size_t)nread == buf->len && ends_turn)
		connection_put_off(c);
}

void connection_go_on(struct connection *c)
{
	if (c->reading || c->put_off || c->state >= CONNECTION_CLOSING)
		return;
	if (!c->loop->draining && !connection_has_room(c))
		return;
	connection_resume(c);
	if (c->partial != NULL && c->partial_len == c->partial_need)
		connection_take_partial(c);
}

void connection_work_ended(struct connection *c, unsigned weight)
{
	c->work_count--;
	c->weight -= weight;
	connection_go_on(c);
}
