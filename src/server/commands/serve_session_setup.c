// SPDX-License-Identifier: Apache-2.0
// SESSION_SETUP (MS-SMB2 3.3.5.5).
#include "wire/smb2/smb2_session_setup.h"

#include <errno.h>
#include <string.h>

#include "base/filetime.h"
#include "event/event_sink.h"
#include "server/command_rules.h"
#include "server/connection.h"
#include "server/policy.h"
#include "server/refusal.h"
#include "server/server.h"
#include "server/session.h"
#include "server/session_user.h"
#include "server/work.h"

// Whom the client meant, where that gave a relay or a renamed ticket away.
static const char *detail_of(const struct auth_result *r)
{
	switch (r->reason) {
	case AUTH_REASON_TARGET_NAME_MISMATCH:
	case AUTH_REASON_RENAMED_TICKET:
		return r->target_name;
	default:
		return NULL;
	}
}

static void emit_authentication(
	const struct request *req, const struct auth_result *r, struct nt_status status, const char *reason)
{
	struct event e = {
		.kind = EVENT_AUTHENTICATION,
		.connection = &req->conn->about,
		.session = &req->session->about,
		.result = nt_status_ok(status) ? EVENT_SUCCESS : EVENT_FAILURE,
		.status = status,
		.reason = reason != NULL ? reason : auth_reason_name(r->reason),
		.detail = detail_of(r),
	};
	event_emit(req->server->events, &e);
}

static void emit_session_open(const struct request *req)
{
	struct event e = {
		.kind = EVENT_SESSION_OPEN,
		.connection = &req->conn->about,
		.session = &req->session->about,
	};
	event_emit(req->server->events, &e);
}

// --- beginning ------------------------------------------------------------------------------------

static struct nt_status refuse_for_limit(struct request *req, const char *limit, uint64_t value)
{
	server_limit_reached(req->server, req->conn, limit, value);
	return STATUS(INSUFFICIENT_RESOURCES);
}

static struct nt_status begin_session(struct request *req)
{
	const char *limit = NULL;
	req->session = session_new(req->conn, &limit);
	if (req->session != NULL) {
		req->header.session_id = req->session->id;
		return STATUS(SUCCESS);
	}
	if (limit == NULL)
		return STATUS(NO_MEMORY);
	const struct config_limits *limits = &req->server->limits;
	return refuse_for_limit(req, limit,
		strcmp(limit, "max_sessions") == 0 ? limits->max_sessions
						   : limits->max_sessions_per_connection);
}

static struct nt_status begin_exchange(struct request *req)
{
	struct session *s = req->session;
	struct connection *c = req->conn;
	if (!throttle_begin(req->server->throttle, &c->peer))
		return refuse_for_limit(req, "max_authentications_per_peer",
			req->server->limits.max_authentications_per_peer);
	s->throttled = true;
	s->exchange_begun_ms = monotonic_ms();
	struct policy *p = server_policy(req->server);
	struct auth_exchange_config config = {
		.accounts = p->accounts,
		.names = &p->names,
		.kerberos = &p->kerberos,
		.policy = policy_of_authentication(p),
		.local = c->local,
		.peer = c->peer,
		.throttle = req->server->throttle,
	};
	config.policy.transcript_protected = c->dialect == SMB2_DIALECT_311;
	s->exchange = auth_exchange_new(&config);
	s->policy = p; // the exchange borrows its names from it
	return s->exchange == NULL ? STATUS(NO_MEMORY) : STATUS(SUCCESS);
}

// Two requests that authenticate one session never run at once. The specification has no status for the
// second: no client that waits for its answers sends one.
static struct nt_status begin_step(struct request *req)
{
	struct nt_status status = STATUS(SUCCESS);
	if (req->header.session_id == 0)
		status = begin_session(req);
	else if (req->session == NULL)
		return STATUS(USER_SESSION_DELETED);
	if (!nt_status_ok(status))
		return status;
	if (!session_begin_step(req->session)) {
		refusal_emit(req, "authentication_in_progress", STATUS(REQUEST_NOT_ACCEPTED));
		return STATUS(REQUEST_NOT_ACCEPTED);
	}
	req->has_step = true;
	return req->session->exchange != NULL ? status : begin_exchange(req);
}

// --- success ----------------------------------------------------------------------------------------

// Whether what was negotiated is enough for the policy; decides how the session will be protected.
static struct nt_status choose_protection(struct request *req)
{
	struct session *s = req->session;
	const struct config *config = s->policy->config;
	bool can_encrypt = req->conn->cipher != CIPHER_NONE;
	if (!can_encrypt && config->encryption == PROTECTION_REQUIRED)
		return STATUS(ACCESS_DENIED);
	s->encrypt = can_encrypt && config->encryption != PROTECTION_OFF;
	s->must_sign = config->signing == PROTECTION_REQUIRED ||
		       (req->conn->client_security_mode & SMB2_NEGOTIATE_SIGNING_REQUIRED) != 0;
	return STATUS(SUCCESS);
}

