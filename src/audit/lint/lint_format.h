// SPDX-License-Identifier: Apache-2.0
// A format: how it is told from others, read and judged. The table is in lint_formats.c.
#ifndef SIGNET_AUDIT_LINT_LINT_FORMAT_H
#define SIGNET_AUDIT_LINT_LINT_FORMAT_H

#include "audit/lint/lint_rules.h"
#include "audit/lint/lint_settings.h"
#include "audit/lint/lint_text.h"

struct lint_format_kind {
	enum lint_format format;
	const char *word;   // of --format: "samba"
	const char *system; // audit_subject.system: "smb.conf"
	const char *
		names[4]; // parts of a file's name that hint at it, "smb.conf", ".reg"; decide between equals
	enum platform platform;
	// How sure it is from the content alone: 0 it is not, 100 it can be nothing else.
	unsigned (*recognise)(const struct lint_text *t);
	// The text's settings; what is wrong with it goes to lint_settings_fail.
	void (*parse)(struct lint_settings *s, const struct lint_text *t);
	void (*judge)(struct lint_context *c);
};

extern const struct lint_format_kind lint_format_samba, lint_format_ksmbd, lint_format_signet;
extern const struct lint_format_kind lint_format_windows_server, lint_format_windows_client,
	lint_format_registry;

extern const struct lint_format_kind *const lint_formats[];
extern const size_t lint_format_count;
// NULL: there is none.
const struct lint_format_kind *lint_format_find(enum lint_format format) WARN_UNUSED;
// By what the text says, then by its name. NULL: it is none of them.
const struct lint_format_kind *lint_format_recognise(const struct lint_text *t) WARN_UNUSED;

// A text that was read already becomes findings of a subject; for lint_file, tests and fuzzing. The subject's
// outcome and error are set, it is not concluded.
bool lint_judge_text(struct audit_report *r, struct audit_subject *subject, const struct lint_text *t,
	enum lint_format format) WARN_UNUSED;

#endif
