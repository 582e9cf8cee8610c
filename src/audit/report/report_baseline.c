// SPDX-License-Identifier: Apache-2.0
// What an earlier report had is known, unless it has become worse since.
#include <errno.h>

#include "audit/report/report_clean.h"
#include "audit/report/report_earlier.h"

static bool is_known(struct arena *a, const struct earlier_subject *before, const struct audit_finding *f)
{
	const char *subject = report_clean(a, f->subject);
	const char *key = earlier_finding_key(a, f->check->id, subject);
	const struct earlier_finding *old = key ? earlier_finding_find(before, key) : NULL;

	return old && f->severity <= old->severity && f->grade <= old->grade;
}

static void subject_apply(struct arena *a, const struct earlier_report *before, struct audit_subject *s)
{
	const char *address = report_clean(a, s->address);
	const char *key = address ? earlier_subject_key(a, address, s->port) : NULL;
	const struct earlier_subject *old = key ? earlier_subject_find(before, key) : NULL;

	for (struct audit_finding *f = s->findings; f && old; f = f->next)
		f->known = is_known(a, old, f);
	arena_reset(a);
}

int report_apply_baseline(struct audit_report *r, const char *path, char error[REPORT_ERROR_LEN])
{
	struct earlier_report before;
	struct arena scratch;
	int result = earlier_report_read(&before, path, error);

	if (result == 0 && before.is_lint != r->is_lint) {
		(void)snprintf(error, REPORT_ERROR_LEN, "%s: is a report of signet %s", path,
			before.is_lint ? "lint" : "audit");
		result = -EINVAL;
	}
	arena_init(&scratch, NULL, 0);
	for (struct audit_subject *s = r->subjects; s && result == 0; s = s->next)
		subject_apply(&scratch, &before, s);
	r->has_baseline = r->has_baseline || result == 0;
	earlier_report_done(&before);
	return result;
}
