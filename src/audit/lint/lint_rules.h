// SPDX-License-Identifier: Apache-2.0
// What rules need: settings to look at, and a way to say what follows from one, or from its absence.
#ifndef SIGNET_AUDIT_LINT_LINT_RULES_H
#define SIGNET_AUDIT_LINT_LINT_RULES_H

#include "audit/lint/lint_settings.h"

struct lint_context {
	struct audit_report *report;
	struct audit_subject *subject;
	const struct lint_settings *settings;
	bool no_memory; // sticky; findings are lost then
};

// What a finding rests on: a setting that stands in the file, or one that does not and so has its default.
struct lint_proof {
	const struct lint_setting *setting; // NULL: not set
	const char *name;                   // of the setting, when it is not set
	const char *section;                // where it would belong; NULL: where the format has none
	const char *standard;               // the default's value
	const char *meaning;                // what that comes to; NULL: it says so itself
};

// A finding with its evidence, file and line: the line as it stands, or "not set; the default is X".
// subject: the share, setting, ... it is about; NULL: the whole file. summary (printf; NULL: the title says
// it all). The result is for changes of severity and grade; NULL: memory is out.
struct audit_finding *lint_report(struct lint_context *c, const char *id, const char *subject,
	const struct lint_proof *proof, const char *summary, ...) PRINTF_LIKE(5, 6);
// The same for a setting that is there.
struct audit_finding *lint_report_setting(struct lint_context *c, const char *id, const char *subject,
	const struct lint_setting *setting, const char *summary, ...) PRINTF_LIKE(5, 6);
// What the format noticed (lint_settings_remark) becomes findings and open questions.
void lint_report_remarks(struct lint_context *c);
// Another line that the finding rests on. finding may be NULL.
void lint_add_proof(struct lint_context *c, struct audit_finding *finding, const struct lint_proof *proof);
// What a finding about a setting is about: "name", or "share: name" outside of [global]. NULL: memory is out.
const char *lint_subject(struct lint_context *c, const char *section, const char *name) WARN_UNUSED;
// A case that is milder or worse than the catalogue's. finding may be NULL.
void lint_rate(struct audit_finding *finding, enum audit_severity severity, char grade);

#endif
