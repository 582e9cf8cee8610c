// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <errno.h>

#include "../crypto/hex.h"
#include "crypto/hash.h"
#include "ms_vectors.h"
#include "session/session_keys.h"

static struct session_keys derive(
	uint16_t dialect, enum cipher c, const char *key_hex, const char *preauth_hex)
{
	struct session_keys keys;
	struct preauth_hash preauth;
	struct bytes key = hex(key_hex), hash = hex(preauth_hex);
	memset(&keys, 0xff, sizeof(keys));
	memcpy(preauth.value, hash.data, PREAUTH_HASH_LEN);
	struct span key_span = bytes_span(&key);
	assert_int_equal(
		session_keys_derive(dialect, c, key_span, hash.len == 0 ? NULL : &preauth, &keys), 0);
	return keys;
}

static void assert_secret(const struct secret *s, const char *expected)
{
	assert_int_equal(s->len, strlen(expected) / 2);
	assert_hex(s->bytes, expected);
}

// "The anatomy of signing and cryptographic keys", both channels of both dialects. Its EncryptionKey
// is the client's.
static void test_anatomy_30(void **state)
{
	(void)state;
	static const uint16_t dialects[] = { 0x0300, 0x0302 };
	for (size_t i = 0; i < 2; i++) {
		struct session_keys k =
			derive(dialects[i], CIPHER_AES128_CCM, "7CD451825D0450D235424E44BA6E78CC", "");
		assert_secret(&k.signing, "0B7E9C5CAC36C0F6EA9AB275298CEDCE");
		assert_secret(&k.client_to_server, "FAD27796665B313EBB578F388632B4F7");
		assert_secret(&k.server_to_client, "B0F0427F7CEB416D1D9DCC0CD4F99447");
		assert_secret(&k.application, "BB23A4575AA26C721AF525AF15A87B4F");
		k = derive(dialects[i], CIPHER_NONE, "4E01A2B313BCF660CC250BEF021AEDE6", "");
		assert_secret(&k.signing, "BA1A17DBBFEC349BCA105563D598952F");
		assert_int_equal(k.client_to_server.len, 0);
		assert_int_equal(k.server_to_client.len, 0);
	}
}

static void test_anatomy_311(void **state)
{
	(void)state;
	struct session_keys k = derive(0x0311, CIPHER_AES128_GCM, ms_session_key, ms_hash_request_2);
	assert_secret(&k.signing, ms_signing_key);
	assert_secret(&k.client_to_server, ms_client_to_server_key);
	assert_secret(&k.server_to_client, ms_server_to_client_key);
	assert_secret(&k.application, ms_application_key);
	k = derive(0x0311, CIPHER_NONE, ms_bound_session_key, ms_bound_hash_request_2);
	assert_secret(&k.signing, ms_bound_signing_key);
}

// "Encryption in SMB 3.0: A protocol perspective" and "SMB 3.1.1 Encryption in Windows 10".
static void test_encryption_posts(void **state)
{
	(void)state;
	struct session_keys k = derive(0x0300, CIPHER_AES128_CCM, "B4546771B515F766A86735532DD6C4F0", "");
	assert_secret(&k.client_to_server, "261B72350558F2E9DCF613070383EDBF");
	assert_secret(&k.server_to_client, "8FE2B57EC34D2DB5B1A9727F526BBDB5");
	k = derive(0x0311, CIPHER_AES128_GCM, "419FDDF34C1E001909D362AE7FB6AF79",
		"B23F3CBFD69487D9832B79B1594A367CDD950909B774C3A4C412B4FCEA9EDDDB"
		"A7DB256BA2EA30E977F11F9B113247578E0E915C6D2A513B8F2FCA5707DC8770");
	assert_secret(&k.client_to_server, "A2F5E80E5D59103034F32E52F698E5EC");
	assert_secret(&k.server_to_client, "748C50868C90F302962A5C35F5F9A8BF");
}

