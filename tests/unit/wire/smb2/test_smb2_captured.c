// SPDX-License-Identifier: Apache-2.0
// What real programs sent decodes, and encodes again to the same bytes.
#include "../../test_support.h"

#include "captured_messages.h"
#include "hex.h"
#include "wire/smb2/smb2_command.h"

enum { MESSAGE_LEN_MAX = 4096 };

// Decodes by the table and, when that succeeds, encodes again behind the header.
static enum verdict decode_and_encode(struct span message, struct writer *w)
{
	struct smb2_header h;
	enum verdict v = smb2_header_decode(message, &h);
	if (v != VERDICT_OK)
		return v;
	smb2_header_encode(w, &h);
	if (!smb2_header_is_response(&h)) {
		union smb2_request request;
		v = smb2_request_decode(message, &h, &request);
		if (v == VERDICT_OK)
			smb2_request_encode(w, h.command, &request);
		return v;
	}
	union smb2_response response;
	bool is_error = false;
	v = smb2_response_decode(message, &h, &response, &is_error);
	if (v == VERDICT_OK && is_error)
		smb2_error_response_encode(w, &response.error);
	else if (v == VERDICT_OK)
		smb2_response_encode(w, h.command, &response);
	return v;
}

static void every_captured_message_survives_the_way_through(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(captured_messages); i++) {
		size_t len;
		uint8_t *bytes = hex_bytes(captured_messages[i].hex, &len);
		uint8_t buf[MESSAGE_LEN_MAX];
		struct writer w = writer_make(buf, sizeof(buf));
		enum verdict v = decode_and_encode(span_make(bytes, len), &w);
		if (v != VERDICT_OK || !span_equal(writer_since(&w, 0), span_make(bytes, len)))
			fail_msg("%s: %s", captured_messages[i].label, verdict_name(v));
		free(bytes);
	}
}

static void every_command_was_captured(void **state UNUSED)
{
	bool seen[SMB2_COMMANDS] = { false };
	for (size_t i = 0; i < ARRAY_LEN(captured_messages); i++) {
		const char *hex = captured_messages[i].hex + 2 * SMB2_HEADER_COMMAND_OFFSET;
		seen[hex_digit(hex[0]) << 4 | hex_digit(hex[1])] = true;
	}
	for (uint16_t command = 0; command < SMB2_COMMANDS; command++) {
		if (!seen[command] && command != SMB2_FLUSH && command != SMB2_ECHO)
			fail_msg("%s", smb2_command_name(command));
	}
}

// A prefix either gets a verdict or decodes to something that encodes to no more than the whole.
static void every_prefix_is_judged(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(captured_messages); i++) {
		size_t len;
		uint8_t *bytes = hex_bytes(captured_messages[i].hex, &len);
		for (size_t prefix = 0; prefix < len; prefix++) {
			uint8_t *copy = exact_copy(bytes, prefix);
			uint8_t buf[MESSAGE_LEN_MAX];
			struct writer w = writer_make(buf, sizeof(buf));
			enum verdict v = decode_and_encode(span_make(copy, prefix), &w);
			if (prefix < SMB2_HEADER_LEN + 2)
				assert_int_equal(v, VERDICT_TRUNCATED);
			if (v == VERDICT_OK)
				assert_true(writer_ok(&w) && w.pos <= len);
			free(copy);
		}
		free(bytes);
	}
}

// With any StructureSize but the right one, a message is refused as such.
static void a_wrong_structure_size_is_named(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(captured_messages); i++) {
		size_t len;
		uint8_t *bytes = hex_bytes(captured_messages[i].hex, &len);
		uint8_t buf[MESSAGE_LEN_MAX];
		struct writer w = writer_make(buf, sizeof(buf));
		bytes[SMB2_HEADER_LEN] ^= 0x80;
		assert_int_equal(decode_and_encode(span_make(bytes, len), &w), VERDICT_BAD_SIZE);
		free(bytes);
	}
}

static void the_size_check_agrees_with_the_decoders(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(captured_messages); i++) {
		size_t len;
		uint8_t *bytes = hex_bytes(captured_messages[i].hex, &len);
		struct span message = span_make(bytes, len);
		struct smb2_header h;
		assert_int_equal(smb2_header_decode(message, &h), VERDICT_OK);
		if (!smb2_header_is_response(&h)) {
			assert_int_equal(smb2_request_size_check(message, &h), VERDICT_OK);
			bytes[SMB2_HEADER_LEN] ^= 0x80;
			assert_int_equal(smb2_request_size_check(message, &h), VERDICT_BAD_SIZE);
		}
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_captured_message_survives_the_way_through),
		cmocka_unit_test(every_command_was_captured),
		cmocka_unit_test(every_prefix_is_judged),
		cmocka_unit_test(a_wrong_structure_size_is_named),
		cmocka_unit_test(the_size_check_agrees_with_the_decoders),
	};
	return RUN_TESTS(tests);
}
