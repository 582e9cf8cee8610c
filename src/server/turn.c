// SPDX-License-Identifier: Apache-2.0
#include "server/turn.h"

#include <poll.h>

#include "server/loop.h"
#include "server/metrics/metrics.h"

static void on_idle(uv_idle_t *idle)
{
	struct loop *l = idle->data;
	struct loop_task *task = l->turns.first;
	l->turns.first = task->next;
	if (l->turns.first == NULL) {
		l->turns.last = &l->turns.first;
		(void)uv_idle_stop(idle);
	}
	turn_begin(l);
	task->run(task);
	loop_check_stopped(l);
}

int turns_init(struct loop *l)
{
	l->turns.last = &l->turns.first;
	l->turns.idle.data = l;
	return uv_idle_init(&l->uv, &l->turns.idle);
}

void turns_close(struct loop *l)
{
	uv_close((uv_handle_t *)&l->turns.idle, NULL);
}

static bool one_is_alone(const struct loop *l)
{
	return atomic_load_explicit(&l->connection_count, memory_order_relaxed) <= 1;
}

void turn_begin(struct loop *l)
{
	uint64_t now = metrics_now_ns();
	bool alone = one_is_alone(l);
	l->turns.look_ns = now + (alone ? TURN_ALONE_NS : TURN_NS);
	l->turns.end_ns = now + (alone ? TURN_ALONE_NS : TURN_LONG_NS);
}

size_t turn_piece_len(const struct loop *l)
{
	return one_is_alone(l) ? TURN_PIECE_ALONE_LEN : TURN_PIECE_LEN;
}

void turn_begin_empty(struct loop *l)
{
	l->turns.look_ns = l->turns.end_ns = 0;
}

// Something that the loop would see next. Who was put off is not among them: nothing is received from him.
static bool somebody_waits(const struct loop *l)
{
	struct pollfd p = { .fd = uv_backend_fd(&l->uv), .events = POLLIN };
	return poll(&p, 1, 0) != 0;
}

bool turn_is_over(struct loop *l)
{
	uint64_t now = metrics_now_ns();
	if (now < l->turns.look_ns)
		return false;
	if (now >= l->turns.end_ns || somebody_waits(l))
		return true;
	l->turns.look_ns = now + TURN_NS;
	return false;
}

void turn_put_off(struct loop *l, struct loop_task *task)
{
	task->next = NULL;
	*l->turns.last = task;
	l->turns.last = &task->next;
	(void)uv_idle_start(&l->turns.idle, on_idle);
}
