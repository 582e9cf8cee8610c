// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/fix.h"

#include <errno.h>

#include "audit/fix/fix_patch.h"
#include "audit/fix/fix_plan.h"
#include "audit/fix/fix_text.h"

enum { UNREACHABLE_NAMED = 16 }; // of a network that was swept, the rest is a number

static void write_title(FILE *out, const struct fix_platform *p, const struct audit_subject *s)
{
	fputs(p->line_end, out);
	if (s->port != 0)
		fix_comment(out, p, "%s, port %u%s%s%s", s->address, s->port, s->name != NULL ? " (" : "",
			s->name != NULL ? s->name : "", s->name != NULL ? ")" : "");
	else
		fix_comment(out, p, "%s", s->address);
}

// A file of this platform is patched; anything else gets the settings to be copied.
static bool is_patched(
	const struct audit_report *r, const struct audit_subject *s, const struct fix_platform *p)
{
	return r->is_lint && p->format != LINT_UNKNOWN && s->platform_known && s->platform == p->platform;
}

static bool is_windows(enum platform p)
{
	return p == PLATFORM_WINDOWS_POWERSHELL || p == PLATFORM_WINDOWS_REGISTRY;
}

static void warn_of_platform(FILE *out, const struct audit_subject *s, const struct fix_platform *p)
{
	if (!s->platform_known || s->platform == p->platform ||
		(is_windows(s->platform) && is_windows(p->platform)))
		return;
	fix_comment(out, p, "NOTE: this looks like %s, the fix is for %s", platform_name(s->platform),
		platform_name(p->platform));
}

// Settings to be copied: a line that is not wanted cannot be taken out by them.
static void write_settings(FILE *out, struct fix_plan *plan)
{
	for (const struct fix_item *i = plan->items; i != NULL; i = i->next) {
		if (i->row->where == FIX_LINE)
			fix_plan_leave_open(plan, i);
	}
	plan->platform->write(out, plan);
}

static int write_plan(FILE *out, const struct audit_report *r, struct fix_plan *plan)
{
	const struct fix_platform *p = plan->platform;
	write_title(out, p, plan->subject);
	warn_of_platform(out, plan->subject, p);
	if (plan->subject->error != NULL)
		fix_comment(out, p, "NOTE: %s", plan->subject->error);
	else if (plan->items == NULL && plan->open == NULL)
		fix_comment(out, p, "nothing to close");
	int written = -ENOTSUP;
	if (plan->items != NULL && is_patched(r, plan->subject, p)) {
		written = fix_write_patch(out, plan);
		if (written < 0)
			fix_comment(out, p, "the file cannot be read as it was: the settings alone");
	}
	if (plan->items != NULL && written < 0)
		write_settings(out, plan);
	fix_comment_open(out, plan);
	return plan->no_memory ? -ENOMEM : 0;
}

static int write_subject(
	FILE *out, const struct audit_report *r, const struct audit_subject *s, const struct fix_platform *p)
{
	struct arena arena;
	struct fix_plan plan;
	arena_init(&arena, NULL, 0);
	int result = fix_plan_make(&plan, &arena, s, p) ? write_plan(out, r, &plan) : -ENOMEM;
	arena_reset(&arena);
	return result;
}

// What is missing here must not look like what has nothing to close.
static void write_unreachable(FILE *out, const struct audit_report *r, const struct fix_platform *p)
{
	size_t count = 0;
	for (const struct audit_subject *s = r->subjects; s != NULL; s = s->next) {
		if (s->outcome != AUDIT_UNREACHABLE || count++ >= UNREACHABLE_NAMED)
			continue;
		write_title(out, p, s);
		fix_comment(out, p, "NOTE: not audited: %s", s->error != NULL ? s->error : "unreachable");
	}
	if (count > UNREACHABLE_NAMED) {
		fputs(p->line_end, out);
		fix_comment(out, p, "NOTE: %zu more were not audited either", count - UNREACHABLE_NAMED);
	}
}

int fix_write(FILE *out, const struct audit_report *r, enum platform platform)
{
	const struct fix_platform *p = fix_platform_find(platform);
	if (p == NULL)
		return -EINVAL;
	if (p->begin != NULL)
		p->begin(out);
	fix_comment(
		out, p, "What closes the findings, by Signet. Nothing was changed: read it, then apply it.");
	for (const struct audit_subject *s = r->subjects; s != NULL; s = s->next) {
		int result = s->outcome == AUDIT_UNREACHABLE ? 0 : write_subject(out, r, s, p);
		if (result < 0)
			return result;
	}
	write_unreachable(out, r, p);
	return ferror(out) != 0 ? -EIO : 0;
}
