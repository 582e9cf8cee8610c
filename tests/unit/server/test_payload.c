// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fault_guard.h"
#include "server/open.h"
#include "server/payload.h"
#include "server/session.h"
#include "session/sealing.h"

enum {
	HEAD = SMB2_HEADER_LEN + 16, // and the fixed part of a READ response
	LEN = 700 * 1024,
	FRAME_LEN = TRANSFORM_HEADER_LEN + HEAD + LEN,
};

static uint8_t content[LEN], frame[FRAME_LEN];

struct fixture {
	struct open open;
	struct session session;
	struct payload payload;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	static const uint8_t key[16] = { 1, 2, 3 };
	if (f == NULL)
		return -1;
	for (size_t i = 0; i < LEN; i++)
		content[i] = (uint8_t)(i * 13 + i / 257);
	atomic_init(&f->open.refs, 2); // one is this test's, so that it is never destroyed
	f->open.fd = memfd_create("payload", MFD_CLOEXEC);
	nonce_counter_init(&f->session.nonces);
	f->session.id = 7;
	*state = f;
	return f->open.fd >= 0 && write(f->open.fd, content, LEN) == LEN &&
			       seal_key_new(CIPHER_AES128_GCM, span_make(key, sizeof(key)),
				       &f->session.encryption_key) == 0
		       ? 0
		       : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	payload_drop(&f->payload);
	(void)close(f->open.fd);
	seal_key_free(f->session.encryption_key);
	free(f);
	return 0;
}

static uint8_t *borrow(struct fixture *f)
{
	assert_int_equal(fault_guard_install(), 0); // cmocka has taken the signal for this test
	for (size_t i = 0; i < HEAD; i++)
		frame[TRANSFORM_HEADER_LEN + i] = (uint8_t)i;
	uint8_t *place = frame + TRANSFORM_HEADER_LEN + HEAD;
	memset(place, 0xee, LEN);
	assert_true(payload_borrow(&f->payload, &f->open, 0, LEN, place));
	return place;
}

static void check_opened(struct fixture *f, size_t expected)
{
	static const uint8_t zeros[LEN];
	struct span message;
	assert_int_equal(message_open(f->session.encryption_key, frame, FRAME_LEN, &message), 0);
	assert_int_equal(message.len, HEAD + LEN);
	for (size_t i = 0; i < HEAD; i++)
		assert_int_equal(message.data[i], (uint8_t)i);
	assert_memory_equal(message.data + HEAD, content, expected);
	assert_memory_equal(message.data + HEAD + expected, zeros, LEN - expected);
}

static void test_is_sealed_from_the_file(void **state)
{
	struct fixture *f = *state;
	(void)borrow(f);
	assert_int_equal(payload_seal(&f->payload, &f->session, frame, FRAME_LEN), 0);
	check_opened(f, LEN);
}

// Somebody cuts the file between the answer and its sealing: the rest is zeros, and the process lives.
static void test_a_file_cut_short_is_zeros_from_there(void **state)
{
	struct fixture *f = *state;
	enum { LEFT = 123456 };
	(void)borrow(f);
	assert_int_equal(ftruncate(f->open.fd, LEFT), 0);
	assert_int_equal(payload_seal(&f->payload, &f->session, frame, FRAME_LEN), 0);
	check_opened(f, LEFT);
}

static void test_a_place_outside_of_the_frame_is_refused(void **state)
{
	struct fixture *f = *state;
	(void)borrow(f);
	assert_int_equal(payload_seal(&f->payload, &f->session, frame, FRAME_LEN - 1), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_is_sealed_from_the_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_file_cut_short_is_zeros_from_there, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_place_outside_of_the_frame_is_refused, setup, teardown),
	};
	return RUN_TESTS(tests);
}
