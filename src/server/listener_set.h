// SPDX-License-Identifier: Apache-2.0
// All that the server listens on: what the configuration names, or what the service manager has opened.
#ifndef SIGNET_SERVER_LISTENER_SET_H
#define SIGNET_SERVER_LISTENER_SET_H

#include <stddef.h>
#include <uv.h>

#include "base/attributes.h"
#include "config/config.h"
#include "server/listener.h"

struct server;

struct listener_set {
	struct listener *items;
	size_t count;
};

// Needs the privileges that low ports need. 0 or a negative errno, and what is wrong was logged.
int listener_set_open(struct listener_set *s, const struct config *config) WARN_UNUSED;
int listener_set_start(struct listener_set *s, struct server *server, uv_loop_t *loop) WARN_UNUSED;
void listener_set_stop(struct listener_set *s); // nobody is accepted any more
void listener_set_free(struct listener_set *s);

#endif
