// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of one format: it is refused in words, or each finding says what it rests on. Nothing
// that it includes is read.
#ifndef SIGNET_FUZZ_LINT_TARGET_H
#define SIGNET_FUZZ_LINT_TARGET_H

#include <assert.h>
#include <stdlib.h>

#include "audit/lint/lint_format.h"

static inline void lint_target_check(const struct audit_subject *s)
{
	assert((s->outcome == AUDIT_UNREADABLE) == (s->error != NULL));
	for (const struct audit_finding *f = s->findings; f != NULL; f = f->next)
		assert(f->file != NULL && f->evidence != NULL && f->evidence->received != NULL);
}

static inline int lint_target_run(enum lint_format format, const uint8_t *data, size_t len)
{
	struct arena arena;
	struct lint_text text;
	struct audit_report report;
	arena_init(&arena, NULL, 0);
	audit_report_init(&report);
	struct audit_subject *s = report_add_subject(&report, "F", 0);
	if (s == NULL)
		abort();
	if (lint_text_of(&arena, "F", data, len, &text) == 0) {
		text.alone = true;
		const struct lint_format_kind *kind = lint_format_recognise(&text);
		assert(kind == NULL || lint_format_find(kind->format) == kind);
		bool done = lint_judge_text(&report, s, &text, format);
		assert(done);
		subject_conclude(s);
		lint_target_check(s);
	}
	audit_report_done(&report);
	arena_reset(&arena);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#endif
