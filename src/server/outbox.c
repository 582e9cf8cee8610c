// SPDX-License-Identifier: Apache-2.0
#include "server/outbox.h"

#include <errno.h>
#include <stdlib.h>

#include "server/buffer.h"
#include "server/connection.h"
#include "server/server.h"

enum { HELD_LEN_MAX = 16 << 10 }; // a larger frame gains nothing from company

// A frame, or the rest of one, that waits for the socket: in pieces, of which each is a turn's.
struct send_piece {
	uv_write_t write;
	struct sending *of;
	size_t len;
};

struct sending {
	struct connection *conn;
	struct buffer *owner;
	size_t left; // pieces that are with the socket
	struct send_piece pieces[];
};

// How much of so many bytes is handed to the socket at once.
static size_t piece_len(size_t len)
{
	return len <= TURN_BYTES_MAX ? len : TURN_PIECE_LEN;
}

static void sending_unref(struct sending *s)
{
	if (--s->left != 0)
		return;
	buffer_put(&s->conn->server->buffers, s->owner);
	connection_unref(s->conn);
	free(s);
}

static void on_sent(uv_write_t *write, int status)
{
	struct send_piece *p = CONTAINER_OF(write, struct send_piece, write);
	struct connection *c = connection_ref(p->of->conn);
	c->outbox.queued -= p->len;
	c->outbox.stalled_ms = c->outbox.queued == 0 ? 0 : uv_now(&c->loop->uv);
	sending_unref(p->of);
	if (status < 0)
		connection_close(c, CONNECTION_END_IO_ERROR);
	else
		connection_go_on(c);
	connection_unref(c);
}

static int send_piece(struct sending *s, struct send_piece *p, struct span bytes)
{
	struct connection *c = s->conn;
	uv_buf_t buf = { .base = (char *)(uintptr_t)bytes.data, .len = bytes.len };
	*p = (struct send_piece){ .of = s, .len = bytes.len };
	int err = uv_write(&p->write, (uv_stream_t *)&c->tcp, &buf, 1, on_sent);
	if (err != 0)
		return err;
	s->left++;
	c->outbox.queued += p->len;
	if (c->outbox.stalled_ms == 0)
		c->outbox.stalled_ms = uv_now(&c->loop->uv);
	return 0;
}

// The rest of a frame; takes its buffer over in any case.
static int send_later(struct connection *c, struct buffer *owner, struct span rest)
{
	size_t step = piece_len(rest.len);
	size_t count = (rest.len + step - 1) / step;
	struct sending *s = malloc(sizeof(*s) + count * sizeof(s->pieces[0]));
	if (s == NULL) {
		buffer_put(&c->server->buffers, owner);
		return -ENOMEM;
	}
	*s = (struct sending){ .conn = connection_ref(c), .owner = owner, .left = 1 };
	int err = 0;
	for (size_t i = 0; err == 0 && i < count; i++) {
		size_t at = i * step;
		size_t len = rest.len - at < step ? rest.len - at : step;
		err = send_piece(s, &s->pieces[i], span_make(rest.data + at, len));
	}
	sending_unref(s);
	return err;
}

// How much of the frames the socket takes now; -1: it failed. One that goes in pieces is the last of them.
static ssize_t send_now(struct connection *c, const struct outbox_frame *frames, unsigned count)
{
	uv_buf_t bufs[OUTBOX_HELD_MAX];
	for (unsigned i = 0; i < count; i++)
		bufs[i] = (uv_buf_t){ .base = (char *)(uintptr_t)frames[i].bytes.data,
			.len = piece_len(frames[i].bytes.len) };
	int n = uv_try_write((uv_stream_t *)&c->tcp, bufs, count);
	if (n == UV_EAGAIN)
		return 0;
	return n < 0 ? -1 : n;
}

static void send_frames(struct connection *c, struct outbox_frame *frames, unsigned count)
{
	bool alive = c->state < CONNECTION_CLOSING;
	ssize_t n = alive ? send_now(c, frames, count) : 0;
	bool failed = n < 0;
	size_t sent = failed ? 0 : (size_t)n;
	for (unsigned i = 0; i < count; i++) {
		size_t part = sent < frames[i].bytes.len ? sent : frames[i].bytes.len;
		sent -= part;
		struct span rest = span_make(frames[i].bytes.data + part, frames[i].bytes.len - part);
		if (alive && !failed && rest.len > 0)
			failed = send_later(c, frames[i].owner, rest) != 0;
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
