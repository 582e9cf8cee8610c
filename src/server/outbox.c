// SPDX-License-Identifier: Apache-2.0
#include "server/outbox.h"

#include <errno.h>
#include <stdlib.h>

#include "server/buffer.h"
#include "server/connection.h"
#include "server/server.h"

enum {
	HELD_LEN_MAX = 16 << 10, // a larger frame gains nothing from company
	PROBE_LEN = 16 << 10,    // of a frame that goes in pieces, when the socket is full
};

// A frame, or the rest of one, that waits for the socket. It belongs to the outbox until its last byte was
// handed over, and then to libuv.
struct sending {
	uv_write_t write;
	struct connection *conn;
	struct buffer *owner;
	struct span rest; // not handed over yet
	size_t step;      // how much of it goes at once
	size_t with_socket;
	struct sending *next;
};

// How much of a frame of so many bytes is handed to the socket at once.
static size_t piece_len(const struct connection *c, size_t len)
{
	return len <= TURN_BYTES_MAX ? len : turn_piece_len(c->loop);
}

static void sending_free(struct sending *s)
{
	buffer_put(&s->conn->server->buffers, s->owner);
	connection_unref(s->conn);
	free(s);
}

static int hand_over(struct connection *c);

static void on_turn(struct loop_task *task)
{
	struct connection *c = CONTAINER_OF(task, struct connection, outbox.turn);
	if (c->state != CONNECTION_CLOSED && hand_over(c) != 0)
		connection_close(c, CONNECTION_END_IO_ERROR);
	if (c->state == CONNECTION_CLOSING && outbox_is_empty(c))
		connection_shut_down(c);
	connection_go_on(c);
	connection_unref(c);
}

static void put_off(struct connection *c)
{
	c->outbox.turn.run = on_turn;
	connection_ref(c);
	turn_put_off(c->loop, &c->outbox.turn);
}

static void socket_took(struct connection *c, size_t len)
{
	c->outbox.queued -= len;
	c->outbox.stalled_ms = c->outbox.queued == 0 ? 0 : uv_now(&c->loop->uv);
}

static void on_sent(uv_write_t *write, int status)
{
	struct sending *s = CONTAINER_OF(write, struct sending, write);
	struct connection *c = connection_ref(s->conn);
	socket_took(c, s->with_socket);
	if (s->rest.len == 0)
		sending_free(s);
	else if (status == 0)
		put_off(c);
	if (status < 0)
		connection_close(c, CONNECTION_END_IO_ERROR);
	else
		connection_go_on(c);
	connection_unref(c);
}

// The first of those that wait, or its next piece; it is theirs no more when that was the last. What libuv
// refuses ends the connection: all that is left is the outbox's.
static int hand_over_piece(struct connection *c, size_t len)
{
	struct outbox *o = &c->outbox;
	struct sending *s = o->first;
	uv_buf_t buf = { .base = (char *)(uintptr_t)s->rest.data, .len = len };
	int err = uv_write(&s->write, (uv_stream_t *)&c->tcp, &buf, 1, on_sent);
	if (err != 0)
		return err;
	s->with_socket = len;
	s->rest = span_make(s->rest.data + len, s->rest.len - len);
	if (s->rest.len == 0)
		o->first = s->next;
	if (o->first == NULL)
		o->last = NULL;
	return 0;
}

// As much of a step as the socket takes now, or what is wrong with it.
static int try_step(struct connection *c, struct sending *s)
{
	uv_buf_t buf = { .base = (char *)(uintptr_t)s->rest.data, .len = s->step };
	int n = uv_try_write((uv_stream_t *)&c->tcp, &buf, 1);
	if (n <= 0)
		return n == UV_EAGAIN ? 0 : n;
	s->rest = span_make(s->rest.data + n, s->rest.len - (size_t)n);
	socket_took(c, (size_t)n);
	return n;
}

