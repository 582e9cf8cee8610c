// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "auth/throttle.h"

enum { IN_PROGRESS_MAX = 32 };

static struct sockaddr_storage address(const char *text)
{
	struct sockaddr_storage s = {};
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		memcpy(&s, &v4, sizeof(v4));
	else if (inet_pton(AF_INET6, text, &v6.sin6_addr) == 1)
		memcpy(&s, &v6, sizeof(v6));
	else
		fail_msg("not an address: %s", text);
	return s;
}

static void delay_grows_with_failures(void **state UNUSED)
{
	struct throttle *t = throttle_new(IN_PROGRESS_MAX);
	struct sockaddr_storage peer = address("192.0.2.1");
	uint32_t delay = 0;

	assert_non_null(t);
	assert_int_equal(throttle_failure(t, &peer, "alice", true, 1000), THROTTLE_DELAY_MS);
	for (int i = 1; i < THROTTLE_STEP_FAILURES; i++)
		assert_int_equal(throttle_failure(t, &peer, "alice", true, 1000), THROTTLE_DELAY_MS);
	assert_int_equal(throttle_failure(t, &peer, "alice", true, 1000), 2 * THROTTLE_DELAY_MS);
	for (int i = 0; i < 1000; i++)
		delay = throttle_failure(t, &peer, "alice", true, 1000);
	assert_int_equal(delay, THROTTLE_DELAY_MS_MAX);
	throttle_free(t);
}

// One peer tries many accounts, or many peers try one account: both are slowed down.
static void spray_and_brute_force_are_counted(void **state UNUSED)
{
	struct throttle *t = throttle_new(IN_PROGRESS_MAX);
	struct sockaddr_storage peer = address("192.0.2.1"), last;
	uint32_t delay = 0;
	char text[32];

	for (int i = 0; i < 50; i++) {
		snprintf(text, sizeof(text), "user%d", i);
		delay = throttle_failure(t, &peer, text, true, 1000);
	}
	assert_int_equal(delay, THROTTLE_DELAY_MS_MAX);
	assert_int_equal(throttle_peer_failures(t, &peer, 1000), 50);
	for (int i = 0; i < 50; i++) {
		snprintf(text, sizeof(text), "198.51.100.%d", i);
		last = address(text);
		delay = throttle_failure(t, &last, "bob", true, 1000);
	}
	assert_int_equal(delay, THROTTLE_DELAY_MS_MAX);
	assert_int_equal(throttle_account_failures(t, "BOB", 1000), 50);
	assert_int_equal(throttle_peer_failures(t, &last, 1000), 1);
	throttle_free(t);
}

static void failures_are_forgotten(void **state UNUSED)
{
	struct throttle *t = throttle_new(IN_PROGRESS_MAX);
	struct sockaddr_storage peer = address("192.0.2.1");

	for (int i = 0; i < 50; i++)
		assert_true(throttle_failure(t, &peer, "alice", true, 1000) >= THROTTLE_DELAY_MS);
	assert_int_equal(throttle_peer_failures(t, &peer, 1000 + THROTTLE_WINDOW_MS), 50);
	assert_int_equal(throttle_peer_failures(t, &peer, 1001 + THROTTLE_WINDOW_MS), 0);
	assert_int_equal(
		throttle_failure(t, &peer, "alice", true, 1001 + THROTTLE_WINDOW_MS), THROTTLE_DELAY_MS);
	throttle_success(t, &peer, "Alice", 1001 + THROTTLE_WINDOW_MS);
	assert_int_equal(throttle_account_failures(t, "alice", 1001 + THROTTLE_WINDOW_MS), 1);
	assert_int_equal(throttle_peer_failures(t, &peer, 1001 + THROTTLE_WINDOW_MS), 1);
	throttle_free(t);
}

