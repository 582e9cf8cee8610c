// SPDX-License-Identifier: Apache-2.0
#include "sensor/fingerprint.h"
#include "sensor/auth_watch.h"

#include <stdlib.h>
#include <string.h>

#include "sensor/auth_text.h"
#include "wire/kerberos/ap_req.h"
#include "wire/ntlm/ntlm_message.h"
#include "wire/ntlm/ntlm_response.h"
#include "wire/spnego/spnego.h"

enum { KEPT_MESSAGES = 5 };

struct auth_watch {
	struct auth_facts facts;
	uint8_t *kept[KEPT_MESSAGES]; // copies that facts' spans point to
	char account[AUTH_WATCH_NAME_LEN_MAX];
	char domain[AUTH_WATCH_NAME_LEN_MAX];
	char workstation[AUTH_WATCH_NAME_LEN_MAX];
	char target_name[AUTH_WATCH_NAME_LEN_MAX];
	char server_name[AUTH_WATCH_NAME_LEN_MAX];
	char server_dns[AUTH_WATCH_NAME_LEN_MAX];
	char server_domain[AUTH_WATCH_NAME_LEN_MAX];
	char service[AUTH_WATCH_NAME_LEN_MAX];
	char realm[AUTH_WATCH_NAME_LEN_MAX];
};

struct auth_watch *auth_watch_new(void)
{
	struct auth_watch *w = calloc(1, sizeof(*w));
	if (w == NULL)
		return NULL;
	w->facts.account = w->account;
	w->facts.domain = w->domain;
	w->facts.workstation = w->workstation;
	w->facts.mechanism = "";
	w->facts.principal = "";
	return w;
}

void auth_watch_free(struct auth_watch *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < KEPT_MESSAGES; i++)
		free(w->kept[i]);
	free(w);
}

const struct auth_facts *auth_watch_facts(const struct auth_watch *w)
{
	return &w->facts;
}

// Remembers a message that somebody with keys will want.
static void keep(struct auth_watch *w, size_t slot, struct span message, struct span *out)
{
	free(w->kept[slot]);
	w->kept[slot] = malloc(message.len);
	*out = span_make(NULL, 0);
	if (w->kept[slot] == NULL)
		return;
	memcpy(w->kept[slot], message.data, message.len);
	*out = span_make(w->kept[slot], message.len);
}

// --- NTLMSSP (MS-NLMP 2.2.1) ------------------------------------------------------------------------

static void take_av_text(const struct ntlm_av_list *list, enum ntlm_av_id id, char *text, const char **shown)
{
	const struct ntlm_av_pair *pair = ntlm_av_list_find(list, id);
	if (pair == NULL || pair->value.len == 0)
		return;
	auth_text_of_utf16(pair->value, text);
	*shown = text;
}

static bool on_negotiate(struct auth_watch *w, struct span message)
{
	struct ntlm_negotiate m;
	if (ntlm_negotiate_decode(message, &m) != VERDICT_OK)
		return false;
	w->facts.auth.negotiate_flags = m.negotiate_flags;
	keep(w, 0, message, &w->facts.ntlm_negotiate);
	return true;
}

static bool on_challenge(struct auth_watch *w, struct span message)
{
	struct ntlm_challenge m;
	struct ntlm_av_list list;
	struct event_auth *a = &w->facts.auth;
	if (ntlm_challenge_decode(message, &m) != VERDICT_OK)
		return false;
	a->challenge_flags = m.negotiate_flags;
	a->has_challenge = true;
	memcpy(a->server_challenge, m.server_challenge, sizeof(a->server_challenge));
	keep(w, 1, message, &w->facts.ntlm_challenge);
	if (ntlm_av_list_decode(m.target_info, &list) != VERDICT_OK)
		return true;
	take_av_text(&list, MSV_AV_NB_COMPUTER_NAME, w->server_name, &a->server_name);
	take_av_text(&list, MSV_AV_DNS_COMPUTER_NAME, w->server_dns, &a->server_dns);
	take_av_text(&list, MSV_AV_NB_DOMAIN_NAME, w->server_domain, &a->server_domain);
	return true;
}

static bool is_zero(struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.data[i] != 0)
			return false;
	return true;
}

// MsvAvFlags says that there is a MIC; where it says nothing, room for one means nothing (3.1.5.1.2).
static enum event_mic mic_of(const struct ntlm_authenticate *m, uint32_t av_flags)
{
	bool announced = (av_flags & MSV_AV_FLAG_MIC_PRESENT) != 0;
	if (!m->has_mic)
		return announced ? EVENT_MIC_MISSING : EVENT_MIC_NONE;
	if (!announced)
		return EVENT_MIC_NONE;
	return is_zero(span_make(m->mic, sizeof(m->mic))) ? EVENT_MIC_ZERO : EVENT_MIC_PRESENT;
}

static void on_v2_response(struct auth_watch *w, const struct ntlm_authenticate *m)
{
	struct ntlmv2_response response;
	struct ntlm_av_list list;
	struct event_auth *a = &w->facts.auth;
	if (ntlmv2_response_decode(m->nt_challenge_response, &response) != VERDICT_OK)
		return;
	a->has_nt_proof = true;
	memcpy(a->nt_proof, response.response, sizeof(a->nt_proof));
	a->mic = mic_of(m, 0);
	if (ntlm_av_list_decode(response.av_pairs, &list) != VERDICT_OK)
		return;
	a->has_av_flags = ntlm_av_list_find(&list, MSV_AV_FLAGS) != NULL;
	a->av_flags = ntlm_av_list_flags(&list);
	a->mic = mic_of(m, a->av_flags);
	take_av_text(&list, MSV_AV_TARGET_NAME, w->target_name, &a->target_name);
	const struct ntlm_av_pair *bindings = ntlm_av_list_find(&list, MSV_AV_CHANNEL_BINDINGS);
	a->channel_bindings = bindings != NULL && !is_zero(bindings->value);
}

