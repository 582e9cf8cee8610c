// SPDX-License-Identifier: Apache-2.0
#include "event/event_counts.h"

#include <string.h>

// The words that sessions' events have, from wire/smb2, crypto and auth.
static const uint16_t dialect_codes[EVENT_DIALECTS - 1] = { 0x0311, 0x0302, 0x0300, 0x0210, 0x0202 };
static const char *const dialects[EVENT_DIALECTS] = { "3.1.1", "3.0.2", "3.0", "2.1", "2.0.2", "other" };
static const char *const ciphers[EVENT_CIPHERS] = { "none", "AES-128-GCM", "AES-256-GCM", "AES-128-CCM",
	"AES-256-CCM", "other" };
static const char *const signings[EVENT_SIGNINGS] = { "AES-GMAC", "AES-CMAC", "HMAC-SHA256", "other" };
static const char *const mechanisms[EVENT_MECHANISMS] = { "ntlmv2", "kerberos", "winbind", "none", "other" };

struct event_protection event_protection_name(unsigned index)
{
	unsigned rest = index;
	struct event_protection p;
	p.mechanism = mechanisms[rest % EVENT_MECHANISMS];
	rest /= EVENT_MECHANISMS;
	p.signing = signings[rest % EVENT_SIGNINGS];
	rest /= EVENT_SIGNINGS;
	p.cipher = ciphers[rest % EVENT_CIPHERS];
	p.dialect = dialects[rest / EVENT_CIPHERS % EVENT_DIALECTS];
	return p;
}

// The last word of a list stands for all that are not in it.
static unsigned word_find(const char *const *words, unsigned count, const char *word)
{
	unsigned i = 0;
	while (i + 1 < count && (word == NULL || strcmp(words[i], word) != 0))
		i++;
	return i;
}

static unsigned dialect_find(uint16_t code)
{
	unsigned i = 0;
	while (i + 1 < EVENT_DIALECTS && dialect_codes[i] != code)
		i++;
	return i;
}

static int protection_of(const struct event_connection *c, const struct event_session *s)
{
	const char *cipher = s->encrypted ? c->cipher : "none";
	unsigned index = dialect_find(c->dialect);
	index = index * EVENT_CIPHERS + word_find(ciphers, EVENT_CIPHERS, cipher);
	index = index * EVENT_SIGNINGS + word_find(signings, EVENT_SIGNINGS, c->signing);
	index = index * EVENT_MECHANISMS + word_find(mechanisms, EVENT_MECHANISMS, s->mechanism);
	return (int)index;
}

struct event_tally event_tally_of(const struct event *e)
{
	bool of_session = e->kind == EVENT_SESSION_OPEN || e->kind == EVENT_SESSION_CLOSE;
	bool whole = of_session && e->connection != NULL && e->session != NULL;
	return (struct event_tally){
		.kind = e->kind,
		.failed = e->result == EVENT_FAILURE ||
			  (e->result == EVENT_NO_RESULT && nt_status_is_error(e->status)),
		.times = e->kind != EVENT_EVENTS_LOST && e->count > 1 ? e->count : 1,
		.reason = event_reason_of(e),
		.protection = whole ? protection_of(e->connection, e->session) : -1,
	};
}

void event_counts_add(struct event_counts *c, const struct event_tally *t)
{
	uint64_t *by_result = t->failed ? c->failed : c->succeeded;
	by_result[t->kind] += t->times;
	if (t->reason >= 0)
		c->reasons[t->reason] += t->times;
	if (t->protection >= 0 && t->kind == EVENT_SESSION_OPEN)
		c->sessions_opened[t->protection]++;
	if (t->protection >= 0 && t->kind == EVENT_SESSION_CLOSE)
		c->sessions_closed[t->protection]++;
}
