// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include "crypto/des.h"

// FIPS 81 and NIST SP 800-17's vectors, their keys without the parity bits.
static void blocks_of_the_standard(void **state UNUSED)
{
	static const struct {
		uint8_t key[DES_KEY_LEN];
		uint8_t in[DES_BLOCK_LEN];
		uint8_t out[DES_BLOCK_LEN];
	} v[] = {
		// key 0123456789abcdef, "Now is t"
		{ { 0x00, 0x45, 0x13, 0x38, 0x95, 0x73, 0x77 }, { 'N', 'o', 'w', ' ', 'i', 's', ' ', 't' },
			{ 0x3F, 0xA4, 0x0E, 0x8A, 0x98, 0x4D, 0x48, 0x15 } },
		// key 0101010101010101
		{ { 0 }, { 0x80 }, { 0x95, 0xF8, 0xA5, 0xE5, 0xDD, 0x31, 0xD9, 0x00 } },
		// The hash of the empty LM password (MS-NLMP 3.3.1).
		{ { 0 }, { 'K', 'G', 'S', '!', '@', '#', '$', '%' },
			{ 0xAA, 0xD3, 0xB4, 0x35, 0xB5, 0x14, 0x04, 0xEE } },
	};
	for (size_t i = 0; i < ARRAY_LEN(v); i++) {
		uint8_t out[DES_BLOCK_LEN];
		assert_int_equal(des_block(v[i].key, v[i].in, out), 0);
		assert_memory_equal(out, v[i].out, sizeof(out));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(blocks_of_the_standard) };
	return RUN_TESTS(tests);
}
