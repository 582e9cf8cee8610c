// SPDX-License-Identifier: Apache-2.0
// LM and NTLMv1 responses (MS-NLMP 3.3.1): to see that a server refuses them. Who listens can turn one back
// into the password's hash, and LM into the password.
#include <errno.h>

#include "base/secret.h"
#include "client/client_ntlm_answer.h"
#include "crypto/des.h"
#include "crypto/hash.h"
#include "crypto/md4.h"

enum {
	LM_PASSWORD_LEN = 2 * DES_KEY_LEN,
	LM_SESSION_KEY_LEN = 8,
};

static bool lm_password(const char *password, uint8_t out[LM_PASSWORD_LEN])
{
	size_t len = strlen(password);
	if (len > LM_PASSWORD_LEN)
		return false;
	memset(out, 0, LM_PASSWORD_LEN);
	for (size_t i = 0; i < len; i++) {
		char c = password[i];
		if ((unsigned char)c >= 0x80) // which bytes it has depends on the server's code page
			return false;
		out[i] = (uint8_t)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	return true;
}

// LMOWFv1
static int lm_hash(const char *password, uint8_t hash[NTLM_KEY_LEN])
{
	uint8_t upper[LM_PASSWORD_LEN];
	const uint8_t *text = (const uint8_t *)"KGS!@#$%";
	int rc = lm_password(password, upper) ? 0 : -EINVAL;
	for (size_t i = 0; i < 2 && rc == 0; i++)
		rc = des_block(upper + i * DES_KEY_LEN, text, hash + i * DES_BLOCK_LEN);
	secret_wipe_bytes(upper, sizeof(upper));
	return rc;
}

// Without an NT response there is but a piece of the LM hash to make a key of.
static int answer_lm(struct ntlm_answer *s, const char *password, uint8_t *lm)
{
	uint8_t hash[NTLM_KEY_LEN];
	int rc = lm_hash(password, hash);
	if (rc == 0)
		rc = desl(hash, s->challenge.server_challenge, lm);
	if (rc == 0)
		memcpy(s->key_exchange_key, hash, LM_SESSION_KEY_LEN);
	secret_wipe_bytes(hash, sizeof(hash));
	s->nt_response = span_make("", 0);
	return rc;
}

// The client's challenge is in the LM response's place, and both challenges make the one that is answered.
static int answer_session(struct ntlm_answer *s, const uint8_t nt_hash[NTLM_KEY_LEN],
	const uint8_t base_key[NTLM_KEY_LEN], uint8_t *lm, uint8_t *nt)
{
	uint8_t both[MD5_LEN];
	random_bytes(lm, NTLM_CHALLENGE_LEN);
	const struct span challenges[] = { span_make(s->challenge.server_challenge, NTLM_CHALLENGE_LEN),
		span_make(lm, NTLM_CHALLENGE_LEN) };
	int rc = md5(challenges, ARRAY_LEN(challenges), both);
	if (rc == 0)
		rc = desl(nt_hash, both, nt);
	if (rc == 0)
		rc = hmac_md5(span_make(base_key, NTLM_KEY_LEN), challenges, ARRAY_LEN(challenges),
			s->key_exchange_key);
	return rc;
}

static int answer_nt(struct ntlm_answer *s, const char *password, uint8_t *lm, uint8_t *nt)
{
	uint8_t hash[NTLM_KEY_LEN], base_key[NTLM_KEY_LEN];
	int rc = ntlm_nt_hash(password, hash);
	if (rc == 0)
		md4(span_make(hash, sizeof(hash)), base_key);
	if (rc == 0 && s->proof == CLIENT_PROOF_NTLMV1_SESSION) {
		rc = answer_session(s, hash, base_key, lm, nt);
	} else if (rc == 0) {
		rc = desl(hash, s->challenge.server_challenge, nt);
		memcpy(lm, nt, NTLM_RESPONSE_LEN); // no LM hash where none is asked for
		memcpy(s->key_exchange_key, base_key, NTLM_KEY_LEN);
	}
	secret_wipe_bytes(hash, sizeof(hash));
	secret_wipe_bytes(base_key, sizeof(base_key));
	return rc;
}

int ntlm_answer_v1(struct ntlm_answer *s, const char *password)
{
	uint8_t *lm = arena_zalloc(s->a, NTLM_RESPONSE_LEN);
	uint8_t *nt = arena_zalloc(s->a, NTLM_RESPONSE_LEN);
	if (lm == NULL || nt == NULL)
		return -ENOMEM;
	s->lm_response = span_make(lm, NTLM_RESPONSE_LEN);
	s->nt_response = span_make(nt, NTLM_RESPONSE_LEN);
	return s->proof == CLIENT_PROOF_LM ? answer_lm(s, password, lm) : answer_nt(s, password, lm, nt);
}
