// SPDX-License-Identifier: Apache-2.0
// Is there anything at all that speaks SMB? Asked before the probes, so that what is dead costs one
// connection.
#ifndef SIGNET_AUDIT_ALIVE_H
#define SIGNET_AUDIT_ALIVE_H

#include "audit/probe.h"

// 0, or a negative errno: then p->error says what is there instead. -ECONNREFUSED and the like: nothing.
int probe_alive(struct probe *p) WARN_UNUSED;

#endif
