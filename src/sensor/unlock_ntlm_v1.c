// SPDX-License-Identifier: Apache-2.0
#include "sensor/unlock_ntlm_v1.h"

#include "crypto/des.h"
#include "crypto/hash.h"
#include "crypto/md4.h"
#include "wire/ntlm/ntlm_response.h"

// With extended session security the client's challenge is in the LM response's place.
static bool has_session_security(const struct ntlm_authenticate *a)
{
	return (a->negotiate_flags & NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY) != 0 &&
	       a->lm_challenge_response.len >= NTLM_CHALLENGE_LEN;
}

// Keys that are made of the LM hash.
static bool needs_lm_hash(const struct ntlm_authenticate *a)
{
	return (a->negotiate_flags & (NTLMSSP_NEGOTIATE_LM_KEY | NTLMSSP_REQUEST_NON_NT_SESSION_KEY)) != 0;
}

// What the response answers (3.3.1): the server's challenge, or with the client's the first half of both's
// MD5.
static int challenge_of(bool extended, const struct span challenges[2], uint8_t out[MD5_LEN])
{
	if (extended)
		return md5(challenges, 2, out);
	memcpy(out, challenges[0].data, NTLM_CHALLENGE_LEN);
	return 0;
}

static bool fits(const struct ntlm_authenticate *a, const uint8_t nt_hash[NTLM_KEY_LEN],
	const uint8_t challenge[NTLM_CHALLENGE_LEN])
{
	uint8_t response[DESL_LEN];
	return desl(nt_hash, challenge, response) == 0 &&
	       secret_equal(response, a->nt_challenge_response.data, sizeof(response));
}

bool unlock_ntlm_v1(const struct ntlm_challenge *c, const struct ntlm_authenticate *a,
	const uint8_t nt_hash[NTLM_KEY_LEN], uint8_t key_exchange_key[NTLM_KEY_LEN])
{
	uint8_t challenge[MD5_LEN], base_key[NTLM_KEY_LEN];
	bool extended = has_session_security(a);
	const struct span challenges[] = { span_make(c->server_challenge, NTLM_CHALLENGE_LEN),
		span_make(a->lm_challenge_response.data, extended ? NTLM_CHALLENGE_LEN : 0) };
	if (a->nt_challenge_response.len != NTLM_V1_RESPONSE_LEN || (!extended && needs_lm_hash(a)) ||
		challenge_of(extended, challenges, challenge) != 0 || !fits(a, nt_hash, challenge))
		return false;
	md4(span_make(nt_hash, NTLM_KEY_LEN), base_key); // SessionBaseKey
	int err = 0;
	if (extended)
		err = hmac_md5(span_make(base_key, NTLM_KEY_LEN), challenges, 2, key_exchange_key);
	else
		memcpy(key_exchange_key, base_key, NTLM_KEY_LEN);
	secret_wipe_bytes(base_key, sizeof(base_key));
	return err == 0;
}
