// SPDX-License-Identifier: Apache-2.0
#include "server/listener_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "server/service_manager.h"

// Those that the service manager has opened take the place of the configured ones.
static int adopt(struct listener_set *s, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int fd = SERVICE_FIRST_SOCKET + (int)i;
		int err = listener_adopt(&s->items[i], fd);
		if (err != 0) {
			log_error("socket %d of the service manager is not one that listens for TCP; use "
				  "ListenStream=ADDRESS:PORT",
				fd);
			return err;
		}
		s->count++;
	}
	return 0;
}

static int bind_configured(struct listener_set *s, const struct config *config)
{
	for (size_t i = 0; i < config->listen_count; i++) {
		int err = listener_open(&s->items[i], &config->listen[i]);
		if (err != 0) {
			log_error("cannot listen on %s: %s; is something else listening there, or the port "
				  "below 1024 without the right to it (CAP_NET_BIND_SERVICE, or a socket "
				  "of systemd's)?",
				config->listen[i].text, strerror(-err));
			return err;
		}
		s->count++;
	}
	return 0;
}

int listener_set_open(struct listener_set *s, const struct config *config)
{
	size_t handed_over = service_sockets_take();
	size_t count = handed_over != 0 ? handed_over : config->listen_count;
	*s = (struct listener_set){ .items = calloc(count + 1, sizeof(*s->items)) };
	if (s->items == NULL)
		return -ENOMEM;
	return handed_over != 0 ? adopt(s, handed_over) : bind_configured(s, config);
}

int listener_set_start(struct listener_set *s, struct server *server, uv_loop_t *loop)
{
	for (size_t i = 0; i < s->count; i++) {
		int err = listener_start(&s->items[i], server, loop);
		if (err != 0)
			return err;
	}
	return 0;
}

void listener_set_stop(struct listener_set *s)
{
	for (size_t i = 0; i < s->count; i++)
		listener_stop(&s->items[i]);
}

void listener_set_free(struct listener_set *s)
{
	free(s->items);
	*s = (struct listener_set){ .items = NULL };
}
