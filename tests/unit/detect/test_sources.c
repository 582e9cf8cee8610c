// SPDX-License-Identifier: Apache-2.0
// What one source does: guesses, sprays, sweeps; and what users and their gateways do.
#include <stdio.h>
#include <string.h>

#include "detect_fixture.h"

#define SOURCE "10.0.0.66"
#define SERVER "10.0.0.10"

static void log_on(struct fixture *x, const char *account, struct nt_status status, double second)
{
	struct scene s;
	scene_init(&s, EVENT_AUTH, SOURCE, SERVER, (uint64_t)(second * 10) + 1);
	s.session.account = account;
	s.event.status = status;
	scene_feed(x, &s, second);
}

static void guesses_count_from_a_threshold(void **state)
{
	struct fixture *x = *state;
	for (int i = 0; i < 9; i++)
		log_on(x, "alice", STATUS(LOGON_FAILURE), i);
	fixture_finish(x);
	assert_int_equal(x->count, 0);
	log_on(x, "alice", STATUS(LOGON_FAILURE), 9);
	fixture_finish(x);
	assert_int_equal(found_first(x, "brute_force")->severity, EVENT_WARNING);
	assert_int_equal(found_first(x, "brute_force")->count, 10);
}

static void a_fitting_guess_is_worse(void **state)
{
	struct fixture *x = *state;
	for (int i = 0; i < 12; i++)
		log_on(x, "alice", STATUS(WRONG_PASSWORD), i);
	log_on(x, "alice", STATUS(SUCCESS), 13);
	fixture_finish(x);
	assert_int_equal(found_of(x, "brute_force"), 1);
	assert_int_equal(found_first(x, "brute_force")->severity, EVENT_ALERT);
	assert_string_equal(found_first(x, "brute_force")->outcome, "succeeded");
}

static void typing_badly_all_day_is_nothing(void **state)
{
	struct fixture *x = *state;
	for (int hour = 0; hour < 24; hour++) {
		for (int i = 0; i < 3; i++)
			log_on(x, "alice", STATUS(LOGON_FAILURE), hour * 3600 + i);
		log_on(x, "alice", STATUS(SUCCESS), hour * 3600 + 4);
	}
	fixture_finish(x);
	assert_int_equal(x->count, 0);
}

static void what_was_not_finished_is_no_failure(void **state)
{
	struct fixture *x = *state;
	for (int i = 0; i < 40; i++) {
		struct scene s;
		scene_init(&s, EVENT_AUTH, SOURCE, SERVER, (uint64_t)i + 1);
		s.event.result = EVENT_FAILURE;
		scene_feed(x, &s, i);
	}
	fixture_finish(x);
	assert_int_equal(x->count, 0);
}

static void a_spray_names_who_fell(void **state)
{
	struct fixture *x = *state;
	static const char *const accounts[] = { "u1", "u2", "u3", "u4", "u5", "u6" };
	for (int i = 0; i < 6; i++)
		log_on(x, accounts[i], STATUS(LOGON_FAILURE), i);
	log_on(x, "u3", STATUS(SUCCESS), 7);
	fixture_finish(x);
	assert_int_equal(found_of(x, "password_spray"), 1);
	assert_int_equal(found_first(x, "password_spray")->severity, EVENT_ALERT);
	assert_int_equal(found_first(x, "password_spray")->count, 6);
	assert_int_equal(found_of(x, "brute_force"), 0);
}

static void a_gateway_with_many_users_is_no_spray(void **state)
{
	struct fixture *x = *state;
	char name[16];
	for (int i = 0; i < 40; i++) {
		(void)snprintf(name, sizeof(name), "user%d", i);
		if (i % 6 == 0)
			log_on(x, name, STATUS(LOGON_FAILURE), 5 * i);
		log_on(x, name, STATUS(SUCCESS), 5 * i + 2);
	}
	fixture_finish(x);
	assert_int_equal(x->count, 0);
}

// All of them at once, and before anybody else came; then each gets in.
static void an_office_that_mistypes_is_no_spray(void **state)
{
	struct fixture *x = *state;
	char name[16];
	for (int i = 0; i < 12; i++) {
		(void)snprintf(name, sizeof(name), "user%d", i % 6);
		log_on(x, name, i < 6 ? STATUS(LOGON_FAILURE) : STATUS(SUCCESS), i);
	}
	fixture_finish(x);
	assert_int_equal(x->count, 0);
}

// Of many accounts few have that password.
static void a_small_spray_waits_and_is_told(void **state)
{
	struct fixture *x = *state;
	char name[16];
	for (int i = 0; i < 7; i++) {
		(void)snprintf(name, sizeof(name), "user%d", i);
		log_on(x, name, i < 5 ? STATUS(LOGON_FAILURE) : STATUS(SUCCESS), i);
	}
	log_on(x, "user2", STATUS(SUCCESS), 9);
	log_on(x, "another", STATUS(SUCCESS), 60);
	assert_int_equal(found_of(x, "password_spray"), 1); // without an end
	fixture_finish(x);
	assert_int_equal(found_of(x, "password_spray"), 1);
	assert_int_equal(found_first(x, "password_spray")->severity, EVENT_ALERT);
	assert_int_equal(found_first(x, "password_spray")->count, 5);
}

static void go_to(struct fixture *x, int hosts, double seconds_each)
{
	char server[32];
	for (int i = 0; i < hosts; i++) {
		struct scene s;
		(void)snprintf(server, sizeof(server), "10.0.1.%d", i);
		scene_init(&s, EVENT_CONNECTION_CLOSE, SOURCE, server, (uint64_t)i + 1);
		s.event.reason = "no_answer";
		scene_feed(x, &s, i * seconds_each);
	}
	fixture_finish(x);
}

static void many_hosts_are_a_sweep(void **state)
{
	struct fixture *x = *state;
	go_to(x, 10, 0.1);
	assert_int_equal(found_of(x, "smb_sweep"), 1);
	assert_string_equal(found_first(x, "smb_sweep")->first_host, SOURCE);
}

static void some_hosts_slow_or_known_ones_are_none(void **state)
{
	struct fixture *x = *state;
	char error[DETECT_ERROR_LEN];
	go_to(x, 9, 0.1);
	assert_int_equal(x->count, 0);
	fixture_begin(x);
	go_to(x, 40, 30);
	assert_int_equal(x->count, 0);
	assert_true(detect_settings_set(&x->settings, "backup_hosts", SOURCE, error));
	fixture_begin(x);
	go_to(x, 40, 0.1);
	assert_int_equal(x->count, 0);
}

static void a_detection_can_be_off(void **state)
{
	struct fixture *x = *state;
	char error[DETECT_ERROR_LEN];
	assert_true(detect_settings_set(&x->settings, "disabled", "smb_sweep", error));
	fixture_begin(x);
	go_to(x, 40, 0.1);
	assert_int_equal(x->count, 0);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		T(guesses_count_from_a_threshold),
		T(a_fitting_guess_is_worse),
		T(typing_badly_all_day_is_nothing),
		T(what_was_not_finished_is_no_failure),
		T(a_spray_names_who_fell),
		T(an_office_that_mistypes_is_no_spray),
		T(a_small_spray_waits_and_is_told),
		T(a_gateway_with_many_users_is_no_spray),
		T(many_hosts_are_a_sweep),
		T(some_hosts_slow_or_known_ones_are_none),
		T(a_detection_can_be_off),
	};
	return RUN_TESTS(tests);
}
