// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <float.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "event/event_schema.h"

static const struct event_connection connection = {
	.id = 7,
	.client_address = "192.0.2.7",
	.client_port = 50000,
	.server_address = "192.0.2.1",
	.server_port = 445,
	.dialect = 0x0311,
	.cipher = "AES-128-GCM",
	.signing = "AES-GMAC",
	.client_guid = "00000000-0000-0000-0000-000000000001",
};

static const struct event_session session = {
	.id = 0x400000000001,
	.account = "alice",
	.domain = "EXAMPLE",
	.workstation = "PC1",
	.mechanism = "ntlmv2",
	.principal = "alice@EXAMPLE",
	.service = "cifs/files",
	.ticket_encryption = "aes256-cts-hmac-sha1-96",
	.key_version = 2,
	.encrypted = true,
	.signed_ = true,
};

static const struct event_wire wire = {
	.flow = 1, .packet = 2, .first_packet = 3, .midstream = true, .lossy = true, .capture = "a.pcap"
};

static const struct event_auth auth = {
	.server_challenge = { 1 },
	.nt_proof = { 2 },
	.target_name = "cifs/files",
	.server_name = "FILES",
	.server_dns = "files.example",
	.server_domain = "EXAMPLE",
	.negotiate_flags = 1,
	.challenge_flags = 2,
	.authenticate_flags = 3,
	.av_flags = 2,
	.mic = EVENT_MIC_WRONG,
	.channel_bindings = true,
	.service = "cifs/files",
	.realm = "EXAMPLE",
	.ticket_encryption = "aes256",
	.protocol = "smb2",
	.binding = true,
	.anonymous = true,
	.guest = true,
};

static const char *const texts[] = { "one \"two\"", "three" };
static const uint16_t dialects[] = { 0x0302, 0x0311 };
static const uint64_t numbers[] = { 1, UINT32_MAX };
static const struct event_evidence evidence[] = { { "server_challenge", "4f69", 7 }, { "empty", NULL, 0 } };

static const struct event_verdict verdict = {
	.grade = 'F',
	.reasons = texts,
	.reason_count = ARRAY_LEN(texts),
	.client_dialects = dialects,
	.client_dialect_count = ARRAY_LEN(dialects),
	.dialect = 1,
	.client_requires_signing = EVENT_YES,
	.server_requires_signing = EVENT_NO,
	.client_offers_encryption = EVENT_YES,
	.server_offers_encryption = EVENT_NO,
	.preauth_integrity = EVENT_YES,
	.negotiate_validated = EVENT_NO,
	.signed_ = EVENT_YES,
	.sealed = EVENT_NO,
	.requests_signed = 1,
	.requests_unsigned = 2,
	.requests_sealed = 3,
	.answers_signed = 4,
	.answers_unsigned = 5,
	.answers_sealed = 6,
	.signatures_verified = 7,
	.signatures_wrong = 8,
	.decrypted = true,
	.bytes_to_server = 9,
	.bytes_to_client = 10,
	.channel_of = 11,
};

static const struct event_rpc rpc = { .pipe = "svcctl",
	.interface = "svcctl",
	.uuid = "367abb81-9844-35f1-ad32-98f038001003",
	.opnum = 12,
	.operation = "RCreateServiceW",
	.argument = "service",
	.sealed = true };

static const struct event_content content = { .read_entropy = 1.5, .written_entropy = 7.99, .type = "zip" };

static const struct event_alert alert = {
	.detection = "ntlm_relay",
	.title = "title",
	.technique = "T1557.001",
	.outcome = "succeeded",
	.flows = numbers,
	.flow_count = ARRAY_LEN(numbers),
	.hosts = texts,
	.host_count = ARRAY_LEN(texts),
	.accounts = texts,
	.account_count = ARRAY_LEN(texts),
	.evidence = evidence,
	.evidence_count = ARRAY_LEN(evidence),
	.first_us = 1,
	.last_us = 2,
	.incident = 3,
	.count = 4,
};

