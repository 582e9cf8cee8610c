// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/probe_login.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "audit/logon_turn.h"
#include "audit/probes/probe_words.h"
#include "audit/task.h"
#include "base/filetime.h"
#include "wire/kerberos/ap_req.h"
#include "wire/smb2/smb2_session_setup.h"

enum {
	TEXT_LEN_MAX = 512,
	DELAY_MS_MIN = 800, // less is the work of the server, or the way
	KDC_ANSWERS = 3,    // in whose time a ticket has to be there: a realm may send on to another one
};

const char *probe_text(struct probe *p, const char *fmt, ...)
{
	char text[TEXT_LEN_MAX];
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	const char *copy = arena_strdup(p->facts->arena, text);
	return copy != NULL ? copy : "";
}

const char *probe_outcome(struct probe *p, int rc, struct nt_status status)
{
	return rc < 0 ? fault_words(rc) : status_words(p->facts->arena, status);
}

struct client_options probe_session_options(const struct probe *p)
{
	struct client_options o = probe_client_options(p);
	o.dialects[0] = p->facts->dialect_max != 0 ? p->facts->dialect_max : SMB2_DIALECT_311;
	o.dialect_count = 1;
	o.security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED;
	o.sign = false;
	o.seal = false;
	o.lenient = true;
	return o;
}

// A KDC is nobody's host, and one that is dead must not take a host's time: that is for what it says without
// an account, too.
static int run_bounded(void *runner, void (*run)(void *work), void (*drop)(void *work), void *work)
{
	struct probe *p = runner;
	uint64_t now = monotonic_ms();
	uint64_t left = p->deadline_ms > now ? p->deadline_ms - now : 0;
	uint64_t wait = (uint64_t)p->options->timeout_ms * KDC_ANSWERS;
	int rc = task_run_bounded(run, drop, work, (int)(wait < left ? wait : left));
	if (rc != -ETIMEDOUT)
		return rc;
	logon_turn_kdc_is_silent(p->logons);
	return -ETIME;
}

// The name is what the user gave, never what the host calls itself: that might be somebody else's, and a
// response or a ticket for it would be of use to who asks for it.
struct client_credentials probe_credentials(struct probe *p)
{
	const struct audit_login *login = &p->options->login;
	return (struct client_credentials){
		.user = login->user,
		.password = login->password != NULL ? login->password : "",
		.domain = login->domain,
		.target_name = probe_text(p, "cifs/%s", p->host),
		.proof = login->kerberos ? CLIENT_PROOF_KERBEROS : CLIENT_PROOF_NTLMV2,
		.run_blocking = run_bounded,
		.runner = p,
	};
}

// --- one log-on -------------------------------------------------------------------------------------------

static const char *session_words(struct probe *p, const struct logon_result *r, uint16_t flags)
{
	const char *kind = r->guest          ? ", SessionFlags IS_GUEST"
			   : r->null_session ? ", SessionFlags IS_NULL"
					     : "";
	return probe_text(p, "SMB2 SESSION_SETUP, STATUS_SUCCESS%s%s%s", kind,
		(flags & SMB2_SESSION_FLAG_ENCRYPT_DATA) != 0 ? ", ENCRYPT_DATA" : "",
		r->fault < 0 ? ", with keys that are not this log-on's" : "");
}

// The session's identifier is there only when the last message was answered with success: then the host let
// us in, whatever became of the keys.
static void result_read(struct probe *p, const struct client *c, struct logon_result *r)
{
	const struct client_facts *f = client_facts(c);
	r->let_in = nt_status_equal(r->status, STATUS(SUCCESS)) && f->session_id != 0;
	r->guest = r->let_in && (f->session_flags & SMB2_SESSION_FLAG_IS_GUEST) != 0;
	r->null_session = r->let_in && (f->session_flags & SMB2_SESSION_FLAG_IS_NULL) != 0;
	r->refused = r->fault == 0 && nt_status_is_error(r->status) &&
		     !nt_status_equal(r->status, STATUS(MORE_PROCESSING_REQUIRED));
	if (r->let_in)
		r->words = session_words(p, r, f->session_flags);
	else if (r->fault < 0)
		r->words = fault_words(r->fault);
	else
		r->words = probe_text(p, "SMB2 SESSION_SETUP, %s", status_words(p->facts->arena, r->status));
}

int probe_try_logon(struct probe *p, const struct client_options *options,
	const struct client_credentials *who, struct client **out, struct logon_result *result)
{
	struct client *c;
	*result = (struct logon_result){ 0 };
	int rc = probe_connect(p, options, &c, &result->status);
	if (rc == 0 && c == NULL)
		rc = -EPROTO; // it took this very NEGOTIATE before
	if (rc < 0)
		return rc;
	uint64_t before = monotonic_ms();
	result->status = STATUS(MORE_PROCESSING_REQUIRED);
	result->fault = client_log_in(c, who, &result->status);
	result->took_ms = (uint32_t)(monotonic_ms() - before);
	result->ticket_encryption = client_facts(c)->ticket_encryption;
	result_read(p, c, result);
	if (out != NULL && result->let_in && result->fault == 0) {
		*out = c;
		return 0;
	}
	client_free(c);
	return 0;
}

