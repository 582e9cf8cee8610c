// SPDX-License-Identifier: Apache-2.0
// SESSION_SETUP and LOGOFF (MS-SMB2 2.2.5 to 2.2.8): who it is, and what that came to.
#include <string.h>

#include "sensor/legs.h"
#include "sensor/observe.h"
#include "sensor/sensor_state.h"
#include "sensor/shared_session.h"

static void hash_message(struct observed *o, struct watched_session *s)
{
	if (o->message.len != o->len || preauth_hash_update(&s->preauth, o->message) != 0)
		o->c->preauth_broken = true;
}

static void begin_exchange(struct observed *o, struct watched_session *s)
{
	auth_watch_free(s->auth);
	s->auth = auth_watch_new();
	s->preauth = o->c->preauth;
	s->first_packet = conversation_packet(o->c);
	s->challenge_packet = s->authenticate_packet = 0;
}

// Until the connection has a key of its own, what binds it is signed with the session's
// (MS-SMB2 3.3.5.5, 3.3.4.1.1).
static void verify_binding(struct observed *o, struct watched_session *s)
{
	if (!s->binding || s->established)
		return;
	if (!watched_session_is_bound(s))
		(void)shared_session_join(s);
	if (watched_session_is_bound(s))
		observe_binding_signature(o, s->shared->secrets);
}

// The first request of a session has no SessionId yet: what it said waits for the answer, on the
// connection's session of number 0.
void observe_session_setup_request(struct observed *o)
{
	struct smb2_session_setup_request m;
	if (smb2_session_setup_request_decode(o->message, &m) != VERDICT_OK) {
		conversation_anomaly(o->c, "malformed_session_setup", NULL);
		return;
	}
	struct watched_session *s = watched_session_get(o->c, o->header.session_id);
	if (s == NULL)
		return;
	o->session = s;
	if (!s->established)
		s->binding = (m.flags & SMB2_SESSION_FLAG_BINDING) != 0;
	if (s->auth == NULL)
		begin_exchange(o, s);
	verify_binding(o, s);
	hash_message(o, s);
	if (s->auth != NULL)
		(void)auth_watch_client_token(s->auth, m.security_buffer);
	s->authenticate_packet = conversation_packet(o->c); // the last one is what it is about
}

// The answer gives the number.
static struct watched_session *session_of_answer(struct observed *o)
{
	struct watched_session *begun =
		o->pending != NULL && o->pending->session_id == 0 ? watched_session_find(o->c, 0) : NULL;
	uint64_t id = o->header.session_id;
	if (begun == NULL || id == 0)
		return watched_session_get(o->c, id);
	struct watched_session *old = watched_session_find(o->c, id);
	if (old != NULL)
		watched_session_end(old, "replaced");
	watched_session_renumber(begun, id);
	return begun;
}

static void fill_auth(const struct watched_session *s, struct event_auth *a)
{
	const struct negotiated *n = &s->conversation->negotiated;
	if (s->auth != NULL)
		*a = auth_watch_facts(s->auth)->auth;
	a->client_negotiate_hash = n->client_hash;
	a->server_negotiate_hash = n->server_hash;
	memcpy(a->client_guid, n->client_guid, sizeof(a->client_guid));
	memcpy(a->server_guid, n->server_guid, sizeof(a->server_guid));
	a->first = s->authentications <= 1;
	a->binding = s->binding && s->authentications <= 1;
	a->guest = s->guest;
	a->anonymous = s->anonymous;
	a->protocol = "smb2";
	a->challenge_packet = s->challenge_packet;
	a->authenticate_packet = s->authenticate_packet;
}

static void tell(struct observed *o, struct watched_session *s, enum event_mic mic)
{
	struct event_auth auth = { .first = false };
	s->authentications++;
	watched_session_identify(s);
	fill_auth(s, &auth);
	if (mic != EVENT_MIC_UNKNOWN)
		auth.mic = mic;
	struct event e = {
		.kind = EVENT_AUTH,
		.status = o->header.status,
		.result = nt_status_ok(o->header.status) ? EVENT_SUCCESS : EVENT_FAILURE,
		.auth = &auth,
	};
	conversation_emit(o->c, s, &e, s->first_packet);
}

// An exchange that nobody finished still shows who talked to whom.
void observe_session_unfinished(struct watched_session *s)
{
	struct event_auth auth = { .first = false };
	if (s->auth == NULL || !auth_watch_facts(s->auth)->auth.has_challenge)
		return;
	watched_session_identify(s);
	fill_auth(s, &auth);
	struct event e = {
		.kind = EVENT_AUTH,
		.result = EVENT_FAILURE,
		.reason = "unanswered",
		.auth = &auth,
	};
	conversation_emit(s->conversation, s, &e, s->first_packet);
}

