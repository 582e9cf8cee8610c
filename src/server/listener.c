// SPDX-License-Identifier: Apache-2.0
#include "server/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/connection.h"
#include "server/server.h"

enum {
	LISTEN_BACKLOG = 4096,
	ACCEPTS_A_ROUND = 64, // then the loop's other work has its turn
	PAUSE_MS = 100,
};

static int set_options(int fd, const struct config_address *a)
{
	int on = 1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0)
		return -errno;
	// Each address is listed by itself, so IPv6 means IPv6.
	if (a->address.ss_family == AF_INET6 &&
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) != 0)
		return -errno;
	return 0;
}

static void listener_describe(struct listener *l)
{
	struct sockaddr_storage a = { 0 };
	socklen_t len = sizeof(a);
	char address[INET6_ADDRSTRLEN] = "";
	uint16_t port = 0;
	if (getsockname(l->fd, (struct sockaddr *)&a, &len) == 0)
		sockaddr_text(&a, address, &port);
	(void)snprintf(
		l->text, sizeof(l->text), a.ss_family == AF_INET6 ? "[%s]:%u" : "%s:%u", address, port);
}

int listener_open(struct listener *l, const struct config_address *a)
{
	*l = (struct listener){ .fd = -1 };
	int fd = socket(a->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	int err = set_options(fd, a);
	if (err == 0 && (bind(fd, (const struct sockaddr *)&a->address, a->len) != 0 ||
				listen(fd, LISTEN_BACKLOG) != 0))
		err = -errno;
	if (err != 0) {
		close(fd);
		return err;
	}
	l->fd = fd;
	listener_describe(l);
	return 0;
}

static bool has_option(int fd, int option, int wanted)
{
	int value = 0;
	socklen_t len = sizeof(value);
	return getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 && value == wanted;
}

int listener_adopt(struct listener *l, int fd)
{
	*l = (struct listener){ .fd = -1 };
	bool is_tcp = has_option(fd, SO_DOMAIN, AF_INET) || has_option(fd, SO_DOMAIN, AF_INET6);
	if (!is_tcp || !has_option(fd, SO_TYPE, SOCK_STREAM) || !has_option(fd, SO_ACCEPTCONN, 1))
		return -EINVAL;
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return -errno;
	l->fd = fd;
	listener_describe(l);
	return 0;
}

static void on_connection(uv_poll_t *poll, int status, int events);

static void on_pause_over(uv_timer_t *timer)
{
	struct listener *l = timer->data;
	(void)uv_poll_start(&l->poll, UV_READABLE, on_connection);
}

// Out of descriptors: without a pause the loop would spin on a socket that stays readable.
static void listener_pause(struct listener *l)
{
	(void)uv_poll_stop(&l->poll);
	(void)uv_timer_start(&l->pause, on_pause_over, PAUSE_MS, 0);
}

static void on_connection(uv_poll_t *poll, int status UNUSED, int events UNUSED)
{
	struct listener *l = poll->data;
	for (int i = 0; i < ACCEPTS_A_ROUND; i++) {
		int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			server_take_socket(l->server, fd);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			listener_pause(l);
		return;
	}
}

int listener_start(struct listener *l, struct server *server, uv_loop_t *loop)
{
	l->server = server;
	int err = uv_poll_init(loop, &l->poll, l->fd);
	if (err == 0)
		err = uv_timer_init(loop, &l->pause);
	if (err != 0)
		return err;
	l->poll.data = l;
	l->pause.data = l;
	return uv_poll_start(&l->poll, UV_READABLE, on_connection);
}

static void on_poll_closed(uv_handle_t *handle)
{
	struct listener *l = handle->data;
	close(l->fd);
	l->fd = -1;
}

void listener_stop(struct listener *l)
{
	(void)uv_poll_stop(&l->poll);
	uv_close((uv_handle_t *)&l->poll, on_poll_closed);
	uv_close((uv_handle_t *)&l->pause, NULL);
}
