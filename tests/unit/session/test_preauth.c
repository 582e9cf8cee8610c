// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include "../crypto/hex.h"
#include "ms_vectors.h"
#include "session/preauth.h"

static void update(struct preauth_hash *h, const char *message_hex, const char *expected)
{
	struct bytes message = hex(message_hex);
	assert_int_equal(preauth_hash_update(h, bytes_span(&message)), 0);
	assert_hex(h->value, expected);
}

static void test_session(void **state)
{
	(void)state;
	struct preauth_hash connection;
	memset(&connection, 0xff, sizeof(connection));
	preauth_hash_init(&connection);
	update(&connection, ms_negotiate_request, ms_hash_negotiate_request);
	update(&connection, ms_negotiate_response, ms_hash_negotiate_response);
	struct preauth_hash session = connection;
	update(&session, ms_setup_request_1, ms_hash_request_1);
	update(&session, ms_setup_response_1, ms_hash_response_1);
	update(&session, ms_setup_request_2, ms_hash_request_2);
	assert_hex(connection.value, ms_hash_negotiate_response);
}

static void test_bound_channel(void **state)
{
	(void)state;
	struct preauth_hash h;
	struct bytes start = hex(ms_bound_hash_negotiate_response);
	memcpy(h.value, start.data, sizeof(h.value));
	update(&h, ms_bound_request_1, ms_bound_hash_request_1);
	update(&h, ms_bound_response_1, ms_bound_hash_response_1);
	update(&h, ms_bound_request_2, ms_bound_hash_request_2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_bound_channel),
	};
	return RUN_TESTS(tests);
}
