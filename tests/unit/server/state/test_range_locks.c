// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include <stdlib.h>
#include <time.h>

#include "server/state/range_locks.h"

#define assert_status(actual, expected) assert_string_equal(nt_status_name(actual), "STATUS_" #expected)

struct two_opens {
	struct range_locks locks;
	struct range_lock_owner a;
	struct range_lock_owner b;
};

static void two_init(struct two_opens *t)
{
	range_locks_init(&t->locks);
	range_lock_owner_init(&t->a);
	range_lock_owner_init(&t->b);
}

static struct nt_status lock(
	struct two_opens *t, struct range_lock_owner *owner, uint64_t offset, uint64_t length, bool exclusive)
{
	struct range_lock_element e = { offset, length, exclusive };
	return range_locks_lock(&t->locks, owner, &e, 1, NULL);
}

static struct nt_status unlock(
	struct two_opens *t, struct range_lock_owner *owner, uint64_t offset, uint64_t length)
{
	struct range_lock_element e = { offset, length, false };
	return range_locks_unlock(&t->locks, owner, &e, 1);
}

static struct nt_status wait_for(struct two_opens *t, struct range_lock_owner *owner, uint64_t offset,
	uint64_t length, bool exclusive, struct range_lock_waiter *waiter)
{
	struct range_lock_element e = { offset, length, exclusive };
	return range_locks_lock(&t->locks, owner, &e, 1, waiter);
}

static void test_ranges_up_to_the_end(void **state)
{
	(void)state;
	struct two_opens t;
	two_init(&t);
	const uint64_t starts[] = { 0, 0xEEFFFFFF, INT64_MAX, 1ULL << 63, UINT64_MAX };
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		assert_status(lock(&t, &t.a, starts[i], 1, true), SUCCESS);
		assert_status(lock(&t, &t.b, starts[i], 1, true), LOCK_NOT_GRANTED);
		assert_status(unlock(&t, &t.b, starts[i], 1), RANGE_NOT_LOCKED);
		assert_status(unlock(&t, &t.a, starts[i], 1), SUCCESS);
		assert_status(unlock(&t, &t.a, starts[i], 1), RANGE_NOT_LOCKED);
	}
	assert_status(lock(&t, &t.a, UINT64_MAX, 2, true), INVALID_LOCK_RANGE);
	assert_status(lock(&t, &t.a, UINT64_MAX, UINT64_MAX, true), INVALID_LOCK_RANGE);
	assert_status(unlock(&t, &t.a, UINT64_MAX, 2), INVALID_LOCK_RANGE);
	assert_status(lock(&t, &t.a, 1, UINT64_MAX, true), SUCCESS);
	assert_status(lock(&t, &t.b, UINT64_MAX, 1, false), LOCK_NOT_GRANTED);
	range_locks_done(&t.locks);
}

// Both orders, same open and another one: MS-FSA 2.1.4.10 as Windows is known to do it.
static void test_empty_ranges(void **state)
{
	(void)state;
	static const struct {
		uint64_t offset1, length1, offset2, length2;
		bool conflict;
	} cases[] = {
		{ 10, 0, 10, 0, false },
		{ 10, 0, 9, 1, false },
		{ 10, 0, 10, 1, false },
		{ 10, 0, 11, 1, false },
		{ 10, 0, 9, 2, true },
		{ 10, 0, 10, 2, false },
		{ 10, 0, 9, 3, true },
		{ 0, 0, 0, 0, false },
		{ 0, 0, 0, 10, false },
		{ UINT64_MAX, 0, UINT64_MAX, 0, false },
		{ 100, 10, 102, 0, true },
	};
	for (size_t i = 0; i < 4 * sizeof(cases) / sizeof(cases[0]); i++) {
		struct two_opens t;
		two_init(&t);
		bool swap = (i & 1) != 0;
		struct range_lock_owner *second = (i & 2) != 0 ? &t.b : &t.a;
		const typeof(cases[0]) *c = &cases[i / 4];
		assert_status(
			lock(&t, &t.a, swap ? c->offset2 : c->offset1, swap ? c->length2 : c->length1, true),
			SUCCESS);
		struct nt_status status = lock(
			&t, second, swap ? c->offset1 : c->offset2, swap ? c->length1 : c->length2, true);
		assert_string_equal(
			nt_status_name(status), c->conflict ? "STATUS_LOCK_NOT_GRANTED" : "STATUS_SUCCESS");
		assert_int_equal(t.locks.count, c->conflict ? 1 : 2);
		range_locks_done(&t.locks);
	}
}

