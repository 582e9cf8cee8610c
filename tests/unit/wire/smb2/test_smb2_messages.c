// SPDX-License-Identifier: Apache-2.0
// Round trips of each command's structures with every field set, and what the decoders forgive.
#include "../../test_support.h"

#include "wire/smb2/smb2_command.h"

enum { BUFFER_LEN = 2048 };

static const struct smb2_file_id some_id = { 0x1122334455667788u, 0x99aabbccddeeff00u };

struct message {
	uint8_t buf[BUFFER_LEN];
	struct writer w;
};

static struct writer *message_start(struct message *m, uint16_t command, bool response)
{
	struct smb2_header h = {
		.command = command, .message_id = 7, .flags = response ? SMB2_FLAGS_SERVER_TO_REDIR : 0
	};
	m->w = writer_make(m->buf, sizeof(m->buf));
	smb2_header_encode(&m->w, &h);
	return &m->w;
}

static struct span message_span(const struct message *m)
{
	assert_true(writer_ok(&m->w));
	return writer_since(&m->w, 0);
}

static struct span text(const char *s)
{
	return span_of_str(s);
}

// What the last round trip made; what it decoded borrows from here.
static struct message first;
static struct message again;

// Encodes in, decodes it into out, and compares what both say byte by byte as encoded again.
#define ROUND_TRIP(name, command, response, in, out)                                                         \
	do {                                                                                                 \
		smb2_##name##_encode(message_start(&first, command, response), in);                          \
		assert_int_equal(smb2_##name##_decode(message_span(&first), out), VERDICT_OK);               \
		smb2_##name##_encode(message_start(&again, command, response), out);                         \
		assert_true(span_equal(message_span(&first), message_span(&again)));                         \
	} while (0)

static void headers(void **state UNUSED)
{
	struct smb2_header in = { .credit_charge = 2,
		.channel_sequence = 3,
		.command = SMB2_READ,
		.credit_request_response = 4,
		.flags = SMB2_FLAGS_SIGNED,
		.next_command = 8,
		.message_id = 0x0102030405060708u,
		.process_id = 0xFEFF,
		.tree_id = 9,
		.session_id = 0x1112131415161718u,
		.signature = { 1, 2, 3 } };
	struct message m;
	struct smb2_header out;
	m.w = writer_make(m.buf, sizeof(m.buf));
	smb2_header_encode(&m.w, &in);
	assert_int_equal(m.w.pos, SMB2_HEADER_LEN);
	assert_int_equal(smb2_header_decode(message_span(&m), &out), VERDICT_OK);
	assert_int_equal(out.credit_charge, 2);
	assert_int_equal(out.channel_sequence, 3);
	assert_int_equal(out.command, SMB2_READ);
	assert_int_equal(out.credit_request_response, 4);
	assert_int_equal(out.flags, SMB2_FLAGS_SIGNED);
	assert_int_equal(out.next_command, 8);
	assert_true(out.message_id == in.message_id && out.session_id == in.session_id);
	assert_int_equal(out.process_id, 0xFEFF);
	assert_int_equal(out.tree_id, 9);
	assert_memory_equal(out.signature, in.signature, sizeof(in.signature));

	in.flags = SMB2_FLAGS_SERVER_TO_REDIR | SMB2_FLAGS_ASYNC_COMMAND;
	in.status = STATUS(PENDING);
	in.async_id = 0x2122232425262728u;
	m.w = writer_make(m.buf, sizeof(m.buf));
	smb2_header_encode(&m.w, &in);
	assert_int_equal(smb2_header_decode(message_span(&m), &out), VERDICT_OK);
	assert_true(nt_status_equal(out.status, STATUS(PENDING)));
	assert_true(out.async_id == in.async_id && out.tree_id == 0 && out.process_id == 0);

	smb2_header_patch_status(&m.w, 0, STATUS(CANCELLED));
	smb2_header_patch_flags(&m.w, 0, SMB2_FLAGS_SERVER_TO_REDIR);
	smb2_header_patch_credits(&m.w, 0, 77);
	smb2_header_patch_next_command(&m.w, 0, 128);
	smb2_header_patch_session_id(&m.w, 0, 5);
	assert_int_equal(smb2_header_decode(message_span(&m), &out), VERDICT_OK);
	assert_true(nt_status_equal(out.status, STATUS(CANCELLED)));
	assert_int_equal(out.flags, SMB2_FLAGS_SERVER_TO_REDIR);
	assert_int_equal(out.credit_request_response, 77);
	assert_int_equal(out.next_command, 128);
	assert_int_equal(out.session_id, 5);
}

static void a_header_that_is_none(void **state UNUSED)
{
	struct message m;
	struct smb2_header h;
	(void)message_start(&m, SMB2_ECHO, false);
	m.buf[4] = 63;
	assert_int_equal(smb2_header_decode(message_span(&m), &h), VERDICT_BAD_SIZE);
	m.buf[0] = 0xFF;
	assert_int_equal(smb2_header_decode(message_span(&m), &h), VERDICT_BAD_VALUE);
	assert_int_equal(smb2_protocol_id(message_span(&m)), SMB1_PROTOCOL_ID);
	assert_int_equal(smb2_protocol_id(span_make(m.buf, 3)), 0);
}

static void negotiate(void **state UNUSED)
{
	struct smb2_negotiate_request rq = { .dialect_count = 3,
		.dialects = { 0x0202, 0x0300, 0x0311 },
		.security_mode = 3,
		.capabilities = 0x7f,
		.client_guid = { 1, 2, 3 },
		.negotiate_context_count = 1,
		.negotiate_contexts = text("contexts") };
	struct smb2_negotiate_request rq_out;
	ROUND_TRIP(negotiate_request, SMB2_NEGOTIATE, false, &rq, &rq_out);
	assert_int_equal(rq_out.dialect_count, 3);
	assert_true(smb2_negotiate_offers(&rq_out, 0x0300) && !smb2_negotiate_offers(&rq_out, 0x0302));
	assert_true(span_equal(rq_out.negotiate_contexts, text("contexts")));

	struct smb2_negotiate_request old = {
		.dialect_count = 1, .dialects = { 0x0202 }, .client_start_time = 0x0102030405060708u
	};
	ROUND_TRIP(negotiate_request, SMB2_NEGOTIATE, false, &old, &rq_out);
	assert_true(rq_out.client_start_time == old.client_start_time);
	assert_int_equal(rq_out.negotiate_contexts.len, 0);

	struct smb2_negotiate_response rs = { .security_mode = 3,
		.dialect_revision = 0x0311,
		.server_guid = { 9, 8 },
		.capabilities = 0x44,
		.max_transact_size = 1,
		.max_read_size = 2,
		.max_write_size = 3,
		.system_time = 4,
		.server_start_time = 5,
		.security_buffer = text("token"),
		.negotiate_context_count = 2,
		.negotiate_contexts = text("list") };
	struct smb2_negotiate_response rs_out;
	ROUND_TRIP(negotiate_response, SMB2_NEGOTIATE, true, &rs, &rs_out);
	assert_int_equal(rs_out.max_write_size, 3);
	assert_int_equal(rs_out.server_start_time, 5);
	assert_true(span_equal(rs_out.security_buffer, text("token")));
	assert_true(span_equal(rs_out.negotiate_contexts, text("list")));
}

static void a_negotiate_beyond_its_limits(void **state UNUSED)
{
	struct smb2_negotiate_request rq = { .dialect_count = SMB2_NEGOTIATE_DIALECTS_MAX };
	struct smb2_negotiate_request out;
	struct message m;
	smb2_negotiate_request_encode(message_start(&m, SMB2_NEGOTIATE, false), &rq);
	assert_int_equal(smb2_negotiate_request_decode(message_span(&m), &out), VERDICT_OK);
	m.buf[SMB2_HEADER_LEN + 2]++;
	assert_int_equal(smb2_negotiate_request_decode(message_span(&m), &out), VERDICT_TOO_LONG);

	rq = (struct smb2_negotiate_request){ .dialect_count = 1,
		.dialects = { 0x0311 },
		.negotiate_context_count = 1,
		.negotiate_contexts = text("0123456789") };
	smb2_negotiate_request_encode(message_start(&m, SMB2_NEGOTIATE, false), &rq);
	m.buf[SMB2_HEADER_LEN + 28] += 4;
	assert_int_equal(smb2_negotiate_request_decode(message_span(&m), &out), VERDICT_MISALIGNED);
	m.buf[SMB2_HEADER_LEN + 28] = 64;
	assert_int_equal(smb2_negotiate_request_decode(message_span(&m), &out), VERDICT_BAD_OFFSET);
}

static void session_setup(void **state UNUSED)
{
	struct smb2_session_setup_request rq = { .flags = 1,
		.security_mode = 2,
		.capabilities = 3,
		.channel = 4,
		.previous_session_id = 5,
		.security_buffer = text("token") };
	struct smb2_session_setup_request rq_out;
	ROUND_TRIP(session_setup_request, SMB2_SESSION_SETUP, false, &rq, &rq_out);
	assert_int_equal(rq_out.previous_session_id, 5);
	assert_true(span_equal(rq_out.security_buffer, text("token")));
	struct smb2_session_setup_response rs = { .session_flags = 4, .security_buffer = text("answer") };
	struct smb2_session_setup_response rs_out;
	ROUND_TRIP(session_setup_response, SMB2_SESSION_SETUP, true, &rs, &rs_out);
	assert_int_equal(rs_out.session_flags, 4);
	assert_true(span_equal(rs_out.security_buffer, text("answer")));
}

static void tree_connect(void **state UNUSED)
{
	struct smb2_tree_connect_request rq = { .flags = 1, .path = text("\\\0\\\0") };
	rq.path.len = 4;
	struct smb2_tree_connect_request rq_out;
	ROUND_TRIP(tree_connect_request, SMB2_TREE_CONNECT, false, &rq, &rq_out);
	assert_int_equal(rq_out.flags, 1);
	assert_true(span_equal(rq_out.path, rq.path));
	struct smb2_tree_connect_response rs = { 1, 2, 3, 4 };
	struct smb2_tree_connect_response rs_out;
	ROUND_TRIP(tree_connect_response, SMB2_TREE_CONNECT, true, &rs, &rs_out);
	assert_int_equal(rs_out.share_type, 1);
	assert_int_equal(rs_out.maximal_access, 4);
}

static void messages_of_four_bytes(void **state UNUSED)
{
	struct smb2_logoff_request logoff_request[2] = { { 1 }, { 0 } };
	struct smb2_logoff_response logoff_response[2] = { { 2 }, { 0 } };
	struct smb2_tree_disconnect_request tree_disconnect_request[2] = { { 3 }, { 0 } };
	struct smb2_tree_disconnect_response tree_disconnect_response[2] = { { 4 }, { 0 } };
	struct smb2_echo_request echo_request[2] = { { 5 }, { 0 } };
	struct smb2_echo_response echo_response[2] = { { 6 }, { 0 } };
	struct smb2_cancel_request cancel_request[2] = { { 7 }, { 0 } };
	struct smb2_flush_response flush_response[2] = { { 8 }, { 0 } };
	struct smb2_lock_response lock_response[2] = { { 9 }, { 0 } };
	ROUND_TRIP(logoff_request, SMB2_LOGOFF, false, &logoff_request[0], &logoff_request[1]);
	ROUND_TRIP(logoff_response, SMB2_LOGOFF, true, &logoff_response[0], &logoff_response[1]);
	ROUND_TRIP(tree_disconnect_request, SMB2_TREE_DISCONNECT, false, &tree_disconnect_request[0],
		&tree_disconnect_request[1]);
	ROUND_TRIP(tree_disconnect_response, SMB2_TREE_DISCONNECT, true, &tree_disconnect_response[0],
		&tree_disconnect_response[1]);
	ROUND_TRIP(echo_request, SMB2_ECHO, false, &echo_request[0], &echo_request[1]);
	ROUND_TRIP(echo_response, SMB2_ECHO, true, &echo_response[0], &echo_response[1]);
	ROUND_TRIP(cancel_request, SMB2_CANCEL, false, &cancel_request[0], &cancel_request[1]);
	ROUND_TRIP(flush_response, SMB2_FLUSH, true, &flush_response[0], &flush_response[1]);
	ROUND_TRIP(lock_response, SMB2_LOCK, true, &lock_response[0], &lock_response[1]);
	assert_int_equal(lock_response[1].reserved, 9);
}

static void create(void **state UNUSED)
{
	struct smb2_create_request rq = { .security_flags = 1,
		.requested_oplock_level = SMB2_OPLOCK_LEVEL_LEASE,
		.impersonation_level = 2,
		.smb_create_flags = 3,
		.desired_access = 4,
		.file_attributes = 5,
		.share_access = 6,
		.create_disposition = FILE_OVERWRITE_IF,
		.create_options = FILE_NON_DIRECTORY_FILE,
		.name = text("n\0a\0"),
		.create_contexts = text("0123456789abcdef") };
	rq.name.len = 4;
	struct smb2_create_request rq_out;
	ROUND_TRIP(create_request, SMB2_CREATE, false, &rq, &rq_out);
	assert_int_equal(rq_out.requested_oplock_level, 0xFF);
	assert_int_equal(rq_out.create_disposition, FILE_OVERWRITE_IF);
	assert_true(span_equal(rq_out.name, rq.name));
	assert_true(span_equal(rq_out.create_contexts, rq.create_contexts));

	struct smb2_create_response rs = { .oplock_level = 1,
		.flags = 2,
		.create_action = FILE_CREATED,
		.creation_time = 3,
		.last_access_time = 4,
		.last_write_time = 5,
		.change_time = 6,
		.allocation_size = 7,
		.end_of_file = 8,
		.file_attributes = 9,
		.file_id = some_id,
		.create_contexts = text("chain") };
	struct smb2_create_response rs_out;
	ROUND_TRIP(create_response, SMB2_CREATE, true, &rs, &rs_out);
	assert_int_equal(rs_out.change_time, 6);
	assert_int_equal(rs_out.end_of_file, 8);
	assert_true(smb2_file_id_equal(rs_out.file_id, some_id));
	assert_true(span_equal(rs_out.create_contexts, rs.create_contexts));
}

// The share's root: no name, and an offset that means nothing.
static void an_empty_name_has_no_offset(void **state UNUSED)
{
	struct smb2_create_request rq = { 0 };
	struct smb2_create_request out;
	struct message m;
	smb2_create_request_encode(message_start(&m, SMB2_CREATE, false), &rq);
	assert_int_equal(m.w.pos, SMB2_HEADER_LEN + SMB2_CREATE_REQUEST_SIZE);
	m.buf[SMB2_HEADER_LEN + 44] = 0xFF;
	m.buf[SMB2_HEADER_LEN + 45] = 0xFF;
	assert_int_equal(smb2_create_request_decode(message_span(&m), &out), VERDICT_OK);
	assert_int_equal(out.name.len, 0);
}

static void a_name_inside_the_fixed_part_is_refused(void **state UNUSED)
{
	struct smb2_create_request rq = { .name = text("ab") };
	struct smb2_create_request out = { .desired_access = 42 };
	struct message m;
	smb2_create_request_encode(message_start(&m, SMB2_CREATE, false), &rq);
	m.buf[SMB2_HEADER_LEN + 44] = 118;
	assert_int_equal(smb2_create_request_decode(message_span(&m), &out), VERDICT_BAD_OFFSET);
	m.buf[SMB2_HEADER_LEN + 44] = 121;
	assert_int_equal(smb2_create_request_decode(message_span(&m), &out), VERDICT_TRUNCATED);
	assert_int_equal(out.desired_access, 42);
}

static void close_and_flush(void **state UNUSED)
{
	struct smb2_close_request rq = { SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB, some_id };
	struct smb2_close_request rq_out;
	ROUND_TRIP(close_request, SMB2_CLOSE, false, &rq, &rq_out);
	assert_true(smb2_file_id_equal(rq_out.file_id, some_id));
	struct smb2_close_response rs = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct smb2_close_response rs_out;
	ROUND_TRIP(close_response, SMB2_CLOSE, true, &rs, &rs_out);
	assert_int_equal(rs_out.flags, 1);
	assert_int_equal(rs_out.end_of_file, 7);
	assert_int_equal(rs_out.file_attributes, 8);
	struct smb2_flush_request flush = { 1, some_id };
	struct smb2_flush_request flush_out;
	ROUND_TRIP(flush_request, SMB2_FLUSH, false, &flush, &flush_out);
	assert_true(smb2_file_id_equal(flush_out.file_id, some_id));
}

static void read_and_write(void **state UNUSED)
{
	struct smb2_read_request rq = { 1, 2, 3, 4, some_id, 5, SMB2_CHANNEL_RDMA_V1, 7, text("rdma") };
	struct smb2_read_request rq_out;
	ROUND_TRIP(read_request, SMB2_READ, false, &rq, &rq_out);
	assert_int_equal(rq_out.length, 3);
	assert_int_equal(rq_out.offset, 4);
	assert_int_equal(rq_out.minimum_count, 5);
	assert_true(span_equal(rq_out.read_channel_info, text("rdma")));
	struct smb2_read_response rs = { 1, 2, text("data") };
	struct smb2_read_response rs_out;
	ROUND_TRIP(read_response, SMB2_READ, true, &rs, &rs_out);
	assert_int_equal(rs_out.data_remaining, 1);
	assert_true(span_equal(rs_out.data, text("data")));

	struct smb2_write_request wq = {
		.offset = 1, .file_id = some_id, .remaining_bytes = 2, .flags = 3, .data = text("payload")
	};
	struct smb2_write_request wq_out;
	ROUND_TRIP(write_request, SMB2_WRITE, false, &wq, &wq_out);
	assert_int_equal(wq_out.offset, 1);
	assert_int_equal(wq_out.flags, 3);
	assert_true(span_equal(wq_out.data, text("payload")));
	struct smb2_write_response ws = { 6, 7 };
	struct smb2_write_response ws_out;
	ROUND_TRIP(write_response, SMB2_WRITE, true, &ws, &ws_out);
	assert_int_equal(ws_out.count, 6);
	assert_int_equal(ws_out.remaining, 7);
}

// Without a channel its offset and length are reserved (2.2.19): garbage there is nobody's business.
static void channel_info_without_a_channel_is_ignored(void **state UNUSED)
{
	struct smb2_read_request rq = { .file_id = some_id, .length = 5 };
	struct smb2_read_request out;
	struct message m;
	smb2_read_request_encode(message_start(&m, SMB2_READ, false), &rq);
	memset(m.buf + SMB2_HEADER_LEN + 44, 0xFF, 4);
	assert_int_equal(smb2_read_request_decode(message_span(&m), &out), VERDICT_OK);
	assert_int_equal(out.length, 5);
	assert_int_equal(out.read_channel_info.len, 0);
}

static void payload_in_place_equals_payload_given(void **state UNUSED)
{
	struct message given;
	struct message in_place;
	smb2_read_response_encode(
		message_start(&given, SMB2_READ, true), &(struct smb2_read_response){ .data = text("abc") });
	struct writer *w = message_start(&in_place, SMB2_READ, true);
	size_t begun = smb2_read_response_begin(w);
	assert_int_equal(begun, SMB2_READ_RESPONSE_DATA_OFFSET);
	writer_span(w, text("abc"));
	smb2_read_response_end(w, begun);
	assert_true(span_equal(message_span(&given), message_span(&in_place)));

	w = message_start(&in_place, SMB2_READ, true);
	smb2_read_response_fixed_encode(w, 3);
	writer_span(w, text("abc"));
	assert_true(span_equal(message_span(&given), message_span(&in_place)));

	struct smb2_ioctl_response ioctl = { .ctl_code = 1, .file_id = some_id, .output = text("abc") };
	smb2_ioctl_response_encode(message_start(&given, SMB2_IOCTL, true), &ioctl);
	w = message_start(&in_place, SMB2_IOCTL, true);
	begun = smb2_ioctl_response_begin(w, &ioctl);
	writer_span(w, text("abc"));
	smb2_ioctl_response_end(w, begun);
	assert_true(span_equal(message_span(&given), message_span(&in_place)));

	struct smb2_write_request write = { .file_id = some_id, .data = text("abc") };
	smb2_write_request_encode(message_start(&given, SMB2_WRITE, false), &write);
	w = message_start(&in_place, SMB2_WRITE, false);
	smb2_write_request_fixed_encode(w, &write);
	assert_int_equal(w->pos, SMB2_WRITE_REQUEST_DATA_OFFSET);
	writer_span(w, text("abc"));
	assert_true(span_equal(message_span(&given), message_span(&in_place)));
}

static void lock(void **state UNUSED)
{
	uint8_t raw[2 * SMB2_LOCK_ELEMENT_LEN];
	struct writer w = writer_make(raw, sizeof(raw));
	smb2_lock_element_encode(&w, &(struct smb2_lock_element){ 1, 2, SMB2_LOCKFLAG_SHARED_LOCK });
	smb2_lock_element_encode(&w, &(struct smb2_lock_element){ 3, UINT64_MAX, SMB2_LOCKFLAG_UNLOCK });
	struct smb2_lock_request rq = { 2, 15, 63, some_id, writer_since(&w, 0) };
	struct smb2_lock_request out;
	ROUND_TRIP(lock_request, SMB2_LOCK, false, &rq, &out);
	assert_int_equal(out.lock_sequence_number, 15);
	assert_int_equal(out.lock_sequence_index, 63);
	struct smb2_lock_element second = smb2_lock_element_at(&out, 1);
	assert_int_equal(second.offset, 3);
	assert_true(second.length == UINT64_MAX);
	assert_int_equal(second.flags, SMB2_LOCKFLAG_UNLOCK);

	struct message m;
	rq.lock_count = 3;
	smb2_lock_request_encode(message_start(&m, SMB2_LOCK, false), &rq);
	assert_int_equal(smb2_lock_request_decode(message_span(&m), &out), VERDICT_TRUNCATED);
}

static void ioctl(void **state UNUSED)
{
	struct smb2_ioctl_request rq = { 0x140204, some_id, text("in"), text("out"), 1, 2, 1 };
	struct smb2_ioctl_request rq_out;
	ROUND_TRIP(ioctl_request, SMB2_IOCTL, false, &rq, &rq_out);
	assert_int_equal(rq_out.max_input_response, 1);
	assert_int_equal(rq_out.max_output_response, 2);
	assert_true(span_equal(rq_out.input, text("in")) && span_equal(rq_out.output, text("out")));
	struct smb2_ioctl_response rs = { 0x140204, some_id, text("in"), text("out"), 1 };
	struct smb2_ioctl_response rs_out;
	ROUND_TRIP(ioctl_response, SMB2_IOCTL, true, &rs, &rs_out);
	assert_int_equal(rs_out.ctl_code, 0x140204);
	assert_true(span_equal(rs_out.input, text("in")) && span_equal(rs_out.output, text("out")));
}

static void queries(void **state UNUSED)
{
	struct smb2_query_directory_request directory = { 37, SMB2_REOPEN, 1, some_id, text("*\0"), 65536 };
	directory.search_pattern.len = 2;
	struct smb2_query_directory_request directory_out;
	ROUND_TRIP(query_directory_request, SMB2_QUERY_DIRECTORY, false, &directory, &directory_out);
	assert_int_equal(directory_out.file_information_class, 37);
	assert_int_equal(directory_out.output_buffer_length, 65536);
	assert_int_equal(directory_out.search_pattern.len, 2);

	struct smb2_query_info_request info = { SMB2_0_INFO_SECURITY, 4, 100, text("ea"), 7, 1, some_id };
	struct smb2_query_info_request info_out;
	ROUND_TRIP(query_info_request, SMB2_QUERY_INFO, false, &info, &info_out);
	assert_int_equal(info_out.info_type, SMB2_0_INFO_SECURITY);
	assert_int_equal(info_out.additional_information, 7);
	assert_true(span_equal(info_out.input, text("ea")));

	struct smb2_query_info_response answer = { text("information") };
	struct smb2_query_info_response answer_out;
	ROUND_TRIP(query_info_response, SMB2_QUERY_INFO, true, &answer, &answer_out);
	assert_true(span_equal(answer_out.output, text("information")));
}

static void set_info_and_change_notify(void **state UNUSED)
{
	struct smb2_set_info_request set = { SMB2_0_INFO_FILE, 20, 3, some_id, text("12345678") };
	struct smb2_set_info_request set_out;
	ROUND_TRIP(set_info_request, SMB2_SET_INFO, false, &set, &set_out);
	assert_int_equal(set_out.file_info_class, 20);
	assert_int_equal(set_out.additional_information, 3);
	assert_true(span_equal(set_out.buffer, text("12345678")));

	struct smb2_change_notify_request notify = { SMB2_WATCH_TREE, 4096, some_id, 0xFFF };
	struct smb2_change_notify_request notify_out;
	ROUND_TRIP(change_notify_request, SMB2_CHANGE_NOTIFY, false, &notify, &notify_out);
	assert_int_equal(notify_out.flags, SMB2_WATCH_TREE);
	assert_int_equal(notify_out.output_buffer_length, 4096);
	assert_int_equal(notify_out.completion_filter, 0xFFF);
}

static void oplock_break(void **state UNUSED)
{
	struct smb2_oplock_break oplock = {
		.kind = SMB2_BREAK_OPLOCK, .oplock_level = 1, .file_id = some_id
	};
	struct smb2_oplock_break lease = { .kind = SMB2_BREAK_LEASE,
		.flags = 1,
		.lease_key = { 1, 2 },
		.lease_state = 3,
		.lease_duration = 4 };
	struct smb2_oplock_break notification = { .kind = SMB2_BREAK_LEASE_NOTIFICATION,
		.new_epoch = 1,
		.flags = 2,
		.lease_key = { 3 },
		.current_lease_state = 4,
		.new_lease_state = 5,
		.break_reason = 6,
		.access_mask_hint = 7,
		.share_mask_hint = 8 };
	const struct smb2_oplock_break *all[] = { &oplock, &lease, &notification };
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct message m;
		struct smb2_oplock_break out;
		memset(&out, 0, sizeof(out));
		smb2_oplock_break_encode(message_start(&m, SMB2_OPLOCK_BREAK, true), all[i]);
		assert_int_equal(smb2_oplock_break_response_decode(message_span(&m), &out), VERDICT_OK);
		assert_int_equal(out.kind, all[i]->kind);
		assert_true(smb2_file_id_equal(out.file_id, all[i]->file_id));
		assert_memory_equal(out.lease_key, all[i]->lease_key, sizeof(out.lease_key));
		assert_int_equal(out.lease_state, all[i]->lease_state);
		assert_int_equal(out.share_mask_hint, all[i]->share_mask_hint);
		// Only a server notifies.
		assert_int_equal(smb2_oplock_break_request_decode(message_span(&m), &out),
			all[i]->kind == SMB2_BREAK_LEASE_NOTIFICATION ? VERDICT_BAD_SIZE : VERDICT_OK);
	}
}

