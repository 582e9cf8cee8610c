// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/fix_plan.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <uthash.h>

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

// --- items -------------------------------------------------------------------------------------------

// The items of one place: the whole server's, a share's, or lines that go.
struct group {
	const char *share; // NULL: not of a share
	const char *key;   // the share's name in small letters
	struct fix_item *items, **last;
	struct group *next;
	UT_hash_handle hh;
};

// Found by share, for a server may have many thousands of them.
struct groups {
	struct fix_plan *plan;
	struct group server, lines;
	struct group *shares, **last; // in the order they were found
	struct group *by_key;
};

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcasecmp(a, b) == 0);
}

static struct group *share_group_new(struct groups *g, const char *share, const char *key)
{
	struct group *group = arena_zalloc(g->plan->arena, sizeof(*group));
	if (group == NULL)
		return NULL;
	group->share = share;
	group->key = key;
	group->last = &group->items;
	HASH_ADD_KEYPTR(hh, g->by_key, group->key, strlen(group->key), group);
	*g->last = group;
	g->last = &group->next;
	return group;
}

static struct group *share_group(struct groups *g, const char *share)
{
	struct group *found = NULL;
	char *key = arena_strdup(g->plan->arena, share);
	if (key == NULL)
		return NULL;
	for (char *c = key; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	HASH_FIND_STR(g->by_key, key, found);
	return found != NULL ? found : share_group_new(g, share, key);
}

// What is found for all shares at once is set where the whole server's settings are.
static bool same_place(enum fix_where a, enum fix_where b)
{
	return (a == FIX_EVERY_SHARE) == (b == FIX_EVERY_SHARE);
}

static bool item_is(const struct fix_plan *plan, const struct fix_item *i, const struct fix_row *row)
{
	return same_place(i->row->where, row->where) && same_text(i->row->key, row->key) &&
	       fix_same_setting(plan->platform, i->row->name, row->name);
}

static struct fix_item *item_new(struct groups *g, struct group *group, const struct fix_row *row)
{
	struct fix_item *item = arena_zalloc(g->plan->arena, sizeof(*item));
	if (item == NULL)
		return NULL;
	*item = (struct fix_item){ .row = row, .share = group->share };
	item->last_reason = &item->reasons;
	*group->last = item;
	group->last = &item->next;
	return item;
}

// The item for the same setting, or a new one. A line that goes is one of its own.
static struct fix_item *item_for(struct groups *g, struct group *group, const struct fix_row *row)
{
	for (struct fix_item *i = group != &g->lines ? group->items : NULL; i != NULL; i = i->next) {
		if (item_is(g->plan, i, row))
			return i;
	}
	return item_new(g, group, row);
}

static bool plan_add(
	struct groups *g, struct group *group, const struct audit_finding *f, const struct fix_row *row)
{
	struct fix_item *item = group != NULL ? item_for(g, group, row) : NULL;
	if (item == NULL)
		return false;
	if (row > item->row) // of the same table: the later one is the stronger
		item->row = row;
	return reason_add(g->plan->arena, &item->last_reason, f, row);
}

// --- findings ----------------------------------------------------------------------------------------

// A file has no port.
static bool is_for_finder(const struct fix_plan *plan, const struct fix_row *row)
{
	bool by_lint = plan->subject->port == 0;
	return row->found_by == FIX_FOUND_BY_ALL || by_lint == (row->found_by == FIX_FOUND_BY_LINT);
}

static bool row_concerns(
	const struct fix_plan *plan, const struct fix_row *row, const struct audit_finding *f)
{
	return strcmp(row->check, f->check->id) == 0 && is_for_finder(plan, row) &&
	       (row->subject == NULL || (f->subject != NULL && strcasestr(f->subject, row->subject) != NULL));
}

// Whether some row is about this very subject: those for all do not count then.
static bool has_own_row(const struct fix_plan *plan, const struct audit_finding *f)
{
	for (size_t i = 0; i < plan->platform->row_count; i++) {
		if (plan->platform->rows[i].subject != NULL &&
			row_concerns(plan, &plan->platform->rows[i], f))
			return true;
	}
	return false;
}

static bool plan_row(struct groups *g, const struct audit_finding *f, const struct fix_row *row)
{
	struct fix_plan *plan = g->plan;
	switch (row->where) {
	case FIX_SHARE:
		// What all shares inherit was found without a share, and is set for all.
		if (f->subject == NULL || strcasecmp(f->subject, "IPC$") == 0)
			return plan_add(g, &g->server, f, row);
		if (!fix_share_name_ok(f->subject))
			return reason_add(plan->arena, &plan->last_open, f, row);
		return plan_add(g, share_group(g, f->subject), f, row);
	case FIX_GLOBAL:
	case FIX_EVERY_SHARE:
		return plan_add(g, &g->server, f, row);
	case FIX_LINE:
		return plan_add(g, &g->lines, f, row);
	case FIX_BY_CHOICE:
	case FIX_NOT_POSSIBLE:
		break;
	}
	return reason_add(plan->arena, &plan->last_open, f, row);
}

static bool plan_finding(struct groups *g, const struct audit_finding *f)
{
	const struct fix_plan *plan = g->plan;
	bool any = false, own = has_own_row(plan, f);
	for (size_t i = 0; i < plan->platform->row_count; i++) {
		const struct fix_row *row = &plan->platform->rows[i];
		if (!row_concerns(plan, row, f) || (own && row->subject == NULL))
			continue;
		any = true;
		if (!plan_row(g, f, row))
			return false;
	}
	return any || reason_add(plan->arena, &g->plan->last_open, f, NULL);
}

// All in one list: the whole server's, lines, then share by share.
static void items_join(struct groups *g)
{
	*g->server.last = g->lines.items;
	struct fix_item **last = g->lines.items != NULL ? g->lines.last : g->server.last;
	for (struct group *share = g->shares; share != NULL; share = share->next) {
		*last = share->items;
		last = share->last;
	}
	g->plan->items = g->server.items;
}

bool fix_plan_make(struct fix_plan *plan, struct arena *arena, const struct audit_subject *subject,
	const struct fix_platform *platform)
{
	struct groups g = { .plan = plan };
	bool ok = true;
	*plan = (struct fix_plan){ .platform = platform, .subject = subject, .arena = arena };
	plan->last_open = &plan->open;
	g.server.last = &g.server.items;
	g.lines.last = &g.lines.items;
	g.last = &g.shares;
	for (const struct audit_finding *f = subject->findings; ok && f != NULL; f = f->next)
		ok = f->waiver != NULL || plan_finding(&g, f);
	items_join(&g);
	HASH_CLEAR(hh, g.by_key);
	return ok;
}

void fix_plan_leave_open(struct fix_plan *plan, const struct fix_item *item)
{
	for (const struct fix_reason *r = item->reasons; r != NULL; r = r->next) {
		if (!reason_add(plan->arena, &plan->last_open, r->finding, r->row))
			plan->no_memory = true;
	}
}
