// SPDX-License-Identifier: Apache-2.0
// A host's addresses, looked up by another thread while other hosts are asked.
#ifndef SIGNET_AUDIT_HOST_ADDRESS_H
#define SIGNET_AUDIT_HOST_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/findings.h"
#include "base/attributes.h"

enum { HOST_ADDRESSES_MAX = 4 }; // of one name; more are not tried

struct host_addresses {
	const char *all[HOST_ADDRESSES_MAX]; // numbers, in the report's arena
	size_t count;
};

// The subject's name becomes what was asked for, if that is one. False: there is no address, and the
// subject's error says why.
bool host_addresses_find(struct audit_report *report, const char *host, struct audit_subject *s,
	struct host_addresses *out) WARN_UNUSED;

#endif
