// SPDX-License-Identifier: Apache-2.0
// How everything that belongs to a probe waits: in its task, and no longer than its host's time.
#ifndef SIGNET_AUDIT_PROBE_WAIT_H
#define SIGNET_AUDIT_PROBE_WAIT_H

#include "base/attributes.h"

// A client_wait; context: the struct probe. -ECANCELED: see probe_is_over.
int probe_wait(void *context, int fd, short events, int timeout_ms) WARN_UNUSED;

#endif