static void emit_weakened(const struct request *req, const char *reason)
{
	struct event e = {
		.kind = EVENT_WEAKENED,
		.connection = &req->conn->about,
		.session = &req->session->about,
		.reason = reason,
	};
	event_emit(req->server->events, &e);
}

static void tell_of_weakness(const struct request *req)
{
	if (!req->session->encrypt)
		emit_weakened(req, "session_not_encrypted");
	if (!req->session->encrypt && !req->session->must_sign)
		emit_weakened(req, "session_not_signed");
	if (req->conn->dialect != SMB2_DIALECT_311)
		emit_weakened(req, "legacy_dialect");
}

// What the kernel's client and others do not send (ntlm_mic, ntlm_target_name = if_sent): one that is made to
// look like theirs would be a relay's.
static void tell_of_ntlm(const struct request *req, const struct auth_result *r)
{
	if (r->mechanism != AUTH_MECHANISM_NTLMV2)
		return;
	if (!r->mic_verified)
		emit_weakened(req, "ntlm_without_mic");
	if (*r->target_name == '\0' || r->untrusted_target_name)
		emit_weakened(req, "ntlm_without_target_name");
}

// The client's earlier session, left behind by a broken connection: it is over before the new one is
// told of (MS-SMB2 3.3.5.5.3).
static void replace_previous(struct request *req, uint64_t previous_id)
{
	struct session *s = req->session;
	if (previous_id == 0 || previous_id == s->id)
		return;
	struct session *old = session_table_find(&req->server->sessions, previous_id);
	if (old == NULL)
		return;
	bool same_user = atomic_load(&old->state) == SESSION_VALID &&
			 sid_equal(&old->identity->user, &s->identity->user);
	if (same_user)
		request_hold(req, old, "replaced_by_reconnect");
	session_unref(old);
}

static struct nt_status refuse(
	const struct request *req, const struct auth_result *r, struct nt_status status, const char *reason)
{
	emit_authentication(req, r, status, reason);
	return status;
}

static struct nt_status finish_new(struct request *req, const struct auth_result *r, uint64_t previous_id)
{
	struct session *s = req->session;
	if (!policy_admits(s->policy, r->identity))
		return refuse(req, r, STATUS(LOGON_TYPE_NOT_GRANTED), "user_not_admitted");
	struct nt_status status = choose_protection(req);
	if (!nt_status_ok(status))
		return refuse(req, r, status, "encryption_required");
	int err = session_establish(s, r->identity);
	if (err != 0)
		return err == -ECANCELED ? STATUS(USER_SESSION_DELETED) : STATUS(INTERNAL_ERROR);
	atomic_store(&req->conn->authenticated, true);
	emit_authentication(req, r, STATUS(SUCCESS), NULL);
	emit_session_open(req);
	tell_of_weakness(req);
	tell_of_ntlm(req, r);
	replace_previous(req, previous_id);
	return STATUS(SUCCESS);
}

// The keys stay, the groups do not: what is asked for from now on is judged by the new ones, also through
// trees and opens that are there (MS-SMB2 3.3.5.5.3).
static struct nt_status finish_reauthentication(struct request *req, const struct auth_result *r)
{
	struct session *s = req->session;
	if (!sid_equal(&s->identity->user, &r->identity->user))
		return refuse(req, r, STATUS(ACCESS_DENIED), "another_user");
	if (!policy_admits(s->policy, r->identity))
		return refuse(req, r, STATUS(LOGON_TYPE_NOT_GRANTED), "user_not_admitted");
	identity_forget_key(r->identity);
	const char *why = session_replace_user(s, r->identity);
	if (why != NULL)
		return refuse(req, r, STATUS(ACCESS_DENIED), why);
	session_set_expiry(s, r->identity);
	emit_authentication(req, r, STATUS(SUCCESS), NULL);
	tell_of_ntlm(req, r);
	return STATUS(SUCCESS);
}

static struct nt_status finish(struct request *req, uint64_t previous_id)
{
	struct session *s = req->session;
	const struct auth_result *r = auth_exchange_result(s->exchange);
	throttle_success(req->server->throttle, &req->conn->peer, r->account, monotonic_ms());
	if (atomic_load(&s->state) == SESSION_CLOSED) // while it was at work
		return STATUS(USER_SESSION_DELETED);
	req->sign_reply = true;
	return s->identity == NULL ? finish_new(req, r, previous_id) : finish_reauthentication(req, r);
}

// --- failure ----------------------------------------------------------------------------------------

