// SPDX-License-Identifier: Apache-2.0
#ifndef SIGNET_AUDIT_LINT_RULES_SAMBA_H
#define SIGNET_AUDIT_LINT_RULES_SAMBA_H

#include "audit/lint/lint_rules.h"

void rules_samba(struct lint_context *c);

#endif
