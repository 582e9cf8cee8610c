// SPDX-License-Identifier: Apache-2.0
// When all of a subject is known: its findings in order, and its grade.
#include <string.h>

#include "audit/findings.h"

static int text_compare(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

// Worst first; the rest only so that two runs say the same.
static int finding_compare(const struct audit_finding *a, const struct audit_finding *b)
{
	int order = (int)b->severity - (int)a->severity;

	if (order == 0)
		order = b->grade - a->grade;
	if (order == 0)
		order = strcmp(a->check->id, b->check->id);
	if (order == 0)
		order = text_compare(a->subject, b->subject);
	if (order == 0)
		order = text_compare(a->file, b->file);
	if (order == 0)
		order = (a->line > b->line) - (a->line < b->line);
	return order;
}

static struct audit_finding *findings_merge(struct audit_finding *a, struct audit_finding *b)
{
	struct audit_finding *first = NULL, **end = &first;

	while (a && b) {
		struct audit_finding **least = finding_compare(a, b) <= 0 ? &a : &b;

		*end = *least;
		end = &(*least)->next;
		*least = *end;
	}
	*end = a ? a : b;
	return first;
}

// A list of 2^i sorted findings in each place i, as a binary counter: no memory, no recursion.
static struct audit_finding *findings_sort(struct audit_finding *list)
{
	struct audit_finding *sorted[64] = { 0 }, *all = NULL;

	while (list) {
		struct audit_finding *one = list;
		size_t i = 0;

		list = list->next;
		one->next = NULL;
		for (; sorted[i]; i++) {
			one = findings_merge(sorted[i], one);
			sorted[i] = NULL;
		}
		sorted[i] = one;
	}
	for (size_t i = 0; i < sizeof(sorted) / sizeof(sorted[0]); i++)
		all = findings_merge(sorted[i], all);
	return all;
}

void subject_conclude(struct audit_subject *s)
{
	s->findings = findings_sort(s->findings);
	if (s->outcome == AUDIT_UNREACHABLE || s->outcome == AUDIT_UNREADABLE) {
		s->grade = '?';
		return;
	}
	s->grade = 'A';
	for (const struct audit_finding *f = s->findings; f; f = f->next) {
		if (!f->waiver && f->grade > s->grade)
			s->grade = f->grade;
	}
}

bool grade_is_or_worse(char grade, char limit)
{
	return grade >= 'A' && grade <= 'F' && grade >= limit;
}