static void test_stacking(void **state)
{
	(void)state;
	struct two_opens t;
	two_init(&t);
	assert_status(lock(&t, &t.a, 0, 10, true), SUCCESS);
	assert_status(lock(&t, &t.a, 0, 10, true), LOCK_NOT_GRANTED);
	assert_status(lock(&t, &t.a, 0, 10, false), SUCCESS);
	assert_status(lock(&t, &t.a, 0, 10, false), SUCCESS);
	assert_status(lock(&t, &t.b, 0, 10, false), LOCK_NOT_GRANTED);
	assert_status(unlock(&t, &t.a, 0, 10), SUCCESS); // the exclusive one
	assert_status(lock(&t, &t.b, 5, 10, false), SUCCESS);
	assert_status(lock(&t, &t.a, 0, 10, true), LOCK_NOT_GRANTED); // not even over one's own shared ones
	assert_status(unlock(&t, &t.b, 5, 10), SUCCESS);
	assert_status(lock(&t, &t.a, 0, 10, true), LOCK_NOT_GRANTED);
	assert_status(unlock(&t, &t.a, 0, 10), SUCCESS);
	assert_status(unlock(&t, &t.a, 0, 10), SUCCESS);
	assert_status(unlock(&t, &t.a, 0, 10), RANGE_NOT_LOCKED);
	assert_status(lock(&t, &t.b, 0, 10, true), SUCCESS);
	range_locks_done(&t.locks);
}

static void test_unlock_must_match_exactly(void **state)
{
	(void)state;
	struct two_opens t;
	two_init(&t);
	assert_status(lock(&t, &t.a, 110, 4, false), SUCCESS);
	assert_status(lock(&t, &t.a, 112, 4, false), SUCCESS);
	assert_status(unlock(&t, &t.a, 110, 6), RANGE_NOT_LOCKED);
	assert_status(unlock(&t, &t.a, 110, 3), RANGE_NOT_LOCKED);
	assert_status(unlock(&t, &t.b, 110, 4), RANGE_NOT_LOCKED);
	assert_int_equal(t.locks.count, 2);
	range_locks_done(&t.locks);
}

static void test_reads_and_writes(void **state)
{
	(void)state;
	struct two_opens t;
	two_init(&t);
	assert_status(lock(&t, &t.a, 0, 10, true), SUCCESS);
	assert_status(lock(&t, &t.a, 20, 10, false), SUCCESS);
	assert_false(range_locks_read_conflicts(&t.locks, &t.a, 0, 40));
	assert_true(range_locks_read_conflicts(&t.locks, &t.b, 9, 1));
	assert_false(range_locks_read_conflicts(&t.locks, &t.b, 10, 30));
	assert_false(range_locks_read_conflicts(&t.locks, &t.b, 5, 0));
	assert_false(range_locks_write_conflicts(&t.locks, &t.a, 0, 20));
	assert_true(range_locks_write_conflicts(&t.locks, &t.b, 0, 1));
	assert_true(range_locks_write_conflicts(&t.locks, &t.a, 0, 21)); // one's own shared lock as well
	assert_true(range_locks_write_conflicts(&t.locks, &t.b, 29, 100));
	assert_true(range_locks_write_conflicts(&t.locks, &t.b, 29, UINT64_MAX));
	assert_false(range_locks_write_conflicts(&t.locks, &t.b, 30, 100));
	range_locks_done(&t.locks);
}

