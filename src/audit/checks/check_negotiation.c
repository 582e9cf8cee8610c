// SPDX-License-Identifier: Apache-2.0
// Whether the negotiation itself can be trusted, and what else it tells.
#include <inttypes.h>

#include "audit/checks/checks.h"

enum {
	INDEX_300 = 2,
	INDEX_302 = 3,
	INDEX_311 = 4,
	SKEW_MS_MAX = 5 * 60 * 1000, // what Kerberos tolerates (RFC 4120 1.6)
};

// Where 3.1.1 is not there, there is nothing of it to protect; that it is missing is a finding of its own.
static void check_preauth(const struct check_context *c)
{
	const struct fact *f = &c->facts->preauth_integrity;
	if (fact_is(&c->facts->dialects[INDEX_311], ANSWER_NO))
		return;
	if (fact_is(f, ANSWER_NO))
		(void)!check_report(c, "preauth_integrity_missing", NULL, f);
	else if (fact_is(f, ANSWER_UNKNOWN))
		check_leave_open(c, "preauth_integrity_missing", f);
}

static void check_unnoticed(const struct check_context *c, const char *subject, const struct fact *noticed)
{
	if (fact_is(noticed, ANSWER_NO))
		(void)!check_report(c, "downgrade_unnoticed", subject, noticed);
}

// The question is one: whether somebody on the way can make the connection older than both sides can.
static void check_downgrade(const struct check_context *c)
{
	const struct host_facts *f = c->facts;
	bool has_311 = !fact_is(&f->dialects[INDEX_311], ANSWER_NO);
	bool has_30 =
		fact_is(&f->dialects[INDEX_300], ANSWER_YES) || fact_is(&f->dialects[INDEX_302], ANSWER_YES);
	check_unnoticed(c, "SMB 3.1.1", &f->downgrade_noticed);
	check_unnoticed(c, "SMB 3.0", &f->validate_negotiate);
	check_unnoticed(c, "SMB 3.0", &f->validate_answered);
	if (has_311 && fact_is(&f->downgrade_noticed, ANSWER_UNKNOWN))
		check_leave_open(c, "downgrade_unnoticed", &f->downgrade_noticed);
	else if (has_30 && fact_is(&f->validate_negotiate, ANSWER_UNKNOWN))
		check_leave_open(c, "downgrade_unnoticed", &f->validate_negotiate);
}

static void check_clock(const struct check_context *c)
{
	const struct host_facts *f = c->facts;
	static const char id[] = "clock_skew";
	const struct fact not_told = { .reason = "the server does not tell its time" };
	int64_t skew = f->skew_ms < 0 ? -f->skew_ms : f->skew_ms;
	if (!f->skew_known && f->dialect_max != 0)
		check_leave_open(c, id, &not_told);
	if (!f->skew_known || skew <= SKEW_MS_MAX)
		return;
	struct arena *a = &c->report->arena;
	struct audit_finding *found = report_add_finding(c->report, c->subject, id, NULL);
	char *received = arena_printf(a, "SystemTime is %" PRId64 ".%03" PRId64 " s %s this clock",
		skew / 1000, skew % 1000, f->skew_ms < 0 ? "behind" : "ahead of");
	if (found != NULL && received != NULL)
		(void)!finding_add_evidence(
			c->report, found, "SMB2 NEGOTIATE offering the highest dialect", received);
}

void check_negotiation(const struct check_context *c)
{
	check_preauth(c);
	check_downgrade(c);
	check_clock(c);
}
