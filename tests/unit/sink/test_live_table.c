// SPDX-License-Identifier: Apache-2.0
// What somebody who looks on sees: which sessions and alerts, in what order, and never wider or higher than
// the terminal, whatever names say.
#include "../test_support.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sink/live_cell.h"
#include "sink/live_table.h"

#define NOW_US UINT64_C(1700000000000000)
#define SECOND_US UINT64_C(1000000)

static struct live_picture picture;

struct session {
	char grade;
	const char *client, *account;
	unsigned int seconds_ago;
};

static void tell(struct live_table *t, const struct session *s, bool open)
{
	static const char *const reasons[] = { "ntlm", "unsealed" };
	const struct event_connection c = { .client_address = s->client,
		.server_address = "10.0.0.10",
		.server_port = 445,
		.cipher = "AES-128-GCM" };
	const struct event_session who = { .account = s->account, .domain = "LAB" };
	const struct event_verdict v = { .grade = s->grade,
		.dialect = 0x0311,
		.sealed = EVENT_YES,
		.reasons = reasons,
		.reason_count = 2,
		.bytes_to_server = 1000000,
		.bytes_to_client = 500000,
		.opened_us = NOW_US - s->seconds_ago * SECOND_US };
	const struct event e = { .kind = EVENT_SESSION,
		.time_us = open ? NOW_US : v.opened_us + SECOND_US,
		.connection = &c,
		.session = &who,
		.verdict = &v };
	(open ? live_table_open : live_table_ended)(t, &e);
}

static void alert(struct live_table *t, const char *title, const char *value, enum event_severity severity)
{
	const struct event_evidence evidence[] = { { "server_challenge", value, 12 }, { "count", "2", 0 } };
	const struct event_alert a = { .detection = "ntlm_relay",
		.title = title,
		.outcome = "succeeded",
		.evidence = evidence,
		.evidence_count = 2 };
	const struct event e = {
		.kind = EVENT_FINDING, .severity = severity, .time_us = NOW_US, .alert = &a
	};
	live_table_alert(t, &e);
}

static void render(struct live_table *t, size_t width, size_t height, bool colour)
{
	const struct live_figures f = {
		.source = "eth0", .packets_per_second = 1234, .lost = 5, .now_us = NOW_US
	};
	live_table_render(t, &f, (struct live_size){ width, height }, colour, &picture);
}

// The first line that has it; the count when none has.
static size_t line_of(const char *text)
{
	size_t i = 0;
	while (i < picture.count && strstr(picture.lines[i], text) == NULL)
		i++;
	return i;
}

static bool shows(const char *text)
{
	return line_of(text) < picture.count;
}

// --- what is shown ----------------------------------------------------------------------------------

static void test_all_of_a_session_is_shown(void **state)
{
	(void)state;
	struct live_table *t = live_table_new();
	const struct session s = { 'B', "10.0.0.21", "alice", 125 };
	live_table_begin_open(t);
	tell(t, &s, true);
	render(t, 160, 12, false);
	assert_int_equal(picture.count, 12);
	assert_true(shows("* B 10.0.0.21 -> 10.0.0.10 LAB\\alice 3.1.1 sealed AES-128-GCM  1.5M  2m05s ntlm, "
			  "unsealed"));
	assert_true(shows("eth0  1234 packets/s  1 sessions, 1 open  0 alerts  5 lost"));
	live_table_free(t);
}

static void test_nothing_yet(void **state)
{
	(void)state;
	struct live_table *t = live_table_new();
	render(t, 80, 24, false);
	assert_int_equal(picture.count, 24);
	assert_true(shows("no session yet"));
	assert_true(shows("none"));
	live_table_free(t);
}

