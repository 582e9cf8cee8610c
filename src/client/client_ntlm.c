// SPDX-License-Identifier: Apache-2.0
#include "client/client_ntlm.h"

#include <errno.h>

#include "auth/ntlm_crypto.h"
#include "base/filetime.h"
#include "base/utf16.h"
#include "wire/ntlm/ntlm_message.h"
#include "wire/ntlm/ntlm_response.h"
#include "wire/spnego/spnego.h"

#define FLAGS                                                                                                \
	(NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_REQUEST_TARGET | NTLMSSP_NEGOTIATE_SIGN |                       \
		NTLMSSP_NEGOTIATE_SEAL | NTLMSSP_NEGOTIATE_NTLM | NTLMSSP_NEGOTIATE_ALWAYS_SIGN |            \
		NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY | NTLMSSP_NEGOTIATE_TARGET_INFO |                 \
		NTLMSSP_NEGOTIATE_VERSION | NTLMSSP_NEGOTIATE_128 | NTLMSSP_NEGOTIATE_KEY_EXCH |             \
		NTLMSSP_NEGOTIATE_56)

enum {
	TOKEN_OVERHEAD = 256, // of SPNEGO around an NTLM message
	LMV2_RESPONSE_LEN = 24,
	CHANNEL_BINDINGS_LEN = 16,
};

static const struct ntlm_version version = { 10, 0, 0, NTLMSSP_REVISION_W2K3 };

static int writer_in(struct arena *a, size_t cap, struct writer *w)
{
	void *bytes = arena_alloc(a, cap);
	if (bytes == NULL)
		return -ENOMEM;
	*w = writer_make(bytes, cap);
	return 0;
}

int client_ntlm_first(struct client_ntlm *n, struct arena *a, struct span *token)
{
	struct ntlm_negotiate m = { .negotiate_flags = FLAGS, .has_version = true, .version = version };
	struct writer w = writer_make(n->negotiate, sizeof(n->negotiate));
	ntlm_negotiate_encode(&w, &m);
	n->negotiate_len = w.pos;

	struct spnego_init init = { .mech_type_count = 1, .has_mech_token = true };
	init.mech_types[0].mech = SPNEGO_MECH_NTLMSSP;
	init.mech_token = span_make(n->negotiate, n->negotiate_len);
	struct writer mechs = writer_make(n->mech_types, sizeof(n->mech_types));
	spnego_mech_types_encode(&mechs, &init);
	n->mech_types_len = mechs.pos;

	struct writer out;
	int rc = writer_in(a, TOKEN_OVERHEAD + n->negotiate_len, &out);
	if (rc < 0)
		return rc;
	spnego_init_encode(&out, &init);
	if (!writer_ok(&w) || !writer_ok(&mechs) || !writer_ok(&out))
		return -EMSGSIZE;
	*token = writer_since(&out, 0);
	return 0;
}

// What is worked out on the way to AUTHENTICATE.
struct answer {
	struct arena *a;
	struct ntlm_challenge challenge;
	struct ntlm_av_list target_info;
	struct span user;
	struct span domain;
	struct span workstation;
	bool has_timestamp;
	uint64_t time_stamp;
	struct span av_pairs;
	uint8_t challenge_from_client[NTLM_CHALLENGE_LEN];
	uint8_t response_key[NTLM_KEY_LEN];
	uint8_t session_base_key[NTLM_KEY_LEN];
	struct span nt_response;
};

static int challenge_read(struct answer *s, struct span token, struct span *message)
{
	struct spnego_resp resp = { 0 };
	if (spnego_resp_decode(token, &resp) != VERDICT_OK || !resp.has_response_token)
		return -EPROTO;
	*message = resp.response_token;
	if (ntlm_challenge_decode(resp.response_token, &s->challenge) != VERDICT_OK ||
		ntlm_av_list_decode(s->challenge.target_info, &s->target_info) != VERDICT_OK)
		return -EPROTO;
	s->has_timestamp = ntlm_av_list_timestamp(&s->target_info, &s->time_stamp);
	if (!s->has_timestamp)
		s->time_stamp = filetime_now();
	return 0;
}

