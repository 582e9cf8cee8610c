// SPDX-License-Identifier: Apache-2.0
#include "auth/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "auth/auth_report.h"
#include "auth/mechanism.h"
#include "wire/spnego/spnego.h"

// Most wanted first: the first that a client has in common with us, wherever it stands in its list.
static const struct mechanism *const mechanisms[] = { &kerberos_mechanism, &ntlm_mechanism };

// What MS-SPNG 2.2.1 has servers say in NegTokenInit2.
static const char hint_name[] = "not_defined_in_RFC4178@please_ignore";

enum {
	MECH_TYPES_LEN_MAX = 1024, // of the client's list, kept for its MIC
	RESPONSE_OVERHEAD = 128,   // of a NegTokenResp around its token and MIC
	NEGOTIATE_TOKEN_LEN_MAX = 512,
};

struct auth_exchange {
	struct auth_exchange_config config; // with a reference on its accounts
	struct auth_report report;
	unsigned legs;
	bool over;
	const struct mechanism *mechanism; // NULL until chosen
	enum spnego_mech chosen;           // which of its identifiers the client named
	void *state;
	bool first_choice; // the client's own first wish, so nobody can have pushed it down
	uint8_t *mech_types;
	size_t mech_types_len;
};

struct auth_exchange *auth_exchange_new(const struct auth_exchange_config *config)
{
	struct auth_exchange *ex = calloc(1, sizeof(*ex));

	if (ex == NULL)
		return NULL;
	ex->config = *config;
	ex->config.accounts = account_db_ref(config->accounts);
	auth_report_init(&ex->report);
	return ex;
}

void auth_exchange_free(struct auth_exchange *ex)
{
	if (ex == NULL)
		return;
	if (ex->state != NULL)
		ex->mechanism->free(ex->state);
	identity_unref(ex->report.result.identity);
	account_db_unref(ex->config.accounts);
	free(ex->mech_types);
	free(ex);
}

const struct auth_result *auth_exchange_result(const struct auth_exchange *ex)
{
	return &ex->report.result;
}

static bool mechanism_may_block(const struct mechanism *m, const struct auth_policy *policy)
{
	return m->may_block != NULL && m->offered(policy) && m->may_block(policy);
}

// Before the first token is read, any mechanism may be the one.
bool auth_exchange_may_block(const struct auth_exchange *ex)
{
	const struct auth_policy *policy = &ex->config.policy;
	if (ex->mechanism != NULL)
		return mechanism_may_block(ex->mechanism, policy);
	for (size_t i = 0; i < ARRAY_LEN(mechanisms); i++)
		if (mechanism_may_block(mechanisms[i], policy))
			return true;
	return false;
}

static bool has_oid(const struct mechanism *m, enum spnego_mech mech)
{
	for (size_t i = 0; i < MECHANISM_OIDS_MAX; i++)
		if (m->oids[i] != SPNEGO_MECH_UNKNOWN && m->oids[i] == mech)
			return true;
	return false;
}

static enum auth_reason mechanism_start(struct auth_exchange *ex, const struct mechanism *m)
{
	ex->mechanism = m;
	ex->report.result.mechanism = m->id;
	ex->state = m->new (&ex->config, &ex->report);
	return ex->state != NULL ? AUTH_REASON_OK : AUTH_REASON_INTERNAL;
}

static enum auth_reason mechanism_choose(struct auth_exchange *ex, const struct spnego_init *init)
{
	for (size_t i = 0; i < ARRAY_LEN(mechanisms); i++) {
		if (!mechanisms[i]->offered(&ex->config.policy))
			continue;
		for (unsigned j = 0; j < init->mech_type_count; j++) {
			if (!has_oid(mechanisms[i], init->mech_types[j].mech))
				continue;
			ex->first_choice = j == 0;
			ex->chosen = init->mech_types[j].mech;
			return mechanism_start(ex, mechanisms[i]);
		}
	}
	return AUTH_REASON_MECHANISM_NOT_OFFERED;
}