static char *line_of(const struct event *e)
{
	char *line = calloc(1, EVENT_JSON_MAX + 1);
	struct writer w = writer_make(line, EVENT_JSON_MAX);
	assert_non_null(line);
	assert_true(event_write_json(e, &w));
	assert_int_equal(line[w.pos - 1], '\n');
	assert_null(memchr(line, '\n', w.pos - 1));
	return line;
}

static json_t *json_of(const struct event *e)
{
	json_error_t error;
	char *line = line_of(e);
	json_t *json = json_loads(line, JSON_REJECT_DUPLICATES, &error);
	if (json == NULL)
		print_message("%s: %s\n", error.text, line);
	assert_non_null(json);
	free(line);
	return json;
}

static void a_line_word_for_word(void **state)
{
	const struct event e = {
		.kind = EVENT_FILE_OPEN,
		.time_us = 1769860799000001,
		.connection = &connection,
		.session = &session,
		.status = STATUS(ACCESS_DENIED),
		.command = "CREATE",
		.message_id = 12,
		.share = "docs",
		.tree_id = 3,
		.path = "a/b \"c\".txt",
		.access = 0x0012019f,
	};
	char *line = line_of(&e);
	(void)state;
	assert_string_equal(line,
		"{\"time\":\"2026-01-31T11:59:59.000001Z\",\"kind\":\"file_open\",\"severity\":\"notice\","
		"\"result\":\"failure\",\"status\":\"STATUS_ACCESS_DENIED\",\"connection\":7,"
		"\"client_address\":\"192.0.2.7\",\"client_port\":50000,\"server_address\":\"192.0.2.1\","
		"\"server_port\":445,\"client_guid\":\"00000000-0000-0000-0000-000000000001\",\"dialect\":"
		"\"3.1.1\","
		"\"cipher\":\"AES-128-GCM\",\"signing\":\"AES-GMAC\",\"session\":\"0x0000400000000001\","
		"\"account\":\"alice\",\"domain\":\"EXAMPLE\",\"workstation\":\"PC1\",\"mechanism\":"
		"\"ntlmv2\","
		"\"encrypted\":true,\"signed\":true,\"command\":\"CREATE\",\"message_id\":12,\"share\":"
		"\"docs\","
		"\"tree\":3,\"path\":\"a/b \\\"c\\\".txt\",\"access\":\"0x0012019f\"}\n");
	free(line);
}

// With everything set to something, so that every field is tried in every kind that can have it.
static struct event full_event(enum event_kind kind)
{
	return (struct event){ .kind = kind,
		.time_us = 1,
		.connection = &connection,
		.session = &session,
		.result = EVENT_FAILURE,
		.status = { 0xC0001234 },
		.reason = "reason",
		.command = "CREATE",
		.message_id = UINT64_MAX / 2,
		.share = "s",
		.tree_id = UINT32_MAX,
		.path = "p",
		.target_path = "t",
		.file_id = UINT64_MAX,
		.directory = true,
		.access = UINT32_MAX,
		.disposition = "opened",
		.change = "times",
		.bytes_read = 1,
		.bytes_written = 2,
		.duration_ms = 3,
		.limit = "max_opens",
		.value = 4,
		.count = 5,
		.detail = "detail",
		.version = "1",
		.action = "open",
		.wire = &wire,
		.auth = &auth,
		.verdict = &verdict,
		.rpc = &rpc,
		.content = &content,
		.alert = &alert };
}

// With nothing set but what it is made of.
static struct event bare_event(enum event_kind kind)
{
	static const struct event_verdict no_verdict;
	static const struct event_rpc no_rpc;
	static const struct event_alert no_alert;
	return (struct event){ .kind = kind,
		.connection = &connection,
		.session = &session,
		.verdict = &no_verdict,
		.rpc = &no_rpc,
		.alert = &no_alert };
}

static bool json_type_fits(const json_t *value, enum event_type type)
{
	switch (type) {
	case EVENT_TYPE_NUMBER64:
	case EVENT_TYPE_NUMBER32:
	case EVENT_TYPE_NUMBER16:
		return json_is_integer(value);
	case EVENT_TYPE_BOOL:
	case EVENT_TYPE_YES:
		return json_is_boolean(value);
	case EVENT_TYPE_REAL:
		return json_is_real(value);
	case EVENT_TYPE_TEXTS:
	case EVENT_TYPE_NUMBERS:
	case EVENT_TYPE_DIALECTS:
	case EVENT_TYPE_EVIDENCE:
		return json_is_array(value);
	default:
		return json_is_string(value);
	}
}