static void errors(void **state UNUSED)
{
	struct smb2_error_response rs = { 1, text("data") };
	struct smb2_error_response out;
	ROUND_TRIP(error_response, SMB2_CREATE, true, &rs, &out);
	assert_int_equal(out.error_context_count, 1);
	assert_true(span_equal(out.error_data, text("data")));

	struct message m;
	rs = (struct smb2_error_response){ 0 };
	smb2_error_response_encode(message_start(&m, SMB2_CREATE, true), &rs);
	assert_int_equal(m.w.pos, SMB2_HEADER_LEN + SMB2_ERROR_RESPONSE_SIZE);

	uint8_t buf[64];
	struct writer w = writer_make(buf, sizeof(buf));
	smb2_error_context_encode(&w, SMB2_ERROR_ID_DEFAULT, text("size"));
	uint32_t id = 1;
	struct span data;
	assert_int_equal(smb2_error_context_decode(writer_since(&w, 0), &id, &data), VERDICT_OK);
	assert_int_equal(id, 0);
	assert_true(span_equal(data, text("size")));

	struct smb2_symlink_error link = { 6, SMB2_SYMLINK_FLAG_RELATIVE, text("target"), text("shown") };
	struct smb2_symlink_error link_out;
	w = writer_make(buf, sizeof(buf));
	smb2_symlink_error_encode(&w, &link);
	assert_int_equal(smb2_symlink_error_decode(writer_since(&w, 0), &link_out), VERDICT_OK);
	assert_int_equal(link_out.unparsed_path_length, 6);
	assert_int_equal(link_out.flags, SMB2_SYMLINK_FLAG_RELATIVE);
	assert_true(span_equal(link_out.substitute_name, text("target")));
	assert_true(span_equal(link_out.print_name, text("shown")));
}