static void ipv6_neighbours_are_one_peer(void **state UNUSED)
{
	struct throttle *t = throttle_new(IN_PROGRESS_MAX);
	struct sockaddr_storage a = address("2001:db8::1"), b = address("2001:db8::ffff:2");
	struct sockaddr_storage c = address("2001:db8:0:1::1");
	struct sockaddr_storage v4 = address("192.0.2.1"), mapped = address("::ffff:192.0.2.1");

	assert_true(throttle_failure(t, &a, "", true, 1) >= THROTTLE_DELAY_MS);
	assert_true(throttle_failure(t, &v4, "", true, 1) >= THROTTLE_DELAY_MS);
	assert_int_equal(throttle_peer_failures(t, &b, 1), 1);
	assert_int_equal(throttle_peer_failures(t, &c, 1), 0);
	assert_int_equal(throttle_peer_failures(t, &mapped, 1), 1);
	throttle_free(t);
}

static void authentications_in_progress_are_bounded(void **state UNUSED)
{
	struct throttle *t = throttle_new(IN_PROGRESS_MAX);
	struct sockaddr_storage peer = address("192.0.2.1"), other = address("192.0.2.2");

	for (int i = 0; i < IN_PROGRESS_MAX; i++)
		assert_true(throttle_begin(t, &peer));
	assert_false(throttle_begin(t, &peer));
	assert_true(throttle_begin(t, &other));
	throttle_end(t, &peer);
	assert_true(throttle_begin(t, &peer));
	assert_false(throttle_begin(t, &peer));
	throttle_free(t);
}

// Far more peers than there is room for: memory stays what it is, and who is in progress is not lost.
static void many_peers_do_not_push_out_who_is_in_progress(void **state UNUSED)
{
	struct throttle *t = throttle_new(IN_PROGRESS_MAX);
	struct sockaddr_storage peer = address("192.0.2.1");

	for (int i = 0; i < IN_PROGRESS_MAX; i++)
		assert_true(throttle_begin(t, &peer));
	for (uint32_t i = 0; i < 20 * THROTTLE_ENTRIES; i++) {
		struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0A000000u + i) };
		struct sockaddr_storage s = {};
		memcpy(&s, &v4, sizeof(v4));
		assert_true(throttle_failure(t, &s, "", true, 1) >= THROTTLE_DELAY_MS);
	}
	assert_false(throttle_begin(t, &peer));
	throttle_free(t);
}

// Guesses until the pair is locked; when that ends.
static uint64_t lock_by_guessing(struct throttle *t, const struct sockaddr_storage *peer, uint64_t now)
{
	for (int i = 0; i < THROTTLE_LOCK_FAILURES; i++) {
		assert_true(throttle_admits(t, peer, "alice", now));
		(void)!throttle_failure(t, peer, "alice", true, now);
	}
	return now + THROTTLE_LOCK_MS;
}

static void guessing_locks_longer_and_longer(void **state UNUSED)
{
	struct throttle *t = throttle_new(IN_PROGRESS_MAX);
	struct sockaddr_storage peer = address("192.0.2.1");
	uint64_t now = lock_by_guessing(t, &peer, 1000), lock_ms = THROTTLE_LOCK_MS;

	for (int i = 0; i < 12; i++) {
		assert_false(throttle_admits(t, &peer, "alice", now - 1));
		assert_false(throttle_admits(t, &peer, "ALICE", now - 1));
		assert_true(throttle_admits(t, &peer, "alice", now));
		// Not judged meanwhile, so no guess: the lock gets no longer.
		assert_true(throttle_failure(t, &peer, "alice", false, now) >= THROTTLE_DELAY_MS);
		assert_true(throttle_admits(t, &peer, "alice", now));
		assert_true(throttle_failure(t, &peer, "alice", true, now) >= THROTTLE_DELAY_MS);
		lock_ms = 2 * lock_ms < THROTTLE_LOCK_MS_MAX ? 2 * lock_ms : THROTTLE_LOCK_MS_MAX;
		now += lock_ms;
	}
	// Quiet for long enough: all guesses are there again.
	(void)lock_by_guessing(t, &peer, now + THROTTLE_WINDOW_MS + 1);
	throttle_free(t);
}

static void nobody_locks_out_somebody_else(void **state UNUSED)
{
	struct throttle *t = throttle_new(IN_PROGRESS_MAX);
	struct sockaddr_storage attacker = address("192.0.2.1"), home = address("192.0.2.2");

	for (int i = 0; i < 1000; i++)
		assert_true(throttle_failure(t, &attacker, "alice", true, 1000) >= THROTTLE_DELAY_MS);
	assert_false(throttle_admits(t, &attacker, "alice", 2000));
	assert_true(throttle_admits(t, &home, "alice", 2000));
	throttle_free(t);
}

