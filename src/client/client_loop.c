// SPDX-License-Identifier: Apache-2.0
#include "client/client_state.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS_PER_STEP_MAX = 64 };

struct client_loop *client_loop_new(void)
{
	struct client_loop *loop = calloc(1, sizeof(*loop));
	if (loop == NULL)
		return NULL;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0) {
		free(loop);
		return NULL;
	}
	return loop;
}

void client_loop_free(struct client_loop *loop)
{
	if (loop == NULL)
		return;
	client_outputs_free(loop);
	while (loop->spare_rows != NULL) {
		struct client_request *r = loop->spare_rows;
		loop->spare_rows = r->next;
		free(r);
	}
	(void)close(loop->epoll);
	free(loop);
}

// All that was queued goes out together, after the completions that queued it.
static void transmit_all(struct client_loop *loop)
{
	while (loop->dirty != NULL) {
		struct client *c = loop->dirty;
		loop->dirty = c->next_dirty;
		c->dirty = false;
		int rc = c->fault == 0 ? client_transmit(c) : 0;
		if (rc < 0)
			client_fail(c, rc);
	}
}

static void handle(const struct epoll_event *e)
{
	struct client *c = e->data.ptr;
	if (c->fault != 0)
		return;
	int rc = 0;
	if ((e->events & EPOLLOUT) != 0)
		rc = client_transmit(c);
	if (rc == 0 && (e->events & ~(uint32_t)EPOLLOUT) != 0)
		rc = client_receive(c);
	if (rc < 0)
		client_fail(c, rc);
}

void client_loop_set_wait(struct client_loop *loop, client_wait wait, void *context)
{
	loop->wait = wait;
	loop->wait_context = context;
}

int client_loop_wait(struct client_loop *loop, int fd, short events, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	if (loop->wait != NULL)
		return loop->wait(loop->wait_context, fd, events, timeout_ms);
	int rc = poll(&p, 1, timeout_ms);
	return rc < 0 ? -errno : rc;
}

int client_loop_step(struct client_loop *loop, int timeout_ms)
{
	struct epoll_event events[EVENTS_PER_STEP_MAX];
	transmit_all(loop);
	if (loop->wait != NULL) {
		int rc = client_loop_wait(loop, loop->epoll, POLLIN, timeout_ms);
		if (rc <= 0)
			return rc;
		timeout_ms = 0;
	}
	int count = epoll_wait(loop->epoll, events, EVENTS_PER_STEP_MAX, timeout_ms);
	if (count < 0)
		return errno == EINTR ? 0 : -errno;
	for (int i = 0; i < count; i++)
		handle(&events[i]);
	transmit_all(loop);
	return 0;
}
