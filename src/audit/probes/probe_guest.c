// SPDX-License-Identifier: Apache-2.0
// A log-on with a name that nobody can have: whether it is let in as guest, and how long a wrong password
// has to wait for its answer. It is a failed log-on, so it is done only when asked for, once a host, with
// another name each time.
#include "audit/probes/probe_login.h"
#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"
#include "base/secret.h"

enum { TIMEOUT_MS = 15000 }; // some hold the answer back for long

#define NOT_ASKED "a wrong password is tried only with --try-logons"

static void result_judge(struct probe *p, const struct logon_result *r, const char *sent)
{
	struct host_facts *f = p->facts;
	if (r->let_in) {
		// Whatever the flags say: nobody has this name.
		fact_set(f, &f->guest, ANSWER_YES, sent, r->words);
		fact_unknown(f, &f->logon_delayed, "a wrong password is let in as guest");
	} else if (r->refused) {
		fact_set(f, &f->guest, ANSWER_NO, sent, r->words);
		probe_delay_judge(p, r, sent);
	} else {
		fact_unknown(f, &f->guest, r->words);
		fact_unknown(f, &f->logon_delayed, r->words);
	}
}

static void unknown(struct probe *p, const char *reason)
{
	fact_unknown(p->facts, &p->facts->guest, reason);
	fact_unknown(p->facts, &p->facts->logon_delayed, reason);
}

void probe_guest(struct probe *p)
{
	struct client_options o = probe_session_options(p);
	uint64_t salt[2];
	struct logon_result r;
	if (fact_is(&p->facts->ntlm_accepted, ANSWER_NO)) {
		fact_set(p->facts, &p->facts->guest, ANSWER_NO, p->facts->ntlm_accepted.evidence->sent,
			p->facts->ntlm_accepted.evidence->received);
		fact_unknown(p->facts, &p->facts->logon_delayed, "NTLM is not accepted");
		return;
	}
	if (!p->options->try_failed_logon || !fact_is(&p->facts->ntlm_accepted, ANSWER_YES)) {
		unknown(p, p->options->try_failed_logon ? "it is not known whether NTLM is accepted"
							: NOT_ASKED);
		return;
	}
	random_bytes(salt, sizeof(salt));
	const struct client_credentials who = {
		.user = probe_text(p, "no-such-%08x", (unsigned)(salt[0] & UINT32_MAX)),
		.password = probe_text(p, "%016llx", (unsigned long long)salt[1]),
		.target_name = probe_text(p, "cifs/%s", p->host),
	};
	const char *sent = probe_text(p, "SMB2 SESSION_SETUP with NTLMv2 as %s, whom nobody knows", who.user);
	o.timeout_ms = TIMEOUT_MS;
	int rc = probe_try_logon(p, &o, &who, NULL, &r);
	if (rc < 0)
		unknown(p, fault_words(rc));
	else
		result_judge(p, &r, sent);
}
