// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <string.h>

#include "event/event_counts.h"
#include "event/event_sink.h"

static const struct event_connection connection = {
	.id = 1, .dialect = 0x0311, .cipher = "AES-256-GCM", .signing = "AES-CMAC"
};
static const struct event_session session = {
	.id = 5, .account = "a", .mechanism = "kerberos", .encrypted = true
};

static uint64_t reason_count(const struct event_counts *c, enum event_kind kind, const char *name)
{
	for (size_t i = 0; i < event_reason_count; i++) {
		if (event_reasons[i].kind == kind && strcmp(event_reasons[i].name, name) == 0)
			return c->reasons[i];
	}
	fail_msg("no such reason: %s", name);
	return 0;
}

static void every_reason_has_its_own_counter(void **state)
{
	(void)state;
	for (size_t i = 0; i < event_reason_count; i++) {
		struct event e = { .kind = event_reasons[i].kind };
		if (e.kind == EVENT_LIMIT)
			e.limit = event_reasons[i].name;
		else
			e.reason = event_reasons[i].name;
		assert_int_equal(event_reason_of(&e), (int)i);
	}
}

static void what_is_not_in_the_table_is_counted_too(void **state)
{
	struct event_sink *sink;
	struct event_counts c;
	(void)state;
	assert_int_equal(event_sink_new("/dev/null", &sink), 0);
	event_emit(sink, &(struct event){ .kind = EVENT_REFUSAL, .reason = "made up" });
	event_emit(sink, &(struct event){ .kind = EVENT_REFUSAL, .reason = "smb1", .result = EVENT_FAILURE });
	event_emit(sink, &(struct event){ .kind = EVENT_FILE_OPEN, .reason = "made up" });
	event_sink_counts(sink, &c);
	event_sink_free(sink);
	assert_int_equal(reason_count(&c, EVENT_REFUSAL, "other"), 1);
	assert_int_equal(reason_count(&c, EVENT_REFUSAL, "smb1"), 1);
	assert_int_equal(c.failed[EVENT_REFUSAL], 1);
	assert_int_equal(c.succeeded[EVENT_REFUSAL], 1);
	assert_int_equal(c.succeeded[EVENT_FILE_OPEN], 1);
}

static void sessions_count_by_their_protection(void **state)
{
	struct event_counts c = { 0 };
	struct event e = { .kind = EVENT_SESSION_OPEN, .connection = &connection, .session = &session };
	struct event_tally t = event_tally_of(&e);
	(void)state;
	event_counts_add(&c, &t);
	assert_int_equal(c.sessions_opened[t.protection], 1);
	struct event_protection p = event_protection_name((unsigned)t.protection);
	assert_string_equal(p.dialect, "3.1.1");
	assert_string_equal(p.cipher, "AES-256-GCM");
	assert_string_equal(p.signing, "AES-CMAC");
	assert_string_equal(p.mechanism, "kerberos");
	e.kind = EVENT_SESSION_CLOSE;
	t = event_tally_of(&e);
	event_counts_add(&c, &t);
	assert_int_equal(c.sessions_closed[t.protection], 1);
}

static void a_session_that_is_not_sealed_has_no_cipher(void **state)
{
	struct event_session plain = session;
	struct event e = { .kind = EVENT_SESSION_OPEN, .connection = &connection, .session = &plain };
	(void)state;
	plain.encrypted = false;
	plain.mechanism = "a new one";
	struct event_protection p = event_protection_name((unsigned)event_tally_of(&e).protection);
	assert_string_equal(p.cipher, "none");
	assert_string_equal(p.mechanism, "other");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_has_its_own_counter),
		cmocka_unit_test(what_is_not_in_the_table_is_counted_too),
		cmocka_unit_test(sessions_count_by_their_protection),
		cmocka_unit_test(a_session_that_is_not_sealed_has_no_cipher),
	};
	return RUN_TESTS(tests);
}
