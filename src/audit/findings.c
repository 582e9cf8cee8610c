// SPDX-License-Identifier: Apache-2.0
#include "audit/findings.h"

#include <string.h>

#include "audit/finding_index.h"

// A host may have thousands of shares with the same weakness behind one finding: these are enough to believe
// it.
enum { EVIDENCE_MAX = 32 };

void audit_report_init(struct audit_report *r)
{
	*r = (struct audit_report){ 0 };
	arena_init(&r->arena, NULL, 0);
	r->last = &r->subjects;
}

void audit_report_done(struct audit_report *r)
{
	arena_reset(&r->arena);
	r->subjects = NULL;
	r->notes = NULL;
	r->last = &r->subjects;
	r->subject_count = 0;
}

struct audit_subject *report_add_subject(struct audit_report *r, const char *address, uint16_t port)
{
	struct audit_subject *s = arena_zalloc(&r->arena, sizeof(*s));

	if (!s)
		return NULL;
	s->address = arena_strdup(&r->arena, address);
	if (!s->address)
		return NULL;
	s->port = port;
	s->grade = '?';
	*r->last = s;
	r->last = &s->next;
	r->subject_count++;
	return s;
}

static struct audit_finding *finding_new(
	struct audit_report *r, const struct check *check, const char *subject)
{
	struct audit_finding *f = arena_zalloc(&r->arena, sizeof(*f));

	if (!f)
		return NULL;
	f->check = check;
	f->severity = check->severity;
	f->grade = check->grade;
	if (subject && !(f->subject = arena_strdup(&r->arena, subject)))
		return NULL;
	return f;
}

struct audit_finding *report_add_finding(
	struct audit_report *r, struct audit_subject *s, const char *id, const char *subject)
{
	const struct check *check = check_find(id);
	struct audit_finding *f;

	if (!check)
		return NULL;
	f = finding_index_find(s, check, subject);
	if (f)
		return f;
	f = finding_new(r, check, subject);
	if (!f || !finding_index_add(&r->arena, s, f)) {
		r->no_memory = true;
		return NULL;
	}
	f->next = s->findings;
	s->findings = f;
	return f;
}

static struct evidence *evidence_new(struct arena *a, const char *sent, const char *received)
{
	struct evidence *e = arena_zalloc(a, sizeof(*e));

	if (!e)
		return NULL;
	e->sent = arena_strdup(a, sent);
	e->received = arena_strdup(a, received);
	return e->sent && e->received ? e : NULL;
}

static bool evidence_same(const struct evidence *e, const char *sent, const char *received)
{
	return strcmp(e->sent, sent) == 0 && strcmp(e->received, received) == 0;
}

bool finding_add_evidence(
	struct audit_report *r, struct audit_finding *f, const char *sent, const char *received)
{
	struct evidence **end = &f->evidence;
	unsigned count = 0;
	struct evidence *e;

	sent = sent ? sent : "";
	received = received ? received : "";
	for (; *end; end = &(*end)->next) {
		if (evidence_same(*end, sent, received) || ++count == EVIDENCE_MAX)
			return true;
	}
	e = evidence_new(&r->arena, sent, received);
	*end = e;
	r->no_memory |= !e;
	return e != NULL;
}

static struct open_question *open_new(struct arena *a, const struct check *check, const char *reason)
{
	struct open_question *q = arena_zalloc(a, sizeof(*q));

	if (!q)
		return NULL;
	q->check = check;
	q->reason = arena_strdup(a, reason);
	return q->reason ? q : NULL;
}

// One open question a check: the first reason is the one that explains the others.
void report_add_open(struct audit_report *r, struct audit_subject *s, const char *id, const char *reason)
{
	const struct check *check = check_find(id);
	struct open_question **end = &s->open;
	struct open_question *q;

	if (!check)
		return;
	for (; *end; end = &(*end)->next) {
		if ((*end)->check == check)
			return;
	}
	q = open_new(&r->arena, check, reason);
	*end = q;
	r->no_memory |= !q;
}

bool report_add_note(struct audit_report *r, const char *text)
{
	struct report_note **end = &r->notes;
	struct report_note *n = arena_zalloc(&r->arena, sizeof(*n));

	if (!n)
		return false;
	n->text = arena_strdup(&r->arena, text);
	if (!n->text)
		return false;
	while (*end)
		end = &(*end)->next;
	*end = n;
	return true;
}
