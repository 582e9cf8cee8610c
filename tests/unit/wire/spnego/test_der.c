// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include "../ntlm/recorded.h"
#include "wire/spnego/der.h"

static enum verdict octets(const char *hex)
{
	struct span bytes = hex_alloc(hex);
	struct der_reader d = der_reader_make(bytes);

	(void)der_value(&d, DER_OCTET_STRING);
	enum verdict v = der_finish(&d);
	hex_free(bytes);
	return v;
}

static void only_distinguished_lengths_are_taken(void **state UNUSED)
{
	assert_int_equal(octets("0400"), VERDICT_OK);
	assert_int_equal(octets("0402aabb"), VERDICT_OK);
	assert_int_equal(octets("048000000000"), VERDICT_BAD_VALUE); // indefinite
	assert_int_equal(octets("048102aabb"), VERDICT_BAD_VALUE);   // could be shorter
	assert_int_equal(octets("04820002aabb"), VERDICT_BAD_VALUE); // leading zero
	assert_int_equal(octets("048400000002aabb"), VERDICT_TOO_LONG);
	assert_int_equal(octets("04ff"), VERDICT_TOO_LONG);
	assert_int_equal(octets("0403aabb"), VERDICT_TRUNCATED);
	assert_int_equal(octets("0401aabb"), VERDICT_TRAILING);
	assert_int_equal(octets("0301aa"), VERDICT_BAD_VALUE); // another tag
	assert_int_equal(octets("1f810400"), VERDICT_BAD_VALUE);
	assert_int_equal(octets(""), VERDICT_TRUNCATED);
}

static void depth_is_bounded(void **state UNUSED)
{
	static const uint8_t nested[] = { 0x30, 18, 0x30, 16, 0x30, 14, 0x30, 12, 0x30, 10, 0x30, 8, 0x30, 6,
		0x30, 4, 0x30, 2, 0x30, 0 };
	struct der_reader d[12];
	unsigned depth = 0;

	d[0] = der_reader_make(span_make(nested, sizeof(nested)));
	while (depth < 10 && reader_ok(&d[depth].r)) {
		d[depth + 1] = der_enter(&d[depth], DER_SEQUENCE);
		depth++;
	}
	assert_int_equal(depth, DER_DEPTH_MAX + 1);
	assert_int_equal(reader_verdict(&d[depth].r), VERDICT_TOO_LONG);
}

// Each size at which the length's form changes, written and read back.
static void lengths_survive_the_round_trip(void **state UNUSED)
{
	static const size_t sizes[] = { 0, 1, 127, 128, 255, 256, 65535, 65536 };
	static uint8_t value[65536], out[65536 + 32];

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct writer w = writer_make(out, sizeof(out));
		size_t outer = der_begin(&w, DER_SEQUENCE);
		memset(value, (int)i, sizeof(value));
		der_put(&w, DER_OCTET_STRING, span_make(value, sizes[i]));
		der_end(&w, outer);
		assert_true(writer_ok(&w));
		struct der_reader d = der_reader_make(writer_since(&w, 0));
		struct der_reader seq = der_enter(&d, DER_SEQUENCE);
		struct span back = der_value(&seq, DER_OCTET_STRING);
		der_leave(&d, &seq);
		assert_int_equal(der_finish(&d), VERDICT_OK);
		assert_int_equal(back.len, sizes[i]);
		assert_true(span_equal(back, span_make(value, sizes[i])));
	}
}

static void full_writer_overflows(void **state UNUSED)
{
	uint8_t out[130];
	struct writer w = writer_make(out, sizeof(out)); // 2 bytes too few: the length needs two
	static const uint8_t value[128];

	size_t outer = der_begin(&w, DER_OCTET_STRING);
	writer_bytes(&w, value, sizeof(value));
	der_end(&w, outer);
	assert_false(writer_ok(&w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_distinguished_lengths_are_taken),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(lengths_survive_the_round_trip),
		cmocka_unit_test(full_writer_overflows),
	};

	return RUN_TESTS(tests);
}