static enum auth_reason response_make(
	const struct spnego_resp *resp, struct arena *a, struct span *out, enum auth_reason reason)
{
	size_t size = resp->response_token.len + resp->mech_list_mic.len + RESPONSE_OVERHEAD;
	struct writer w = writer_make(arena_alloc(a, size), size);

	if (w.base == NULL)
		return AUTH_REASON_INTERNAL;
	spnego_resp_encode(&w, resp);
	if (!writer_ok(&w))
		return AUTH_REASON_INTERNAL;
	*out = writer_since(&w, 0);
	return reason;
}

// RFC 4178 5: the list's MIC proves that nobody took a better mechanism out of it. Required where ours
// was not the client's first; elsewhere it is checked when sent.
static enum auth_reason list_verify(
	struct auth_exchange *ex, struct span mic, struct arena *a, struct span *our_mic)
{
	struct span list = span_make(ex->mech_types, ex->mech_types_len);
	bool fits;

	if (mic.len == 0)
		return ex->first_choice || ex->config.policy.transcript_protected
			       ? AUTH_REASON_OK
			       : AUTH_REASON_MECH_LIST_MIC_WRONG;
	if (ex->mechanism->mic_verify(ex->state, list, mic, &fits) < 0)
		return AUTH_REASON_INTERNAL;
	if (!fits)
		return AUTH_REASON_MECH_LIST_MIC_WRONG;
	ex->report.result.mech_list_mic_verified = true;
	return ex->mechanism->mic_make(ex->state, list, a, our_mic) < 0 ? AUTH_REASON_INTERNAL
									: AUTH_REASON_OK;
}

// One leg inside SPNEGO; first: our answer names the mechanism.
static enum auth_reason spnego_leg(struct auth_exchange *ex, struct span token, struct span mic, bool first,
	struct arena *a, struct span *out)
{
	struct spnego_resp resp = { .has_neg_state = true, .neg_state = SPNEGO_ACCEPT_INCOMPLETE };

	enum auth_reason reason = AUTH_REASON_NONE;
	if (token.len > 0)
		reason = ex->mechanism->step(ex->state, token, a, &resp.response_token);
	if (reason == AUTH_REASON_OK)
		reason = list_verify(ex, mic, a, &resp.mech_list_mic);
	if (reason != AUTH_REASON_NONE && reason != AUTH_REASON_OK)
		return reason;
	if (reason == AUTH_REASON_OK)
		resp.neg_state = SPNEGO_ACCEPT_COMPLETED;
	else if (first && !ex->first_choice)
		resp.neg_state = SPNEGO_REQUEST_MIC;
	resp.has_supported_mech = first;
	resp.supported_mech = ex->chosen;
	resp.has_response_token = resp.response_token.len > 0;
	resp.has_mech_list_mic = resp.mech_list_mic.len > 0;
	return response_make(&resp, a, out, reason);
}

static enum auth_reason spnego_begin(
	struct auth_exchange *ex, struct span in, struct arena *a, struct span *out)
{
	struct spnego_init init;

	if (spnego_init_decode(in, &init) != VERDICT_OK || init.mech_types_der.len > MECH_TYPES_LEN_MAX)
		return AUTH_REASON_MALFORMED;
	enum auth_reason reason = mechanism_choose(ex, &init);
	if (reason != AUTH_REASON_OK)
		return reason;
	ex->mech_types = malloc(init.mech_types_der.len);
	if (ex->mech_types == NULL)
		return AUTH_REASON_INTERNAL;
	memcpy(ex->mech_types, init.mech_types_der.data, init.mech_types_der.len);
	ex->mech_types_len = init.mech_types_der.len;
	// The optimistic token is of the client's first mechanism, and of no use to another.
	struct span token = ex->first_choice ? init.mech_token : span_make(NULL, 0);
	return spnego_leg(ex, token, span_make(NULL, 0), true, a, out);
}

static enum auth_reason spnego_continue(
	struct auth_exchange *ex, struct span in, struct arena *a, struct span *out)
{
	struct spnego_resp resp;