struct error_case {
	uint16_t command;
	struct nt_status status;
	bool is_error;
};

// MS-SMB2 2.2.2: which answers carry an error's body, where StructureSize 9 does not tell.
static void which_answers_are_errors(void **state UNUSED)
{
	const struct error_case cases[] = {
		{ SMB2_SESSION_SETUP, STATUS(MORE_PROCESSING_REQUIRED), false },
		{ SMB2_SESSION_SETUP, STATUS(LOGON_FAILURE), true },
		{ SMB2_QUERY_INFO, STATUS(BUFFER_OVERFLOW), false },
		{ SMB2_QUERY_INFO, STATUS(BUFFER_TOO_SMALL), true },
		{ SMB2_QUERY_DIRECTORY, STATUS(NO_MORE_FILES), true },
		{ SMB2_QUERY_DIRECTORY, STATUS(SUCCESS), false },
		{ SMB2_CHANGE_NOTIFY, STATUS(NOTIFY_ENUM_DIR), false },
		{ SMB2_CHANGE_NOTIFY, STATUS(PENDING), true },
		{ SMB2_READ, STATUS(END_OF_FILE), true },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct message m;
		smb2_error_response_encode(
			message_start(&m, cases[i].command, true), &(struct smb2_error_response){ 0 });
		smb2_header_patch_status(&m.w, 0, cases[i].status);
		struct smb2_header h;
		assert_int_equal(smb2_header_decode(message_span(&m), &h), VERDICT_OK);
		assert_int_equal(smb2_response_is_error(&h, message_span(&m)), cases[i].is_error);
	}
}

