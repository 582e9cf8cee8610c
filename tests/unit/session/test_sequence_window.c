// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <stdbool.h>

#include "../crypto/hex.h"
#include "session/sequence_window.h"

static void test_starts_with_one_credit(void **state)
{
	(void)state;
	struct sequence_window w;
	sequence_window_init(&w, 512);
	assert_int_equal(sequence_window_consume(&w, 1, 1), SEQUENCE_OUTSIDE);
	assert_int_equal(sequence_window_consume(&w, 0, 1), SEQUENCE_OK);
	assert_int_equal(sequence_window_consume(&w, 0, 1), SEQUENCE_REPLAY);
	assert_int_equal(sequence_window_consume(&w, 1, 1), SEQUENCE_OUTSIDE);
	assert_int_equal(w.credits, 0);
}

static void test_out_of_order(void **state)
{
	(void)state;
	struct sequence_window w;
	sequence_window_init(&w, 512);
	assert_int_equal(sequence_window_grant(&w, 9), 9);
	assert_int_equal(w.credits, 10);
	assert_int_equal(sequence_window_consume(&w, 9, 1), SEQUENCE_OK);
	assert_int_equal(sequence_window_consume(&w, 3, 0), SEQUENCE_OK); // a charge of 0 means 1
	assert_int_equal(sequence_window_consume(&w, 3, 1), SEQUENCE_REPLAY);
	assert_int_equal(sequence_window_consume(&w, 9, 1), SEQUENCE_REPLAY);
	assert_int_equal(sequence_window_consume(&w, 10, 1), SEQUENCE_OUTSIDE);
	assert_int_equal(w.low, 0);
	assert_int_equal(sequence_window_consume(&w, 0, 3), SEQUENCE_OK);
	assert_int_equal(w.low, 4);
	assert_int_equal(w.credits, 5);
}

static void test_multi_credit(void **state)
{
	(void)state;
	struct sequence_window w;
	sequence_window_init(&w, 512);
	assert_int_equal(sequence_window_grant(&w, 19), 19);
	assert_int_equal(sequence_window_consume(&w, 5, 4), SEQUENCE_OK);
	for (uint64_t id = 5; id < 9; id++)
		assert_int_equal(sequence_window_consume(&w, id, 1), SEQUENCE_REPLAY);
	assert_int_equal(sequence_window_consume(&w, 2, 4), SEQUENCE_REPLAY); // its last id was used
	assert_int_equal(sequence_window_consume(&w, 8, 4), SEQUENCE_REPLAY); // its first was
	assert_int_equal(sequence_window_consume(&w, 17, 4), SEQUENCE_OUTSIDE);
	assert_int_equal(sequence_window_consume(&w, 0, UINT16_MAX), SEQUENCE_OUTSIDE);
	assert_int_equal(sequence_window_consume(&w, UINT64_MAX, UINT16_MAX), SEQUENCE_OUTSIDE);
	assert_int_equal(sequence_window_consume(&w, UINT64_MAX - 2, 5), SEQUENCE_OUTSIDE);
	assert_int_equal(w.credits, 16); // refusals change nothing
	assert_int_equal(sequence_window_consume(&w, 2, 3), SEQUENCE_OK);
	assert_int_equal(sequence_window_consume(&w, 16, 4), SEQUENCE_OK);
}

static void test_limit(void **state)
{
	(void)state;
	struct sequence_window w;
	sequence_window_init(&w, 100);
	assert_int_equal(sequence_window_grant(&w, 1000), 99);
	assert_int_equal(sequence_window_grant(&w, 1), 0);
	// Ids above an unused one give no room: the window is measured from its lowest id.
	assert_int_equal(sequence_window_consume(&w, 1, 99), SEQUENCE_OK);
	assert_int_equal(sequence_window_grant(&w, 5), 0);
	assert_int_equal(sequence_window_consume(&w, 0, 1), SEQUENCE_OK);
	// A client without a credit can always be given one.
	assert_int_equal(w.credits, 0);
	assert_int_equal(sequence_window_grant(&w, 1), 1);
	sequence_window_init(&w, 0);
	assert_int_equal(w.range_max, 1);
	sequence_window_init(&w, UINT32_MAX);
	assert_int_equal(w.range_max, SEQUENCE_WINDOW_MAX);
}

// The server's own MessageId 0xFF..FF is never granted.
static void test_last_ids(void **state)
{
	(void)state;
	struct sequence_window w;
	sequence_window_init(&w, 100);
	w.low = w.high = UINT64_MAX - 2;
	w.credits = 0;
	assert_int_equal(sequence_window_grant(&w, 50), 2);
	assert_int_equal(sequence_window_consume(&w, UINT64_MAX, 1), SEQUENCE_OUTSIDE);
	assert_int_equal(sequence_window_consume(&w, UINT64_MAX - 2, 2), SEQUENCE_OK);
	assert_int_equal(sequence_window_grant(&w, 50), 0);
}

// Against a model that remembers every id, over many turns of the ring.
enum { MODEL_IDS = 60000 };
enum model_id { MODEL_UNKNOWN, MODEL_GRANTED, MODEL_USED };

struct model {
	uint8_t ids[2 * MODEL_IDS];
	uint64_t low, high; // the lowest id not used; one beyond the highest granted
};

static enum sequence_result model_consume(struct model *m, uint64_t id, uint32_t count)
{
	if (id < m->low)
		return SEQUENCE_REPLAY;
	if (id + count > m->high)
		return SEQUENCE_OUTSIDE;
	if (memchr(m->ids + id, MODEL_USED, count) != NULL)
		return SEQUENCE_REPLAY;
	memset(m->ids + id, MODEL_USED, count);
	while (m->ids[m->low] == MODEL_USED)
		m->low++;
	return SEQUENCE_OK;
}

static void check_model(uint32_t credits_max)
{
	static struct model m;
	uint64_t random = credits_max;
	struct sequence_window w;
	memset(&m, 0, sizeof(m));
	m.high = 1;
	m.ids[0] = MODEL_GRANTED;
	sequence_window_init(&w, credits_max);
	while (m.high < MODEL_IDS) {
		uint64_t offset = test_random(&random) % (w.high - w.low + 4);
		uint64_t id = test_random(&random) % 4 == 0 ? w.low : w.low + offset;
		uint16_t charge = (uint16_t)(1 + test_random(&random) % 8);
		if (id >= 2 && test_random(&random) % 8 == 0)
			id -= 2;
		enum sequence_result expected = model_consume(&m, id, charge);
		assert_int_equal(sequence_window_consume(&w, id, charge), expected);
		uint16_t wanted = (uint16_t)(test_random(&random) % 20 + (w.credits == 0));
		uint16_t granted = sequence_window_grant(&w, wanted);
		assert_true(granted == wanted || w.high - w.low == w.range_max);
		memset(m.ids + m.high, MODEL_GRANTED, granted);
		m.high += granted;
		assert_int_equal(w.high, m.high);
		assert_int_equal(w.low, m.low);
		assert_true(w.high - w.low <= w.range_max && w.credits > 0);
	}
}

static void test_like_a_model(void **state)
{
	(void)state;
	check_model(16);
	check_model(100);
	check_model(SEQUENCE_WINDOW_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_starts_with_one_credit),
		cmocka_unit_test(test_out_of_order),
		cmocka_unit_test(test_multi_credit),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_last_ids),
		cmocka_unit_test(test_like_a_model),
	};
	return RUN_TESTS(tests);
}
