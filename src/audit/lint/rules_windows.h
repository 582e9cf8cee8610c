// SPDX-License-Identifier: Apache-2.0
// What Windows' settings leave open, whichever way they were written out: both the JSON of PowerShell and
// the registry have most of them. One table (windows_settings.c) says what each should be.
#ifndef SIGNET_AUDIT_LINT_RULES_WINDOWS_H
#define SIGNET_AUDIT_LINT_RULES_WINDOWS_H

#include "audit/lint/lint_rules.h"

// Sections of the JSON, by what kind of object it is.
#define WINDOWS_SERVER_SECTION "Get-SmbServerConfiguration"
#define WINDOWS_CLIENT_SECTION "Get-SmbClientConfiguration"

void rules_windows_judge(struct lint_context *c);

// Whether the setting has a number, as JSON, registry and enumerations' names have them.
bool windows_number(const struct lint_setting *s, uint32_t *out) WARN_UNUSED;

#endif