// What keys prove of the exchange, and the secrets that it leads to; NULL: none.
static struct session_secrets *unlock(
	struct observed *o, struct watched_session *s, struct unlock_findings *findings)
{
	const struct negotiated *n = &o->c->negotiated;
	bool preauth_known = n->dialect == SMB2_DIALECT_311 && !o->c->preauth_broken;
	*findings = (struct unlock_findings){ .mic = EVENT_MIC_UNKNOWN };
	if (s->auth == NULL || sensor_keys_of(o->c->sensor) == NULL || s->guest)
		return NULL;
	const struct unlock_exchange x = {
		.facts = auth_watch_facts(s->auth),
		.session_id = s->id,
		.dialect = n->dialect,
		.cipher = n->cipher,
		.signing_algorithm = n->signing_algorithm,
		.preauth_hash = preauth_known ? s->preauth.value : NULL,
		.binding = s->binding,
		.final_answer = o->message.len == o->len ? o->message : span_make(NULL, 0),
	};
	struct session_secrets *secrets = unlock_session(sensor_keys_of(o->c->sensor), &x, findings);
	watched_session_name_client(s, findings->principal);
	return secrets;
}

// A session has the keys of its first authentication (MS-SMB2 3.3.5.5.3): of a later one, or when the first
// was not seen, none follow.
static enum event_mic unlock_established(struct observed *o, struct watched_session *s)
{
	struct unlock_findings findings;
	struct session_secrets *secrets = unlock(o, s, &findings);
	if (s->established) {
		session_secrets_free(secrets);
		return findings.mic;
	}
	if (s->binding)
		s->channel_secrets = secrets;
	else
		s->shared->secrets = secrets;
	// Where bytes are missing, what the hash lacks is the capture's fault.
	observe_final_signature(o, findings.final_wrong && !o->c->lossy);
	return findings.mic;
}

// Servers refuse a message with a wrong MIC: here is where one is seen.
static enum event_mic unlock_refused(struct observed *o, struct watched_session *s)
{
	struct unlock_findings findings;
	session_secrets_free(unlock(o, s, &findings));
	return findings.mic;
}

static void establish(struct observed *o, struct watched_session *s, uint16_t flags)
{
	s->guest = (flags & SMB2_SESSION_FLAG_IS_GUEST) != 0;
	s->anonymous = (flags & SMB2_SESSION_FLAG_IS_NULL) != 0;
	s->encrypt_required = s->about.encrypted = (flags & SMB2_SESSION_FLAG_ENCRYPT_DATA) != 0;
	enum event_mic mic = unlock_established(o, s);
	if (!s->established) {
		s->established = true;
		s->beginning_seen = o->c->negotiated.response_seen;
		s->opened_us = conversation_now(o->c);
		if (!watched_session_is_bound(s))
			sensor_count_session(o->c->sensor);
	}
	tell(o, s, mic);
	auth_watch_free(s->auth);
	s->auth = NULL;
	if (watched_session_is_bound(s))
		shared_session_identify(s);
	else
		shared_session_publish(s);
}

static void refuse(struct observed *o, struct watched_session *s)
{
	tell(o, s, unlock_refused(o, s));
	auth_watch_free(s->auth);
	s->auth = NULL;
	if (!s->established) // there never was one
		watched_session_forget(s);
}

void observe_session_setup_answer(struct observed *o)
{
	struct smb2_session_setup_response m = { .session_flags = 0 };
	bool goes_on = nt_status_equal(o->header.status, STATUS(MORE_PROCESSING_REQUIRED));
	struct watched_session *s = session_of_answer(o);
	if (s == NULL)
		return;
	o->session = s;
	// Refusals have an error body (MS-SMB2 2.2.2).
	if ((goes_on || nt_status_ok(o->header.status)) &&
		smb2_session_setup_response_decode(o->message, &m) != VERDICT_OK)
		conversation_anomaly(o->c, "malformed_session_setup", NULL);
	if (s->auth != NULL)
		(void)auth_watch_server_token(s->auth, m.security_buffer);
	if (goes_on) {
		verify_binding(o, s);
		hash_message(o, s);
		s->challenge_packet = conversation_packet(o->c);
		legs_of_challenge(o->c, s);
	} else if (nt_status_ok(o->header.status)) {
		establish(o, s, m.session_flags);
	} else {
		refuse(o, s);
	}
}

void observe_logoff_answer(struct observed *o)
{
	if (o->session != NULL && nt_status_ok(o->header.status)) {
		watched_session_close_all(o->session, "logoff");
		watched_session_end(o->session, "logoff");
		o->session = NULL;
	}
}
