// SPDX-License-Identifier: Apache-2.0
// Who may speak SMB to whom: as configured, as learned, and across restarts.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "detect/baseline.h"
#include "detect_fixture.h"

#define SERVER "10.0.0.10"
#define CLIENT "10.0.0.21"
#define OTHER "10.0.0.22"

enum { LEARN_S = 1000 };

struct flow {
	const char *client, *server;
	uint16_t port;
	const char *untaken; // why nobody took it; NULL: somebody did
	struct nt_status status;
};

static void feed(struct fixture *x, const struct flow *f, enum event_kind kind, double second)
{
	struct scene s;
	static uint64_t number;
	scene_init(&s, kind, f->client, f->server, ++number);
	s.connection.server_port = f->port == 0 ? 445 : f->port;
	s.event.status = f->status;
	if (f->untaken != NULL) {
		s.event.kind = EVENT_CONNECTION_CLOSE;
		s.event.reason = f->untaken;
	}
	scene_feed(x, &s, second);
}

static void connect_at(struct fixture *x, const char *client, const char *server, double second)
{
	const struct flow f = { .client = client, .server = server };
	feed(x, &f, EVENT_NEGOTIATE, second);
}

static size_t told(struct fixture *x)
{
	fixture_finish(x);
	return found_of(x, "segmentation");
}

static void allow(struct fixture *x, const char *list)
{
	char error[DETECT_ERROR_LEN];
	assert_true(detect_settings_set(&x->settings, "allowed", list, error));
}

static struct baseline *learn(struct fixture *x)
{
	struct baseline *b = baseline_new();
	assert_non_null(b);
	x->settings.baseline = b;
	x->settings.segmentation_learn_s = LEARN_S;
	fixture_begin(x);
	return b;
}

static void without_a_list_nothing_is_told(void **state)
{
	struct fixture *x = *state;
	connect_at(x, CLIENT, SERVER, 0);
	assert_int_equal(told(x), 0);
}

static void without_a_baseline_nothing_is_learned(void **state)
{
	struct fixture *x = *state;
	x->settings.segmentation_learn_s = LEARN_S;
	fixture_begin(x);
	connect_at(x, CLIENT, SERVER, 0);
	connect_at(x, OTHER, SERVER, LEARN_S + 1);
	assert_int_equal(told(x), 0);
}

static void what_is_not_configured_is_told(void **state)
{
	struct fixture *x = *state;
	allow(x, CLIENT ">10.0.0.0/24");
	connect_at(x, CLIENT, SERVER, 0);
	connect_at(x, OTHER, SERVER, 1);
	connect_at(x, OTHER, SERVER, 2);
	assert_int_equal(told(x), 1);
	assert_string_equal(found_first(x, "segmentation")->first_host, OTHER);
	assert_int_equal(found_first(x, "segmentation")->count, 2);
}

static void what_was_learned_is_not_told(void **state)
{
	struct fixture *x = *state;
	struct baseline *b = learn(x);
	connect_at(x, CLIENT, SERVER, 0);
	connect_at(x, OTHER, SERVER, LEARN_S - 1);
	connect_at(x, CLIENT, SERVER, LEARN_S + 1);
	connect_at(x, OTHER, SERVER, LEARN_S * 100);
	assert_int_equal(told(x), 0);
	baseline_free(b);
}

static void after_learning_what_is_new_is_told_and_stays_new(void **state)
{
	struct fixture *x = *state;
	struct baseline *b = learn(x);
	connect_at(x, CLIENT, SERVER, 0);
	connect_at(x, OTHER, SERVER, LEARN_S + 1);
	assert_int_equal(told(x), 1);
	assert_string_equal(found_first(x, "segmentation")->first_host, OTHER);
	fixture_begin(x);
	connect_at(x, OTHER, SERVER, LEARN_S + 10000);
	assert_int_equal(told(x), 1);
	baseline_free(b);
}

static void the_other_direction_and_another_port_are_new(void **state)
{
	struct fixture *x = *state;
	struct baseline *b = learn(x);
	const struct flow port = { .client = CLIENT, .server = SERVER, .port = 4450 };
	connect_at(x, CLIENT, SERVER, 0);
	connect_at(x, SERVER, CLIENT, LEARN_S + 1);
	feed(x, &port, EVENT_NEGOTIATE, LEARN_S + 2);
	assert_int_equal(told(x), 2);
	baseline_free(b);
}