// A last SPNEGO token may come with a failed authentication.
static void a_failed_session_setup_may_have_a_token(void **state UNUSED)
{
	struct message m;
	struct smb2_session_setup_response rs = { .security_buffer = text("reject") };
	smb2_session_setup_response_encode(message_start(&m, SMB2_SESSION_SETUP, true), &rs);
	smb2_header_patch_status(&m.w, 0, STATUS(LOGON_FAILURE));
	struct smb2_header h;
	union smb2_response out;
	bool is_error = true;
	assert_int_equal(smb2_header_decode(message_span(&m), &h), VERDICT_OK);
	assert_int_equal(smb2_response_decode(message_span(&m), &h, &out, &is_error), VERDICT_OK);
	assert_false(is_error);
	assert_true(span_equal(out.session_setup.security_buffer, text("reject")));
}

static void file_ids_are_where_the_table_says(void **state UNUSED)
{
	union smb2_request rq[SMB2_COMMANDS] = {
		[SMB2_CLOSE].close.file_id = some_id,
		[SMB2_FLUSH].flush.file_id = some_id,
		[SMB2_READ].read.file_id = some_id,
		[SMB2_WRITE].write.file_id = some_id,
		[SMB2_LOCK].lock.file_id = some_id,
		[SMB2_IOCTL].ioctl.file_id = some_id,
		[SMB2_QUERY_DIRECTORY].query_directory.file_id = some_id,
		[SMB2_CHANGE_NOTIFY].change_notify.file_id = some_id,
		[SMB2_QUERY_INFO].query_info.file_id = some_id,
		[SMB2_SET_INFO].set_info.file_id = some_id,
		[SMB2_OPLOCK_BREAK].oplock_break.file_id = some_id,
	};
	for (uint16_t command = 0; command < SMB2_COMMANDS; command++) {
		struct message m;
		struct smb2_header h = { .command = command };
		struct smb2_file_id id = { 0, 0 };
		smb2_request_encode(message_start(&m, command, false), command, &rq[command]);
		bool has = smb2_command_info(command)->file_id_offset != 0;
		assert_int_equal(smb2_request_file_id(message_span(&m), &h, &id), has);
		assert_int_equal(smb2_file_id_equal(id, some_id), has);
	}
}

