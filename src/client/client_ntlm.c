// SPDX-License-Identifier: Apache-2.0
#include "client/client_ntlm.h"

#include <errno.h>

#include "base/utf16.h"
#include "client/client_ntlm_answer.h"
#include "wire/spnego/spnego.h"

#define FLAGS                                                                                                \
	(NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_REQUEST_TARGET | NTLMSSP_NEGOTIATE_SIGN |                       \
		NTLMSSP_NEGOTIATE_SEAL | NTLMSSP_NEGOTIATE_NTLM | NTLMSSP_NEGOTIATE_ALWAYS_SIGN |            \
		NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY | NTLMSSP_NEGOTIATE_TARGET_INFO |                 \
		NTLMSSP_NEGOTIATE_VERSION | NTLMSSP_NEGOTIATE_128 | NTLMSSP_NEGOTIATE_KEY_EXCH |             \
		NTLMSSP_NEGOTIATE_56)

enum {
	TOKEN_OVERHEAD = 256, // of SPNEGO around an NTLM message
	MESSAGE_FIXED_LEN_MAX = 256,
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

// Plain NTLMv1 and LM are what there was before extended session security.
static uint32_t flags_of(enum client_proof proof)
{
	bool old = proof == CLIENT_PROOF_NTLMV1 || proof == CLIENT_PROOF_LM;
	return old ? FLAGS & ~NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY : FLAGS;
}

int client_ntlm_first(struct client_ntlm *n, struct arena *a, struct span *token)
{
	struct ntlm_negotiate m = {
		.negotiate_flags = flags_of(n->proof), .has_version = true, .version = version
	};
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

static int challenge_read(struct ntlm_answer *s, struct span token, struct span *message)
{
	struct spnego_resp resp = { 0 };
	if (spnego_resp_decode(token, &resp) != VERDICT_OK || !resp.has_response_token)
		return -EPROTO;
	*message = resp.response_token;
	if (ntlm_challenge_decode(resp.response_token, &s->challenge) != VERDICT_OK)
		return -EPROTO;
	// MS-NLMP 2.2.1.2: servers that were not asked for session security send no list.
	if (s->challenge.target_info.len == 0)
		return 0;
	return ntlm_av_list_decode(s->challenge.target_info, &s->target_info) == VERDICT_OK ? 0 : -EPROTO;
}

static int utf16_or_fault(struct arena *a, const char *text, struct span *out)
{
	*out = text == NULL || text[0] == '\0' ? span_make("", 0) : utf16_from_utf8(a, text);
	return out->data != NULL ? 0 : -EINVAL;
}

static int names_convert(struct ntlm_answer *s, const struct client_credentials *who)
{
	bool nobody = s->proof == CLIENT_PROOF_ANONYMOUS;
	int rc = utf16_or_fault(s->a, nobody ? NULL : who->user, &s->user);
	if (rc == 0)
		rc = utf16_or_fault(s->a, nobody ? NULL : who->domain, &s->domain);
	if (rc == 0)
		rc = utf16_or_fault(s->a, who->workstation, &s->workstation);
	return rc;
}

// MS-NLMP 3.1.5.1.2: an LM response of one zero byte, none of NTLM, and a key that everybody knows.
static void answer_anonymous(struct ntlm_answer *s)
{
	s->lm_response = span_make("", 1);
	s->nt_response = span_make("", 0);
}

static int responses_make(
	struct ntlm_answer *s, const struct client_credentials *who, const char *target_name)
{
	switch (s->proof) {
	case CLIENT_PROOF_NTLMV2:
	case CLIENT_PROOF_NTLMV2_NO_MIC:
		return ntlm_answer_v2(s, who->password, target_name);
	case CLIENT_PROOF_NTLMV1_SESSION:
	case CLIENT_PROOF_NTLMV1:
	case CLIENT_PROOF_LM:
		return ntlm_answer_v1(s, who->password);
	case CLIENT_PROOF_ANONYMOUS:
		answer_anonymous(s);
		return 0;
	case CLIENT_PROOF_KERBEROS:
		break;
	}
	return -EINVAL;
}

static bool has_mic(enum client_proof proof)
{
	return proof == CLIENT_PROOF_NTLMV2;
}

// MS-NLMP 3.1.5.1.2: a random one, if the server will have it.
static size_t session_key_choose(const struct ntlm_answer *s, uint32_t flags, uint8_t exported[NTLM_KEY_LEN],
	uint8_t encrypted[NTLM_KEY_LEN])
{
	memcpy(exported, s->key_exchange_key, NTLM_KEY_LEN);
	if ((flags & NTLMSSP_NEGOTIATE_KEY_EXCH) == 0)
		return 0;
	random_bytes(exported, NTLM_KEY_LEN);
	ntlm_key_exchange(s->key_exchange_key, exported, encrypted);
	return NTLM_KEY_LEN;
}

static int authenticate_make(
	struct client_ntlm *n, const struct ntlm_answer *s, struct span challenge, struct writer *w)
{
	uint8_t exported[NTLM_KEY_LEN];
	uint8_t encrypted[NTLM_KEY_LEN];
	uint32_t flags = flags_of(s->proof) & s->challenge.negotiate_flags;
	size_t encrypted_len = session_key_choose(s, flags, exported, encrypted);
	secret_set(&n->session_key, exported, sizeof(exported));
	struct ntlm_authenticate m = {
		.negotiate_flags = flags | (s->proof == CLIENT_PROOF_ANONYMOUS ? NTLMSSP_ANONYMOUS : 0),
		.lm_challenge_response = s->lm_response,
		.nt_challenge_response = s->nt_response,
		.domain_name = s->domain,
		.user_name = s->user,
		.workstation = s->workstation,
		.encrypted_random_session_key = span_make(encrypted, encrypted_len),
		.has_version = true,
		.version = version,
		.has_mic = has_mic(s->proof),
	};
	ntlm_authenticate_encode(w, &m);
	int rc = writer_ok(w) ? 0 : -EMSGSIZE;
	if (rc == 0 && m.has_mic)
		rc = ntlm_mic(exported, span_make(n->negotiate, n->negotiate_len), challenge,
			writer_since(w, 0), NTLM_MIC_OFFSET, w->base + NTLM_MIC_OFFSET);
	secret_wipe_bytes(exported, sizeof(exported));
	return rc;
}

static int mechs_sign(const struct client_ntlm *n, uint8_t mic[NTLM_MAC_LEN])
{
	struct ntlm_seal seal;
	int rc = ntlm_seal_init(&seal, n->session_key.bytes, NTLM_CLIENT_TO_SERVER, true);
	if (rc == 0)
		rc = ntlm_sign(&seal, span_make(n->mech_types, n->mech_types_len), mic);
	ntlm_seal_done(&seal);
	return rc;
}

// Who leaves out the one MIC would leave out the other.
static int token_wrap(struct client_ntlm *n, struct arena *a, struct span message, struct span *token)
{
	uint8_t mic[NTLM_MAC_LEN];
	struct writer w;
	int rc = has_mic(n->proof) ? mechs_sign(n, mic) : 0;
	if (rc == 0)
		rc = writer_in(a, TOKEN_OVERHEAD + message.len, &w);
	if (rc < 0)
		return rc;
	struct spnego_resp resp = { .has_neg_state = true,
		.neg_state = SPNEGO_ACCEPT_INCOMPLETE,
		.has_response_token = true,
		.response_token = message,
		.has_mech_list_mic = has_mic(n->proof),
		.mech_list_mic = span_make(mic, sizeof(mic)) };
	spnego_resp_encode(&w, &resp);
	*token = writer_since(&w, 0);
	return writer_ok(&w) ? 0 : -EMSGSIZE;
}

static int answer_make(struct client_ntlm *n, struct ntlm_answer *s, const struct client_credentials *who,
	const char *target_name, struct span challenge, struct span *token)
{
	struct writer w;
	int rc = names_convert(s, who);
	if (rc == 0)
		rc = responses_make(s, who, target_name);
	size_t cap =
		MESSAGE_FIXED_LEN_MAX + s->domain.len + s->user.len + s->workstation.len + s->nt_response.len;
	if (rc == 0)
		rc = writer_in(s->a, cap, &w);
	if (rc == 0)
		rc = authenticate_make(n, s, challenge, &w);
	return rc == 0 ? token_wrap(n, s->a, writer_since(&w, 0), token) : rc;
}

int client_ntlm_second(struct client_ntlm *n, const struct client_credentials *who, const char *host,
	struct span challenge_token, struct arena *a, struct span *token)
{
	struct ntlm_answer s = { .a = a, .proof = n->proof };
	struct span challenge;
	int rc = challenge_read(&s, challenge_token, &challenge);
	if (rc < 0)
		return rc;
	const char *target_name = who->target_name;
	if (target_name == NULL)
		target_name = arena_printf(a, "cifs/%s", host);
	rc = target_name == NULL ? -ENOMEM : answer_make(n, &s, who, target_name, challenge, token);
	secret_wipe_bytes(&s, sizeof(s));
	return rc;
}

void client_ntlm_done(struct client_ntlm *n)
{
	secret_wipe_bytes(n, sizeof(*n));
}
