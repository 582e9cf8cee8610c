// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include <ctype.h>
#include <string.h>

#include "server/metrics/metrics_table.h"

static const struct metrics_share shares[] = { { "a \"quoted\\ one\"", true }, { "b", false } };

static char page[1 << 17];

static void print_page(struct metrics_snapshot *s)
{
	FILE *out = fmemopen(page, sizeof(page), "w");
	assert_non_null(out);
	s->version = "1";
	s->crypto = "openssl";
	s->shares = shares;
	s->share_count = ARRAY_LEN(shares);
	metrics_print(out, s);
	assert_int_equal(fclose(out), 0);
}

static void has_line(const char *line)
{
	const char *at = strstr(page, line);
	if (at == NULL || (at != page && at[-1] != '\n') || at[strlen(line)] != '\n')
		fail_msg("no line %s", line);
}

static void page_tells_what_was_counted(void **state)
{
	static struct metrics_snapshot s;
	struct event refusal = { .kind = EVENT_REFUSAL, .reason = "smb1" };
	struct event limit = { .kind = EVENT_LIMIT, .limit = "max_connections" };
	(void)state;
	s.events.reasons[event_reason_of(&refusal)] = 3;
	s.events.reasons[event_reason_of(&limit)] = 4;
	s.events.failed[EVENT_FILE_OPEN] = 5;
	s.events.sessions_opened[0] = 7;
	s.events.sessions_closed[0] = 2;
	s.work.commands[SMB2_READ].buckets[0] = 1;
	s.work.commands[SMB2_READ].buckets[METRICS_BUCKETS - 1] = 2;
	s.work.commands[SMB2_READ].ns = 1500000000;
	s.peers_memory = 1ull << 40;
	print_page(&s);
	has_line("signet_refusals_total{reason=\"smb1\"} 3");
	has_line("signet_refusals_total{reason=\"network_not_admitted\"} 0");
	has_line("signet_limits_reached_total{limit=\"max_connections\"} 4");
	has_line("signet_connections_refused_total{reason=\"max_connections\"} 4");
	has_line("signet_events_total{kind=\"file_open\",result=\"failure\"} 5");
	has_line("signet_sessions{dialect=\"3.1.1\",cipher=\"none\",signing=\"AES-GMAC\",mechanism="
		 "\"ntlmv2\"} 5");
	has_line("signet_request_duration_seconds_bucket{command=\"read\",le=\"5e-05\"} 1");
	has_line("signet_request_duration_seconds_bucket{command=\"read\",le=\"10\"} 1");
	has_line("signet_request_duration_seconds_bucket{command=\"read\",le=\"+Inf\"} 3");
	has_line("signet_request_duration_seconds_sum{command=\"read\"} 1.500000000");
	has_line("signet_share_posture_strict{share=\"a \\\"quoted\\\\ one\\\"\"} 1");
	has_line("signet_share_posture_strict{share=\"b\"} 0");
	has_line("signet_peers_memory_bytes 1099511627776");
}

// https://prometheus.io/docs/practices/naming/
static void names_follow_the_conventions(void **state)
{
	(void)state;
	for (size_t i = 0; i < metrics_table_count; i++) {
		const struct metric *m = &metrics_table[i];
		size_t len = strlen(m->name);
		bool total = len > 6 && strcmp(m->name + len - 6, "_total") == 0;
		assert_int_equal(strncmp(m->name, "signet_", 7), 0);
		assert_int_equal(total, m->type == METRIC_COUNTER);
		for (const char *p = m->name; *p != 0; p++)
			assert_true(islower(*p) || *p == '_');
		assert_null(strstr(m->help, "\n"));
		assert_null(strstr(m->help, "|")); // it goes into a table
		for (size_t other = 0; other < i; other++)
			assert_string_not_equal(m->name, metrics_table[other].name);
	}
}

static void document_in_the_tree_is_up_to_date(void **state)
{
	static char stored[sizeof(page)];
	FILE *out = fmemopen(page, sizeof(page), "w");
	FILE *in = fopen(TESTS_DIR "/../docs/metrics.md", "r");
	(void)state;
	assert_non_null(out);
	assert_non_null(in);
	metrics_print_markdown(out);
	assert_int_equal(fclose(out), 0);
	assert_true(fread(stored, 1, sizeof(stored) - 1, in) > 0);
	fclose(in);
	assert_string_equal(stored, page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_tells_what_was_counted),
		cmocka_unit_test(names_follow_the_conventions),
		cmocka_unit_test(document_in_the_tree_is_up_to_date),
	};
	return RUN_TESTS(tests);
}
