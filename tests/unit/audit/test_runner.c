// SPDX-License-Identifier: Apache-2.0
// Audits of hosts that are not there, or say nothing; and what hosts share: rate and account.
#include "../test_support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audit/logon_turn.h"
#include "audit/rate.h"
#include "audit/runner.h"
#include "audit/task.h"
#include "base/filetime.h"

enum { TIMEOUT_MS = 300, CROWD = 254 };

// A socket that listens on all addresses; the kernel takes connections, and nobody serves them.
static int listen_silently(int backlog, uint16_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, backlog), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

static void add_target(struct targets *t, const char *host, uint16_t port)
{
	char text[64];
	(void)snprintf(text, sizeof(text), "%s:%u", host, port);
	assert_int_equal(targets_add(t, text), 0);
}

static struct audit_options options(void)
{
	struct audit_options o = audit_options_default();
	o.timeout_ms = TIMEOUT_MS;
	o.host_timeout_ms = 20 * TIMEOUT_MS;
	return o;
}

// Milliseconds that it took.
static uint64_t audit(struct audit_report *r, struct targets *t, const struct audit_options *o)
{
	const struct audit_run run = { .targets = t, .options = o };
	uint64_t before = monotonic_ms();
	audit_report_init(r);
	assert_int_equal(audit_run(&run, r), 0);
	assert_int_equal(r->subject_count, t->count);
	targets_done(t);
	return monotonic_ms() - before;
}

static void check_unreachable(const struct audit_subject *s, const char *why)
{
	assert_non_null(s);
	assert_int_equal(s->outcome, AUDIT_UNREACHABLE);
	assert_int_equal(s->grade, '?');
	assert_null(s->findings);
	assert_non_null(s->error);
	assert_string_equal(s->error, why);
	assert_true(s->begun_us != 0 && s->ended_us >= s->begun_us);
}

static void test_refused(void **state)
{
	struct audit_report r;
	struct targets t = { 0 };
	struct audit_options o = options();
	uint16_t port;
	(void)state;
	(void)close(listen_silently(1, &port));
	add_target(&t, "127.0.0.1", port);
	assert_in_range(audit(&r, &t, &o), 0, 10 * TIMEOUT_MS);
	check_unreachable(r.subjects, "connection refused");
	audit_report_done(&r);
}

static void test_silent(void **state)
{
	struct audit_report r;
	struct targets t = { 0 };
	struct audit_options o = options();
	uint16_t port;
	int fd = listen_silently(16, &port);
	(void)state;
	add_target(&t, "127.0.0.1", port);
	assert_in_range(audit(&r, &t, &o), TIMEOUT_MS, 20 * TIMEOUT_MS);
	check_unreachable(r.subjects, "no answer");
	audit_report_done(&r);
	(void)close(fd);
}

// Its queue of connections is full: SYNs are dropped, as a firewall does it.
static void test_black_hole(void **state)
{
	struct audit_report r;
	struct targets t = { 0 };
	struct audit_options o = options();
	uint16_t port;
	int fd = listen_silently(0, &port);
	int full[4];
	(void)state;
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
	};
	for (size_t i = 0; i < ARRAY_LEN(full); i++) {
		full[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		(void)!connect(full[i], (const struct sockaddr *)&to, sizeof(to));
	}
	add_target(&t, "127.0.0.1", port);
	assert_in_range(audit(&r, &t, &o), TIMEOUT_MS, 20 * TIMEOUT_MS);
	check_unreachable(r.subjects, "no answer");
	audit_report_done(&r);
	for (size_t i = 0; i < ARRAY_LEN(full); i++)
		(void)close(full[i]);
	(void)close(fd);
}

// However few may be probed at once, the dead are waited for together: one after the other would be 500 times
// TIMEOUT_MS.
static void test_crowd(void **state)
{
	struct audit_report r;
	struct targets t = { 0 };
	struct audit_options o = options();
	uint16_t port;
	int fd = listen_silently(4096, &port);
	(void)state;
	o.parallel = 32;
	for (int i = 1; i <= CROWD; i++) {
		char host[32];
		(void)snprintf(host, sizeof(host), "127.9.0.%d", i);
		add_target(&t, host, port);
	}
	assert_in_range(audit(&r, &t, &o), TIMEOUT_MS, 60 * TIMEOUT_MS);
	int at = 0;
	for (const struct audit_subject *s = r.subjects; s != NULL; s = s->next) {
		char host[32];
		(void)snprintf(host, sizeof(host), "127.9.0.%d", ++at);
		assert_string_equal(s->address, host);
		check_unreachable(s, "no answer");
	}
	assert_int_equal(at, CROWD);
	audit_report_done(&r);
	(void)close(fd);
}