// As far as the next step after which others have their turn. What the socket does not take of it, it is
// asked to take later: so little that others do not wait for that.
static int hand_over(struct connection *c)
{
	struct outbox *o = &c->outbox;
	for (bool goes_on = true; goes_on && o->first != NULL;) {
		struct sending *s = o->first;
		bool in_steps = s->rest.len > s->step;
		int n = in_steps ? try_step(c, s) : 0;
		if (n < 0)
			return n;
		if ((size_t)n == s->step) {
			put_off(c);
			return 0;
		}
		goes_on = !in_steps || s->rest.len <= PROBE_LEN;
		int err = hand_over_piece(c, goes_on ? s->rest.len : PROBE_LEN);
		if (err != 0)
			return err;
	}
	return 0;
}

// The rest of a frame; takes its buffer over in any case.
static int send_later(struct connection *c, struct buffer *owner, struct span rest, size_t step)
{
	struct outbox *o = &c->outbox;
	struct sending *s = malloc(sizeof(*s));
	if (s == NULL) {
		buffer_put(&c->server->buffers, owner);
		return -ENOMEM;
	}
	*s = (struct sending){ .conn = connection_ref(c), .owner = owner, .rest = rest };
	s->step = step;
	o->queued += rest.len;
	if (o->stalled_ms == 0)
		o->stalled_ms = uv_now(&c->loop->uv);
	bool waits = o->first != NULL;
	if (waits)
		o->last->next = s;
	else
		o->first = s;
	o->last = s;
	if (waits)
		return 0;
	if (rest.len <= step)
		return hand_over(c);
	put_off(c);
	return 0;
}

// How much of the frames the socket takes now; -1: it failed. One that goes in pieces is the last of them.
static ssize_t send_now(struct connection *c, const struct outbox_frame *frames, unsigned count)
{
	uv_buf_t bufs[OUTBOX_HELD_MAX];
	for (unsigned i = 0; i < count; i++)
		bufs[i] = (uv_buf_t){ .base = (char *)(uintptr_t)frames[i].bytes.data,
			.len = piece_len(c, frames[i].bytes.len) };
	int n = uv_try_write((uv_stream_t *)&c->tcp, bufs, count);
	if (n == UV_EAGAIN)
		return 0;
	return n < 0 ? -1 : n;
}

static void send_frames(struct connection *c, struct outbox_frame *frames, unsigned count)
{
	bool alive = c->state < CONNECTION_CLOSING;
	ssize_t n = alive && c->outbox.first == NULL ? send_now(c, frames, count) : 0;
	bool failed = n < 0;
	size_t sent = failed ? 0 : (size_t)n;
	for (unsigned i = 0; i < count; i++) {
		size_t part = sent < frames[i].bytes.len ? sent : frames[i].bytes.len;
		sent -= part;
		struct span rest = span_make(frames[i].bytes.data + part, frames[i].bytes.len - part);
		if (alive && !failed && rest.len > 0)
			failed = send_later(c, frames[i].owner, rest, piece_len(c, frames[i].bytes.len)) != 0;
		else
			buffer_put(&c->server->buffers, frames[i].owner);
	}
	if (failed)
		connection_close(c, CONNECTION_END_IO_ERROR);
}

void outbox_flush(struct connection *c)
{
	struct outbox *o = &c->outbox;
	unsigned count = o->held_count;
	o->held_count = 0;
	if (count != 0)
		send_frames(c, o->held, count);
}

bool outbox_is_empty(const struct connection *c)
{
	return c->outbox.first == NULL;
}

void outbox_done(struct connection *c)
{
	struct sending *next;
	for (struct sending *s = c->outbox.first; s != NULL; s = next) {
		next = s->next;
		sending_free(s);
	}
	c->outbox.first = c->outbox.last = NULL;
}

void outbox_hold(struct connection *c)
{
	c->outbox.holding = true;
}

void outbox_release(struct connection *c)
{
	c->outbox.holding = false;
	outbox_flush(c);
}

void connection_send(struct connection *c, struct buffer *owner, struct span frame)
{
	struct outbox *o = &c->outbox;
	o->held[o->held_count++] = (struct outbox_frame){ .owner = owner, .bytes = frame };
	if (!o->holding || o->held_count == OUTBOX_HELD_MAX || frame.len > HELD_LEN_MAX)
		outbox_flush(c);
}
