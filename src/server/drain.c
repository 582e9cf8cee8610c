// SPDX-License-Identifier: Apache-2.0
#include "server/drain.h"

#include "server/buffer.h"
#include "server/connection.h"
#include "server/park.h"
#include "server/server.h"
#include "server/work_finish.h"

enum {
	DRAIN_TICK_MS = 20,
	LINGER_MS = 500, // for the client's end, once all was sent
};

// A frame of which a part has come will never be whole.
static void connection_stop_listening(struct connection *c)
{
	buffer_put(&c->server->buffers, c->partial);
	c->partial = NULL;
	c->partial_len = 0;
	c->partial_need = 0;
	connection_go_on(c); // also one that was not read from: to see its end
}

static void connection_drain(struct connection *c, uint64_t now)
{
	if (c->state == CONNECTION_CLOSED)
		return;
	park_cancel_all(c);
	work_end_delayed(c);
	if (c->state < CONNECTION_CLOSING && c->work_count == 0)
		connection_finish(c, CONNECTION_END_SERVER_STOP);
	else if (c->lingering_since_ms != 0 && now - c->lingering_since_ms > LINGER_MS)
		connection_close(c, c->end);
}

static void on_tick(uv_timer_t *tick)
{
	struct loop *l = tick->data;
	uint64_t now = uv_now(&l->uv);
	struct connection *next;
	for (struct connection *c = l->connections; c != NULL; c = next) {
		next = c->next;
		connection_drain(c, now);
	}
}

static void loop_begin_drain(struct loop_task *task)
{
	struct loop *l = CONTAINER_OF(task, struct loop, drain);
	if (l->stopping)
		return;
	l->draining = true;
	for (struct connection *c = l->connections; c != NULL; c = c->next)
		connection_stop_listening(c);
	(void)uv_timer_start(&l->tick, on_tick, 0, DRAIN_TICK_MS); // limits of time are the drain's own now
}

void server_drain(struct server *s)
{
	atomic_store(&s->stopping, true);
	for (unsigned i = 0; i < s->loop_count; i++) {
		s->loops[i].drain.run = loop_begin_drain;
		loop_post(&s->loops[i], &s->loops[i].drain);
	}
}

bool server_is_drained(struct server *s)
{
	for (unsigned i = 0; i < s->loop_count; i++) {
		if (atomic_load(&s->loops[i].connection_count) != 0)
			return false;
	}
	return true;
}