static void each_kind_has_its_fields_and_no_others(void **state)
{
	(void)state;
	for (size_t kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		const struct event full = full_event((enum event_kind)kind);
		const struct event bare = bare_event((enum event_kind)kind);
		json_t *most = json_of(&full);
		json_t *least = json_of(&bare);
		size_t count = 0;
		for (size_t i = 0; i < event_field_count; i++) {
			const struct event_field *f = &event_fields[i];
			const json_t *value = json_object_get(most, f->name);
			assert_true((value != NULL) == ((f->may >> kind & 1) != 0));
			assert_true(value == NULL || json_type_fits(value, f->type));
			assert_true((f->always >> kind & 1) == 0 || json_object_get(least, f->name) != NULL);
			assert_int_equal(f->always & ~f->may, 0);
			count += value != NULL ? 1 : 0;
		}
		assert_int_equal(json_object_size(most), count);
		assert_string_equal(
			json_string_value(json_object_get(most, "kind")), event_kind_infos[kind].name);
		json_decref(most);
		json_decref(least);
	}
}

static void expect_path(const char *path, const char *decoded)
{
	const struct event e = { .kind = EVENT_FILE_DELETE, .share = "s", .path = path };
	json_t *json = json_of(&e);
	assert_string_equal(json_string_value(json_object_get(json, "path")), decoded);
	json_decref(json);
}

static void any_bytes_become_valid_text(void **state)
{
	(void)state;
	expect_path("tab\tnewline\nquote\"back\\", "tab\tnewline\nquote\"back\\");
	expect_path("\x01\x1f\x7f", "\x01\x1f\x7f");
	expect_path("gr\xc3\xbc\xc3\x9f \xe6\xbc\xa2 \xf0\x9f\x98\x80",
		"gr\xc3\xbc\xc3\x9f \xe6\xbc\xa2 \xf0\x9f\x98\x80");
	expect_path("lone \xed\xa0\x80.", "lone \\xed\\xa0\\x80.");
	expect_path("\xff\xfe\xc3", "\\xff\\xfe\\xc3");
	expect_path("overlong \xc0\xaf", "overlong \\xc0\\xaf");
	expect_path("beyond \xf4\x90\x80\x80", "beyond \\xf4\\x90\\x80\\x80");
	expect_path("c1 \xc2\x9b", "c1 \xc2\x9b");
	expect_path("cut \xe6\xbc", "cut \\xe6\\xbc");
}

static void every_pair_of_bytes_is_survived(void **state)
{
	char path[4] = "";
	(void)state;
	for (unsigned pair = 0; pair < 65536; pair += 7) {
		const struct event e = { .kind = EVENT_FILE_DELETE, .path = path };
		path[0] = (char)(1 + pair % 255);
		path[1] = (char)(1 + pair / 255 % 255);
		json_decref(json_of(&e));
	}
}

// The longest texts that a client can send, each byte in its longest form: still one valid line.
static void endless_texts_are_cut(void **state)
{
	char *endless = malloc(100001);
	(void)state;
	assert_non_null(endless);
	for (unsigned fill = 0; fill < 3; fill++) {
		static const char *const fills[] = { "x", "\x01", "\xed\xa0\x80" };
		for (size_t i = 0; i < 100000; i++)
			endless[i] = fills[fill][i % strlen(fills[fill])];
		endless[100000] = 0;
		for (size_t kind = 0; kind < EVENT_KIND_COUNT; kind++) {
			struct event_session s = session;
			struct event e = full_event((enum event_kind)kind);
			s.account = s.domain = s.workstation = endless;
			e.session = &s;
			e.share = e.path = e.target_path = e.detail = e.reason = endless;
			json_t *json = json_of(&e);
			const char *path = json_string_value(json_object_get(json, "path"));
			assert_true(path == NULL || strcmp(path + strlen(path) - 3, "\xe2\x80\xa6") == 0);
			json_decref(json);
		}
	}
	free(endless);
}

