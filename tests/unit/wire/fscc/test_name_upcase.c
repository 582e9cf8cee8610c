// SPDX-License-Identifier: Apache-2.0
#include "fscc_support.h"

#include <openssl/sha.h>

#include "wire/fscc/name_upcase.h"

// SHA-256 of the 128 KiB of $UpCase as mkntfs writes it (ntfs-3g 2022.10.3).
static const uint8_t ntfs_upcase_sha256[] = { 0x41, 0xc2, 0x6b, 0xc7, 0xa1, 0x2b, 0xda, 0xeb, 0x26, 0x02,
	0x5c, 0x93, 0x11, 0x86, 0x97, 0xc7, 0xe3, 0xef, 0x81, 0xee, 0x04, 0x8b, 0x00, 0xfe, 0x5c, 0xce, 0x2a,
	0x47, 0x2e, 0x0e, 0x07, 0x42 };

static void the_table_is_that_of_ntfs(UNUSED void **state)
{
	static uint8_t table[131072];
	uint8_t digest[32];
	for (uint32_t u = 0; u < 65536; u++) {
		uint16_t upper = name_upcase_unit((uint16_t)u);
		table[2 * u] = (uint8_t)upper;
		table[2 * u + 1] = (uint8_t)(upper >> 8);
	}
	SHA256(table, sizeof(table), digest);
	assert_memory_equal(digest, ntfs_upcase_sha256, sizeof(digest));
}

static void comparing(UNUSED void **state)
{
	assert_true(name_equal("Stra\xc3\x9f"
			       "e.TXT",
		"sTRA\xc3\x9f"
		"E.txt"));
	assert_false(name_equal("stra\xc3\x9f"
				"e",
		"strasse"));
	assert_false(name_equal("\xc2\xb5", "\xce\xbc")); // micro sign and mu are two letters
	assert_true(name_equal("\xd0\x96", "\xd0\xb6"));
	assert_false(name_equal("a", "ab"));
	assert_true(name_compare("a", "B") < 0);
	assert_true(name_compare("b", "A") > 0);
	assert_true(name_compare("", "a") < 0);
	assert_true(name_compare("_", "a") > 0);                           // '_' lies behind 'A' to 'Z'
	assert_true(name_compare("\xf0\x9f\x98\x80", "\xef\xbf\xbd") < 0); // units D83D and FFFD
	assert_false(name_equal("\xf0\x9f\x98\x80", "\xf0\x9f\x98\x81"));
	assert_false(name_equal("\xff", "\xfe"));
	assert_true(name_equal("x\xff", "X\xff"));
}

static void hashing(UNUSED void **state)
{
	const struct name_hash_key key = { 1, 2 }, other = { 1, 3 };
	assert_true(name_hash("Datei.TXT", &key) == name_hash("dATEI.txt", &key));
	assert_true(name_hash("Datei.TXT", &key) != name_hash("Datei.TXU", &key));
	assert_true(name_hash("Datei.TXT", &key) != name_hash("Datei.TXT", &other));
	assert_true(name_hash("", &key) != name_hash("a", &key));
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(the_table_is_that_of_ntfs), TEST(comparing), TEST(hashing) };
	return RUN_TESTS(tests);
}
