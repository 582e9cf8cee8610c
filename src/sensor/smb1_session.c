// SPDX-License-Identifier: Apache-2.0
// SMB1 before anything is done: NEGOTIATE, SESSION_SETUP_ANDX, LOGOFF_ANDX, TREE_CONNECT_ANDX (MS-CIFS
// 2.2.4.52 to 2.2.4.55).
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sensor/fingerprint.h"
#include "sensor/sensor_state.h"
#include "sensor/smb1_state.h"
#include "wire/ntlm/ntlm_response.h"
#include "wire/smb2/smb2_negotiate.h"

enum { DIALECT_SMB1 = 1 };

// --- NEGOTIATE --------------------------------------------------------------------------------------

static void offer(struct negotiated *n, uint16_t dialect)
{
	if (n->client_dialect_count < CLIENT_DIALECTS_MAX)
		n->client_dialects[n->client_dialect_count++] = dialect;
}

// An SMB2 NEGOTIATE may follow, and says it all again.
void smb1_on_negotiate(struct smb1_message *m)
{
	struct smb1_negotiate request;
	struct negotiated *n = &m->c->negotiated;
	if (smb1_negotiate_decode(m->message, &request) != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	n->request_seen = true;
	n->by_smb1 = true;
	n->client_dialect_count = 0;
	if (request.dialect_count > (unsigned int)request.smb2_002 + request.smb2_wildcard)
		offer(n, DIALECT_SMB1);
	if (request.smb2_002)
		offer(n, SMB2_DIALECT_202);
	if (request.smb2_wildcard)
		offer(n, SMB2_DIALECT_WILDCARD);
	n->client_hash = fingerprint_of(m->message);
	n->request_packet = conversation_packet(m->c);
	bool required = (m->header.flags2 & SMB1_FLAGS2_SECURITY_SIGNATURE_REQUIRED) != 0;
	bool enabled = (m->header.flags2 & SMB1_FLAGS2_SECURITY_SIGNATURE) != 0;
	n->client_security_mode = (uint16_t)((required ? SMB2_NEGOTIATE_SIGNING_REQUIRED : 0) |
					     (enabled ? SMB2_NEGOTIATE_SIGNING_ENABLED : 0));
}

static void note_answer(struct smb1_message *m, const struct smb1_negotiate_answer *a)
{
	struct negotiated *n = &m->c->negotiated;
	bool required = (a->security_mode & SMB1_SECURITY_SIGNATURES_REQUIRED) != 0;
	bool enabled = (a->security_mode & SMB1_SECURITY_SIGNATURES_ENABLED) != 0;
	n->response_seen = true;
	n->dialect = m->c->about.dialect = DIALECT_SMB1;
	n->server_hash = fingerprint_of(m->message);
	n->server_security_mode = (uint16_t)((required ? SMB2_NEGOTIATE_SIGNING_REQUIRED : 0) |
					     (enabled ? SMB2_NEGOTIATE_SIGNING_ENABLED : 0));
	if (a->server_guid.len == sizeof(n->server_guid))
		memcpy(n->server_guid, a->server_guid.data, sizeof(n->server_guid));
	m->watch->passwords_in_clear = (a->security_mode & SMB1_SECURITY_ENCRYPT_PASSWORDS) == 0;
	m->watch->has_challenge = a->challenge.len == SMB1_CHALLENGE_LEN;
	if (m->watch->has_challenge)
		memcpy(m->watch->challenge, a->challenge.data, SMB1_CHALLENGE_LEN);
}

// By the answer's form (MS-CIFS 2.2.4.52.2): those before NT LM 0.12 have neither signatures nor more than LM
// responses.
static const char *remark_of(const struct smb1_block *b)
{
	if (b->words.len >= 2 * (size_t)SMB1_NEGOTIATE_NT_WORDS)
		return NULL;
	return b->words.len > 2 ? "lanman" : "core";
}

void smb1_on_negotiate_answer(struct smb1_message *m)
{
	struct smb1_negotiate_answer a;
	struct nt_status status = m->header.status;
	if (!nt_status_ok(status)) {
		conversation_tell_negotiate(m->c, status, EVENT_FAILURE, "refused");
		return;
	}
	if (smb1_negotiate_answer_decode(m->message, &m->block, m->unicode, &a) != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	if (a.dialect_index == SMB1_NO_DIALECT) {
		conversation_tell_negotiate(m->c, STATUS(NOT_SUPPORTED), EVENT_FAILURE, "refused");
		return;
	}
	note_answer(m, &a);
	conversation_tell_negotiate(m->c, status, EVENT_SUCCESS, remark_of(&m->block));
}

// --- SESSION_SETUP_ANDX ---------------------------------------------------------------------------------

static bool is_blank(struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.data[i] != 0)
			return false;
	return true;
}

static const char *mechanism_of(const struct smb1_watch *w, const struct smb1_session_setup *m)
{
	if (m->account.len == 0 && is_blank(m->lm_response) && is_blank(m->nt_response))
		return "anonymous";
	if (w->passwords_in_clear)
		return "plaintext";
	return m->nt_response.len > NTLM_V1_RESPONSE_LEN ? "ntlmv2" : "ntlmv1";
}

// Copies of the NT response, and LMv2 beside NTLMv2, are no LM responses.
static bool has_lm_response(const struct smb1_session_setup *m)
{
	return m->lm_response.len == NTLM_V1_RESPONSE_LEN && !is_blank(m->lm_response) &&
	       m->nt_response.len <= NTLM_V1_RESPONSE_LEN && !span_equal(m->lm_response, m->nt_response);
}

static void note_basic(struct smb1_message *m, const struct smb1_session_setup *s)
{
	struct smb1_basic_logon *b = &m->watch->basic;
	smb1_basic_logon_done(b);
	b->set = true;
	b->mechanism = mechanism_of(m->watch, s);
	b->account = smb1_text(s->account, m->unicode);
	b->domain = smb1_text(s->domain, m->unicode);
	b->lm_response = strcmp(b->mechanism, "ntlmv1") == 0 && has_lm_response(s);
	b->has_nt_proof = strcmp(b->mechanism, "ntlmv2") == 0;
	if (b->has_nt_proof)
		memcpy(b->nt_proof, s->nt_response.data, sizeof(b->nt_proof));
	smb1_note_responses(b, s, m->unicode);
}

static void begin_exchange(struct smb1_message *m, struct watched_session *s)
{
	auth_watch_free(s->auth);
	s->auth = auth_watch_new();
	s->first_packet = conversation_packet(m->c);
	s->challenge_packet = 0;
}

// The first request has no Uid yet (or one that means nothing): the answer gives it.
static uint64_t uid_of_request(const struct smb1_message *m)
{
	return watched_session_find(m->c, m->header.uid) != NULL ? m->header.uid : 0;
}

void smb1_on_session_setup(struct smb1_message *m)
{
	struct smb1_session_setup request;
	if (smb1_session_setup_decode(m->message, &m->block, m->unicode, &request) != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	struct watched_session *s = watched_session_get(m->c, uid_of_request(m));
	if (m->pending != NULL)
		m->pending->session_id = uid_of_request(m);
	if (s == NULL)
		return;
	m->session = s;
	if (s->auth == NULL)
		begin_exchange(m, s);
	s->authenticate_packet = conversation_packet(m->c); // the last one is what it is about
	if (!request.extended)
		note_basic(m, &request);
	else if (s->auth != NULL)
		(void)auth_watch_client_token(s->auth, request.security_blob);
}

static struct watched_session *session_of_answer(struct smb1_message *m)
{
	struct watched_session *begun =
		m->pending != NULL && m->pending->session_id == 0 ? watched_session_find(m->c, 0) : NULL;
	if (begun == NULL || m->header.uid == 0)
		return watched_session_get(m->c, m->header.uid);
	struct watched_session *old = watched_session_find(m->c, m->header.uid);
	if (old != NULL)
		watched_session_end(old, "replaced");
	watched_session_renumber(begun, m->header.uid);
	return begun;
}

static void take_text(char **field, char **text, const char **shown)
{
	if (*text != NULL && (*text)[0] != '\0') {
		free(*field);
		*field = *text;
		*text = NULL;
	}
	*shown = *field;
}

static void identify_basic(struct watched_session *s, struct smb1_basic_logon *b)
{
	take_text(&s->account, &b->account, &s->about.account);
	take_text(&s->domain, &b->domain, &s->about.domain);
	s->anonymous = strcmp(b->mechanism, "anonymous") == 0;
	s->mechanism = s->about.mechanism = s->guest ? "guest" : b->mechanism;
}

static void fill_basic(const struct smb1_watch *w, struct event_auth *a)
{
	a->has_challenge = w->has_challenge;
	memcpy(a->server_challenge, w->challenge, sizeof(a->server_challenge));
	a->has_nt_proof = w->basic.has_nt_proof;
	memcpy(a->nt_proof, w->basic.nt_proof, sizeof(a->nt_proof));
	a->lm_response = w->basic.lm_response;
	a->mic = EVENT_MIC_NONE;
}

static void fill_exchange(struct watched_session *s, struct event_auth *a)
{
	if (s->auth == NULL)
		return;
	*a = auth_watch_facts(s->auth)->auth;
	if (strcmp(auth_watch_facts(s->auth)->mechanism, "anonymous") == 0)
		s->anonymous = true;
	watched_session_identify(s);
}

static void tell_auth(struct smb1_message *m, struct watched_session *s, enum event_mic mic)
{
	const struct negotiated *n = &m->c->negotiated;
	struct event_auth auth = { .first = false };
	s->authentications++;
	if (m->watch->basic.set) {
		fill_basic(m->watch, &auth);
		identify_basic(s, &m->watch->basic);
	} else {
		fill_exchange(s, &auth);
	}
	if (mic != EVENT_MIC_UNKNOWN)
		auth.mic = mic;
	auth.challenge_packet = s->challenge_packet;
	auth.authenticate_packet = s->authenticate_packet;
	auth.client_negotiate_hash = n->client_hash;
	auth.server_negotiate_hash = n->server_hash;
	memcpy(auth.server_guid, n->server_guid, sizeof(auth.server_guid));
	auth.first = s->authentications <= 1;
	auth.guest = s->guest;
	auth.anonymous = s->anonymous;
	auth.protocol = "smb1";
	struct event e = {
		.kind = EVENT_AUTH,
		.status = m->header.status,
		.result = nt_status_ok(m->header.status) ? EVENT_SUCCESS : EVENT_FAILURE,
		.auth = &auth,
	};
	conversation_emit(m->c, s, &e, s->first_packet);
	smb1_basic_logon_done(&m->watch->basic);
	auth_watch_free(s->auth);
	s->auth = NULL;
}

static void establish(struct smb1_message *m, struct watched_session *s, uint16_t action)
{
	s->guest = (action & SMB1_SETUP_GUEST) != 0;
	enum event_mic mic = smb1_unlock(m, s);
	if (!s->established) {
		s->established = true;
		s->beginning_seen = m->c->negotiated.response_seen;
		s->opened_us = conversation_now(m->c);
		sensor_count_session(m->c->sensor);
	}
	tell_auth(m, s, mic);
}

static void refuse(struct smb1_message *m, struct watched_session *s)
{
	tell_auth(m, s, smb1_unlock(m, s));
	if (!s->established) // there never was one
		watched_session_forget(s);
	m->session = NULL;
}

void smb1_on_session_setup_answer(struct smb1_message *m)
{
	struct smb1_session_setup_answer a = { .action = 0 };
	bool goes_on = nt_status_equal(m->header.status, STATUS(MORE_PROCESSING_REQUIRED));
	bool has_body = goes_on || nt_status_ok(m->header.status);
	struct watched_session *s = session_of_answer(m);
	if (s == NULL)
		return;
	m->session = s;
	if (has_body && smb1_session_setup_answer_decode(m->message, &m->block, &a) != VERDICT_OK)
		smb1_malformed(m);
	if (s->auth != NULL)
		(void)auth_watch_server_token(s->auth, a.security_blob);
	if (goes_on) {
		s->challenge_packet = conversation_packet(m->c);
		return;
	}
	if (has_body)
		establish(m, s, a.action);
	else
		refuse(m, s);
}

void smb1_on_logoff_answer(struct smb1_message *m)
{
	if (m->session != NULL && nt_status_ok(m->header.status)) {
		watched_session_end(m->session, "logoff");
		m->session = NULL;
	}
}

// --- TREE_CONNECT_ANDX --------------------------------------------------------------------------------

void smb1_on_tree_connect(struct smb1_message *m)
{
	struct smb1_tree_connect request;
	if (smb1_tree_connect_decode(m->message, &m->block, m->unicode, &request) != VERDICT_OK)
		smb1_malformed(m);
	else if (m->pending != NULL && m->pending->name == NULL)
		m->pending->name = smb1_text(request.path, m->unicode);
}

// Of "//server/share".
static const char *share_of(const char *path)
{
	const char *slash = path == NULL ? NULL : strrchr(path, '/');
	return slash == NULL ? "" : slash + 1;
}

void smb1_on_tree_connect_answer(struct smb1_message *m)
{
	if (m->session == NULL || m->pending == NULL)
		return;
	const char *path = m->pending->name;
	bool ok = nt_status_ok(m->header.status);
	struct event e = {
		.kind = EVENT_TREE_CONNECT,
		.status = m->header.status,
		.result = ok ? EVENT_SUCCESS : EVENT_FAILURE,
		.share = share_of(path),
		.tree_id = m->header.tid,
		.detail = path,
	};
	conversation_emit(m->c, m->session, &e, m->pending->packet);
	struct watched_tree *t = ok ? watched_tree_add(m->session, m->header.tid, share_of(path)) : NULL;
	if (t != NULL)
		t->is_pipe = span_equal(smb1_tree_connect_service(m->message, &m->block), span_of_str("IPC"));
}

void smb1_on_tree_disconnect_answer(struct smb1_message *m)
{
	if (m->session == NULL || m->pending == NULL || !nt_status_ok(m->header.status))
		return;
	struct watched_tree *t = watched_tree_find(m->session, m->pending->tree_id);
	if (t != NULL)
		watched_tree_remove(m->session, t);
}