// Before NTLMv2 there was the LM response; it is one when it is neither empty nor zero, nor a copy, nor the
// client's challenge of the NTLM2 session response (8 bytes and zeros).
static bool has_lm_response(const struct ntlm_authenticate *m)
{
	struct span lm = m->lm_challenge_response;
	if (lm.len != NTLM_V1_RESPONSE_LEN || is_zero(lm) || span_equal(lm, m->nt_challenge_response))
		return false;
	return !is_zero(span_make(lm.data + NTLM_CHALLENGE_LEN, lm.len - NTLM_CHALLENGE_LEN));
}

static const char *mechanism_of(const struct ntlm_authenticate *m)
{
	switch (ntlm_response_kind_of(m->nt_challenge_response)) {
	case NTLM_RESPONSE_V2:
		return "ntlmv2";
	case NTLM_RESPONSE_EMPTY:
		return m->user_name.len == 0 ? "anonymous" : "ntlmv1";
	default:
		return "ntlmv1";
	}
}

static bool on_authenticate(struct auth_watch *w, struct span message)
{
	struct ntlm_authenticate m;
	struct event_auth *a = &w->facts.auth;
	if (ntlm_authenticate_decode(message, &m) != VERDICT_OK)
		return false;
	a->authenticate_flags = m.negotiate_flags;
	auth_text(m.user_name, m.negotiate_flags, w->account);
	auth_text(m.domain_name, m.negotiate_flags, w->domain);
	auth_text(m.workstation, m.negotiate_flags, w->workstation);
	w->facts.mechanism = mechanism_of(&m);
	a->mic = EVENT_MIC_NONE;
	a->lm_response = has_lm_response(&m) && strcmp(w->facts.mechanism, "ntlmv1") == 0;
	on_v2_response(w, &m);
	keep(w, 2, message, &w->facts.ntlm_authenticate);
	return true;
}

static bool on_ntlm(struct auth_watch *w, struct span message)
{
	uint32_t type;
	if (ntlm_message_type_of(message, &type) != VERDICT_OK)
		return false;
	switch (type) {
	case NTLM_MESSAGE_NEGOTIATE:
		return on_negotiate(w, message);
	case NTLM_MESSAGE_CHALLENGE:
		return on_challenge(w, message);
	case NTLM_MESSAGE_AUTHENTICATE:
		return on_authenticate(w, message);
	default:
		return false;
	}
}

// --- Kerberos ---------------------------------------------------------------------------------------

static bool on_kerberos(struct auth_watch *w, struct span token, bool from_client)
{
	struct kerberos_ap_req m;
	if (!from_client) {
		keep(w, 4, token, &w->facts.ap_rep);
		return true;
	}
	if (kerberos_ap_req_decode(token, &m) != VERDICT_OK)
		return false;
	w->facts.mechanism = "kerberos";
	auth_text_join(m.components, m.component_count, w->service);
	auth_text_of_ascii(m.realm, w->realm);
	w->facts.auth.service = w->service;
	w->facts.auth.realm = w->realm;
	w->facts.auth.ticket_encryption = kerberos_encryption_name(m.encryption);
	w->facts.auth.ticket_hash = fingerprint_of(m.ticket);
	w->facts.auth.exchange_hash = fingerprint_of(token);
	keep(w, 3, token, &w->facts.ap_req);
	return true;
}

// --- what they come in ------------------------------------------------------------------------------

static bool on_mech_token(struct auth_watch *w, struct span token, bool from_client)
{
	if (ntlm_message_recognise(token))
		return on_ntlm(w, token);
	return on_kerberos(w, token, from_client);
}

// A client's first token is of the mechanism that it wants most; of another one only the list counts.
static bool on_init(struct auth_watch *w, struct span token, bool from_client)
{
	struct spnego_init m;
	if (spnego_init_decode(token, &m) != VERDICT_OK)
		return false;
	return !m.has_mech_token || on_mech_token(w, m.mech_token, from_client);
}

static bool on_resp(struct auth_watch *w, struct span token, bool from_client)
{
	struct spnego_resp m;
	if (spnego_resp_decode(token, &m) != VERDICT_OK)
		return false;
	return !m.has_response_token || on_mech_token(w, m.response_token, from_client);
}

static bool on_token(struct auth_watch *w, struct span token, bool from_client)
{
	if (token.len == 0 || token.len > AUTH_WATCH_TOKEN_LEN_MAX)
		return token.len == 0;
	switch (spnego_token_kind_of(token)) {
	case SPNEGO_TOKEN_INIT:
		return on_init(w, token, from_client);
	case SPNEGO_TOKEN_RESP:
		return on_resp(w, token, from_client);
	case SPNEGO_TOKEN_NTLMSSP:
		return on_ntlm(w, token);
	case SPNEGO_TOKEN_KRB5:
		return on_kerberos(w, token, from_client);
	default:
		return false;
	}
}

bool auth_watch_client_token(struct auth_watch *w, struct span token)
{
	return on_token(w, token, true);
}

bool auth_watch_server_token(struct auth_watch *w, struct span token)
{
	return on_token(w, token, false);
}
