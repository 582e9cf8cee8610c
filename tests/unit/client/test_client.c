// SPDX-License-Identifier: Apache-2.0
// The client by itself: its table of requests, and what it makes of servers that do not behave.
#include "../test_support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/client_send.h"
#include "client/client_table.h"
#include "wire/smb2/frame.h"
#include "wire/smb2/smb2_command.h"

enum { REQUESTS = 100, FRAME_MAX = 1024 };

static void requests_are_found_by_id(void **state UNUSED)
{
	struct client_table t = { 0 };
	struct client_request all[REQUESTS];
	for (uint64_t i = 0; i < REQUESTS; i++) {
		// Ids that share their low bits make it grow.
		all[i] = (struct client_request){ .message_id = i % 2 == 0 ? i : i * 4096 };
		assert_int_equal(client_table_add(&t, &all[i]), 0);
	}
	for (size_t i = 0; i < REQUESTS; i++)
		assert_ptr_equal(client_table_find(&t, all[i].message_id), &all[i]);
	assert_null(client_table_find(&t, 1u << 30));
	for (size_t i = 0; i < REQUESTS; i++)
		client_table_remove(&t, &all[i]);
	assert_int_equal(t.used, 0);
	assert_null(client_table_find(&t, 0));
	client_table_done(&t);
}

static void ids_too_far_apart_are_a_fault(void **state UNUSED)
{
	struct client_table t = { 0 };
	struct client_request near = { .message_id = 0 };
	struct client_request far = { .message_id = UINT64_C(1) << 40 };
	assert_int_equal(client_table_add(&t, &near), 0);
	assert_int_equal(client_table_add(&t, &far), -EOVERFLOW);
	client_table_done(&t);
}

// A server that takes one connection, reads once, answers with the bytes given, and hangs up.
struct peer {
	int listener;
	uint16_t port;
	const uint8_t *answer;
	size_t len;
	pthread_t thread;
};

static void *peer_run(void *argument)
{
	struct peer *p = argument;
	uint8_t ignored[FRAME_MAX];
	int fd = accept(p->listener, NULL, NULL);
	if (recv(fd, ignored, sizeof(ignored), 0) > 0 && p->len > 0)
		(void)!send(fd, p->answer, p->len, MSG_NOSIGNAL);
	(void)close(fd);
	return NULL;
}

static int connect_to_peer(const uint8_t *answer, size_t len)
{
	struct peer p = { .answer = answer, .len = len };
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t a_len = sizeof(a);
	p.listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(p.listener, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(p.listener, 1), 0);
	assert_int_equal(getsockname(p.listener, (struct sockaddr *)&a, &a_len), 0);
	assert_int_equal(pthread_create(&p.thread, NULL, peer_run, &p), 0);

	struct client_loop *loop = client_loop_new();
	struct client_options options = client_options_default();
	struct client *c = NULL;
	struct nt_status status = STATUS(SUCCESS);
	assert_non_null(loop);
	int rc = client_connect(loop, &options, "127.0.0.1", ntohs(a.sin_port), &c, &status);
	assert_null(c);
	client_loop_free(loop);
	(void)pthread_join(p.thread, NULL);
	(void)close(p.listener);
	return rc;
}

static size_t negotiate_answer(
	uint8_t *out, const struct smb2_header *h, const struct smb2_negotiate_response *m)
{
	struct writer w = writer_make(out, FRAME_MAX);
	(void)writer_reserve(&w, FRAME_HEADER_LEN);
	smb2_header_encode(&w, h);
	smb2_negotiate_response_encode(&w, m);
	frame_header_put(out, (uint32_t)(w.pos - FRAME_HEADER_LEN));
	return w.pos;
}

static void servers_that_do_not_behave(void **state UNUSED)
{
	uint8_t out[FRAME_MAX];
	struct smb2_header h = {
		.command = SMB2_NEGOTIATE, .flags = SMB2_FLAGS_SERVER_TO_REDIR, .credit_request_response = 1
	};
	struct smb2_negotiate_response m = { .dialect_revision = SMB2_DIALECT_302 };
	assert_int_equal(connect_to_peer(NULL, 0), -ECONNRESET);
	assert_int_equal(connect_to_peer((const uint8_t *)"HTTP/1.1 400", 12), -EPROTO);
	assert_int_equal(connect_to_peer((const uint8_t *)"\0\xff\xff\xff", 4), -ECONNRESET);
	// A dialect that was not offered, and 3.1.1 without its contexts.
	assert_int_equal(connect_to_peer(out, negotiate_answer(out, &h, &m)), -EPROTO);
	m.dialect_revision = SMB2_DIALECT_311;
	assert_int_equal(connect_to_peer(out, negotiate_answer(out, &h, &m)), -EPROTO);
	// An answer to what was not asked, to another command, and a request.
	h.message_id = 7;
	assert_int_equal(connect_to_peer(out, negotiate_answer(out, &h, &m)), -EPROTO);
	h.message_id = 0;
	h.command = SMB2_ECHO;
	assert_int_equal(connect_to_peer(out, negotiate_answer(out, &h, &m)), -EPROTO);
	h = (struct smb2_header){ .command = SMB2_NEGOTIATE };
	assert_int_equal(connect_to_peer(out, negotiate_answer(out, &h, &m)), -EPROTO);
	// Sealed before there can be keys.
	assert_int_equal(connect_to_peer((const uint8_t *)"\0\0\0\4\xfdSMB", 8), -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_found_by_id),
		cmocka_unit_test(ids_too_far_apart_are_a_fault),
		cmocka_unit_test(servers_that_do_not_behave),
	};
	return RUN_TESTS(tests);
}
