// SPDX-License-Identifier: Apache-2.0
#include "audit/facts.h"

const uint16_t facts_dialects[FACTS_DIALECTS] = { 0x0202, 0x0210, 0x0300, 0x0302, 0x0311 };

// A fact without its evidence is none: when memory is out, the question stays open.
static struct evidence *evidence_new(struct arena *a, const char *sent, const char *received)
{
	struct evidence *e = arena_zalloc(a, sizeof(*e));

	if (!e)
		return NULL;
	e->sent = arena_strdup(a, sent ? sent : "");
	e->received = arena_strdup(a, received ? received : "");
	return e->sent && e->received ? e : NULL;
}

void fact_set(struct host_facts *h, struct fact *f, enum answer a, const char *sent, const char *received)
{
	if (f->answer != ANSWER_UNKNOWN || a == ANSWER_UNKNOWN)
		return;
	f->evidence = evidence_new(h->arena, sent, received);
	if (!f->evidence) {
		f->reason = "memory is out";
		return;
	}
	f->answer = a;
	f->reason = NULL;
}

void fact_unknown(struct host_facts *h, struct fact *f, const char *reason)
{
	char *copy;

	if (f->answer != ANSWER_UNKNOWN || f->reason)
		return;
	copy = arena_strdup(h->arena, reason);
	f->reason = copy ? copy : "memory is out";
}
