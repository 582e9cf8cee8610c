// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include "wire/dtyp/guid.h"

// The NDR transfer syntax, as MS-RPCE writes it and as it is on the wire.
static const char text[] = "8a885d04-1ceb-11c9-9fe8-08002b104860";
static const uint8_t wire[] = { 0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00, 0x2b,
	0x10, 0x48, 0x60 };

static void text_and_wire_agree(UNUSED void **state)
{
	struct guid g;
	char out[GUID_TEXT_SIZE];
	assert_true(guid_from_text(text, &g));
	assert_memory_equal(g.bytes, wire, sizeof(wire));
	guid_to_text(&g, out);
	assert_string_equal(out, text);
	assert_true(guid_from_text("{8A885D04-1CEB-11C9-9FE8-08002B104860}", &g));
	assert_memory_equal(g.bytes, wire, sizeof(wire));
}

static void other_texts_are_refused(UNUSED void **state)
{
	static const char *const bad[] = { "", "{", "8a885d04-1ceb-11c9-9fe8-08002b10486",
		"8a885d04-1ceb-11c9-9fe8-08002b104860 ", "8a885d041ceb11c99fe808002b104860",
		"{8a885d04-1ceb-11c9-9fe8-08002b104860", "8a885d04-1ceb-11c9-9fe8-08002b10486g" };
	struct guid g;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(guid_from_text(bad[i], &g));
}

static void random_ones_differ_and_say_their_version(UNUSED void **state)
{
	struct guid a = guid_random(), b = guid_random();
	assert_false(guid_equal(&a, &b));
	assert_false(guid_is_null(&a));
	assert_int_equal(a.bytes[7] >> 4, 4);
	assert_int_equal(a.bytes[8] >> 6, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_wire_agree),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(random_ones_differ_and_say_their_version),
	};
	return RUN_TESTS(tests);
}
