// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include "crypto/md4.h"
#include "hex.h"

static void assert_md4(const char *text, const char *expected)
{
	uint8_t out[MD4_LEN];
	md4(span_of_str(text), out);
	assert_hex(out, expected);
}

static void test_rfc_1320(void **state)
{
	(void)state;
	assert_md4("", "31d6cfe0d16ae931b73c59d7e0c089c0");
	assert_md4("a", "bde52cb31de33e46245e05fbdbd6fb24");
	assert_md4("abc", "a448017aaf21d8525fc10ae87aa6729d");
	assert_md4("message digest", "d9130a8164549fe818874806e1c7014b");
	assert_md4("abcdefghijklmnopqrstuvwxyz", "d79e1c308aa5bbcdeea8ed63df412da9");
	assert_md4("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
		"043f8582f241db351ce627e153e7f0e4");
	assert_md4("12345678901234567890123456789012345678901234567890123456789012345678901234567890",
		"e33b4ddc9c38f2199c3e7b164fcc0536");
}

// MS-NLMP 4.2.2.1.2: NTOWFv1 of "Password".
static void test_nt_hash(void **state)
{
	(void)state;
	uint8_t out[MD4_LEN];
	md4(span_make("P\0a\0s\0s\0w\0o\0r\0d", 16), out);
	assert_hex(out, "a4f49c406510bdcab6824ee7c30fd852");
	md4(span_make(NULL, 0), out);
	assert_hex(out, "31d6cfe0d16ae931b73c59d7e0c089c0");
}

// Where the padding goes from one block to two; values of OpenSSL's legacy provider.
static void test_block_borders(void **state)
{
	(void)state;
	static const struct {
		size_t len;
		const char *expected;
	} cases[] = {
		{ 55, "92f32bb82c95ad10e8f87ae58ab06807" },
		{ 56, "374d5f08103b7092c83b4626ebceffab" },
		{ 57, "eebaefd8f3ba932d44239a789c38317a" },
		{ 63, "2870452596e98fffd48332289b3472b9" },
		{ 64, "b1abf956a5ae6f3221e5fe85e300fbb0" },
		{ 65, "afc1a3308fc176a53238a09aeddec2e6" },
		{ 119, "b55ae15e41e55643b0c3daad5e05c905" },
		{ 120, "d8f9adfc41ec43552619606c70cfd287" },
		{ 128, "7c087dd92a6743e09f3763a6d99c9d26" },
	};
	uint8_t message[128], out[MD4_LEN];
	memset(message, 'x', sizeof(message));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		md4(span_make(message, cases[i].len), out);
		assert_hex(out, cases[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc_1320),
		cmocka_unit_test(test_nt_hash),
		cmocka_unit_test(test_block_borders),
	};
	return RUN_TESTS(tests);
}
