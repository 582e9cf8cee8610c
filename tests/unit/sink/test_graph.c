// SPDX-License-Identifier: Apache-2.0
// Sessions become edges, and edges the smallest lists for firewalls.
#include "../test_support.h"

#include <stdlib.h>
#include <string.h>

#include "sink/graph.h"

static void add(struct graph *g, const char *client, const char *server, char grade, enum event_yes sealed)
{
	const struct event_connection connection = {
		.client_address = client, .server_address = server, .server_port = 445
	};
	const struct event_verdict verdict = { .grade = grade, .sealed = sealed, .signed_ = EVENT_NO };
	const struct event e = {
		.kind = EVENT_SESSION, .time_us = 5000000, .connection = &connection, .verdict = &verdict
	};
	struct graph_edge edge;
	assert_true(graph_edge_of(&e, &edge));
	assert_true(graph_add(g, &edge));
}

static char *printed(struct graph *g, void (*print)(struct graph *g, FILE *out))
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	assert_non_null(f);
	print(g, f);
	assert_int_equal(fclose(f), 0);
	return text;
}

static void assert_has(struct graph *g, void (*print)(struct graph *g, FILE *out), const char *wanted)
{
	char *text = printed(g, print);
	if (strstr(text, wanted) == NULL)
		fail_msg("%s is not in:\n%s", wanted, text);
	free(text);
}

static struct graph *example(void)
{
	struct graph *g = graph_new();
	assert_non_null(g);
	add(g, "10.0.0.2", "10.0.0.9", 'B', EVENT_YES);
	add(g, "10.0.0.2", "10.0.0.9", 'E', EVENT_NO);
	add(g, "10.0.0.1", "10.0.0.9", 'B', EVENT_YES);
	add(g, "fd00::1", "fd00::9", 'A', EVENT_YES);
	return g;
}

static void test_sessions_of_a_pair_are_one_edge(void **state)
{
	(void)state;
	struct graph *g = example();
	assert_has(g, graph_print_json,
		"\"client\":\"10.0.0.2\",\"server\":\"10.0.0.9\",\"port\":445,\"sessions\":2,\"sealed\":1,"
		"\"signed\":0,\"unprotected\":1,\"worst_grade\":\"E\",\"grades\":{\"B\":1,\"E\":1}");
	assert_has(g, graph_print_dot, "\"10.0.0.2\" -> \"10.0.0.9\" [label=\"2 x E, port 445\", color=red]");
	graph_free(g);
}

static void test_firewalls_let_through_just_that(void **state)
{
	(void)state;
	struct graph *g = example();
	assert_has(g, graph_print_nftables,
		"elements = {\n\t\t\t10.0.0.1 . 10.0.0.9 . 445,\n\t\t\t10.0.0.2 . 10.0.0.9 . 445\n\t\t}");
	assert_has(g, graph_print_nftables, "elements = {\n\t\t\tfd00::1 . fd00::9 . 445\n\t\t}");
	assert_has(g, graph_print_nftables, "counter drop");
	assert_has(g, graph_print_windows, "-LocalAddress '10.0.0.9' -RemoteAddress '10.0.0.1','10.0.0.2'\n");
	graph_free(g);
}

// What a capture or a changed database might call an end, to have it run where the lists are.
static void test_only_addresses_become_part_of_what_is_run(void **state)
{
	static const char *const hostile[] = { "10.0.0.1'; Remove-Item C:\\ -Recurse; '", "$(calc)",
		"10.0.0.1`n", "a\" -> \"b", "10.0.0.1 . 10.0.0.9 . 445 } } flush ruleset", "10.0.0.1;drop",
		"10.0.0.1\n10.0.0.2", "\033[2J", "10.0.0.1,10.0.0.2", "0.0.0.0/0", "any", "10.1",
		"0x0a000001", " 10.0.0.1", "fe80::1%e';x", "", "]}" };
	static void (*const prints[])(struct graph * g, FILE * out) = { graph_print_table, graph_print_json,
		graph_print_dot, graph_print_nftables, graph_print_windows };
	struct graph *honest = example(), *g = example();
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
		add(g, hostile[i], "10.0.0.9", 'A', EVENT_YES);
		add(g, "10.0.0.7", hostile[i], 'A', EVENT_YES);
	}
	add(g, "10.0.0.7", "fd00::9", 'A', EVENT_YES); // no session has two families
	assert_int_equal(graph_left_out(g), 2 * ARRAY_LEN(hostile) + 1);
	for (size_t i = 0; i < ARRAY_LEN(prints); i++) {
		char *wanted = printed(honest, prints[i]), *text = printed(g, prints[i]);
		assert_string_equal(text, wanted);
		free(wanted);
		free(text);
	}
	graph_free(honest);
	graph_free(g);
}

static void test_other_events_are_no_edges(void **state)
{
	(void)state;
	const struct event e = { .kind = EVENT_FILE };
	struct graph_edge edge;
	assert_false(graph_edge_of(&e, &edge));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sessions_of_a_pair_are_one_edge),
		cmocka_unit_test(test_firewalls_let_through_just_that),
		cmocka_unit_test(test_only_addresses_become_part_of_what_is_run),
		cmocka_unit_test(test_other_events_are_no_edges),
	};
	return RUN_TESTS(tests);
}
