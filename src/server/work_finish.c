// SPDX-License-Identifier: Apache-2.0
#include "server/work_finish.h"

#include "server/buffer.h"
#include "server/connection.h"
#include "server/server.h"
#include "server/work.h"

void work_end(struct work *w)
{
	struct connection *c = w->conn;
	connection_ref(c);
	if (w->disconnect)
		connection_close(c, w->end);
	else if (w->finish_after)
		connection_finish(c, w->end);
	unsigned weight = w->weight;
	work_free(w);
	c->loop->work_count--;
	connection_work_ended(c, weight);
	loop_check_stopped(c->loop);
	connection_unref(c);
}

void work_send(struct work *w)
{
	struct buffer *owner = NULL;
	struct span frame;
	if (w->disconnect)
		return;
	work_take_reply(w, &owner, &frame);
	if (owner != NULL)
		connection_send(w->conn, owner, frame);
}

static void delayed_on_closed(uv_handle_t *handle)
{
	struct work *w = handle->data;
	work_send(w);
	work_end(w);
}

static void delayed_on_time(uv_timer_t *timer)
{
	struct work *w = timer->data;
	struct work **at = &w->conn->delayed;
	while (*at != w)
		at = &(*at)->next_delayed;
	*at = w->next_delayed;
	uv_close((uv_handle_t *)timer, delayed_on_closed);
}

static void work_delay(struct work *w)
{
	struct connection *c = w->conn;
	(void)uv_timer_init(&c->loop->uv, &w->delay);
	w->delay.data = w;
	w->next_delayed = c->delayed;
	c->delayed = w;
	(void)uv_timer_start(&w->delay, delayed_on_time, w->delay_ms, 0);
}

void work_end_delayed(struct connection *c)
{
	worker_pool_withdraw(&c->server->workers, c);
	while (c->delayed != NULL)
		delayed_on_time(&c->delayed->delay);
}

void work_finish(struct work *w)
{
	if (w->delay_ms != 0) {
		work_delay(w);
		return;
	}
	work_send(w);
	work_end(w);
}
