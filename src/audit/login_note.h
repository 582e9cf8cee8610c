// SPDX-License-Identifier: Apache-2.0
// An account that is of no use is told with the whole report, and not only as the reason of open questions.
#ifndef SIGNET_AUDIT_LOGIN_NOTE_H
#define SIGNET_AUDIT_LOGIN_NOTE_H

#include <stdbool.h>

#include "audit/probe.h"

// When a host's probes have ended; *told: it was, for a report says it once.
void login_note(struct audit_report *report, const struct probe *p, bool *told);

#endif
