// SPDX-License-Identifier: Apache-2.0
// Around the messages: the frame, compounds, transform headers, and what IOCTL carries.
#include "../../test_support.h"

#include "captured_messages.h"
#include "hex.h"
#include "wire/smb2/frame.h"
#include "wire/smb2/smb2_command.h"
#include "wire/smb2/smb2_compound.h"
#include "wire/smb2/smb2_ioctl_payloads.h"
#include "wire/smb2/smb2_transform.h"

static void frames(void **state UNUSED)
{
	uint8_t bytes[4];
	uint32_t len = 0;
	frame_header_put(bytes, 0x123456);
	assert_memory_equal(bytes, "\x00\x12\x34\x56", 4);
	assert_int_equal(frame_header_decode(span_make(bytes, 4), &len), VERDICT_OK);
	assert_int_equal(len, 0x123456);
	assert_int_equal(frame_header_decode(span_make(bytes, 3), &len), VERDICT_TRUNCATED);
	bytes[0] = 0x81; // a NetBIOS session request
	assert_int_equal(frame_header_decode(span_make(bytes, 4), &len), VERDICT_BAD_VALUE);
	struct writer w = writer_make(bytes, sizeof(bytes));
	frame_header_encode(&w, (size_t)FRAME_LEN_MAX + 1);
	assert_false(writer_ok(&w));
}

static void a_real_compound(void **state UNUSED)
{
	size_t len;
	uint8_t *bytes = hex_bytes(compound_request, &len);
	struct smb2_compound c = smb2_compound_make(span_make(bytes, len));
	struct span message;
	struct smb2_header h;
	assert_true(smb2_compound_next(&c, &message, &h));
	assert_int_equal(h.command, SMB2_CREATE);
	assert_int_equal(message.len, h.next_command);
	assert_false(smb2_compound_at_end(&c));
	assert_true(smb2_compound_next(&c, &message, &h));
	assert_int_equal(h.command, SMB2_CLOSE);
	assert_true((h.flags & SMB2_FLAGS_RELATED_OPERATIONS) != 0);
	assert_int_equal(message.len, 88);
	assert_true(smb2_compound_at_end(&c));
	assert_false(smb2_compound_next(&c, &message, &h));
	assert_int_equal(smb2_compound_verdict(&c), VERDICT_OK);
	struct smb2_close_request close;
	assert_int_equal(smb2_close_request_decode(message, &close), VERDICT_OK);
	assert_true(smb2_file_id_equal(close.file_id, smb2_file_id_previous()));
	free(bytes);
}

static enum verdict split_with_next(uint8_t next_command, size_t frame_len)
{
	size_t len;
	uint8_t *bytes = hex_bytes(compound_request, &len);
	bytes[SMB2_HEADER_NEXT_COMMAND_OFFSET] = next_command;
	struct smb2_compound c = smb2_compound_make(span_make(bytes, frame_len));
	struct span message;
	struct smb2_header h;
	while (smb2_compound_next(&c, &message, &h))
		continue;
	enum verdict v = smb2_compound_verdict(&c);
	free(bytes);
	return v;
}

static void compounds_gone_wrong(void **state UNUSED)
{
	assert_int_equal(split_with_next(0xA8, 256), VERDICT_OK);
	assert_int_equal(split_with_next(0, 256), VERDICT_OK);
	assert_int_equal(split_with_next(0xA9, 256), VERDICT_MISALIGNED);
	assert_int_equal(split_with_next(0x38, 256), VERDICT_BAD_OFFSET);
	assert_int_equal(split_with_next(0xC8, 256), VERDICT_BAD_OFFSET); // no header fits behind it
	assert_int_equal(split_with_next(0xA0, 256), VERDICT_BAD_VALUE);  // leads to no header
	assert_int_equal(split_with_next(0xA8, 0), VERDICT_TRUNCATED);
	assert_int_equal(split_with_next(0xA8, 63), VERDICT_TRUNCATED);
}

static void a_compound_beyond_its_limit(void **state UNUSED)
{
	enum { STEP = 72 };
	static uint8_t frame[(SMB2_COMPOUND_MESSAGES_MAX + 1) * STEP];
	struct writer w = writer_make(frame, sizeof(frame));
	for (int i = 0; i <= SMB2_COMPOUND_MESSAGES_MAX; i++) {
		struct smb2_header h = { .command = SMB2_ECHO,
			.next_command = i == SMB2_COMPOUND_MESSAGES_MAX ? 0 : STEP };
		smb2_header_encode(&w, &h);
		writer_zeros(&w, STEP - SMB2_HEADER_LEN);
	}
	struct smb2_compound c = smb2_compound_make(writer_since(&w, 0));
	struct span message;
	struct smb2_header h;
	while (smb2_compound_next(&c, &message, &h))
		continue;
	assert_int_equal(c.seen, SMB2_COMPOUND_MESSAGES_MAX);
	assert_int_equal(smb2_compound_verdict(&c), VERDICT_TOO_LONG);
}