static void test_names(void **state)
{
	struct audit_report r;
	struct targets t = { 0 };
	struct audit_options o = options();
	uint16_t port;
	(void)state;
	(void)close(listen_silently(1, &port));
	add_target(&t, "no-such-host.invalid", port);
	add_target(&t, "localhost", port);
	(void)audit(&r, &t, &o);
	check_unreachable(r.subjects, "its name is not known");
	assert_string_equal(r.subjects->name, "no-such-host.invalid");
	check_unreachable(r.subjects->next, "connection refused");
	assert_string_equal(r.subjects->next->name, "localhost");
	assert_true(strcmp(r.subjects->next->address, "127.0.0.1") == 0 ||
		    strcmp(r.subjects->next->address, "::1") == 0);
	audit_report_done(&r);
}

static void stop_it(void *context, const struct audit_progress *p)
{
	assert_int_equal(p->total, CROWD);
	*(bool *)context = true;
}

static void test_interrupted(void **state)
{
	struct audit_report r;
	struct targets t = { 0 };
	struct audit_options o = options();
	bool stop = false;
	uint16_t port;
	int fd = listen_silently(4096, &port);
	(void)state;
	o.parallel = 1; // eight at once, with the time of thirty-two rounds
	char text[64];
	(void)snprintf(text, sizeof(text), "127.9.0.0/24:%u", port);
	assert_int_equal(targets_add(&t, text), 0);
	const struct audit_run run = {
		.targets = &t, .options = &o, .stop = &stop, .on_progress = stop_it, .context = &stop
	};
	uint64_t before = monotonic_ms();
	audit_report_init(&r);
	assert_int_equal(audit_run(&run, &r), 0);
	assert_in_range(monotonic_ms() - before, 0, 30 * TIMEOUT_MS);
	unsigned interrupted = 0;
	for (const struct audit_subject *s = r.subjects; s != NULL; s = s->next)
		interrupted += (unsigned)(strstr(s->error, "interrupted") != NULL);
	assert_in_range(interrupted, CROWD / 2, CROWD);
	audit_report_done(&r);
	targets_done(&t);
	(void)close(fd);
}

// --- what hosts share -------------------------------------------------------------------------------

struct turns {
	struct rate *rate;
	struct logon_turn *logons;
	unsigned passed, at_once, refused;
};

static void take_turn(void *context)
{
	struct turns *t = context;
	(void)rate_wait(t->rate, NULL);
	t->passed++;
}

static void test_rate(void **state)
{
	struct turns t = { .rate = rate_new(200) };
	struct scheduler *s = scheduler_new();
	(void)state;
	assert_true(t.rate != NULL && s != NULL);
	for (int i = 0; i < 60; i++)
		assert_int_equal(scheduler_start(s, take_turn, &t), 0);
	uint64_t before = monotonic_ms();
	assert_int_equal(scheduler_run(s, 1000, NULL, NULL), 0);
	// 60 of them take 295 ms, of which 20 may have been saved.
	assert_in_range(monotonic_ms() - before, 270, 5000);
	assert_int_equal(t.passed, 60);
	scheduler_free(s);
	rate_free(t.rate);
}

static void log_on_in_vain(void *context)
{
	struct turns *t = context;
	if (!logon_turn_take(t->logons)) {
		t->refused++;
		return;
	}
	t->at_once++;
	assert_int_equal(t->at_once, 1);
	task_sleep(10); // the answer is on its way
	if (++t->passed == 3)
		logon_turn_refuse(t->logons);
	t->at_once--;
	logon_turn_give(t->logons);
}

// However many hosts there are, there is one failed log-on.
static void test_one_failure(void **state)
{
	struct turns t = { .logons = logon_turn_new() };
	struct scheduler *s = scheduler_new();
	(void)state;
	assert_true(t.logons != NULL && s != NULL);
	for (int i = 0; i < 100; i++)
		assert_int_equal(scheduler_start(s, log_on_in_vain, &t), 0);
	assert_int_equal(scheduler_run(s, 1000, NULL, NULL), 0);
	assert_int_equal(t.passed, 3);
	assert_int_equal(t.refused, 97);
	scheduler_free(s);
	logon_turn_free(t.logons);
}

static void test_statuses(void **state)
{
	(void)state;
	assert_true(logon_status_counts(STATUS(LOGON_FAILURE)));
	assert_true(logon_status_counts(STATUS(ACCOUNT_LOCKED_OUT)));
	assert_false(logon_status_counts(STATUS(SUCCESS)));
	assert_false(logon_status_counts(STATUS(NOT_SUPPORTED)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_black_hole),
		cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_one_failure),
		cmocka_unit_test(test_statuses),
	};
	return RUN_TESTS(tests);
}