// Held back from when the step began, so that nothing of what it took is seen from outside.
static uint32_t delay_left(uint32_t delay_ms, uint64_t begun_ms, uint64_t now_ms)
{
	uint64_t taken_ms = now_ms - begun_ms;
	return taken_ms < delay_ms ? delay_ms - (uint32_t)taken_ms : 0;
}

static void fail(struct request *req, struct nt_status status, uint64_t begun_ms)
{
	struct session *s = req->session;
	const struct auth_result *r = auth_exchange_result(s->exchange);
	uint64_t now_ms = monotonic_ms();
	if (r->reason != AUTH_REASON_OK) {
		emit_authentication(req, r, status, NULL);
		uint32_t delay_ms = throttle_failure(req->server->throttle, &req->conn->peer, r->account,
			auth_reason_is_guess(r->reason), now_ms);
		req->work->delay_ms = delay_left(delay_ms, begun_ms, now_ms);
		req->work->throttled = s->throttled;
		s->throttled = false;
	}
	session_end_exchange(s);
	// The whole session ends, with all that is open on it (MS-SMB2 3.3.5.5.3).
	if (atomic_load(&s->state) == SESSION_IN_PROGRESS)
		session_close(s, "authentication_failed", NULL, NULL);
	else
		request_hold(req, s, "reauthentication_failed");
}

static void write_response(struct request *req, struct span token)
{
	const struct session *s = req->session;
	struct smb2_session_setup_response m = { .security_buffer = token };
	if (s->encrypt)
		m.session_flags |= SMB2_SESSION_FLAG_ENCRYPT_DATA;
	if (request_reserve(req, token.len + 256))
		smb2_session_setup_response_encode(req->out, &m);
}

// The answer, once what has to end before it has ended.
static struct nt_status answer(struct request *req, struct nt_status status, struct span token)
{
	req->held_status = status;
	req->held_token = token;
	if (req->closing.session != NULL && !req->closing.done)
		return HOLD;
	if (nt_status_ok(status))
		write_response(req, token);
	return status;
}

static struct nt_status authenticate(struct request *req, const struct smb2_session_setup_request *m)
{
	struct session *s = req->session;
	bool is_new = s->identity == NULL;
	bool hashes = is_new && req->conn->dialect == SMB2_DIALECT_311;
	uint64_t begun_ms = monotonic_ms();
	struct span token;
	if (hashes && preauth_hash_update(&s->preauth, req->message) != 0)
		return STATUS(INTERNAL_ERROR);
	struct nt_status status = auth_exchange_step(s->exchange, m->security_buffer, req->arena, &token);
	if (is_new)
		session_set_claim(s, auth_exchange_result(s->exchange));
	if (nt_status_equal(status, STATUS(MORE_PROCESSING_REQUIRED))) {
		req->keep_body = true;
		req->preauth = hashes ? &s->preauth : NULL;
		write_response(req, token);
		return status;
	}
	if (nt_status_ok(status))
		status = finish(req, m->previous_session_id);
	if (!nt_status_ok(status)) {
		fail(req, status, begun_ms);
		return answer(req, status, span_make(NULL, 0));
	}
	session_end_exchange(s);
	return answer(req, status, token);
}

// On the loop: everything but the step itself.
static struct nt_status begin(struct request *req, const struct smb2_session_setup_request *m)
{
	// Binding needs multichannel, which this server does not offer (MS-SMB2 3.3.5.5).
	if ((m->flags & SMB2_SESSION_FLAG_BINDING) != 0) {
		refusal_emit(req, "session_binding", STATUS(REQUEST_NOT_ACCEPTED));
		return STATUS(REQUEST_NOT_ACCEPTED);
	}
	struct nt_status status = begin_step(req);
	if (!nt_status_ok(status) && req->has_step && req->session->exchange == NULL &&
		atomic_load(&req->session->state) == SESSION_IN_PROGRESS)
		session_close(req->session, "authentication_refused", NULL, NULL);
	return status;
}

// For the mechanism, or for the name service, which is asked again who the user is on this machine.
static bool may_wait(struct session *s)
{
	return auth_exchange_may_block(s->exchange) || (s->identity != NULL && session_has_unix_user(s));
}

struct nt_status serve_session_setup(struct request *req)
{
	struct smb2_session_setup_request m;
	struct nt_status status = STATUS(SUCCESS);
	if (req->closing.session != NULL)
		return answer(req, req->held_status, req->held_token);
	if (!req->has_step && req->conn->state != CONNECTION_NEGOTIATED)
		return request_disconnect(req, CONNECTION_END_PROTOCOL);
	if (smb2_session_setup_request_decode(req->message, &m) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	if (!req->has_step)
		status = begin(req, &m);
	if (!nt_status_ok(status))
		return status;
	if (!req->may_block && may_wait(req->session))
		return WOULD_BLOCK;
	return authenticate(req, &m);
}
