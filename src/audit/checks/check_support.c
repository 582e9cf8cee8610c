// SPDX-License-Identifier: Apache-2.0
#include "audit/probe.h"

struct audit_finding *check_report(
	const struct check_context *c, const char *id, const char *subject, const struct fact *proof)
{
	struct audit_finding *f = report_add_finding(c->report, c->subject, id, subject);

	for (const struct evidence *e = proof ? proof->evidence : NULL; f && e; e = e->next) {
		if (!finding_add_evidence(c->report, f, e->sent, e->received))
			return NULL;
	}
	return f;
}

// Nobody came so far: the probes ended early, or had no account.
static const char *why_not_asked(const struct check_context *c, const char *id)
{
	const struct check *check = check_find(id);
	if (c->subject->error)
		return c->subject->error;
	if (!check || !(check->how & CHECK_OBSERVED_AUTH) || fact_is(&c->facts->logged_on, ANSWER_YES))
		return "not asked";
	return c->facts->logged_on.reason ? c->facts->logged_on.reason : "needs credentials";
}

void check_leave_open(const struct check_context *c, const char *id, const struct fact *f)
{
	report_add_open(c->report, c->subject, id, f && f->reason ? f->reason : why_not_asked(c, id));
}