static void test_arrays_are_locked_whole_or_not(void **state)
{
	(void)state;
	struct two_opens t;
	two_init(&t);
	struct range_lock_element three[] = { { 0, 10, true }, { 10, 10, false }, { 15, 10, true } };
	assert_status(range_locks_lock(&t.locks, &t.a, three, 3, NULL), LOCK_NOT_GRANTED);
	assert_int_equal(t.locks.count, 0);
	assert_int_equal(t.a.count, 0);
	three[2].offset = UINT64_MAX;
	assert_status(range_locks_lock(&t.locks, &t.a, three, 3, NULL), INVALID_LOCK_RANGE);
	assert_int_equal(t.locks.count, 0);
	assert_status(range_locks_lock(&t.locks, &t.a, three, 2, NULL), SUCCESS);
	three[0].length = 9;
	assert_status(range_locks_unlock(&t.locks, &t.a, three, 2), RANGE_NOT_LOCKED);
	assert_int_equal(t.locks.count, 2);
	three[0].length = 10;
	three[1].length = 9;
	assert_status(range_locks_unlock(&t.locks, &t.a, three, 2), RANGE_NOT_LOCKED); // the first is gone
	assert_int_equal(t.locks.count, 1);
	range_locks_done(&t.locks);
}

static void test_waiters_are_granted_in_order(void **state)
{
	(void)state;
	struct two_opens t;
	two_init(&t);
	struct range_lock_waiter w[4] = { 0 };
	assert_status(lock(&t, &t.a, 100, 50, true), SUCCESS);
	assert_status(wait_for(&t, &t.b, 100, 10, false, &w[0]), PENDING);
	assert_status(wait_for(&t, &t.b, 105, 10, true, &w[1]), PENDING);
	assert_status(wait_for(&t, &t.a, 100, 5, false, &w[2]), SUCCESS); // over one's own: no wait
	assert_status(wait_for(&t, &t.a, 140, 5, true, &w[3]), PENDING);  // for oneself
	assert_null(range_locks_grant(&t.locks));
	assert_status(unlock(&t, &t.a, 100, 50), SUCCESS);
	struct range_lock_waiter *granted = range_locks_grant(&t.locks);
	assert_ptr_equal(granted, &w[0]);
	assert_ptr_equal(granted->next, &w[3]);
	assert_null(granted->next->next);
	assert_true(w[1].queued && !w[0].queued && !w[3].queued);
	assert_status(unlock(&t, &t.b, 100, 10), SUCCESS);
	assert_ptr_equal(range_locks_grant(&t.locks), &w[1]);
	assert_true(range_locks_write_conflicts(&t.locks, &t.a, 105, 1));
	assert_false(range_locks_cancel(&t.locks, &w[1]));
	range_locks_done(&t.locks);
}

static void test_cancel_and_close_take_waiters_out(void **state)
{
	(void)state;
	struct two_opens t;
	two_init(&t);
	struct range_lock_waiter w[3] = { 0 };
	assert_status(lock(&t, &t.a, 0, 10, true), SUCCESS);
	for (size_t i = 0; i < 3; i++)
		assert_status(wait_for(&t, &t.b, i, 1, true, &w[i]), PENDING);
	assert_status(unlock(&t, &t.b, 1, 1), RANGE_NOT_LOCKED); // a wait is no lock
	assert_true(range_locks_cancel(&t.locks, &w[1]));
	assert_false(range_locks_cancel(&t.locks, &w[1]));
	struct range_lock_waiter *ended = range_locks_remove_owner(&t.locks, &t.b);
	assert_ptr_equal(ended, &w[0]);
	assert_ptr_equal(ended->next, &w[2]);
	assert_null(ended->next->next);
	assert_int_equal(t.locks.waiter_count, 0);
	assert_null(range_locks_remove_owner(&t.locks, &t.a));
	assert_int_equal(t.locks.count, 0);
	assert_null(range_locks_grant(&t.locks));
	range_locks_done(&t.locks);
}

