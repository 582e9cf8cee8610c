// SPDX-License-Identifier: Apache-2.0
#include "audit/report/report_changes.h"

#include <string.h>

struct comparison {
	struct arena *arena;
	struct subject_change *change;
	struct finding_change **last;
	bool no_memory;
};

static void change_add(struct comparison *c, enum change_kind kind, const struct earlier_finding *f)
{
	struct finding_change *one = arena_zalloc(c->arena, sizeof(*one));

	if (!one) {
		c->no_memory = true;
		return;
	}
	one->kind = kind;
	one->finding = f;
	*c->last = one;
	c->last = &one->next;
	if (kind == CHANGE_APPEARED || kind == CHANGE_WORSE)
		c->change->worse = true;
	if (kind == CHANGE_GONE || kind == CHANGE_BETTER)
		c->change->better = true;
}

static bool is_open(const struct earlier_subject *s, const char *id)
{
	for (const struct earlier_open *q = s->open; q; q = q->next) {
		if (strcmp(q->id, id) == 0)
			return true;
	}
	return false;
}

// A finding that was waived counts as not there; one that is waived now was not mended.
static void compare_new(
	struct comparison *c, const struct earlier_finding *now, const struct earlier_finding *old)
{
	bool was = old && !old->waived;

	if (now->waived && was)
		change_add(c, CHANGE_WAIVED, now);
	else if (!now->waived && !was)
		change_add(c, CHANGE_APPEARED, now);
	else if (!now->waived && (now->severity > old->severity || now->grade > old->grade))
		change_add(c, CHANGE_WORSE, now);
	else if (!now->waived && (now->severity < old->severity || now->grade < old->grade))
		change_add(c, CHANGE_BETTER, now);
}

static void compare_findings(
	struct comparison *c, const struct earlier_subject *old, const struct earlier_subject *now)
{
	for (const struct earlier_finding *f = now ? now->findings : NULL; f; f = f->next)
		compare_new(c, f, old ? earlier_finding_find(old, f->key) : NULL);
	for (const struct earlier_finding *f = old && now ? old->findings : NULL; f; f = f->next) {
		if (f->waived || earlier_finding_find(now, f->key))
			continue;
		change_add(c, !now->answered || is_open(now, f->id) ? CHANGE_UNKNOWN : CHANGE_GONE, f);
	}
}

static bool is_change(const struct subject_change *c)
{
	return !c->old || !c->now || c->findings || c->old->grade != c->now->grade;
}

static void judge(struct subject_change *c)
{
	if (!c->old || !c->now || !c->old->answered || !c->now->answered)
		return;
	if (c->now->grade > c->old->grade)
		c->worse = true;
	if (c->now->grade < c->old->grade)
		c->better = true;
}

static bool compare_subject(struct report_changes *all, struct subject_change ***last, struct arena *a,
	const struct earlier_subject *old, const struct earlier_subject *now)
{
	struct subject_change *change = arena_zalloc(a, sizeof(*change));
	struct comparison c = { .arena = a, .change = change };

	if (!change)
		return false;
	change->old = old;
	change->now = now;
	change->title = now ? now->title : old->title;
	c.last = &change->findings;
	compare_findings(&c, old, now);
	judge(change);
	all->worse += change->worse;
	all->better += change->better && !change->worse;
	all->same += !change->better && !change->worse && old && now;
	if (is_change(change)) {
		**last = change;
		*last = &change->next;
	}
	return !c.no_memory;
}

bool report_compare(struct report_changes *all, struct arena *a, const struct earlier_report *old,
	const struct earlier_report *now)
{
	struct subject_change **last;

	*all = (struct report_changes){ 0 };
	last = &all->subjects;
	for (const struct earlier_subject *s = now->subjects; s; s = s->next) {
		if (!compare_subject(all, &last, a, earlier_subject_find(old, s->key), s))
			return false;
	}
	for (const struct earlier_subject *s = old->subjects; s; s = s->next) {
		if (!earlier_subject_find(now, s->key) && !compare_subject(all, &last, a, s, NULL))
			return false;
	}
	return true;
}