static void test_the_worst_and_newest_of_those_that_count_now_come_first(void **state)
{
	(void)state;
	struct live_table *t = live_table_new();
	const struct session sessions[] = { { 'A', "10.0.0.1", "good", 10 }, { 'F', "10.0.0.2", "bad", 500 },
		{ 'F', "10.0.0.3", "newer", 20 } };
	const struct session ended = { 'E', "10.0.0.4", "justnow", 5 }, old = { 'F', "10.0.0.5", "old", 900 };
	tell(t, &ended, false);
	tell(t, &old, false);
	live_table_begin_open(t);
	for (size_t i = 0; i < ARRAY_LEN(sessions); i++)
		tell(t, &sessions[i], true);
	render(t, 120, 24, false);
	assert_int_equal(line_of("newer"), 1);
	assert_int_equal(line_of("\\bad"), 2);
	assert_int_equal(line_of("justnow"), 3);
	assert_int_equal(line_of("good"), 4);
	assert_int_equal(line_of("\\old"), 5);
	assert_non_null(strstr(picture.lines[1], "* F"));
	assert_non_null(strstr(picture.lines[3], "  E"));
	live_table_free(t);
}

static void test_sessions_that_are_told_of_no_more_are_gone(void **state)
{
	(void)state;
	struct live_table *t = live_table_new();
	const struct session s = { 'B', "10.0.0.21", "alice", 1 };
	live_table_begin_open(t);
	tell(t, &s, true);
	live_table_begin_open(t);
	render(t, 120, 24, false);
	assert_false(shows("alice"));
	live_table_free(t);
}

static void test_alerts_come_with_their_evidence_the_newest_first(void **state)
{
	(void)state;
	struct live_table *t = live_table_new();
	alert(t, "the first", "aa", EVENT_WARNING);
	alert(t, "the second", "bb", EVENT_ALERT);
	render(t, 120, 24, false);
	size_t second = line_of("ALERT ntlm_relay, succeeded: the second");
	assert_int_equal(line_of("ALERTS"), second - 1);
	assert_non_null(strstr(picture.lines[second + 1], "server_challenge = bb (packet 12); count = 2"));
	assert_int_equal(line_of("warning ntlm_relay, succeeded: the first"), second + 2);
	live_table_free(t);
}

static void test_how_many_are_not_shown_is_said(void **state)
{
	(void)state;
	struct live_table *t = live_table_new();
	for (size_t i = 0; i < LIVE_ALERTS_MAX + 5; i++)
		alert(t, "again", "aa", EVENT_ALERT);
	render(t, 80, 12, false);
	assert_true(shows("of 69"));
	assert_true(shows("69 alerts"));
	live_table_free(t);
}

// --- limits -----------------------------------------------------------------------------------------

// The worst are kept of more than there is room for.
static void test_more_than_fit(void **state)
{
	(void)state;
	struct live_table *t = live_table_new();
	live_table_begin_open(t);
	for (unsigned int i = 0; i < 10 * LIVE_SESSIONS_MAX; i++) {
		const struct session s = { i == 700 || i == 5000 ? 'F' : 'A', "10.0.0.1",
			i == 700    ? "needle"
			: i == 5000 ? "thorn"
				    : "hay",
			2 + i };
		tell(t, &s, true);
		tell(t, &s, false);
	}
	render(t, 120, 24, false);
	assert_int_equal(line_of("needle"), 1);
	assert_int_equal(line_of("thorn"), 2);
	assert_true(shows("10240 sessions, 5120 open"));
	live_table_free(t);
}

// As it is seen: without the sequences of colours, which are all that may begin with ESC.
static size_t columns_seen(const char *line, locale_t locale)
{
	char plain[LIVE_LINE_LEN];
	size_t used = 0;
	for (const char *p = line; *p != '\0'; p++) {
		if (*p == '\033') {
			p += strcspn(p, "m");
			assert_int_equal(*p, 'm');
			continue;
		}
		assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
		plain[used++] = *p;
	}
	plain[used] = '\0';
	return live_cell_columns(plain, locale);
}

static void fill_with_hostile_names(struct live_table *t)
{
	static const char *const names[] = { "\033[2J\r\nrm", "\xe2\x80\xaegpj.exe",
		"文字文字文字文字文字文字", "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81", "\xff\xfe\xc2",
		"a name that is much longer than any", "", "\xc2\x9b\x31m", "ordinary" };
	live_table_begin_open(t);
	for (size_t i = 0; i < 40; i++) {
		const char *name = names[i % ARRAY_LEN(names)];
		const struct session s = { "ABCDEF?"[i % 7],
			i % 3 == 0 ? "2001:db8:1111:2222:3333:4444:5555:6666" : name, name,
			(unsigned int)i * 1000 };
		tell(t, &s, i % 2 == 0);
		alert(t, name, name, EVENT_INFO + i % 4);
	}
}

