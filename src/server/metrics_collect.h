// SPDX-License-Identifier: Apache-2.0
// What there is to tell of a running server, at one time.
#ifndef SIGNET_SERVER_METRICS_COLLECT_H
#define SIGNET_SERVER_METRICS_COLLECT_H

#include <stdio.h>

#include "base/attributes.h"

struct server;

// Prints the page of metrics. memory_fd is /proc/self/statm, or negative. 0 or -ENOMEM. Thread-safe.
int metrics_collect(struct server *s, int memory_fd, FILE *out) WARN_UNUSED;

#endif
