// SPDX-License-Identifier: Apache-2.0
// A connection whose client takes all there is, on a loop that this test turns itself.
#include "../test_support.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/buffer.h"
#include "server/connection.h"
#include "server/server.h"

enum { LARGE = 8 << 20, SMALL = 1000, BEHIND = 3, ALL = LARGE + BEHIND * SMALL, SOCKET_TAKES = 4 << 20 };

struct fixture {
	struct loop loop;
	struct server server;
	struct connection conn;
	struct memory_account memory;
	struct loop_task other; // somebody else, who always has something to do
	size_t queued_before;
	size_t most_at_once;
	int client;
	pthread_t reader;
	uint8_t received[ALL + 1];
	size_t received_len;
};

static uint8_t expected(size_t at)
{
	return (uint8_t)(at * 31 + at / 4093);
}

static void *reader_run(void *arg)
{
	struct fixture *f = arg;
	ssize_t n;
	while ((n = read(f->client, f->received + f->received_len, sizeof(f->received) - f->received_len)) >
		0)
		f->received_len += (size_t)n;
	return NULL;
}

// Between two turns of this one, so much was sent.
static void other_run(struct loop_task *task)
{
	struct fixture *f = CONTAINER_OF(task, struct fixture, other);
	size_t queued = f->conn.outbox.queued;
	if (f->queued_before > queued && f->queued_before - queued > f->most_at_once)
		f->most_at_once = f->queued_before - queued;
	f->queued_before = queued;
	if (queued != 0)
		turn_put_off(&f->loop, task);
}

static int setup(void **state)
{
	int fds[2];
	int takes = SOCKET_TAKES;
	struct fixture *f = calloc(1, sizeof(*f));
	if (f == NULL || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
		return -1;
	(void)setsockopt(fds[0], SOL_SOCKET, SO_SNDBUFFORCE, &takes, sizeof(takes));
	buffer_pool_init(&f->server.buffers);
	f->memory.max = SIZE_MAX;
	atomic_init(&f->loop.connection_count, 2); // whoever is alone has longer turns
	f->loop.draining = true;                   // so that a connection that is shut down is not closed
	f->client = fds[1];
	f->other.run = other_run;
	f->conn = (struct connection){ .loop = &f->loop, .server = &f->server, .memory = &f->memory };
	f->conn.state = CONNECTION_NEGOTIATED;
	f->conn.reading = true;
	atomic_init(&f->conn.refs, 2); // one is this test's, so that it is never destroyed
	*state = f;
	return uv_loop_init(&f->loop.uv) == 0 && turns_init(&f->loop) == 0 &&
			       uv_tcp_init(&f->loop.uv, &f->conn.tcp) == 0 &&
			       uv_tcp_open(&f->conn.tcp, fds[0]) == 0 &&
			       pthread_create(&f->reader, NULL, reader_run, f) == 0
		       ? 0
		       : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	uv_close((uv_handle_t *)&f->conn.tcp, NULL);
	turns_close(&f->loop);
	(void)uv_run(&f->loop.uv, UV_RUN_DEFAULT);
	outbox_done(&f->conn);
	(void)uv_loop_close(&f->loop.uv);
	buffer_pool_done(&f->server.buffers);
	(void)close(f->client);
	free(f);
	return 0;
}

static void send_frame(struct fixture *f, size_t start, size_t len)
{
	struct buffer *b = buffer_get(&f->server.buffers, &f->memory, len);
	assert_non_null(b);
	for (size_t i = 0; i < len; i++)
		b->data[i] = expected(start + i);
	connection_send(&f->conn, b, span_make(b->data, len));
}

static void send_all(struct fixture *f)
{
	send_frame(f, 0, LARGE);
	for (size_t i = 0; i < BEHIND; i++)
		send_frame(f, LARGE + i * SMALL, SMALL);
}

static void turn_until_sent(struct fixture *f)
{
	f->queued_before = f->conn.outbox.queued;
	turn_put_off(&f->loop, &f->other);
	while (f->conn.outbox.queued != 0 || f->loop.turns.first != NULL)
		(void)uv_run(&f->loop.uv, UV_RUN_ONCE);
}

static void all_is_received(struct fixture *f)
{
	(void)pthread_join(f->reader, NULL);
	assert_int_equal(f->received_len, ALL);
	for (size_t i = 0; i < ALL; i++) {
		if (f->received[i] != expected(i))
			fail_msg("byte %zu is another's", i);
	}
	assert_int_equal(atomic_load(&f->memory.used), 0);
}

static void others_have_their_turn_between_two_pieces(void **state)
{
	struct fixture *f = *state;
	send_all(f);
	turn_until_sent(f);
	assert_in_range(f->most_at_once, 1, 2 * TURN_PIECE_LEN + BEHIND * SMALL);
	connection_finish(&f->conn, CONNECTION_END_CLIENT);
	(void)uv_run(&f->loop.uv, UV_RUN_DEFAULT);
	all_is_received(f);
}

static void a_connection_that_finishes_sends_all_pieces_first(void **state)
{
	struct fixture *f = *state;
	send_all(f);
	connection_finish(&f->conn, CONNECTION_END_CLIENT);
	(void)uv_run(&f->loop.uv, UV_RUN_DEFAULT);
	all_is_received(f);
	assert_true(f->conn.state == CONNECTION_CLOSING);
}

static void what_was_not_sent_is_given_back(void **state)
{
	struct fixture *f = *state;
	send_all(f);
	uv_close((uv_handle_t *)&f->conn.tcp, NULL);
	f->conn.state = CONNECTION_CLOSED;
	(void)uv_run(&f->loop.uv, UV_RUN_DEFAULT);
	outbox_done(&f->conn);
	(void)pthread_join(f->reader, NULL);
	assert_int_equal(atomic_load(&f->memory.used), 0);
	assert_int_equal(uv_tcp_init(&f->loop.uv, &f->conn.tcp), 0); // for the end
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(others_have_their_turn_between_two_pieces, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_connection_that_finishes_sends_all_pieces_first, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_not_sent_is_given_back, setup, teardown),
	};
	return RUN_TESTS(tests);
}