// What one may do behind an address that others guess from.
static void a_spray_stops_all_but_who_is_at_home(void **state UNUSED)
{
	struct throttle *t = throttle_new(IN_PROGRESS_MAX);
	struct sockaddr_storage peer = address("192.0.2.1");
	char text[32];

	throttle_success(t, &peer, "bob", 1000);
	for (int i = 0; i < THROTTLE_SPRAY_FAILURES; i++) {
		snprintf(text, sizeof(text), "user%d", i);
		assert_true(throttle_admits(t, &peer, text, 1000));
		assert_true(throttle_failure(t, &peer, text, true, 1000) >= THROTTLE_DELAY_MS);
	}
	assert_false(throttle_admits(t, &peer, "another", 1000));
	assert_true(throttle_admits(t, &peer, "bob", 1000));
	// One more each THROTTLE_SPRAY_MS, and no more.
	for (uint64_t now = 1000 + THROTTLE_SPRAY_MS; now < 200000; now += THROTTLE_SPRAY_MS) {
		assert_false(throttle_admits(t, &peer, "another", now - 1));
		assert_true(throttle_admits(t, &peer, "another", now));
		assert_true(throttle_failure(t, &peer, text, true, now) >= THROTTLE_DELAY_MS);
	}
	throttle_free(t);
}

static void a_success_forgets_what_the_pair_failed(void **state UNUSED)
{
	struct throttle *t = throttle_new(IN_PROGRESS_MAX);
	struct sockaddr_storage peer = address("192.0.2.1"), attacker = address("192.0.2.2");

	for (int i = 0; i < THROTTLE_LOCK_FAILURES - 1; i++)
		assert_true(throttle_failure(t, &peer, "alice", true, 1000) >= THROTTLE_DELAY_MS);
	throttle_success(t, &peer, "alice", 1000);
	for (int i = 0; i < THROTTLE_LOCK_FAILURES - 1; i++)
		assert_true(throttle_failure(t, &peer, "alice", true, 1000) >= THROTTLE_DELAY_MS);
	assert_true(throttle_admits(t, &peer, "alice", 1000));
	// What others see of the account does not change when its owner logs on.
	uint32_t before = throttle_failure(t, &attacker, "alice", true, 1000);
	throttle_success(t, &peer, "alice", 1000);
	assert_true(throttle_failure(t, &attacker, "alice", true, 1000) >= before);
	throttle_free(t);
}

static void *hammer(void *arg)
{
	struct sockaddr_storage peer = address("192.0.2.9");

	for (int i = 0; i < 1000; i++) {
		assert_true(throttle_failure(arg, &peer, "alice", true, 1) >= THROTTLE_DELAY_MS);
		if (throttle_begin(arg, &peer))
			throttle_end(arg, &peer);
	}
	return NULL;
}

static void threads_lose_no_count(void **state UNUSED)
{
	struct throttle *t = throttle_new(IN_PROGRESS_MAX);
	struct sockaddr_storage peer = address("192.0.2.9");
	pthread_t threads[4];

	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hammer, t), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(throttle_peer_failures(t, &peer, 1), 4000);
	assert_int_equal(throttle_account_failures(t, "alice", 1), 4000);
	for (int i = 0; i < IN_PROGRESS_MAX; i++)
		assert_true(throttle_begin(t, &peer));
	throttle_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delay_grows_with_failures),
		cmocka_unit_test(spray_and_brute_force_are_counted),
		cmocka_unit_test(failures_are_forgotten),
		cmocka_unit_test(ipv6_neighbours_are_one_peer),
		cmocka_unit_test(authentications_in_progress_are_bounded),
		cmocka_unit_test(many_peers_do_not_push_out_who_is_in_progress),
		cmocka_unit_test(guessing_locks_longer_and_longer),
		cmocka_unit_test(nobody_locks_out_somebody_else),
		cmocka_unit_test(a_spray_stops_all_but_who_is_at_home),
		cmocka_unit_test(a_success_forgets_what_the_pair_failed),
		cmocka_unit_test(threads_lose_no_count),
	};

	return RUN_TESTS(tests);
}
