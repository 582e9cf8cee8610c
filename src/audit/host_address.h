// SPDX-License-Identifier: Apache-2.0
// A host's address, looked up by another thread while other hosts are asked.
#ifndef SIGNET_AUDIT_HOST_ADDRESS_H
#define SIGNET_AUDIT_HOST_ADDRESS_H

#include <stdbool.h>

#include "audit/findings.h"
#include "base/attributes.h"

// The subject's address becomes a number, its name what was asked for. False: there is none, and the
// subject's error says why.
bool host_address_find(struct audit_report *report, const char *host, struct audit_subject *s) WARN_UNUSED;

#endif
