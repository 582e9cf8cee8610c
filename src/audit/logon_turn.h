// SPDX-License-Identifier: Apache-2.0
// Ten thousand hosts must not lock an account out: as long as a host did not take the account, log-ons to it
// wait for one another, and after the first refusal nobody tries again. One thread's.
#ifndef SIGNET_AUDIT_LOGON_TURN_H
#define SIGNET_AUDIT_LOGON_TURN_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/nt_status.h"

struct logon_turn;
struct logon_turn *logon_turn_new(void) WARN_UNUSED;
void logon_turn_free(struct logon_turn *l);

// Waits in the task. False: it was refused, do not try.
bool logon_turn_take(struct logon_turn *l) WARN_UNUSED;
void logon_turn_give(struct logon_turn *l);
// The account must not be tried any more.
void logon_turn_refuse(struct logon_turn *l);
bool logon_turn_is_refused(const struct logon_turn *l);
const char *logon_turn_why(const struct logon_turn *l); // where it is refused

// A KDC did not answer in time. After the second time nobody waits for it any more, which would be one host
// after the other.
void logon_turn_kdc_is_silent(struct logon_turn *l);

// Whether this answer counts as a failed log-on of the account, or says that further ones would.
bool logon_status_counts(struct nt_status status);

#endif
