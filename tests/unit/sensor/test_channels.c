// SPDX-License-Identifier: Apache-2.0
// Sessions with two connections (multichannel, MS-SMB2 3.3.5.5.2): the Linux kernel's client with Samba,
// which takes the connections in turn, so that what one opens the other one reads and closes.
#include "../test_support.h"

#include <string.h>

#include "watch_fixture.h"

#define SCENARIO(name) PROJECT_DIR "/tests/scenarios/" name
#define SEALED SCENARIO("multichannel_sealed.pcap")
#define SIGNED SCENARIO("multichannel_signed.pcap")

// The second connection of both captures, and the packets that bind it.
enum { FIRST = 1, SECOND = 2, BINDING_BEGIN = 47, BINDING_REQUEST = 49, BINDING_END = 50 };

static void watch(const char *path, bool keys, const struct packet_change *change, struct watched *w)
{
	struct unlock_keys *k = keys ? watch_keys(NULL, SCENARIO("lab.nt-hashes")) : NULL;
	watch_capture(path, k, change, w);
	unlock_keys_free(k);
}

static bool has_on(const struct watched *w, uint64_t connection, const char *action, const char *path)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct watched_event *e = &w->events[i];
		if (e->kind == EVENT_FILE && e->connection == connection && strcmp(e->action, action) == 0 &&
			strcmp(e->path, path) == 0)
			return true;
	}
	return false;
}

// Of each connection; the second one's session is the first one's.
static void assert_one_session(const struct watched *w)
{
	const struct watched_event *first = watched_nth(w, EVENT_SESSION, 0);
	const struct watched_event *second = watched_nth(w, EVENT_SESSION, 1);
	assert_int_equal(watched_count(w, EVENT_SESSION, NULL), 2);
	assert_int_equal(first->connection, FIRST);
	assert_int_equal(first->channel_of, 0);
	assert_int_equal(second->connection, SECOND);
	assert_int_equal(second->channel_of, FIRST);
	assert_string_equal(second->account, "alice");
	assert_int_equal(second->grade, first->grade);
}

static void assert_files_of_both(const struct watched *w)
{
	assert_true(has_on(w, SECOND, "open", "hello1.txt"));
	assert_true(has_on(w, FIRST, "read", "hello1.txt")); // what the other one opened
	assert_true(has_on(w, FIRST, "open", "hello2.txt"));
	assert_true(has_on(w, SECOND, "read", "hello2.txt"));
	assert_true(has_on(w, SECOND, "write", "two.bin"));
	assert_true(has_on(w, SECOND, "rename", "one.txt"));
	assert_true(has_on(w, SECOND, "close", "one.txt"));
	for (size_t i = 0; i < w->count; i++)
		if (w->events[i].kind == EVENT_FILE)
			assert_string_equal(w->events[i].share, "share");
}

// All connections of a session are sealed with the keys of its first log-on.
static void seals_of_the_second_connection_open(void **state)
{
	(void)state;
	struct watched w;
	watch(SEALED, true, NULL, &w);
	assert_one_session(&w);
	assert_true(watched_nth(&w, EVENT_SESSION, 1)->decrypted);
	assert_true(watched_nth(&w, EVENT_SESSION, 1)->sealed_messages > 50);
	// Three messages that bind it with the session's key, and the last with the connection's own.
	assert_int_equal(watched_nth(&w, EVENT_SESSION, 1)->verified, 4);
	assert_files_of_both(&w);
	assert_int_equal(watched_count(&w, EVENT_ANOMALY, NULL), 0);
	watched_done(&w);
}

static void signatures_of_the_second_connection_verify(void **state)
{
	(void)state;
	struct watched w;
	watch(SIGNED, true, NULL, &w);
	assert_one_session(&w);
	for (size_t i = 0; i < 2; i++) {
		const struct watched_event *s = watched_nth(&w, EVENT_SESSION, i);
		assert_true(s->verified >= s->signed_messages && s->signed_messages > 150);
		assert_int_equal(s->wrong, 0);
	}
	assert_files_of_both(&w);
	assert_int_equal(watched_count(&w, EVENT_ANOMALY, NULL), 0);
	watched_done(&w);
}

static void it_is_one_session_without_keys_too(void **state)
{
	(void)state;
	struct watched w;
	watch(SIGNED, false, NULL, &w);
	assert_one_session(&w);
	assert_files_of_both(&w);
	watched_done(&w);
	watch(SEALED, false, NULL, &w);
	assert_one_session(&w);
	assert_false(watched_has_file(&w, "read", "hello2.txt"));
	watched_done(&w);
}

