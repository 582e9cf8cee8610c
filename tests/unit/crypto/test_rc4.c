// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include "crypto/rc4.h"
#include "hex.h"

enum { STREAM_LEN = 4112 };

static void stream_of(const char *key_hex, uint8_t stream[STREAM_LEN])
{
	struct bytes key = hex(key_hex);
	struct rc4 c;
	memset(stream, 0, STREAM_LEN);
	rc4_init(&c, bytes_span(&key));
	rc4_apply(&c, stream, STREAM_LEN);
	rc4_done(&c);
}

static void test_rfc_6229(void **state)
{
	(void)state;
	uint8_t stream[STREAM_LEN];
	stream_of("0102030405", stream);
	assert_hex(stream, "b2396305f03dc027ccc3524a0a1118a8");
	assert_hex(stream + 16, "6982944f18fc82d589c403a47a0d0919");
	assert_hex(stream + 240, "28cb1132c96ce286421dcaadb8b69eae");
	assert_hex(stream + 4096, "ff25b58995996707e51fbdf08b34d875");
	stream_of("0102030405060708090a0b0c0d0e0f10", stream);
	assert_hex(stream, "9ac7cc9a609d1ef7b2932899cde41b97");
	assert_hex(stream + 16, "5248c4959014126a6e8a84f11d1a9e1c");
	assert_hex(stream + 240, "065902e4b620f6cc36c8589f66432f2b");
	assert_hex(stream + 4096, "a36a4c301ae8ac13610ccbc12256cacc");
	stream_of("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", stream);
	assert_hex(stream, "eaa6bd25880bf93d3f5d1e4ca2611d91");
	assert_hex(stream + 4096, "f3e4c0a2e02d1d01f7f0a74618af2b48");
}

// NTLM goes on with the stream from message to message.
static void test_stream_goes_on(void **state)
{
	(void)state;
	uint8_t whole[STREAM_LEN], pieces[STREAM_LEN] = { 0 };
	struct bytes key = hex("0102030405");
	struct rc4 c;
	stream_of("0102030405", whole);
	rc4_init(&c, bytes_span(&key));
	for (size_t at = 0, piece = 0; at < STREAM_LEN; at += piece++) {
		size_t len = piece < STREAM_LEN - at ? piece : STREAM_LEN - at;
		rc4_apply(&c, pieces + at, len);
	}
	assert_memory_equal(whole, pieces, STREAM_LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc_6229),
		cmocka_unit_test(test_stream_goes_on),
	};
	return RUN_TESTS(tests);
}