static void test_arrays_do_not_wait(void **state)
{
	(void)state;
	struct two_opens t;
	two_init(&t);
	struct range_lock_waiter w = { 0 };
	struct range_lock_element two[] = { { 0, 1, true }, { 1, 1, true } };
	assert_status(lock(&t, &t.a, 1, 1, true), SUCCESS);
	assert_status(range_locks_lock(&t.locks, &t.b, two, 2, &w), LOCK_NOT_GRANTED);
	assert_false(w.queued);
	range_locks_done(&t.locks);
}

static void test_limits(void **state)
{
	(void)state;
	struct two_opens t;
	two_init(&t);
	for (uint64_t i = 0; i < RANGE_LOCKS_PER_OPEN_MAX; i++)
		assert_status(lock(&t, &t.a, 2 * i, 1, true), SUCCESS);
	assert_status(lock(&t, &t.a, UINT64_MAX, 1, true), INSUFFICIENT_RESOURCES);
	assert_status(lock(&t, &t.b, 1, 1, true), SUCCESS);
	struct range_lock_waiter *w = calloc(RANGE_WAITERS_PER_FILE_MAX + 1, sizeof(*w));
	assert_non_null(w);
	for (size_t i = 0; i < RANGE_WAITERS_PER_FILE_MAX; i++)
		assert_status(wait_for(&t, &t.b, 0, 1, true, &w[i]), PENDING);
	assert_status(wait_for(&t, &t.b, 0, 1, true, &w[RANGE_WAITERS_PER_FILE_MAX]), INSUFFICIENT_RESOURCES);
	(void)!range_locks_remove_owner(&t.locks, &t.b);
	free(w);
	range_locks_done(&t.locks);
}

static double seconds_since(const struct timespec *start)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

// Tens of thousands of locks of several opens, in ascending order (the worst one for a plain tree), many
// of them equal, with a look-up for each: seconds if anything were quadratic.
static void test_many_locks_stay_fast(void **state)
{
	(void)state;
	struct two_opens t;
	two_init(&t);
	struct range_lock_owner owners[4] = { 0 };
	struct timespec start;
	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	for (uint64_t i = 0; i < 4 * RANGE_LOCKS_PER_OPEN_MAX; i++) {
		struct range_lock_owner *owner = &owners[i % 4];
		bool same = i % 8 >= 4;
		assert_status(lock(&t, owner, same ? 0 : 10 + i, 1, !same), SUCCESS);
		assert_true(range_locks_write_conflicts(&t.locks, &t.b, 10, i + 1));
		assert_false(range_locks_read_conflicts(&t.locks, &t.b, 1, 9));
		if (i >= 4)
			assert_status(lock(&t, &t.b, 0, 1, true), LOCK_NOT_GRANTED);
	}
	for (size_t i = 0; i < 4; i++)
		assert_null(range_locks_remove_owner(&t.locks, &owners[i]));
	assert_int_equal(t.locks.count, 0);
	assert_true(seconds_since(&start) < 30);
	range_locks_done(&t.locks);
}

// Against a list searched from end to end, with the formula of MS-FSA 2.1.4.10 in wide arithmetic.
struct model_lock {
	uint64_t offset, length;
	int owner;
	bool exclusive, used;
};
enum { MODEL_LOCKS = 64, MODEL_STEPS = 200000 };

static bool model_overlaps(const struct model_lock *l, uint64_t offset, uint64_t length)
{
	__extension__ typedef unsigned __int128 wide;
	return !(l->offset == 0 && l->length == 0) && !(offset == 0 && length == 0) &&
	       (wide)offset + 1 <= (wide)l->offset + l->length &&
	       (wide)offset + length >= (wide)l->offset + 1;
}