static void transform_headers(void **state UNUSED)
{
	uint8_t buf[SMB2_TRANSFORM_HEADER_LEN + 80] = { 0 };
	struct smb2_transform_header in = { .signature = { 1 },
		.nonce = { 2 },
		.original_message_size = 80,
		.flags = SMB2_TRANSFORM_FLAG_ENCRYPTED,
		.session_id = 0x0102030405060708u };
	struct smb2_transform_header out;
	struct writer w = writer_make(buf, sizeof(buf));
	smb2_transform_header_encode(&w, &in);
	assert_int_equal(w.pos, SMB2_TRANSFORM_HEADER_LEN);
	assert_int_equal(smb2_transform_header_decode(span_make(buf, sizeof(buf)), &out), VERDICT_OK);
	assert_memory_equal(out.signature, in.signature, sizeof(in.signature));
	assert_memory_equal(out.nonce, in.nonce, sizeof(in.nonce));
	assert_true(out.session_id == in.session_id);
	assert_int_equal(
		smb2_transform_header_decode(span_make(buf, sizeof(buf) - 1), &out), VERDICT_BAD_SIZE);
	assert_int_equal(smb2_transform_header_decode(span_make(buf, 51), &out), VERDICT_TRUNCATED);
	buf[42] = 2;
	assert_int_equal(smb2_transform_header_decode(span_make(buf, sizeof(buf)), &out), VERDICT_BAD_VALUE);

	struct smb2_compression_header compression = { 1, 2, 3, 4 };
	struct smb2_compression_header compression_out;
	w = writer_make(buf, sizeof(buf));
	smb2_compression_header_encode(&w, &compression);
	assert_int_equal(w.pos, SMB2_COMPRESSION_HEADER_LEN);
	assert_int_equal(smb2_compression_header_decode(writer_since(&w, 0), &compression_out), VERDICT_OK);
	assert_int_equal(compression_out.compression_algorithm, 2);
	assert_int_equal(compression_out.length, 4);
}

static void validate_negotiate(void **state UNUSED)
{
	uint8_t buf[64];
	struct smb2_validate_negotiate_request rq = { 1, { 2 }, 3, 2, { 0x0300, 0x0302 } };
	struct smb2_validate_negotiate_request rq_out;
	struct writer w = writer_make(buf, sizeof(buf));
	smb2_validate_negotiate_request_encode(&w, &rq);
	assert_int_equal(smb2_validate_negotiate_request_decode(writer_since(&w, 0), &rq_out), VERDICT_OK);
	assert_int_equal(rq_out.security_mode, 3);
	assert_int_equal(rq_out.dialects[1], 0x0302);
	assert_int_equal(smb2_validate_negotiate_request_decode(span_make(buf, w.pos - 1), &rq_out),
		VERDICT_TRUNCATED);
	struct smb2_validate_negotiate_response rs = { 1, { 2 }, 3, 0x0302 };
	struct smb2_validate_negotiate_response rs_out;
	w = writer_make(buf, sizeof(buf));
	smb2_validate_negotiate_response_encode(&w, &rs);
	assert_int_equal(w.pos, SMB2_VALIDATE_NEGOTIATE_RESPONSE_LEN);
	assert_int_equal(smb2_validate_negotiate_response_decode(writer_since(&w, 0), &rs_out), VERDICT_OK);
	assert_int_equal(rs_out.dialect, 0x0302);
}

