// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/fix_plan.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "audit/lint/lint_settings.h"
#include "base/utf16.h"

enum { SHARE_NAME_MAX = 80 }; // MS-SRVS 2.2.4.23: characters; here bytes

bool fix_share_name_ok(const char *name)
{
	size_t len = strlen(name);
	if (len == 0 || len > SHARE_NAME_MAX || isspace((unsigned char)name[0]) ||
		isspace((unsigned char)name[len - 1]))
		return false;
	for (const char *at = name; *at != '\0';) {
		uint32_t c = utf8_next(&at);
		// Separators of lines and paragraphs, marks of direction: nobody would see what they do.
		if (c == UTF8_INVALID || c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2000 && c < 0x2070) ||
			c == 0xFEFF || (c >= 0xD800 && c < 0xE000))
			return false;
		if (c < 0x80 && strchr("\"/\\[]:|<>+=;#,*?%`", (int)c) != NULL)
			return false;
	}
	return !lint_name_equal(name, "global") && !lint_name_equal(name, "globals");
}

static bool reason_add(
	struct arena *a, struct fix_reason ***last, const struct audit_finding *f, const struct fix_row *row)
{
	struct fix_reason *r = arena_zalloc(a, sizeof(*r));
	if (r == NULL)
		return false;
	*r = (struct fix_reason){ .finding = f, .row = row };
	**last = r;
	*last = &r->next;
	return true;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcasecmp(a, b) == 0);
}

// What is found for all shares at once is set where the whole server's settings are.
static bool same_place(enum fix_where a, enum fix_where b)
{
	return (a == FIX_EVERY_SHARE) == (b == FIX_EVERY_SHARE) && a != FIX_LINE && b != FIX_LINE;
}

static bool item_is(
	const struct fix_plan *plan, const struct fix_item *i, const struct fix_row *row, const char *share)
{
	return i != NULL && same_text(i->share, share) && same_place(i->row->where, row->where) &&
	       same_text(i->row->key, row->key) && fix_same_setting(plan->platform, i->row->name, row->name);
}

// The item for the same setting, or where a new one belongs: behind all of its share, shares in the order
// they were found.
static struct fix_item **item_place(struct fix_plan *plan, const struct fix_row *row, const char *share)
{
	struct fix_item **place = share == NULL ? &plan->items : NULL;
	struct fix_item **at = &plan->items;
	for (; *at != NULL; at = &(*at)->next) {
		if (item_is(plan, *at, row, share))
			return at;
		if (same_text((*at)->share, share))
			place = &(*at)->next;
	}
	return place != NULL ? place : at;
}

static bool plan_add(
	struct fix_plan *plan, const struct audit_finding *f, const struct fix_row *row, const char *share)
{
	struct fix_item **place = item_place(plan, row, share);
	struct fix_item *item = *place;
	if (!item_is(plan, item, row, share)) {
		item = arena_zalloc(plan->arena, sizeof(*item));
		if (item == NULL)
			return false;
		*item = (struct fix_item){ .row = row, .share = share, .next = *place };
		item->last_reason = &item->reasons;
		*place = item;
	}
	if (row > item->row) // of the same table: the later one is the stronger
		item->row = row;
	return reason_add(plan->arena, &item->last_reason, f, row);
}

static bool row_concerns(const struct fix_row *row, const struct audit_finding *f)
{
	return strcmp(row->check, f->check->id) == 0 &&
	       (row->subject == NULL || (f->subject != NULL && strcasestr(f->subject, row->subject) != NULL));
}

// Whether some row is about this very subject: those for all do not count then.
static bool has_own_row(const struct fix_plan *plan, const struct audit_finding *f)
{
	for (size_t i = 0; i < plan->platform->row_count; i++) {
		if (plan->platform->rows[i].subject != NULL && row_concerns(&plan->platform->rows[i], f))
			return true;
	}
	return false;
}

static bool plan_row(struct fix_plan *plan, const struct audit_finding *f, const struct fix_row *row)
{
	switch (row->where) {
	case FIX_SHARE:
		// What all shares inherit was found without a share, and is set for all.
		if (f->subject == NULL || strcasecmp(f->subject, "IPC$") == 0)
			return plan_add(plan, f, row, NULL);
		if (!fix_share_name_ok(f->subject))
			return reason_add(plan->arena, &plan->last_open, f, row);
		return plan_add(plan, f, row, f->subject);
	case FIX_GLOBAL:
	case FIX_EVERY_SHARE:
	case FIX_LINE:
		return plan_add(plan, f, row, NULL);
	case FIX_BY_CHOICE:
	case FIX_NOT_POSSIBLE:
		break;
	}
	return reason_add(plan->arena, &plan->last_open, f, row);
}

static bool plan_finding(struct fix_plan *plan, const struct audit_finding *f)
{
	bool any = false, own = has_own_row(plan, f);
	for (size_t i = 0; i < plan->platform->row_count; i++) {
		const struct fix_row *row = &plan->platform->rows[i];
		if (!row_concerns(row, f) || (own && row->subject == NULL))
			continue;
		any = true;
		if (!plan_row(plan, f, row))
			return false;
	}
	return any || reason_add(plan->arena, &plan->last_open, f, NULL);
}

bool fix_plan_make(struct fix_plan *plan, struct arena *arena, const struct audit_subject *subject,
	const struct fix_platform *platform)
{
	*plan = (struct fix_plan){ .platform = platform, .subject = subject, .arena = arena };
	plan->last_open = &plan->open;
	for (const struct audit_finding *f = subject->findings; f != NULL; f = f->next) {
		if (f->waiver == NULL && !plan_finding(plan, f))
			return false;
	}
	return true;
}

void fix_plan_leave_open(struct fix_plan *plan, const struct fix_item *item)
{
	for (const struct fix_reason *r = item->reasons; r != NULL; r = r->next) {
		if (!reason_add(plan->arena, &plan->last_open, r->finding, r->row))
			plan->no_memory = true;
	}
}
