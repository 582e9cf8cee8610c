// SPDX-License-Identifier: Apache-2.0
#ifndef SIGNET_AUDIT_REPORT_REPORT_SARIF_RULES_H
#define SIGNET_AUDIT_REPORT_REPORT_SARIF_RULES_H

#include "audit/catalogue.h"
#include "audit/report/report_value.h"

// The whole catalogue as SARIF's reportingDescriptors, in its order (a result's ruleIndex).
json_t *sarif_rules(struct value_builder *b);
const char *sarif_level(enum audit_severity s);

#endif
