// SPDX-License-Identifier: Apache-2.0
// Whether a session is told the host's network interfaces (FSCTL_QUERY_NETWORK_INTERFACE_INFO).
#ifndef SIGNET_AUDIT_PROBES_TRY_INTERFACES_H
#define SIGNET_AUDIT_PROBES_TRY_INTERFACES_H

#include "audit/probes/exposure_session.h"

void exposure_try_interfaces(struct exposure *e, struct fact *f);

#endif