// The sealing keys of AES-256 come from all of the session key and have 32 bytes; the others still
// come from 16 (MS-SMB2 3.3.5.5.3).
static void test_aes_256_uses_the_full_key(void **state)
{
	(void)state;
	const char *full = "270E1BA896585EEB7AF3472D3B4C75A700112233445566778899AABBCCDDEEFF";
	struct bytes key = hex(full), hash = hex(ms_hash_request_2);
	struct session_keys k = derive(0x0311, CIPHER_AES256_GCM, full, ms_hash_request_2);
	assert_secret(&k.signing, ms_signing_key);
	assert_secret(&k.application, ms_application_key);
	uint8_t expected[32];
	assert_int_equal(kdf_ctr_hmac_sha256(bytes_span(&key), span_make("SMBC2SCipherKey", 16),
				 bytes_span(&hash), expected, 32),
		0);
	assert_int_equal(k.client_to_server.len, 32);
	assert_memory_equal(k.client_to_server.bytes, expected, 32);
	assert_int_equal(kdf_ctr_hmac_sha256(bytes_span(&key), span_make("SMBS2CCipherKey", 16),
				 bytes_span(&hash), expected, 32),
		0);
	assert_int_equal(k.server_to_client.len, 32);
	assert_memory_equal(k.server_to_client.bytes, expected, 32);
	k = derive(0x0311, CIPHER_AES128_GCM, full, ms_hash_request_2);
	assert_secret(&k.client_to_server, ms_client_to_server_key);
}

static void test_dialect_2_signs_with_the_session_key(void **state)
{
	(void)state;
	struct session_keys k = derive(0x0202, CIPHER_NONE, ms_session_key, "");
	assert_secret(&k.signing, ms_session_key);
	k = derive(0x0210, CIPHER_NONE, "0102030405", "");
	assert_secret(&k.signing, "01020304050000000000000000000000");
	assert_int_equal(k.client_to_server.len, 0);
	assert_int_equal(signing_algorithm_of_dialect(0x0210), SIGNING_HMAC_SHA256);
	assert_int_equal(signing_algorithm_of_dialect(0x0300), SIGNING_AES_CMAC);
	assert_int_equal(signing_algorithm_of_dialect(0x0311), SIGNING_AES_CMAC);
}

static void assert_refused(
	uint16_t dialect, enum cipher c, const char *key_hex, bool with_preauth, int expected)
{
	struct session_keys k;
	static const struct preauth_hash preauth;
	static const struct session_keys wiped;
	struct bytes key = hex(key_hex);
	memset(&k, 0xff, sizeof(k));
	assert_int_equal(
		session_keys_derive(dialect, c, bytes_span(&key), with_preauth ? &preauth : NULL, &k),
		expected);
	assert_memory_equal(&k, &wiped, sizeof(k));
}

static void test_refusals(void **state)
{
	(void)state;
	assert_refused(0x02ff, CIPHER_NONE, "01", true, -EINVAL);
	assert_refused(0x0312, CIPHER_NONE, "01", true, -EINVAL);
	assert_refused(0x0210, CIPHER_AES128_CCM, "01", false, -EINVAL);
	assert_refused(0x0300, CIPHER_AES128_GCM, "01", false, -EINVAL);
	assert_refused(0x0311, (enum cipher)9, "01", true, -EINVAL);
	assert_refused(0x0311, CIPHER_AES128_GCM, "01", false, -EINVAL);
	assert_refused(0x0311, CIPHER_AES128_GCM, "", true, -ENOKEY);
}

// Without a cipher an empty session key is 16 zero bytes.
static void test_empty_session_key(void **state)
{
	(void)state;
	struct session_keys empty = derive(0x0311, CIPHER_NONE, "", ms_hash_request_2);
	struct session_keys zeros =
		derive(0x0311, CIPHER_NONE, "00000000000000000000000000000000", ms_hash_request_2);
	assert_memory_equal(empty.signing.bytes, zeros.signing.bytes, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_anatomy_30),
		cmocka_unit_test(test_anatomy_311),
		cmocka_unit_test(test_encryption_posts),
		cmocka_unit_test(test_aes_256_uses_the_full_key),
		cmocka_unit_test(test_dialect_2_signs_with_the_session_key),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_empty_session_key),
	};
	return RUN_TESTS(tests);
}
