// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/exposure_session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "audit/probes/probe_login.h"
#include "audit/probes/probe_words.h"
#include "wire/smb2/smb2_session_setup.h"

enum { TEXT_LEN_MAX = 1024 };

const char *exposure_text(const struct exposure *e, const char *format, ...)
{
	char text[TEXT_LEN_MAX];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	const char *copy = arena_strdup(e->p->facts->arena, text);
	return copy != NULL ? copy : "";
}

const char *exposure_words(const struct exposure *e, int fault, struct nt_status status)
{
	return fault < 0 ? fault_words(fault) : status_words(e->p->facts->arena, status);
}

bool exposure_answered(const struct exposure *e, int fault)
{
	return fault == 0 && e->client != NULL && client_fault(e->client) == 0;
}

struct exposure exposure_make(struct probe *p, enum exposure_who who)
{
	struct exposure e = { .p = p, .who = who };
	const char *user = p->options->login.user;
	if (who == EXPOSURE_ANONYMOUS)
		e.as = "over a null session";
	else if (who == EXPOSURE_GUEST)
		e.as = "as guest";
	else
		e.as = user != NULL ? exposure_text(&e, "as %s", user) : "with a Kerberos ticket";
	e.sent = "";
	e.received = "the time for this host was over";
	return e;
}

void exposure_close(struct exposure *e)
{
	client_free(e->client);
	e->client = NULL;
	e->has_ipc = false;
}

// Nobody's session has no keys: nothing in it can be signed or sealed.
static struct client_options options_for(const struct exposure *e)
{
	struct client_options o = probe_session_options(e->p);
	o.sign = e->who == EXPOSURE_ACCOUNT;
	return o;
}

// An account that does not exist becomes a guest where guests are let in: this is only asked where another
// one did.
static struct client_credentials credentials_for(const struct exposure *e)
{
	struct client_credentials who = { .user = "", .password = "" };
	if (e->who == EXPOSURE_ANONYMOUS)
		who.proof = CLIENT_PROOF_ANONYMOUS;
	else
		who.user = "signet-audit-no-such-account";
	return who;
}

static int account_log_on(struct exposure *e, struct nt_status *status)
{
	struct client_options o = options_for(e);
	int rc = probe_log_on(e->p, &o, &e->client, status);
	if (rc == 0 && client_facts(e->client)->cipher != SMB2_CIPHER_NONE)
		client_set_sealing(e->client, true);
	return rc;
}

static int nobody_log_on(struct exposure *e, struct nt_status *status)
{
	struct client_options o = options_for(e);
	struct client_credentials who = credentials_for(e);
	int rc = probe_connect(e->p, &o, &e->client, status);
	if (rc == 0 && e->client != NULL)
		rc = client_log_in(e->client, &who, status);
	return rc;
}

static bool is_who_was_meant(const struct exposure *e)
{
	uint16_t flags = client_facts(e->client)->session_flags;
	return e->who != EXPOSURE_GUEST || (flags & SMB2_SESSION_FLAG_IS_GUEST) != 0;
}

static void session_failed(struct exposure *e, int rc, struct nt_status status)
{
	e->refused = rc == 0 || (rc == -EACCES && !nt_status_ok(status));
	e->sent = exposure_text(e, "SESSION_SETUP %s", e->as);
	e->received = rc == -EACCES && nt_status_ok(status) ? probe_no_login_words(e->p)
							    : exposure_words(e, e->refused ? 0 : rc, status);
	exposure_close(e);
}

// Who was turned away, or left without an answer, does not ask again: servers count failed log-ons, and delay
// their answers.
static bool is_known_refused(struct exposure *e)
{
	const struct fact *anonymous = &e->p->facts->anonymous;
	if (e->who != EXPOSURE_ANONYMOUS || e->turned_away || fact_is(anonymous, ANSWER_YES))
		return e->turned_away;
	if (anonymous->evidence != NULL) {
		e->sent = anonymous->evidence->sent;
		e->received = anonymous->evidence->received;
		e->refused = e->turned_away = true;
	} else if (anonymous->reason != NULL) {
		e->received = anonymous->reason;
		e->turned_away = true;
	}
	return e->turned_away;
}

bool exposure_session(struct exposure *e)
{
	struct nt_status status = STATUS(SUCCESS);
	if (e->client != NULL && client_fault(e->client) == 0)
		return true;
	exposure_close(e);
	if (is_known_refused(e))
		return false;
	if (e->connections >= EXPOSURE_CONNECTIONS_MAX) {
		e->refused = false;
		e->received = "the server closed the connection again and again";
		return false;
	}
	if (probe_is_over(e->p))
		return false;
	e->connections++;
	int rc = e->who == EXPOSURE_ACCOUNT ? account_log_on(e, &status) : nobody_log_on(e, &status);
	if (rc == 0 && nt_status_ok(status) && e->client != NULL && is_who_was_meant(e))
		return true;
	session_failed(e, rc, status);
	e->turned_away = e->refused;
	return false;
}

bool exposure_ipc(struct exposure *e)
{
	struct nt_status status = STATUS(SUCCESS);
	if (!exposure_session(e))
		return false;
	if (e->has_ipc)
		return true;
	int rc = client_tree_connect(e->client, "IPC$", &e->ipc, NULL, &status);
	e->has_ipc = exposure_answered(e, rc) && nt_status_ok(status);
	if (!e->has_ipc) {
		e->refused = exposure_answered(e, rc);
		e->sent = exposure_text(e, "TREE_CONNECT to IPC$ %s", e->as);
		e->received = exposure_words(e, rc, status);
	}
	return e->has_ipc;
}

void exposure_denied(const struct exposure *e, struct fact *f)
{
	if (e->refused)
		fact_set(e->p->facts, f, ANSWER_NO, e->sent, e->received);
	else
		fact_unknown(e->p->facts, f, e->received);
}