static void times_are_right(void **state)
{
	static const struct {
		uint64_t us;
		const char *text;
	} known[] = {
		{ 1, "1970-01-01T00:00:00.000001Z" },
		{ 951782400000000, "2000-02-29T00:00:00.000000Z" },
		{ 951868799999999, "2000-02-29T23:59:59.999999Z" },
		{ 1709164800000000, "2024-02-29T00:00:00.000000Z" },
		{ 4107542400000000, "2100-03-01T00:00:00.000000Z" },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		const struct event e = { .kind = EVENT_SERVER_STOP, .time_us = known[i].us };
		json_t *json = json_of(&e);
		assert_string_equal(json_string_value(json_object_get(json, "time")), known[i].text);
		json_decref(json);
	}
}

static void severity_follows_the_result(void **state)
{
	const struct event failed = { .kind = EVENT_AUTHENTICATION, .status = STATUS(LOGON_FAILURE) };
	const struct event open = {
		.kind = EVENT_FILE_OPEN, .status = STATUS(OBJECT_NAME_NOT_FOUND), .result = EVENT_FAILURE
	};
	const struct event fine = { .kind = EVENT_FILE_OPEN };
	const struct event raised = { .kind = EVENT_FILE_OPEN, .severity = EVENT_ALERT };
	struct event e = failed;
	(void)state;
	e.result = EVENT_FAILURE;
	assert_int_equal(event_severity_of(&e), EVENT_WARNING);
	assert_int_equal(event_severity_of(&open), EVENT_NOTICE);
	assert_int_equal(event_severity_of(&fine), EVENT_INFO);
	assert_int_equal(event_severity_of(&raised), EVENT_ALERT);
	json_t *json = json_of(&failed);
	assert_string_equal(json_string_value(json_object_get(json, "result")), "failure");
	assert_string_equal(json_string_value(json_object_get(json, "severity")), "warning");
	json_decref(json);
}

static void expect_real(double value)
{
	const struct event_content is = { .written_entropy = value };
	const struct event e = { .kind = EVENT_FILE, .content = &is };
	char *line = line_of(&e), wanted[400];
	(void)snprintf(wanted, sizeof(wanted), "\"written_entropy\":%.2f}", value);
	assert_non_null(strstr(line, wanted));
	free(line);
}

// Halves that a double has exactly go to the even digit; their neighbours, and what only looks like a half,
// do not.
static void reals_are_rounded_as_printf_does(void **state)
{
	(void)state;
	for (int i = 1; i < 8200; i++) {
		expect_real(i / 1000.0);
		expect_real(i / 8.0);
		expect_real(nextafter(i / 8.0, 0));
		expect_real(nextafter(i / 8.0, 1e9));
	}
	const double far[] = { 5e-324, 0.004999999, 999999.995, 999999.999, 1e6, 1e15, DBL_MAX };
	for (size_t i = 0; i < ARRAY_LEN(far); i++)
		expect_real(far[i]);
}

static void too_small_a_buffer_is_told(void **state)
{
	const struct event e = full_event(EVENT_FILE_OPEN);
	char *line = line_of(&e);
	(void)state;
	for (size_t cap = 0; cap < strlen(line); cap++) {
		uint8_t *small = malloc(cap == 0 ? 1 : cap);
		struct writer w = writer_make(small, cap);
		assert_false(event_write_json(&e, &w));
		free(small);
	}
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_word_for_word),
		cmocka_unit_test(each_kind_has_its_fields_and_no_others),
		cmocka_unit_test(any_bytes_become_valid_text),
		cmocka_unit_test(every_pair_of_bytes_is_survived),
		cmocka_unit_test(endless_texts_are_cut),
		cmocka_unit_test(times_are_right),
		cmocka_unit_test(severity_follows_the_result),
		cmocka_unit_test(reals_are_rounded_as_printf_does),
		cmocka_unit_test(too_small_a_buffer_is_told),
	};
	return RUN_TESTS(tests);
}
