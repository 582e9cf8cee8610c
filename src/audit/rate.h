// SPDX-License-Identifier: Apache-2.0
// How fast connections are opened, to all hosts together: each takes the next moment that is free. One
// thread's.
#ifndef SIGNET_AUDIT_RATE_H
#define SIGNET_AUDIT_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

struct rate;
struct rate *rate_new(unsigned per_second) WARN_UNUSED; // 0: without a limit
void rate_free(struct rate *r);
// Waits in the task until it is its turn, or soon after *stop was set (NULL: nobody sets it); how long it
// waited, in milliseconds.
uint64_t rate_wait(struct rate *r, const bool *stop);

#endif
