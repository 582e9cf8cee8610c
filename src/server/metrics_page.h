// SPDX-License-Identifier: Apache-2.0
// The page that Prometheus reads, over HTTP on a thread of its own: how many connections it takes, for
// how long and with how much memory is bounded, and it holds no lock for longer than it takes to copy
// numbers, so that whoever hangs there is in nobody's way.
#ifndef SIGNET_SERVER_METRICS_PAGE_H
#define SIGNET_SERVER_METRICS_PAGE_H

#include "base/attributes.h"
#include "config/config.h"

struct metrics_page;
struct server;

// Binds and listens, and opens what it will read; nobody is answered yet. 0 or a negative errno.
int metrics_page_open(const struct config_address *address, struct metrics_page **out) WARN_UNUSED;
// Starts the thread. The server must outlive it. 0 or a negative errno.
int metrics_page_start(struct metrics_page *p, struct server *s) WARN_UNUSED;
// Ends the thread and frees; NULL is fine.
void metrics_page_free(struct metrics_page *p);

#endif
