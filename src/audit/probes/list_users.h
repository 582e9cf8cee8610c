// SPDX-License-Identifier: Apache-2.0
// Whether a session may list the host's accounts (MS-SAMR): names are read, a bounded number of them.
#ifndef SIGNET_AUDIT_PROBES_LIST_USERS_H
#define SIGNET_AUDIT_PROBES_LIST_USERS_H

#include "audit/probes/exposure_session.h"

void exposure_list_users(struct exposure *e, struct fact *f);

#endif
