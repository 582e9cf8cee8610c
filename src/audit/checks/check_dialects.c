// SPDX-License-Identifier: Apache-2.0
// Which dialects are accepted.
#include "audit/checks/checks.h"

enum { INDEX_202, INDEX_210, INDEX_300, INDEX_302, INDEX_311 };

static void check_smb1(const struct check_context *c)
{
	const struct fact *f = &c->facts->smb1;
	if (fact_is(f, ANSWER_YES))
		(void)!check_report(c, "smb1_accepted", NULL, f);
	else if (fact_is(f, ANSWER_UNKNOWN))
		check_leave_open(c, "smb1_accepted", f);
}

// One finding for a group of dialects, with the evidence of each that is accepted.
static void check_group(const struct check_context *c, const char *id, unsigned first, unsigned last)
{
	const struct fact *unknown = NULL;
	bool found = false;
	for (unsigned i = first; i <= last; i++) {
		const struct fact *f = &c->facts->dialects[i];
		if (fact_is(f, ANSWER_YES))
			found = check_report(c, id, NULL, f) != NULL;
		else if (fact_is(f, ANSWER_UNKNOWN))
			unknown = f;
	}
	if (!found && unknown != NULL)
		check_leave_open(c, id, unknown);
}

// Of a host that does not speak SMB2 at all there is another finding, or nothing to say.
static void check_311(const struct check_context *c)
{
	const struct fact *f = &c->facts->dialects[INDEX_311];
	if (fact_is(f, ANSWER_NO))
		(void)!check_report(c, "smb311_not_offered", NULL, f);
	else if (fact_is(f, ANSWER_UNKNOWN))
		check_leave_open(c, "smb311_not_offered", f);
}

void check_dialects(const struct check_context *c)
{
	check_smb1(c);
	check_group(c, "old_dialect_accepted", INDEX_202, INDEX_210);
	check_group(c, "dialect_below_311", INDEX_300, INDEX_302);
	check_311(c);
}