static void network_interfaces(void **state UNUSED)
{
	uint8_t buf[2 * SMB2_NETWORK_INTERFACE_LEN];
	struct smb2_network_interface four = { 1, SMB2_NETWORK_INTERFACE_RSS_CAPABLE, 1000000000,
		SMB2_ADDRESS_INET, { 127, 0, 0, 1 }, 0 };
	struct smb2_network_interface six = { 2, 0, 5, SMB2_ADDRESS_INET6, { 0xFE, 0x80, [15] = 1 }, 9 };
	struct smb2_network_interface out;
	struct writer w = writer_make(buf, sizeof(buf));
	size_t last = SIZE_MAX;
	smb2_network_interface_append(&w, &last, &four);
	smb2_network_interface_append(&w, &last, &six);
	assert_int_equal(w.pos, sizeof(buf));
	struct span rest = writer_since(&w, 0);
	assert_int_equal(smb2_network_interface_next(&rest, &out), VERDICT_OK);
	assert_int_equal(out.family, SMB2_ADDRESS_INET);
	assert_int_equal(out.link_speed, 1000000000);
	assert_memory_equal(out.address, four.address, 16);
	assert_int_equal(smb2_network_interface_next(&rest, &out), VERDICT_OK);
	assert_memory_equal(out.address, six.address, 16);
	assert_int_equal(out.scope_id, 9);
	assert_int_equal(rest.len, 0);
	buf[0] = 150;
	rest = writer_since(&w, 0);
	assert_int_equal(smb2_network_interface_next(&rest, &out), VERDICT_MISALIGNED);
	assert_int_equal(rest.len, sizeof(buf));
}

static void copychunks(void **state UNUSED)
{
	uint8_t buf[128];
	uint8_t chunks[2 * SMB2_COPYCHUNK_LEN];
	struct writer w = writer_make(chunks, sizeof(chunks));
	smb2_copychunk_encode(&w, &(struct smb2_copychunk){ 1, 2, 3 });
	smb2_copychunk_encode(&w, &(struct smb2_copychunk){ 4, 5, 6 });
	struct smb2_copychunk_request rq = { { 7 }, 2, writer_since(&w, 0) };
	struct smb2_copychunk_request rq_out;
	w = writer_make(buf, sizeof(buf));
	smb2_copychunk_request_encode(&w, &rq);
	assert_int_equal(smb2_copychunk_request_decode(writer_since(&w, 0), &rq_out), VERDICT_OK);
	assert_int_equal(rq_out.source_key[0], 7);
	assert_int_equal(smb2_copychunk_at(&rq_out, 1).target_offset, 5);
	assert_int_equal(smb2_copychunk_at(&rq_out, 1).length, 6);
	memset(buf + SMB2_RESUME_KEY_LEN, 0xFF, 4); // four milliards of chunks
	assert_int_equal(smb2_copychunk_request_decode(writer_since(&w, 0), &rq_out), VERDICT_TRUNCATED);

	struct smb2_copychunk_response rs = { 1, 2, 3 };
	struct smb2_copychunk_response rs_out;
	w = writer_make(buf, sizeof(buf));
	smb2_copychunk_response_encode(&w, &rs);
	assert_int_equal(w.pos, SMB2_COPYCHUNK_RESPONSE_LEN);
	assert_int_equal(smb2_copychunk_response_decode(writer_since(&w, 0), &rs_out), VERDICT_OK);
	assert_int_equal(rs_out.total_bytes_written, 3);

	uint8_t key[SMB2_RESUME_KEY_LEN] = { 9 };
	uint8_t key_out[SMB2_RESUME_KEY_LEN];
	w = writer_make(buf, sizeof(buf));
	smb2_resume_key_response_encode(&w, key);
	assert_int_equal(w.pos, SMB2_RESUME_KEY_RESPONSE_LEN);
	assert_int_equal(smb2_resume_key_response_decode(writer_since(&w, 0), key_out), VERDICT_OK);
	assert_memory_equal(key, key_out, sizeof(key));
}

static void pipe_wait_and_names(void **state UNUSED)
{
	uint8_t buf[64];
	struct fsctl_pipe_wait_request rq = { 5, true, span_make("p\0", 2) };
	struct fsctl_pipe_wait_request out;
	struct writer w = writer_make(buf, sizeof(buf));
	fsctl_pipe_wait_request_encode(&w, &rq);
	assert_int_equal(fsctl_pipe_wait_request_decode(writer_since(&w, 0), &out), VERDICT_OK);
	assert_int_equal(out.timeout, 5);
	assert_true(out.timeout_specified);
	assert_int_equal(out.name.len, 2);
	assert_string_equal(fsctl_name(FSCTL_VALIDATE_NEGOTIATE_INFO), "validate_negotiate_info");
	assert_string_equal(fsctl_name(FSCTL_SET_SPARSE), "set_sparse");
	assert_null(fsctl_name(1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames),
		cmocka_unit_test(a_real_compound),
		cmocka_unit_test(compounds_gone_wrong),
		cmocka_unit_test(a_compound_beyond_its_limit),
		cmocka_unit_test(transform_headers),
		cmocka_unit_test(validate_negotiate),
		cmocka_unit_test(network_interfaces),
		cmocka_unit_test(copychunks),
		cmocka_unit_test(pipe_wait_and_names),
	};
	return RUN_TESTS(tests);
}
