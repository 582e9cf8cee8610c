// SPDX-License-Identifier: Apache-2.0
// Hosts that are asked too much at once, or say more than there is memory for.
#include "../test_support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audit/memory_limit.h"
#include "audit/runner.h"
#include "fake_server.h"

enum {
	HOSTS = 24,
	// Of a connection for each of the two first questions; only those that are swallowed take as long.
	TIMEOUT_MS = 1500,
	FIRST_QUESTIONS = 2,
	FRAME_MAX = 8192,
};

// One machine that plays many hosts, each on an address of its own; what is asked of the later half is lost
// at first.
struct crowd {
	int listener;
	uint16_t port;
	unsigned swallows; // from this host on
	atomic_uint asked[HOSTS + 1];
	struct fake_policy policy;
	pthread_t thread;
};

struct caller {
	struct crowd *crowd;
	int fd;
};

static unsigned host_of(int fd)
{
	struct sockaddr_in at;
	socklen_t len = sizeof(at);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	return ntohl(at.sin_addr.s_addr) & 0xFF;
}

static void *answer(void *context)
{
	struct caller *call = context;
	struct crowd *c = call->crowd;
	uint8_t in[FRAME_MAX], out[FRAME_MAX];
	unsigned host = host_of(call->fd);
	bool lost = host >= c->swallows && atomic_fetch_add(&c->asked[host], 1) < FIRST_QUESTIONS;
	for (size_t len; (len = fake_read_frame(call->fd, in, sizeof(in))) != 0;) {
		struct writer w = writer_make(out, sizeof(out));
		if (lost)
			continue;
		fake_negotiate(&c->policy, span_make(in, len), &w);
		if (!fake_send_frame(call->fd, writer_since(&w, 0), w.pos))
			break;
	}
	(void)close(call->fd);
	free(call);
	return NULL;
}

static void *take_calls(void *context)
{
	struct crowd *c = context;
	for (;;) {
		pthread_t thread;
		int fd = accept(c->listener, NULL, NULL);
		struct caller *call = fd >= 0 ? malloc(sizeof(*call)) : NULL;
		if (call == NULL)
			return NULL;
		*call = (struct caller){ .crowd = c, .fd = fd };
		assert_int_equal(pthread_create(&thread, NULL, answer, call), 0);
		assert_int_equal(pthread_detach(thread), 0);
	}
}

static void crowd_start(struct crowd *c, unsigned swallows)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY) };
	socklen_t len = sizeof(at);
	memset(c, 0, sizeof(*c));
	c->swallows = swallows;
	c->policy = (struct fake_policy){ .dialects = { SMB2_DIALECT_311 } };
	smb2_negotiate_ids_add(&c->policy.ciphers, SMB2_CIPHER_AES_128_GCM);
	smb2_negotiate_ids_add(&c->policy.signings, SMB2_SIGNING_AES_CMAC);
	c->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(c->listener >= 0);
	assert_int_equal(bind(c->listener, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(c->listener, 1024), 0);
	assert_int_equal(getsockname(c->listener, (struct sockaddr *)&at, &len), 0);
	c->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&c->thread, NULL, take_calls, c), 0);
}

static void crowd_stop(struct crowd *c)
{
	(void)shutdown(c->listener, SHUT_RDWR);
	assert_int_equal(pthread_join(c->thread, NULL), 0);
	(void)close(c->listener);
}

static struct audit_options options(void)
{
	struct audit_options o = audit_options_default();
	o.timeout_ms = TIMEOUT_MS;
	return o;
}

static void audit(struct crowd *c, const struct audit_options *o, struct audit_report *r)
{
	struct targets t = { 0 };
	char text[64];
	for (unsigned i = 1; i <= HOSTS; i++) {
		(void)snprintf(text, sizeof(text), "127.9.1.%u:%u", i, c->port);
		assert_int_equal(targets_add(&t, text), 0);
	}
	const struct audit_run run = { .targets = &t, .options = o };
	audit_report_init(r);
	assert_int_equal(audit_run(&run, r), 0);
	targets_done(&t);
}

static unsigned count_of(const struct audit_report *r, enum audit_outcome outcome)
{
	unsigned count = 0;
	for (const struct audit_subject *s = r->subjects; s != NULL; s = s->next)
		count += s->outcome == outcome;
	return count;
}

// Whose first questions were lost while others were answered is asked again, and is not called unreachable.
static void test_overrun(void **state)
{
	static struct crowd c;
	struct audit_options o = options();
	struct audit_report r;
	(void)state;
	o.connections_per_second = 0;
	crowd_start(&c, HOSTS / 2 + 1);
	audit(&c, &o, &r);
	assert_int_equal(count_of(&r, AUDIT_UNREACHABLE), 0);
	for (const struct audit_subject *s = r.subjects; s != NULL; s = s->next) {
		assert_int_not_equal(s->grade, '?');
		assert_non_null(s->findings);
	}
	audit_report_done(&r);
	crowd_stop(&c);
}

// Where nobody answers, nobody is asked twice.
static void test_all_silent(void **state)
{
	static struct crowd c;
	struct audit_options o = options();
	struct audit_report r;
	(void)state;
	crowd_start(&c, 0);
	audit(&c, &o, &r);
	assert_int_equal(count_of(&r, AUDIT_UNREACHABLE), HOSTS);
	for (unsigned i = 1; i <= HOSTS; i++)
		assert_int_equal(atomic_load(&c.asked[i]), FIRST_QUESTIONS);
	audit_report_done(&r);
	crowd_stop(&c);
}

// What hosts say together has a limit, and so has what is reported: who came too late is told so.
static void test_memory(void **state)
{
	static struct crowd c;
	struct audit_options o = options();
	struct audit_report r;
	(void)state;
	crowd_start(&c, HOSTS + 1);
	o.facts_memory_max = 4096; // one chunk
	o.parallel = 1;
	audit(&c, &o, &r);
	for (const struct audit_subject *s = r.subjects; s != NULL; s = s->next) {
		assert_int_equal(s->outcome, AUDIT_PARTIAL);
		assert_string_equal(s->error, "it said more than there is memory for");
	}
	audit_report_done(&r);
	o = options();
	o.report_memory_max = 16 << 10;
	audit(&c, &o, &r);
	assert_in_range(count_of(&r, AUDIT_DONE), 1, HOSTS - 1);
	assert_int_equal(count_of(&r, AUDIT_DONE) + count_of(&r, AUDIT_PARTIAL), HOSTS);
	assert_false(r.no_memory);
	audit_report_done(&r);
	crowd_stop(&c);
}

static void test_limits(void **state)
{
	struct memory_limit all = memory_limit_make(100, NULL);
	struct memory_limit one = memory_limit_make(80, &all);
	struct memory_limit two = memory_limit_make(80, &all);
	(void)state;
	assert_true(one.account.take(&one.account, 80));
	assert_false(one.account.take(&one.account, 1));
	assert_true(one.reached && !all.reached);
	assert_false(two.account.take(&two.account, 21));
	assert_true(two.reached && all.reached);
	assert_true(two.account.take(&two.account, 20));
	one.account.give(&one.account, 80);
	assert_int_equal(all.used, 20);
	assert_true(two.account.take(&two.account, 60));
	assert_false(two.account.take(&two.account, SIZE_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_overrun),
		cmocka_unit_test(test_all_silent),
		cmocka_unit_test(test_memory),
	};
	return RUN_TESTS(tests);
}
