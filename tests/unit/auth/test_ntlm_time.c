// SPDX-License-Identifier: Apache-2.0
// How long a log-on is judged must not tell what accounts there are: an unknown one, a wrong password, a
// disabled account, one without NTLM and a locked one cost the same. (Delays and what a client sees are
// another matter: the answer is held back from when the request came.)
#include "../test_support.h"

#include <stdlib.h>
#include <time.h>

#include "auth/throttle.h"
#include "base/filetime.h"
#include "exchange_fixture.h"

enum {
	ROUNDS = 1000,
	// Of the tenth percentiles, in parts of a thousand: what else the machine does can only add to a time.
	// Without the work that is done for nobody it is several times that.
	DIFFERENCE_MAX = 100,
	// A secret that time tells is told in every one of them; a busy machine's noise is not.
	ATTEMPTS = 8,
};

enum kind { WRONG_PASSWORD, UNKNOWN, DISABLED, DISABLED_WRONG, WITHOUT_NTLM, LOCKED, KIND_COUNT };

static const struct {
	const char *user, *password;
	enum auth_reason reason;
} kinds[KIND_COUNT] = {
	[WRONG_PASSWORD] = { "alice", "wrong-password", AUTH_REASON_WRONG_PASSWORD },
	[UNKNOWN] = { "mallo", "wrong-password", AUTH_REASON_UNKNOWN_ACCOUNT },
	[DISABLED] = { "carol", "Passw0rd-carol", AUTH_REASON_ACCOUNT_DISABLED },
	[DISABLED_WRONG] = { "carol", "wrong-password", AUTH_REASON_WRONG_PASSWORD },
	[WITHOUT_NTLM] = { "bob", "wrong-password", AUTH_REASON_NTLM_NOT_ALLOWED_FOR_ACCOUNT },
	[LOCKED] = { "alice", "Passw0rd-alice", AUTH_REASON_THROTTLED },
};

static uint64_t thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// The time that the last step takes.
static uint64_t judge(struct fixture *f, enum kind kind)
{
	struct span out;

	f->peer.user = kinds[kind].user;
	f->peer.password = kinds[kind].password;
	f->config.peer.ss_family = kind == LOCKED ? AF_INET : AF_UNSPEC;
	f->ex = auth_exchange_new(&f->config);
	struct span token = ntlm_peer_prepare(&f->peer, f->ex);
	uint64_t begun = thread_ns();
	struct nt_status status = auth_exchange_step(f->ex, token, &f->arena, &out);
	uint64_t taken = thread_ns() - begun;
	assert_int_equal(status.code, STATUS(LOGON_FAILURE).code);
	assert_int_equal(auth_exchange_result(f->ex)->reason, kinds[kind].reason);
	auth_exchange_free(f->ex);
	f->ex = NULL;
	arena_reset(&f->arena);
	return taken;
}

static int time_compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void lock_alice(struct fixture *f)
{
	struct sockaddr_storage peer = { .ss_family = AF_INET };

	f->config.throttle = throttle_new(32);
	for (int i = 0; i < 2 * THROTTLE_LOCK_FAILURES; i++)
		assert_true(throttle_failure(f->config.throttle, &peer, "alice", true, monotonic_ms()) > 0);
}

// The difference between the quickest kind and the slowest, in parts of a thousand.
static uint64_t difference(struct fixture *f)
{
	static uint64_t taken[KIND_COUNT][ROUNDS];
	uint64_t least = UINT64_MAX, most = 0;

	for (size_t i = 0; i < ROUNDS; i++) // in turns, so that what else the machine does meets all
		for (unsigned kind = 0; kind < KIND_COUNT; kind++)
			taken[kind][i] = judge(f, (enum kind)kind);
	for (unsigned kind = 0; kind < KIND_COUNT; kind++) {
		qsort(taken[kind], ROUNDS, sizeof(taken[kind][0]), time_compare);
		uint64_t usual = taken[kind][ROUNDS / 10];
		print_message("# %s, %s: %lu ns (median %lu)\n", kinds[kind].user, auth_reason_name(kinds[kind].reason),
			(unsigned long)usual, (unsigned long)taken[kind][ROUNDS / 2]);
		least = usual < least ? usual : least;
		most = usual > most ? usual : most;
	}
	return (most - least) * 1000 / least;
}

static void all_failures_take_the_same_time(void **state)
{
	struct fixture *f = *state;
	uint64_t least = UINT64_MAX;

	lock_alice(f);
	for (int i = 0; i < ATTEMPTS && least > DIFFERENCE_MAX; i++) {
		uint64_t now = difference(f);
		least = now < least ? now : least;
	}
	assert_true(least <= DIFFERENCE_MAX);
	throttle_free(f->config.throttle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EXCHANGE_TEST(all_failures_take_the_same_time),
	};

	return RUN_TESTS(tests);
}
