// SPDX-License-Identifier: Apache-2.0
// What the lowest and the highest dialect of a server come to, however it writes them.
#ifndef SIGNET_AUDIT_LINT_RULES_DIALECTS_H
#define SIGNET_AUDIT_LINT_RULES_DIALECTS_H

#include <stdint.h>

#include "audit/lint/lint_rules.h"

struct dialect_range {
	struct lint_proof lowest, highest;
	unsigned min, max; // 0x0311; 0x0100: SMB 1
	bool sealed;       // nobody gets further than the negotiation without encryption
};

void rules_dialects(struct lint_context *c, const struct dialect_range *d);

#endif