static void test_it_fits_any_terminal(void **state)
{
	(void)state;
	struct live_table *t = live_table_new();
	locale_t locale = live_cell_locale();
	fill_with_hostile_names(t);
	for (size_t width = 0; width < 450; width += width < 180 ? 1 : 37) {
		for (size_t height = 0; height < 260; height += height < 40 ? 1 : 51) {
			render(t, width, height, true);
			assert_true(picture.count <= height);
			assert_true(height >= LIVE_HEIGHT_MAX || height < 3 || width == 0 ||
				    picture.count == height);
			for (size_t i = 0; i < picture.count; i++)
				assert_true(columns_seen(picture.lines[i], locale) <= width);
		}
	}
	freelocale(locale);
	live_table_free(t);
}

// On the least that is promised everything has its place.
static void test_forty_by_ten(void **state)
{
	(void)state;
	struct live_table *t = live_table_new();
	const struct session s = { 'E', "10.0.0.21", "bob", 3 };
	live_table_begin_open(t);
	tell(t, &s, true);
	alert(t, "a relay", "aa", EVENT_ALERT);
	render(t, 40, 10, false);
	assert_int_equal(picture.count, 10);
	assert_true(shows("* E 10.0.0.21 -> 10.0.0.10 LAB\\bob"));
	assert_true(shows("a relay") || shows("ALERT ntlm_relay, succeeded: "));
	assert_true(shows("server_challenge = aa"));
	assert_true(shows("1234 p/s 1 sess 1 alerts 5 lost"));
	live_table_free(t);
}

static void test_the_same_table_gives_the_same_picture(void **state)
{
	(void)state;
	static struct live_picture before;
	struct live_table *t = live_table_new();
	fill_with_hostile_names(t);
	render(t, 100, 30, true);
	before = picture;
	render(t, 40, 10, false);
	render(t, 100, 30, true);
	assert_int_equal(picture.count, before.count);
	for (size_t i = 0; i < before.count; i++)
		assert_string_equal(picture.lines[i], before.lines[i]);
	live_table_free(t);
}

static void test_cells(void **state)
{
	(void)state;
	char text[100] = "";
	struct live_cell_line l = {
		.text = text, .size = sizeof(text), .columns_max = 20, .locale = live_cell_locale()
	};
	live_cell_put(&l, "ab", 4, false);
	live_cell_put(&l, "ab", 4, true);
	live_cell_put(&l, "abcdef", 4, false);
	assert_string_equal(text, "ab    ababc~");
	live_cell_put(&l, "文字文", 4, false); // one of them would be cut in two
	assert_string_equal(text, "ab    ababc~文~ ");
	live_cell_append(&l, "e\xcc\x81xyz");
	assert_string_equal(text, "ab    ababc~文~ e?x~");
	live_cell_append(&l, "more");
	assert_string_equal(text, "ab    ababc~文~ e?x~");
	freelocale(l.locale);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_of_a_session_is_shown),
		cmocka_unit_test(test_nothing_yet),
		cmocka_unit_test(test_the_worst_and_newest_of_those_that_count_now_come_first),
		cmocka_unit_test(test_sessions_that_are_told_of_no_more_are_gone),
		cmocka_unit_test(test_alerts_come_with_their_evidence_the_newest_first),
		cmocka_unit_test(test_how_many_are_not_shown_is_said),
		cmocka_unit_test(test_more_than_fit),
		cmocka_unit_test(test_it_fits_any_terminal),
		cmocka_unit_test(test_forty_by_ten),
		cmocka_unit_test(test_the_same_table_gives_the_same_picture),
		cmocka_unit_test(test_cells),
	};
	return RUN_TESTS(tests);
}