// --- the account of the audit -----------------------------------------------------------------------------

static void ticket_judge(struct probe *p, int32_t encryption)
{
	if (encryption == 0)
		return;
	fact_set(p->facts, &p->facts->kerberos_weak,
		kerberos_encryption_is_strong(encryption) ? ANSWER_NO : ANSWER_YES,
		probe_text(p, "asked the KDC for a ticket for cifs/%s", p->host),
		probe_text(p, "a ticket of encryption type %d, %s", (int)encryption,
			kerberos_encryption_name(encryption)));
}

static const char *logon_words(struct probe *p)
{
	const struct audit_login *login = &p->options->login;
	if (login->kerberos)
		return probe_text(p, "SMB2 SESSION_SETUP with a Kerberos ticket for cifs/%s", p->host);
	return probe_text(p, "SMB2 SESSION_SETUP with NTLMv2 as %s%s%s",
		login->domain != NULL ? login->domain : "", login->domain != NULL ? "\\" : "", login->user);
}

// An account that was let in as a guest was not logged on: its password was never right.
static void logon_judge(struct probe *p, const struct logon_result *r)
{
	struct host_facts *f = p->facts;
	if (r->guest)
		fact_set(f, &f->guest, ANSWER_YES, logon_words(p), r->words);
	if (r->let_in && !r->guest && !r->null_session)
		fact_set(f, &f->logged_on, ANSWER_YES, logon_words(p), r->words);
	else if (r->let_in || r->refused)
		fact_set(f, &f->logged_on, ANSWER_NO, logon_words(p), r->words);
	else if (r->fault == -EKEYREJECTED)
		fact_unknown(f, &f->logged_on, probe_text(p, "Kerberos has no ticket for cifs/%s", p->host));
	else if (r->fault == -ETIME)
		fact_unknown(f, &f->logged_on,
			probe_text(p, "the KDC did not answer for a ticket for cifs/%s", p->host));
}

static bool is_hopeless(const struct host_facts *f)
{
	return fact_is(&f->logged_on, ANSWER_NO) || f->logged_on.reason != NULL;
}

const char *probe_no_login_words(struct probe *p)
{
	const struct fact *f = &p->facts->logged_on;
	if (fact_is(f, ANSWER_NO))
		return probe_text(p, "the account was not let in: %s", f->evidence->received);
	if (f->reason != NULL)
		return f->reason;
	return logon_turn_is_refused(p->logons) ? logon_turn_why(p->logons) : "needs credentials";
}

int probe_log_on(
	struct probe *p, const struct client_options *options, struct client **out, struct nt_status *status)
{
	const struct client_credentials who = probe_credentials(p);
	struct logon_result r = { 0 };
	*out = NULL;
	*status = STATUS(SUCCESS);
	int rc = is_hopeless(p->facts) ? -EACCES : probe_logon_begin(p);
	if (rc == -EACCES && logon_turn_is_refused(p->logons))
		fact_unknown(p->facts, &p->facts->logged_on, logon_turn_why(p->logons));
	if (rc < 0)
		return rc;
	rc = probe_try_logon(p, options, &who, out, &r);
	bool as_nobody = rc == 0 && (r.guest || r.null_session);
	if (as_nobody)
		r.status = STATUS(LOGON_FAILURE); // to whoever counts them it was one
	probe_logon_end(p, rc < 0 ? rc : as_nobody ? 0 : r.fault, r.status);
	if (rc < 0)
		return rc;
	*status = r.status;
	logon_judge(p, &r);
	ticket_judge(p, r.ticket_encryption);
	if (*out != NULL && !as_nobody)
		return 0;
	client_free(*out);
	*out = NULL;
	bool no_ticket = r.fault == -EKEYREJECTED || r.fault == -ETIME;
	return r.fault < 0 && !no_ticket && !as_nobody ? r.fault : -EACCES;
}

void probe_delay_judge(struct probe *p, const struct logon_result *r, const char *sent)
{
	struct host_facts *f = p->facts;
	if (!r->refused || f->logon_delayed.answer != ANSWER_UNKNOWN)
		return;
	f->logon_delay_ms = r->took_ms;
	fact_set(f, &f->logon_delayed, r->took_ms >= DELAY_MS_MIN ? ANSWER_YES : ANSWER_NO, sent,
		probe_text(p, "%s, after %u ms", r->words, r->took_ms));
}

bool probe_refusal_counts(struct nt_status status)
{
	// ACCESS_DENIED: what was authenticated was not let in (MS-SMB2 3.3.5.5.3). The others are about the
	// message or the mechanism: no password was looked at. Whatever else there is may have been counted.
	static const uint32_t harmless[] = {
		NT_STATUS_SUCCESS,
		(uint32_t)NT_STATUS_ACCESS_DENIED,
		(uint32_t)NT_STATUS_INVALID_PARAMETER,
		(uint32_t)NT_STATUS_NOT_SUPPORTED,
		(uint32_t)NT_STATUS_REQUEST_NOT_ACCEPTED,
		(uint32_t)NT_STATUS_NTLM_BLOCKED,
	};
	for (size_t i = 0; i < ARRAY_LEN(harmless); i++) {
		if (status.code == harmless[i])
			return false;
	}
	return true;
}
