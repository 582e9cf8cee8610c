// SPDX-License-Identifier: Apache-2.0
#include "audit/lint/rules_dialects.h"

static void judge_lowest(struct lint_context *c, const struct dialect_range *d)
{
	if (d->min < 0x0202)
		(void)lint_report(c, "smb1_accepted", NULL, &d->lowest, NULL);
	if (d->min < 0x0300) {
		struct audit_finding *f = lint_report(c, "old_dialect_accepted", NULL, &d->lowest, NULL);
		if (d->sealed)
			lint_rate(f, AUDIT_LOW, 'B');
	}
	if (d->min < 0x0311)
		(void)lint_report(c, "dialect_below_311", NULL, &d->lowest, NULL);
}

static void judge_highest(struct lint_context *c, const struct dialect_range *d)
{
	if (d->max < 0x0311)
		(void)lint_report(c, "smb311_not_offered", NULL, &d->highest, NULL);
	if (d->max < 0x0300)
		(void)lint_report(
			c, "encryption_not_supported", NULL, &d->highest, "SMB 3 is the first that encrypts");
}

void rules_dialects(struct lint_context *c, const struct dialect_range *d)
{
	if (d->min > d->max) {
		struct audit_finding *f = lint_report(c, "setting_contradiction", d->lowest.name, &d->lowest,
			"the lowest protocol is above the highest: nobody can connect");
		lint_add_proof(c, f, &d->highest);
		return;
	}
	judge_lowest(c, d);
	judge_highest(c, d);
}