static int utf16_or_fault(struct arena *a, const char *text, struct span *out)
{
	*out = text == NULL || text[0] == '\0' ? span_make("", 0) : utf16_from_utf8(a, text);
	return out->data != NULL ? 0 : -EINVAL;
}

static int names_convert(struct answer *s, const struct client_credentials *who)
{
	int rc = utf16_or_fault(s->a, who->user, &s->user);
	if (rc == 0)
		rc = utf16_or_fault(s->a, who->domain, &s->domain);
	if (rc == 0)
		rc = utf16_or_fault(s->a, who->workstation, &s->workstation);
	return rc;
}

// MS-NLMP 3.1.5.1.2: the server's pairs, and what the client says of itself: that there is a MIC, no
// channel bindings, and whom it believes to talk to.
static int av_pairs_write(struct answer *s, const char *target_name)
{
	struct writer w;
	int rc = writer_in(s->a, s->challenge.target_info.len + 2 * strlen(target_name) + 64, &w);
	if (rc < 0)
		return rc;
	for (unsigned i = 0; i < s->target_info.count; i++) {
		const struct ntlm_av_pair *p = &s->target_info.pairs[i];
		bool own = p->av_id == MSV_AV_FLAGS || p->av_id == MSV_AV_TARGET_NAME ||
			   p->av_id == MSV_AV_CHANNEL_BINDINGS;
		if (!own)
			ntlm_av_put(&w, p->av_id, p->value);
	}
	static const uint8_t no_bindings[CHANNEL_BINDINGS_LEN];
	ntlm_av_put_u32(&w, MSV_AV_FLAGS, ntlm_av_list_flags(&s->target_info) | MSV_AV_FLAG_MIC_PRESENT);
	ntlm_av_put(&w, MSV_AV_CHANNEL_BINDINGS, span_make(no_bindings, sizeof(no_bindings)));
	if (!ntlm_av_put_text(&w, MSV_AV_TARGET_NAME, target_name))
		return -EINVAL;
	ntlm_av_put_eol(&w);
	s->av_pairs = writer_since(&w, 0);
	return writer_ok(&w) ? 0 : -EMSGSIZE;
}

static int response_key_make(struct answer *s, const struct client_credentials *who)
{
	uint8_t nt_hash[NTLM_KEY_LEN];
	int rc = ntlm_nt_hash(who->password, nt_hash);
	if (rc == 0)
		rc = ntlm_ntowf_v2(nt_hash, s->user, s->domain, s->response_key);
	secret_wipe_bytes(nt_hash, sizeof(nt_hash));
	return rc;
}

static int nt_response_make(struct answer *s)
{
	struct ntlmv2_response m = { .resp_type = 1, .hi_resp_type = 1, .time_stamp = s->time_stamp };
	random_bytes(s->challenge_from_client, sizeof(s->challenge_from_client));
	memcpy(m.challenge_from_client, s->challenge_from_client, sizeof(m.challenge_from_client));
	m.av_pairs = s->av_pairs;
	struct writer w;
	int rc = writer_in(s->a, NTLMV2_RESPONSE_LEN_MIN + s->av_pairs.len + 64, &w);
	if (rc < 0)
		return rc;
	size_t proof = writer_reserve(&w, NTLM_PROOF_LEN);
	ntlmv2_client_challenge_encode(&w, &m);
	if (!writer_ok(&w))
		return -EMSGSIZE;
	s->nt_response = writer_since(&w, proof);
	return ntlm_proof(s->response_key, s->challenge.server_challenge, writer_since(&w, NTLM_PROOF_LEN),
		w.base, s->session_base_key);
}

// MS-NLMP 3.1.5.1.2: with a timestamp from the server the LM response is zeros, else it is LMv2.
static int lm_response_make(const struct answer *s, uint8_t out[LMV2_RESPONSE_LEN])
{
	memset(out, 0, LMV2_RESPONSE_LEN);
	if (s->has_timestamp)
		return 0;
	return ntlm_lmv2_response(
		s->response_key, s->challenge.server_challenge, s->challenge_from_client, out);
}

