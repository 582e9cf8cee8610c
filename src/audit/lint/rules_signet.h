// SPDX-License-Identifier: Apache-2.0
#ifndef SIGNET_AUDIT_LINT_RULES_SIGNET_H
#define SIGNET_AUDIT_LINT_RULES_SIGNET_H

#include "audit/lint/lint_rules.h"

void rules_signet(struct lint_context *c);

#endif