	if (spnego_resp_decode(in, &resp) != VERDICT_OK || resp.response_token.len == 0)
		return AUTH_REASON_MALFORMED;
	if (resp.has_neg_state && resp.neg_state == SPNEGO_REJECT)
		return AUTH_REASON_OUT_OF_ORDER;
	return spnego_leg(ex, resp.response_token, resp.mech_list_mic, false, a, out);
}

static enum auth_reason raw_begin(struct auth_exchange *ex, enum spnego_token_kind kind, struct span in,
	struct arena *a, struct span *out)
{
	for (size_t i = 0; i < ARRAY_LEN(mechanisms); i++) {
		if (mechanisms[i]->raw != kind || !mechanisms[i]->offered(&ex->config.policy))
			continue;
		ex->report.result.raw = true;
		enum auth_reason reason = mechanism_start(ex, mechanisms[i]);
		return reason == AUTH_REASON_OK ? ex->mechanism->step(ex->state, in, a, out) : reason;
	}
	return AUTH_REASON_MECHANISM_NOT_OFFERED;
}

static enum auth_reason leg_take(struct auth_exchange *ex, struct span in, struct arena *a, struct span *out)
{
	enum spnego_token_kind kind;

	if (in.len > AUTH_TOKEN_LEN_MAX)
		return AUTH_REASON_TOKEN_TOO_LONG;
	if (++ex->legs > AUTH_LEGS_MAX)
		return AUTH_REASON_TOO_MANY_LEGS;
	kind = spnego_token_kind_of(in);
	if (kind == SPNEGO_TOKEN_UNKNOWN)
		return AUTH_REASON_MALFORMED;
	if (ex->mechanism == NULL && kind == SPNEGO_TOKEN_INIT)
		return spnego_begin(ex, in, a, out);
	if (ex->mechanism == NULL && kind != SPNEGO_TOKEN_RESP)
		return raw_begin(ex, kind, in, a, out);
	if (ex->mechanism != NULL && ex->report.result.raw && kind == ex->mechanism->raw)
		return ex->mechanism->step(ex->state, in, a, out);
	if (ex->mechanism != NULL && !ex->report.result.raw && kind == SPNEGO_TOKEN_RESP)
		return spnego_continue(ex, in, a, out);
	return AUTH_REASON_OUT_OF_ORDER;
}

struct nt_status auth_exchange_step(
	struct auth_exchange *ex, struct span in_token, struct arena *a, struct span *out_token)
{
	struct span out = span_make(NULL, 0);

	*out_token = out;
	if (ex->over)
		return STATUS(INVALID_PARAMETER);
	enum auth_reason reason = leg_take(ex, in_token, a, &out);
	ex->report.result.reason = reason;
	ex->over = reason != AUTH_REASON_NONE;
	if (reason != AUTH_REASON_NONE && reason != AUTH_REASON_OK) {
		// Proved, but something behind it failed: nobody may find an identity here.
		identity_unref(ex->report.result.identity);
		ex->report.result.identity = NULL;
		return auth_reason_status(reason);
	}
	*out_token = out;
	return auth_reason_status(reason);
}

struct span auth_negotiate_token(const struct auth_policy *policy, struct arena *a)
{
	struct spnego_init init = { .has_neg_hints = true, .hint_name = span_of_str(hint_name) };

	for (size_t i = 0; i < ARRAY_LEN(mechanisms); i++)
		for (size_t j = 0; mechanisms[i]->offered(policy) && j < MECHANISM_OIDS_MAX; j++)
			if (mechanisms[i]->oids[j] != SPNEGO_MECH_UNKNOWN)
				init.mech_types[init.mech_type_count++].mech = mechanisms[i]->oids[j];
	struct writer w = writer_make(arena_alloc(a, NEGOTIATE_TOKEN_LEN_MAX), NEGOTIATE_TOKEN_LEN_MAX);
	if (init.mech_type_count == 0 || w.base == NULL)
		return span_make(NULL, 0);
	spnego_init_encode(&w, &init);
	return writer_ok(&w) ? writer_since(&w, 0) : span_make(NULL, 0);
}