static int authenticate_make(struct client_ntlm *n, struct answer *s, struct span challenge, struct writer *w)
{
	uint8_t lm[LMV2_RESPONSE_LEN];
	uint8_t exported[NTLM_KEY_LEN];
	uint8_t encrypted[NTLM_KEY_LEN];
	int rc = lm_response_make(s, lm);
	if (rc < 0)
		return rc;
	random_bytes(exported, sizeof(exported));
	ntlm_key_exchange(s->session_base_key, exported, encrypted);
	secret_set(&n->session_key, exported, sizeof(exported));
	struct ntlm_authenticate m = { .negotiate_flags = FLAGS & s->challenge.negotiate_flags,
		.lm_challenge_response = span_make(lm, sizeof(lm)),
		.nt_challenge_response = s->nt_response,
		.domain_name = s->domain,
		.user_name = s->user,
		.workstation = s->workstation,
		.encrypted_random_session_key = span_make(encrypted, sizeof(encrypted)),
		.has_version = true,
		.version = version,
		.has_mic = true };
	ntlm_authenticate_encode(w, &m);
	if (!writer_ok(w))
		return -EMSGSIZE;
	rc = ntlm_mic(exported, span_make(n->negotiate, n->negotiate_len), challenge, writer_since(w, 0),
		NTLM_MIC_OFFSET, w->base + NTLM_MIC_OFFSET);
	secret_wipe_bytes(exported, sizeof(exported));
	return rc;
}

static int token_wrap(struct client_ntlm *n, struct arena *a, struct span message, struct span *token)
{
	struct ntlm_seal seal;
	uint8_t mic[NTLM_MAC_LEN];
	struct writer w;
	int rc = ntlm_seal_init(&seal, n->session_key.bytes, NTLM_CLIENT_TO_SERVER, true);
	if (rc == 0)
		rc = ntlm_sign(&seal, span_make(n->mech_types, n->mech_types_len), mic);
	ntlm_seal_done(&seal);
	if (rc == 0)
		rc = writer_in(a, TOKEN_OVERHEAD + message.len, &w);
	if (rc < 0)
		return rc;
	struct spnego_resp resp = { .has_neg_state = true,
		.neg_state = SPNEGO_ACCEPT_INCOMPLETE,
		.has_response_token = true,
		.response_token = message,
		.has_mech_list_mic = true,
		.mech_list_mic = span_make(mic, sizeof(mic)) };
	spnego_resp_encode(&w, &resp);
	*token = writer_since(&w, 0);
	return writer_ok(&w) ? 0 : -EMSGSIZE;
}

static int answer_make(struct client_ntlm *n, struct answer *s, const struct client_credentials *who,
	const char *target_name, struct span challenge, struct span *token)
{
	struct writer w;
	int rc = names_convert(s, who);
	if (rc == 0)
		rc = av_pairs_write(s, target_name);
	if (rc == 0)
		rc = response_key_make(s, who);
	if (rc == 0)
		rc = nt_response_make(s);
	size_t cap = 256 + s->domain.len + s->user.len + s->workstation.len + s->nt_response.len;
	if (rc == 0)
		rc = writer_in(s->a, cap, &w);
	if (rc == 0)
		rc = authenticate_make(n, s, challenge, &w);
	return rc == 0 ? token_wrap(n, s->a, writer_since(&w, 0), token) : rc;
}

int client_ntlm_second(struct client_ntlm *n, const struct client_credentials *who, const char *host,
	struct span challenge_token, struct arena *a, struct span *token)
{
	struct answer s = { .a = a };
	struct span challenge;
	int rc = challenge_read(&s, challenge_token, &challenge);
	if (rc < 0)
		return rc;
	const char *target_name = who->target_name;
	if (target_name == NULL)
		target_name = arena_printf(a, "cifs/%s", host);
	rc = target_name == NULL ? -ENOMEM : answer_make(n, &s, who, target_name, challenge, token);
	secret_wipe_bytes(s.response_key, sizeof(s.response_key));
	secret_wipe_bytes(s.session_base_key, sizeof(s.session_base_key));
	return rc;
}

void client_ntlm_done(struct client_ntlm *n)
{
	secret_wipe_bytes(n, sizeof(*n));
}
