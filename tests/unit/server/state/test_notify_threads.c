// SPDX-License-Identifier: Apache-2.0
// Reports, requests, cancels, closes and renames from several threads at once: each request ends
// exactly once, and every change is told or known to be lost. Meant for TSan as well.
#include "../../test_support.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "notify_told.h"
#include "server/state/notify.h"

enum { SHARE = 7, REPORTERS = 3, WATCHERS = 3, REPORTS = 4000, ROUNDS = 300, REQUESTS = 8 };

struct stage {
	struct notify_registry *reg;
	atomic_int reporters_left;
	atomic_size_t told; // changes that somebody heard of
	atomic_size_t lost;
};

struct slot {
	struct notify_request request;
	atomic_int ended;
};

static void slot_ended(struct notify_request *request)
{
	(void)atomic_fetch_add((atomic_int *)request->user, 1);
}

static void slot_prepare(struct slot *s)
{
	*s = (struct slot){ .request = { .output_len_max = 60000, .complete = slot_ended } };
	s->request.user = &s->ended;
}

static void *reporter(void *arg)
{
	struct stage *st = arg;
	for (int i = 0; i < REPORTS; i++) {
		char path[64];
		char other[64];
		(void)snprintf(path, sizeof(path), "top/dir%d/f%d", i % 4, i);
		(void)snprintf(other, sizeof(other), "top/dir%d/g%d", (i + 1) % 4, i);
		if (i % 3 == 0)
			notify_report_rename(st->reg, SHARE, path, other, NOTIFY_CHANGE_FILE_NAME);
		else
			notify_report(st->reg, SHARE, path, NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
		if (i % 100 == 0)
			notify_path_flush(st->reg, SHARE, "top/dir1", STATUS(DELETE_PENDING));
		if (i % 500 == 0)
			notify_report_rename(st->reg, SHARE, "top/dir2", "top/dir3", NOTIFY_CHANGE_DIR_NAME);
	}
	(void)atomic_fetch_sub(&st->reporters_left, 1);
	return NULL;
}

// Each pending request is cancelled or ends by itself, never both.
static void settle(struct stage *st, struct slot *slots, const struct nt_status *started, bool close_next)
{
	for (size_t i = 0; i < REQUESTS; i++) {
		if (!nt_status_equal(started[i], STATUS(PENDING)))
			assert_int_equal(atomic_load(&slots[i].ended), 0);
		else if (!close_next && notify_request_cancel(st->reg, &slots[i].request))
			assert_int_equal(atomic_load(&slots[i].ended), 0);
	}
}

static void round_run(struct stage *st, int number)
{
	char path[32];
	struct slot slots[REQUESTS];
	struct nt_status started[REQUESTS];
	(void)snprintf(path, sizeof(path), number % 5 == 4 ? "top" : "top/dir%d", number % 4);
	struct notify_watch_config config = { .share_id = SHARE,
		.path = path,
		.recursive = number % 2 == 0,
		.filter = NOTIFY_CHANGE_ALL,
		.buffer_len_max = 4096,
		.dir_fd = -1 };
	struct notify_watch *watch = notify_watch_add(st->reg, &config);
	assert_non_null(watch);
	for (size_t i = 0; i < REQUESTS; i++) {
		slot_prepare(&slots[i]);
		started[i] = notify_request_start(st->reg, watch, &slots[i].request);
	}
	bool close_now = number % 3 == 0;
	settle(st, slots, started, close_now);
	notify_watch_remove(st->reg, watch, STATUS(NOTIFY_CLEANUP));
	for (size_t i = 0; i < REQUESTS; i++) {
		bool ends = nt_status_equal(started[i], STATUS(PENDING)) &&
			    !nt_status_equal(slots[i].request.status, STATUS(CANCELLED));
		while (ends && atomic_load(&slots[i].ended) == 0) // another thread is completing it
			;
		assert_int_equal(atomic_load(&slots[i].ended), ends ? 1 : 0);
		notify_request_done(&slots[i].request);
	}
}

static void *watcher(void *arg)
{
	for (int i = 0; i < ROUNDS; i++)
		round_run(arg, i);
	return NULL;
}

static size_t words(const char *text)
{
	size_t n = text[0] != '\0';
	for (; *text != '\0'; text++)
		n += *text == ' ';
	return n;
}

static void *listener(void *arg)
{
	struct stage *st = arg;
	static char text[1 << 20];
	struct notify_watch_config config = { .share_id = SHARE,
		.path = "counted",
		.recursive = true,
		.filter = NOTIFY_CHANGE_FILE_NAME,
		.buffer_len_max = 60000,
		.dir_fd = -1 };
	struct notify_watch *watch = notify_watch_add(st->reg, &config);
	assert_non_null(watch);
	(void)atomic_fetch_sub(&st->reporters_left, 1); // ready
	while (atomic_load(&st->told) < REPORTS && atomic_load(&st->lost) == 0) {
		struct slot s;
		slot_prepare(&s);
		if (nt_status_equal(notify_request_start(st->reg, watch, &s.request), STATUS(PENDING))) {
			while (atomic_load(&s.ended) == 0)
				;
		}
		notify_told(s.request.records, s.request.records_len, text, sizeof(text));
		(void)atomic_fetch_add(&st->told, words(text));
		(void)atomic_fetch_add(&st->lost, nt_status_equal(s.request.status, STATUS(NOTIFY_ENUM_DIR)));
		notify_request_done(&s.request);
	}
	notify_watch_remove(st->reg, watch, STATUS(NOTIFY_CLEANUP));
	return NULL;
}

static void test_all_at_once(void **state)
{
	(void)state;
	struct stage st = { .reg = notify_registry_new(false), .reporters_left = REPORTERS };
	pthread_t threads[REPORTERS + WATCHERS];
	for (int i = 0; i < REPORTERS + WATCHERS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, i < REPORTERS ? reporter : watcher, &st), 0);
	for (int i = 0; i < REPORTERS + WATCHERS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(atomic_load(&st.reporters_left), 0);
	notify_registry_free(st.reg);
}

static void test_no_change_is_lost_silently(void **state)
{
	(void)state;
	struct stage st = { .reg = notify_registry_new(false), .reporters_left = 1 };
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, listener, &st), 0);
	while (atomic_load(&st.reporters_left) != 0)
		;
	for (int i = 0; i < REPORTS; i++) {
		char path[64];
		(void)snprintf(path, sizeof(path), "counted/f%d", i);
		notify_report(st.reg, SHARE, path, NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	if (atomic_load(&st.lost) == 0)
		assert_int_equal(atomic_load(&st.told), REPORTS);
	notify_registry_free(st.reg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_at_once),
		cmocka_unit_test(test_no_change_is_lost_silently),
	};
	return RUN_TESTS(tests);
}