// A scan does not allow itself.
static void what_only_tried_is_not_learned(void **state)
{
	struct fixture *x = *state;
	struct baseline *b = learn(x);
	const struct flow refused = { .client = CLIENT, .server = SERVER, .untaken = "refused" };
	const struct flow nothing = {
		.client = CLIENT, .server = "10.0.0.11", .status = STATUS(NOT_SUPPORTED)
	};
	feed(x, &refused, EVENT_NEGOTIATE, 0);
	feed(x, &nothing, EVENT_NEGOTIATE, 1);
	connect_at(x, CLIENT, SERVER, LEARN_S + 1);
	connect_at(x, CLIENT, "10.0.0.11", LEARN_S + 2);
	assert_int_equal(told(x), 2);
	baseline_free(b);
}

// Where the beginning of a connection was not captured, its sessions tell.
static void sessions_are_learned_and_told_too(void **state)
{
	struct fixture *x = *state;
	struct baseline *b = learn(x);
	const struct flow f = { .client = CLIENT, .server = SERVER };
	const struct flow other = { .client = OTHER, .server = SERVER };
	feed(x, &f, EVENT_SESSION, 0);
	feed(x, &f, EVENT_SESSION, LEARN_S + 1);
	feed(x, &other, EVENT_SESSION, LEARN_S + 2);
	assert_int_equal(told(x), 1);
	baseline_free(b);
}

static void either_list_allows(void **state)
{
	struct fixture *x = *state;
	struct baseline *b = learn(x);
	allow(x, OTHER ">any");
	connect_at(x, CLIENT, SERVER, 0);
	connect_at(x, CLIENT, SERVER, LEARN_S + 1);
	connect_at(x, OTHER, SERVER, LEARN_S + 2);
	assert_int_equal(told(x), 0);
	fixture_begin(x);
	connect_at(x, "10.0.0.23", SERVER, LEARN_S + 3);
	assert_int_equal(told(x), 1);
	baseline_free(b);
}

static void learning_goes_on_after_a_restart(void **state)
{
	struct fixture *x = *state;
	char path[] = "/tmp/signet-segmentation-XXXXXX";
	(void)close(mkstemp(path));
	struct baseline *b = learn(x);
	connect_at(x, CLIENT, SERVER, 0);
	assert_int_equal(baseline_save(b, path), 0);
	baseline_free(b);
	b = learn(x);
	assert_int_equal(baseline_load(b, path), 0);
	connect_at(x, OTHER, SERVER, LEARN_S / 2);
	connect_at(x, "10.0.0.23", SERVER, LEARN_S + 1); // it did not begin again
	assert_int_equal(told(x), 1);
	assert_int_equal(baseline_save(b, path), 0);
	baseline_free(b);
	b = learn(x);
	assert_int_equal(baseline_load(b, path), 0);
	connect_at(x, CLIENT, SERVER, LEARN_S + 2);
	connect_at(x, OTHER, SERVER, LEARN_S + 3);
	assert_int_equal(told(x), 0);
	fixture_begin(x);
	connect_at(x, "10.0.0.23", SERVER, LEARN_S + 4);
	assert_int_equal(told(x), 1);
	(void)unlink(path);
	baseline_free(b);
}

// A baseline of before, of first_seen alone, does not mean that learning is over.
static void learning_has_a_beginning_of_its_own(void **state)
{
	struct fixture *x = *state;
	struct baseline *b = learn(x);
	assert_false(baseline_touch(b, "a\tsomebody", 1));
	connect_at(x, CLIENT, SERVER, 0);
	assert_int_equal(told(x), 0);
	baseline_free(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_list_nothing_is_told),
		TEST(without_a_baseline_nothing_is_learned),
		TEST(what_is_not_configured_is_told),
		TEST(what_was_learned_is_not_told),
		TEST(after_learning_what_is_new_is_told_and_stays_new),
		TEST(the_other_direction_and_another_port_are_new),
		TEST(what_only_tried_is_not_learned),
		TEST(sessions_are_learned_and_told_too),
		TEST(either_list_allows),
		TEST(learning_goes_on_after_a_restart),
		TEST(learning_has_a_beginning_of_its_own),
	};
	return RUN_TESTS(tests);
}