static void no_command_has_no_row(void **state UNUSED)
{
	struct message m;
	struct smb2_header h = { .command = SMB2_COMMANDS };
	union smb2_request rq;
	(void)message_start(&m, SMB2_COMMANDS, false);
	assert_null(smb2_command_info(SMB2_COMMANDS));
	assert_string_equal(smb2_command_name(SMB2_COMMANDS), "unknown");
	assert_string_equal(smb2_command_name(SMB2_TREE_CONNECT), "tree_connect");
	assert_int_equal(smb2_request_decode(message_span(&m), &h, &rq), VERDICT_BAD_VALUE);
	assert_int_equal(smb2_request_size_check(message_span(&m), &h), VERDICT_BAD_VALUE);
}

static void a_full_writer_overflows_and_writes_no_more(void **state UNUSED)
{
	struct smb2_create_request rq = { .name = text("ab"), .create_contexts = text("0123456789abcdef") };
	uint8_t whole[256];
	struct writer w = writer_make(whole, sizeof(whole));
	smb2_create_request_encode(&w, &rq);
	size_t need = w.pos;
	for (size_t cap = 0; cap < need; cap++) {
		uint8_t guarded[256];
		memset(guarded, 0xA5, sizeof(guarded));
		struct writer small = writer_make(guarded, cap);
		smb2_create_request_encode(&small, &rq);
		assert_false(writer_ok(&small));
		for (size_t i = cap; i < sizeof(guarded); i++)
			assert_int_equal(guarded[i], 0xA5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),
		cmocka_unit_test(a_header_that_is_none),
		cmocka_unit_test(negotiate),
		cmocka_unit_test(a_negotiate_beyond_its_limits),
		cmocka_unit_test(session_setup),
		cmocka_unit_test(tree_connect),
		cmocka_unit_test(messages_of_four_bytes),
		cmocka_unit_test(create),
		cmocka_unit_test(an_empty_name_has_no_offset),
		cmocka_unit_test(a_name_inside_the_fixed_part_is_refused),
		cmocka_unit_test(close_and_flush),
		cmocka_unit_test(read_and_write),
		cmocka_unit_test(channel_info_without_a_channel_is_ignored),
		cmocka_unit_test(payload_in_place_equals_payload_given),
		cmocka_unit_test(lock),
		cmocka_unit_test(ioctl),
		cmocka_unit_test(queries),
		cmocka_unit_test(set_info_and_change_notify),
		cmocka_unit_test(oplock_break),
		cmocka_unit_test(errors),
		cmocka_unit_test(which_answers_are_errors),
		cmocka_unit_test(a_failed_session_setup_may_have_a_token),
		cmocka_unit_test(file_ids_are_where_the_table_says),
		cmocka_unit_test(no_command_has_no_row),
		cmocka_unit_test(a_full_writer_overflows_and_writes_no_more),
	};
	return RUN_TESTS(tests);
}
