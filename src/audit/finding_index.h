// SPDX-License-Identifier: Apache-2.0
// Finds a subject's finding by check and subject, so that a host with a hundred thousand shares does not cost
// their square.
#ifndef SIGNET_AUDIT_FINDING_INDEX_H
#define SIGNET_AUDIT_FINDING_INDEX_H

#include "audit/findings.h"

struct audit_finding *finding_index_find(
	const struct audit_subject *s, const struct check *check, const char *subject) WARN_UNUSED;
// False when memory is out.
bool finding_index_add(struct arena *a, struct audit_subject *s, struct audit_finding *f) WARN_UNUSED;

#endif
