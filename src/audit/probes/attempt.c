// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/attempt.h"

#include <errno.h>

#include "audit/probes/probe_login.h"
#include "audit/probes/probe_words.h"

static struct client_options options_for(const struct probe *p, enum attempt_protection protection)
{
	struct client_options o = probe_session_options(p);
	if (protection == ATTEMPT_WITHOUT_CIPHERS)
		o.ciphers = (struct smb2_negotiate_ids){ 0 };
	o.seal = protection == ATTEMPT_SEALED;
	return o;
}

void attempt_make(struct probe *p, enum attempt_protection protection,
	void (*act)(struct client *c, struct attempt *a, void *context), void *context, struct attempt *a)
{
	const struct client_options o = options_for(p, protection);
	struct client *c;
	*a = (struct attempt){ .protection = protection, .command = "SESSION_SETUP" };
	a->fault = probe_log_on(p, &o, &c, &a->status);
	if (a->fault < 0)
		return;
	a->has_session = true;
	a->has_cipher = client_facts(c)->cipher != SMB2_CIPHER_NONE;
	client_set_signing(c, true);
	act(c, a, context);
	client_free(c);
}

bool attempt_let_in(const struct attempt *a)
{
	return a->has_session && a->fault == 0 && nt_status_ok(a->status);
}

bool attempt_refused(const struct attempt *a)
{
	return a->has_session && (a->fault == -ECONNRESET || a->fault == -EPIPE ||
					 (a->fault == 0 && nt_status_is_error(a->status)));
}

const char *attempt_words(struct probe *p, const struct attempt *a)
{
	if (!a->has_session && a->fault == -EACCES && nt_status_ok(a->status))
		return probe_no_login_words(p);
	int fault = a->fault == -EACCES ? 0 : a->fault;
	return probe_text(p, "SMB2 %s, %s", a->command, probe_outcome(p, fault, a->status));
}

const char *attempt_sent(struct probe *p, const struct attempt *a, const char *sent)
{
	if (a->protection != ATTEMPT_WITHOUT_CIPHERS)
		return sent;
	return probe_text(p, "%s, of a client that offered no cipher in NEGOTIATE", sent);
}

bool attempt_both_ways(struct probe *p, void (*act)(struct client *c, struct attempt *a, void *context),
	void *context, struct fact *fact, const char *sent, struct attempt *a)
{
	struct attempt other = { 0 };
	attempt_make(p, ATTEMPT_PLAIN, act, context, a);
	if (attempt_let_in(a)) {
		fact_set(p->facts, fact, ANSWER_YES, sent, attempt_words(p, a));
		return false;
	}
	if (attempt_refused(a) && a->has_cipher)
		attempt_make(p, ATTEMPT_WITHOUT_CIPHERS, act, context, &other);
	if (attempt_let_in(&other)) {
		fact_set(p->facts, fact, ANSWER_YES, attempt_sent(p, &other, sent), attempt_words(p, &other));
		return false;
	}
	if (!attempt_refused(a))
		fact_unknown(p->facts, fact, attempt_words(p, a));
	return attempt_refused(a);
}
