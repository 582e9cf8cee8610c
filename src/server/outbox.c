// SPDX-License-Identifier: Apache-2.0
#include "server/outbox.h"

#include <errno.h>
#include <stdlib.h>

#include "server/buffer.h"
#include "server/connection.h"
#include "server/server.h"

enum { HELD_LEN_MAX = 16 << 10 }; // a larger frame gains nothing from company

struct send_request {
	uv_write_t write;
	struct connection *conn;
	struct outbox_frame frame;
	size_t len;
};

static void on_sent(uv_write_t *write, int status)
{
	struct send_request *s = CONTAINER_OF(write, struct send_request, write);
	struct connection *c = s->conn;
	c->outbox.queued -= s->len;
	c->outbox.stalled_ms = c->outbox.queued == 0 ? 0 : uv_now(&c->loop->uv);
	buffer_put(&c->server->buffers, s->frame.owner);
	free(s);
	if (status < 0)
		connection_close(c, CONNECTION_END_IO_ERROR);
	else
		connection_go_on(c);
	connection_unref(c);
}

// The rest of a frame, from an offset on. Takes the buffer over unless it fails.
static int send_later(struct connection *c, const struct outbox_frame *f, size_t offset)
{
	struct send_request *s = malloc(sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	*s = (struct send_request){ .conn = connection_ref(c), .frame = *f, .len = f->bytes.len - offset };
	uv_buf_t buf = { .base = (char *)(uintptr_t)f->bytes.data + offset, .len = s->len };
	int err = uv_write(&s->write, (uv_stream_t *)&c->tcp, &buf, 1, on_sent);
	if (err != 0) {
		connection_unref(c);
		free(s);
		return err;
	}
	c->outbox.queued += s->len;
	if (c->outbox.stalled_ms == 0)
		c->outbox.stalled_ms = uv_now(&c->loop->uv);
	return 0;
}

// How much of the frames the socket takes now; -1: it failed.
static ssize_t send_now(struct connection *c, const struct outbox_frame *frames, unsigned count)
{
	uv_buf_t bufs[OUTBOX_HELD_MAX];
	for (unsigned i = 0; i < count; i++)
		bufs[i] = (uv_buf_t){ .base = (char *)(uintptr_t)frames[i].bytes.data,
			.len = frames[i].bytes.len };
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
		bool waits = alive && !failed && part < frames[i].bytes.len;
		if (waits && send_later(c, &frames[i], part) == 0)
			continue;
		failed = failed || waits;
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
