// SPDX-License-Identifier: Apache-2.0
// NTLM (MS-NLMP 3.3.2, 3.4.5.1): which account's hash makes the proof that was seen, and the session key
// that follows from it.
#include "sensor/unlock_keys.h"
#include "sensor/unlock_ntlm_v1.h"
#include "wire/ntlm/ntlm_message.h"
#include "wire/ntlm/ntlm_response.h"

enum { TRIES_MAX = 4096 }; // accounts of one name

struct ntlm_exchange {
	struct ntlm_challenge challenge;
	struct ntlm_authenticate authenticate;
	enum ntlm_response_kind kind;
	struct ntlmv2_response response; // of NTLMv2
};

static bool response_decode(struct ntlm_exchange *x)
{
	if (x->kind != NTLM_RESPONSE_V2)
		return x->kind == NTLM_RESPONSE_V1;
	return (x->authenticate.negotiate_flags & NTLMSSP_NEGOTIATE_UNICODE) != 0 &&
	       ntlmv2_response_decode(x->authenticate.nt_challenge_response, &x->response) == VERDICT_OK;
}

static bool exchange_decode(const struct auth_facts *facts, struct ntlm_exchange *x)
{
	if (ntlm_challenge_decode(facts->ntlm_challenge, &x->challenge) != VERDICT_OK ||
		ntlm_authenticate_decode(facts->ntlm_authenticate, &x->authenticate) != VERDICT_OK)
		return false;
	x->kind = ntlm_response_kind_of(x->authenticate.nt_challenge_response);
	return response_decode(x);
}

// Its KeyExchangeKey is the SessionBaseKey.
static bool try_v2(
	const struct ntlm_exchange *x, const uint8_t *nt_hash, uint8_t key_exchange_key[NTLM_KEY_LEN])
{
	uint8_t response_key[NTLM_KEY_LEN], proof[NTLM_KEY_LEN];
	bool fits = ntlm_ntowf_v2(nt_hash, x->authenticate.user_name, x->authenticate.domain_name,
			    response_key) == 0 &&
		    ntlm_proof(response_key, x->challenge.server_challenge, x->response.temp, proof,
			    key_exchange_key) == 0 &&
		    secret_equal(proof, x->response.response, sizeof(proof));
	secret_wipe_bytes(response_key, sizeof(response_key));
	secret_wipe_bytes(proof, sizeof(proof));
	return fits;
}

// Does this hash make the proof?
static bool try_hash(
	const struct ntlm_exchange *x, const uint8_t *nt_hash, uint8_t key_exchange_key[NTLM_KEY_LEN])
{
	return x->kind == NTLM_RESPONSE_V2
		       ? try_v2(x, nt_hash, key_exchange_key)
		       : unlock_ntlm_v1(&x->challenge, &x->authenticate, nt_hash, key_exchange_key);
}

static bool find_key(const struct unlock_keys *k, const char *account, const struct ntlm_exchange *x,
	uint8_t key_exchange_key[NTLM_KEY_LEN])
{
	size_t count;
	const struct nt_account *a = unlock_accounts_find(k, account, &count);
	for (size_t i = 0; i < count && i < TRIES_MAX; i++)
		if (try_hash(x, a[i].nt_hash, key_exchange_key))
			return true;
	return false;
}

// The client chooses the session key and sends it encrypted, if both want that (3.1.5.1.2).
static void export_key(const struct ntlm_authenticate *m, const uint8_t key_exchange_key[NTLM_KEY_LEN],
	uint8_t exported[NTLM_KEY_LEN])
{
	bool exchanged = (m->negotiate_flags & NTLMSSP_NEGOTIATE_KEY_EXCH) != 0 &&
			 m->encrypted_random_session_key.len == NTLM_KEY_LEN;
	if (exchanged)
		ntlm_key_exchange(key_exchange_key, m->encrypted_random_session_key.data, exported);
	else
		memcpy(exported, key_exchange_key, NTLM_KEY_LEN);
}

static enum event_mic check_mic(const struct auth_facts *facts, const struct ntlm_authenticate *m,
	const uint8_t exported[NTLM_KEY_LEN])
{
	uint8_t mic[NTLM_MAC_LEN];
	if (facts->auth.mic != EVENT_MIC_PRESENT || facts->ntlm_negotiate.len == 0 ||
		ntlm_mic(exported, facts->ntlm_negotiate, facts->ntlm_challenge, facts->ntlm_authenticate,
			m->mic_offset, mic) != 0)
		return EVENT_MIC_UNKNOWN;
	return secret_equal(mic, m->mic, sizeof(mic)) ? EVENT_MIC_VERIFIED : EVENT_MIC_WRONG;
}

// Without extended security the responses stand in SESSION_SETUP itself, and no key is exchanged.
void unlock_ntlm_basic(
	const struct unlock_keys *k, const struct unlock_smb1_basic *b, struct unlock_candidates *out)
{
	uint8_t key_exchange_key[NTLM_KEY_LEN];
	struct ntlm_exchange x = {
		.authenticate = { .negotiate_flags = NTLMSSP_NEGOTIATE_UNICODE,
			.nt_challenge_response = b->nt_response,
			.user_name = b->account_utf16,
			.domain_name = b->domain_utf16 },
		.kind = ntlm_response_kind_of(b->nt_response),
	};
	memcpy(x.challenge.server_challenge, b->challenge, NTLM_CHALLENGE_LEN);
	if (!response_decode(&x) || !find_key(k, b->account, &x, key_exchange_key))
		return;
	unlock_candidates_add(out, span_make(key_exchange_key, sizeof(key_exchange_key)));
	secret_wipe_bytes(key_exchange_key, sizeof(key_exchange_key));
}

void unlock_ntlm(const struct unlock_keys *k, const struct auth_facts *facts, struct unlock_candidates *out,
	struct unlock_findings *findings)
{
	struct ntlm_exchange x;
	uint8_t key_exchange_key[NTLM_KEY_LEN], exported[NTLM_KEY_LEN];
	if (k->account_count == 0 || !exchange_decode(facts, &x) ||
		!find_key(k, facts->account, &x, key_exchange_key))
		return;
	export_key(&x.authenticate, key_exchange_key, exported);
	findings->mic = check_mic(facts, &x.authenticate, exported);
	unlock_candidates_add(out, span_make(exported, sizeof(exported)));
	secret_wipe_bytes(key_exchange_key, sizeof(key_exchange_key));
	secret_wipe_bytes(exported, sizeof(exported));
}
