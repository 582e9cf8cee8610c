// SPDX-License-Identifier: Apache-2.0
// The sockets that clients come in by. They live on the main thread's loop and hand what they accept
// to the server.
#ifndef SIGNET_SERVER_LISTENER_H
#define SIGNET_SERVER_LISTENER_H

#include <netinet/in.h>
#include <uv.h>

#include "base/attributes.h"
#include "config/config.h"

struct server;

struct listener {
	struct server *server;
	uv_poll_t poll;
	uv_timer_t pause; // when the process has no descriptors left
	int fd;
	char text[INET6_ADDRSTRLEN + 16]; // "address:port", for people
};

// Binds and listens; nothing is accepted before listener_start. 0 or a negative errno.
int listener_open(struct listener *l, const struct config_address *address) WARN_UNUSED;
// Takes a socket that listens already; -EINVAL: it is none, or not TCP.
int listener_adopt(struct listener *l, int fd) WARN_UNUSED;
int listener_start(struct listener *l, struct server *server, uv_loop_t *loop) WARN_UNUSED;
// Accepts no more; the handles are closed on their loop.
void listener_stop(struct listener *l);

#endif
