// SPDX-License-Identifier: Apache-2.0
#include "auth/ntlm_crypto.h"

#include <errno.h>
#include <stdlib.h>

#include "base/reader.h"
#include "base/utf16.h"
#include "base/writer.h"
#include "crypto/hash.h"
#include "crypto/md4.h"
#include "wire/fscc/name_upcase.h"

int ntlm_nt_hash(const char *password, uint8_t nt_hash[NTLM_KEY_LEN])
{
	size_t len = utf16_len_of_utf8(password);
	if (len == SIZE_MAX)
		return -EINVAL;
	uint8_t *text = malloc(len + 1);
	if (text == NULL)
		return -ENOMEM;

	struct writer w = writer_make(text, len);
	bool valid = writer_utf16(&w, password) && writer_ok(&w);
	if (valid)
		md4(span_make(text, len), nt_hash);
	secret_wipe_bytes(text, len);
	free(text);
	return valid ? 0 : -EINVAL;
}

int ntlm_ntowf_v2(const uint8_t nt_hash[NTLM_KEY_LEN], struct span user_utf16, struct span domain_utf16,
	uint8_t response_key[NTLM_KEY_LEN])
{
	uint8_t upper[NTLM_USER_LEN_MAX];
	struct reader r = reader_make(user_utf16);
	struct writer w = writer_make(upper, sizeof(upper));

	while (reader_left(&r) > 0)
		writer_u16(&w, name_upcase_unit(reader_u16(&r)));
	if (reader_verdict(&r) != VERDICT_OK || !writer_ok(&w))
		return -EINVAL;
	struct span parts[] = { writer_since(&w, 0), domain_utf16 };
	return hmac_md5(span_make(nt_hash, NTLM_KEY_LEN), parts, ARRAY_LEN(parts), response_key);
}

int ntlm_proof(const uint8_t response_key[NTLM_KEY_LEN], const uint8_t server_challenge[8], struct span temp,
	uint8_t nt_proof_str[NTLM_KEY_LEN], uint8_t session_base_key[NTLM_KEY_LEN])
{
	struct span key = span_make(response_key, NTLM_KEY_LEN);
	struct span parts[] = { span_make(server_challenge, 8), temp };
	int rc = hmac_md5(key, parts, ARRAY_LEN(parts), nt_proof_str);

	if (rc < 0)
		return rc;
	struct span proof = span_make(nt_proof_str, NTLM_KEY_LEN);
	return hmac_md5(key, &proof, 1, session_base_key);
}

int ntlm_lmv2_response(const uint8_t response_key[NTLM_KEY_LEN], const uint8_t server_challenge[8],
	const uint8_t client_challenge[8], uint8_t response[24])
{
	struct span parts[] = { span_make(server_challenge, 8), span_make(client_challenge, 8) };
	int rc = hmac_md5(span_make(response_key, NTLM_KEY_LEN), parts, ARRAY_LEN(parts), response);

	if (rc == 0)
		memcpy(response + MD5_LEN, client_challenge, 8);
	return rc;
}

void ntlm_key_exchange(const uint8_t key_exchange_key[NTLM_KEY_LEN], const uint8_t in[NTLM_KEY_LEN],
	uint8_t out[NTLM_KEY_LEN])
{
	struct rc4 c;

	memmove(out, in, NTLM_KEY_LEN);
	rc4_init(&c, span_make(key_exchange_key, NTLM_KEY_LEN));
	rc4_apply(&c, out, NTLM_KEY_LEN);
	rc4_done(&c);
}

int ntlm_mic(const uint8_t exported_session_key[NTLM_KEY_LEN], struct span negotiate, struct span challenge,
	struct span authenticate, size_t mic_offset, uint8_t mic[NTLM_MAC_LEN])
{
	static const uint8_t zeros[NTLM_MAC_LEN];
	struct reader r = reader_make(authenticate);
	struct span before = reader_bytes(&r, mic_offset);
	reader_skip(&r, NTLM_MAC_LEN);
	struct span after = reader_rest(&r);

	if (reader_verdict(&r) != VERDICT_OK)
		return -EINVAL;
	struct span parts[] = { negotiate, challenge, before, span_make(zeros, sizeof(zeros)), after };
	return hmac_md5(span_make(exported_session_key, NTLM_KEY_LEN), parts, ARRAY_LEN(parts), mic);
}
