// SPDX-License-Identifier: Apache-2.0
// The life of a connection: TCP, what is sent, and how it ends.
#include "client/client_state.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { BLOCKS_PER_SEND_MAX = 32 };

const struct client_facts *client_facts(const struct client *c)
{
	return &c->facts;
}

int client_fault(const struct client *c)
{
	return c->fault;
}

uint32_t client_in_flight(const struct client *c)
{
	uint32_t count = c->table.used;
	for (const struct client_output *o = c->pending.first; o != NULL; o = o->next)
		count += o->part_count;
	return count;
}

static int watch(struct client *c, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = c };
	if (c->events == events)
		return 0;
	if (epoll_ctl(c->loop->epoll, c->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, c->fd, &e) < 0)
		return -errno;
	c->events = events;
	return 0;
}

// Drops len bytes that were sent from the queue's front.
static void sending_advance(struct client *c, size_t len)
{
	while (len > 0) {
		struct client_output *o = c->sending.first;
		size_t left = o->w.pos - o->start;
		if (len < left) {
			o->start += len;
			return;
		}
		len -= left;
		client_output_give_back(c->loop, client_output_pop(&c->sending));
	}
}

int client_transmit(struct client *c)
{
	while (c->sending.first != NULL) {
		struct iovec parts[BLOCKS_PER_SEND_MAX];
		struct msghdr m = { .msg_iov = parts };
		for (struct client_output *o = c->sending.first;
			o != NULL && m.msg_iovlen < BLOCKS_PER_SEND_MAX; o = o->next)
			parts[m.msg_iovlen++] = (struct iovec){ o->bytes + o->start, o->w.pos - o->start };
		ssize_t sent = sendmsg(c->fd, &m, MSG_NOSIGNAL);
		if (sent < 0 && errno == EAGAIN)
			return watch(c, EPOLLIN | EPOLLOUT);
		if (sent < 0 && errno != EINTR)
			return -errno;
		if (sent > 0)
			sending_advance(c, (size_t)sent);
	}
	return watch(c, EPOLLIN);
}

void client_mark_dirty(struct client *c)
{
	if (c->dirty)
		return;
	c->dirty = true;
	c->next_dirty = c->loop->dirty;
	c->loop->dirty = c;
}

static void unmark_dirty(struct client *c)
{
	for (struct client **at = &c->loop->dirty; *at != NULL; at = &(*at)->next_dirty) {
		if (*at == c) {
			*at = c->next_dirty;
			break;
		}
	}
	c->dirty = false;
}

static void request_fail(struct client_request *r, int fault)
{
	struct client_reply reply = { .fault = fault };
	client_done done = r->done;
	void *context = r->context;
	free(r);
	done(context, &reply);
}

static void pending_fail(struct client *c, int fault)
{
	struct client_output *o;
	while ((o = client_output_pop(&c->pending)) != NULL) {
		for (unsigned i = 0; i < o->part_count; i++)
			request_fail(o->parts[i].request, fault);
		client_output_give_back(c->loop, o);
	}
}

void client_fail(struct client *c, int fault)
{
	if (c->fault != 0)
		return;
	c->fault = fault;
	if (c->fd >= 0)
		(void)close(c->fd);
	c->fd = -1;
	c->events = 0;
	struct client_output *o;
	while ((o = client_output_pop(&c->sending)) != NULL)
		client_output_give_back(c->loop, o);
	for (uint32_t i = 0; i < c->table.slot_count; i++) {
		struct client_request *r = c->table.slots[i];
		if (r == NULL)
			continue;
		client_table_remove(&c->table, r);
		request_fail(r, fault);
	}
	pending_fail(c, fault);
}

void client_free(struct client *c)
{
	if (c == NULL)
		return;
	client_fail(c, -ECANCELED);
	unmark_dirty(c);
	if (c->open != NULL)
		client_output_forget(c, c->open);
	client_keys_drop(c);
	client_table_done(&c->table);
	free(c->input.bytes);
	free(c->negotiate_token);
	free(c->host);
	free(c);
}

static int socket_connected(struct client_loop *loop, int fd, int timeout_ms)
{
	int error = 0;
	socklen_t len = sizeof(error);
	int rc = client_loop_wait(loop, fd, POLLOUT, timeout_ms);
	if (rc <= 0)
		return rc == 0 ? -ETIMEDOUT : rc;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return -errno;
	return -error;
}

// The port is chosen only when connecting, so that many connections to other places can share it.
static int socket_bind(int fd, const char *local)
{
	struct sockaddr_in from = { .sin_family = AF_INET };
	int on = 1;
	if (local == NULL)
		return 0;
	if (inet_pton(AF_INET, local, &from.sin_addr) != 1)
		return -EINVAL;
	(void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	return bind(fd, (const struct sockaddr *)&from, sizeof(from)) < 0 ? -errno : 0;
}

static int socket_open(struct client_loop *loop, const struct addrinfo *a, const char *local, int timeout_ms)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	int on = 1;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	int rc = socket_bind(fd, local);
	if (rc == 0)
		rc = connect(fd, a->ai_addr, a->ai_addrlen) < 0 ? -errno : 0;
	if (rc == -EINPROGRESS)
		rc = socket_connected(loop, fd, timeout_ms);
	if (rc == 0)
		return fd;
	(void)close(fd);
	return rc;
}

int client_dial(struct client_loop *loop, const char *host, uint16_t port, const char *local, int timeout_ms)
{
	char service[8];
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	(void)snprintf(service, sizeof(service), "%u", port);
	if (getaddrinfo(host, service, &hints, &list) != 0)
		return -EHOSTUNREACH;
	int fd = -EHOSTUNREACH;
	for (const struct addrinfo *a = list; a != NULL && fd < 0; a = a->ai_next)
		fd = socket_open(loop, a, local, timeout_ms);
	freeaddrinfo(list);
	return fd;
}