// That its messages are answered shows that it was bound. Here the four messages that bind it are spoilt: the
// first letter of their ProtocolId.
static void it_is_one_session_when_the_binding_was_not_seen(void **state)
{
	(void)state;
	static const struct packet_change spoilt[] = {
		{ .number = 47, .from_end = 132 - 1, .flip = 1, .next = &spoilt[1] },
		{ .number = 48, .from_end = 224 - 1, .flip = 1, .next = &spoilt[2] },
		{ .number = 49, .from_end = 310 - 1, .flip = 1, .next = &spoilt[3] },
		{ .number = 50, .from_end = 72 - 1, .flip = 1 },
	};
	static const char *const captures[] = { SIGNED, SEALED };
	for (size_t i = 0; i < ARRAY_LEN(captures); i++) {
		struct watched w;
		watch(captures[i], true, &spoilt[0], &w);
		assert_one_session(&w);
		assert_files_of_both(&w);
		assert_int_equal(watched_nth(&w, EVENT_SESSION, 1)->wrong, 0);
		assert_int_equal(watched_count(&w, EVENT_ANOMALY, "seal_wrong"), 0);
		watched_done(&w);
	}
}

static void without_its_first_connection_it_is_a_session_by_itself(void **state)
{
	(void)state;
	static const struct packet_change lost = { .number = 1, .lost_to = 42 };
	struct watched w;
	watch(SIGNED, true, &lost, &w);
	for (size_t i = 0; i < watched_count(&w, EVENT_SESSION, NULL); i++) {
		const struct watched_event *s = watched_nth(&w, EVENT_SESSION, i);
		assert_int_equal(s->channel_of, 0);
		assert_int_equal(s->wrong, 0);
	}
	watched_done(&w);
}

// The binding is signed by who has the session's key, or it is somebody else's.
static void a_changed_binding_is_told_of(void **state)
{
	(void)state;
	static const struct packet_change change = { .number = BINDING_REQUEST, .from_end = 0, .flip = 1 };
	struct watched w;
	watch(SIGNED, true, &change, &w);
	assert_true(watched_count(&w, EVENT_ANOMALY, "signature_wrong") >= 1);
	assert_int_equal(watched_nth(&w, EVENT_ANOMALY, 0)->packet, BINDING_REQUEST);
	assert_string_equal(watched_nth(&w, EVENT_ANOMALY, 0)->command, "session_setup");
	watched_done(&w);
}

static void a_changed_seal_of_the_second_connection_is_told_of(void **state)
{
	(void)state;
	static const struct packet_change change = { .number = 58, .from_end = 3, .flip = 1 };
	struct watched w;
	watch(SEALED, true, &change, &w);
	assert_int_equal(watched_count(&w, EVENT_ANOMALY, NULL), 1);
	assert_string_equal(watched_nth(&w, EVENT_ANOMALY, 0)->reason, "seal_wrong");
	assert_int_equal(watched_nth(&w, EVENT_ANOMALY, 0)->connection, SECOND);
	watched_done(&w);
}

// smbtorture uses SessionIds on connections that were never bound to them: refused, that is no session.
static void what_the_server_does_not_know_is_no_session(void **state)
{
	(void)state;
	struct watched w;
	watch(SCENARIO("B03_multichannel.pcap"), false, NULL, &w);
	assert_true(watched_count(&w, EVENT_SESSION, NULL) > 40);
	for (size_t i = 0; i < watched_count(&w, EVENT_SESSION, NULL); i++)
		assert_int_equal(watched_nth(&w, EVENT_SESSION, i)->grade, 'B');
	watched_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seals_of_the_second_connection_open),
		cmocka_unit_test(signatures_of_the_second_connection_verify),
		cmocka_unit_test(it_is_one_session_without_keys_too),
		cmocka_unit_test(it_is_one_session_when_the_binding_was_not_seen),
		cmocka_unit_test(without_its_first_connection_it_is_a_session_by_itself),
		cmocka_unit_test(a_changed_binding_is_told_of),
		cmocka_unit_test(a_changed_seal_of_the_second_connection_is_told_of),
		cmocka_unit_test(what_the_server_does_not_know_is_no_session),
	};
	return RUN_TESTS(tests);
}