static bool model_conflicts(const struct model_lock *model, int owner, uint64_t offset, uint64_t length,
	bool exclusive, bool intent)
{
	if (!intent && length == 0)
		return false;
	for (size_t i = 0; i < MODEL_LOCKS; i++) {
		const struct model_lock *l = &model[i];
		if (!l->used || !model_overlaps(l, offset, length))
			continue;
		if (l->exclusive ? l->owner != owner || (intent && exclusive) : exclusive)
			return true;
	}
	return false;
}

static struct model_lock *model_find(struct model_lock *model, const struct model_lock *key)
{
	struct model_lock *found = NULL;
	for (size_t i = 0; i < MODEL_LOCKS; i++) {
		struct model_lock *l = &model[i];
		bool same = l->used && l->offset == key->offset && l->length == key->length &&
			    l->owner == key->owner;
		if (same && (found == NULL || l->exclusive))
			found = l;
	}
	return found;
}

static struct model_lock *model_free(struct model_lock *model)
{
	for (size_t i = 0; i < MODEL_LOCKS; i++) {
		if (!model[i].used)
			return &model[i];
	}
	return NULL;
}

static struct model_lock random_lock(unsigned int *seed)
{
	uint64_t base = rand_r(seed) % 4 == 0 ? UINT64_MAX - 20 : 0;
	struct model_lock l = { .offset = base + (uint64_t)(rand_r(seed) % 21),
		.owner = rand_r(seed) % 3,
		.exclusive = rand_r(seed) % 2 == 0,
		.used = true };
	l.length = (uint64_t)(rand_r(seed) % 6);
	if (l.length > 0 && l.offset + l.length - 1 < l.offset)
		l.length = 0;
	return l;
}

static void test_agrees_with_the_specification(void **state)
{
	(void)state;
	struct two_opens t;
	two_init(&t);
	struct range_lock_owner owners[3] = { 0 };
	struct model_lock model[MODEL_LOCKS] = { 0 };
	unsigned int seed = 7;
	size_t granted = 0, refused = 0, unlocked = 0;
	for (int step = 0; step < MODEL_STEPS; step++) {
		struct model_lock l = random_lock(&seed);
		struct range_lock_owner *owner = &owners[l.owner];
		assert_int_equal(range_locks_read_conflicts(&t.locks, owner, l.offset, l.length),
			model_conflicts(model, l.owner, l.offset, l.length, false, false));
		assert_int_equal(range_locks_write_conflicts(&t.locks, owner, l.offset, l.length),
			model_conflicts(model, l.owner, l.offset, l.length, true, false));
		struct model_lock *slot = model_free(model);
		if (rand_r(&seed) % 2 == 0 || slot == NULL) {
			struct model_lock *found = model_find(model, &l);
			struct nt_status status = unlock(&t, owner, l.offset, l.length);
			assert_int_equal(nt_status_ok(status), found != NULL);
			unlocked += found != NULL;
			if (found != NULL)
				found->used = false;
		} else {
			bool ok = nt_status_ok(lock(&t, owner, l.offset, l.length, l.exclusive));
			assert_int_equal(
				ok, !model_conflicts(model, l.owner, l.offset, l.length, l.exclusive, true));
			granted += ok;
			refused += !ok;
			if (ok)
				*slot = l;
		}
	}
	assert_true(granted > 1000 && refused > 1000 && unlocked > 1000);
	range_locks_done(&t.locks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges_up_to_the_end),
		cmocka_unit_test(test_empty_ranges),
		cmocka_unit_test(test_stacking),
		cmocka_unit_test(test_unlock_must_match_exactly),
		cmocka_unit_test(test_reads_and_writes),
		cmocka_unit_test(test_arrays_are_locked_whole_or_not),
		cmocka_unit_test(test_waiters_are_granted_in_order),
		cmocka_unit_test(test_cancel_and_close_take_waiters_out),
		cmocka_unit_test(test_arrays_do_not_wait),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_many_locks_stay_fast),
		cmocka_unit_test(test_agrees_with_the_specification),
	};
	return RUN_TESTS(tests);
}
