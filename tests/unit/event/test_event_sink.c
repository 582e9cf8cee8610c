// SPDX-License-Identifier: Apache-2.0
// The sink under several threads, a disk that fills, a reader that stalls, and rotation.
#include "../test_support.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "event/event_sink.h"

enum { THREADS = 4, EVENTS_EACH = 5000 };

static char folder[] = "/tmp/signet-event-XXXXXX";
static char file[64];

static int set_up(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/signet-event-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(file, sizeof(file), "%s/events", folder);
	return 0;
}

static int tear_down(void **state)
{
	char other[80];
	(void)state;
	(void)snprintf(other, sizeof(other), "%s.1", file);
	(void)unlink(other);
	(void)unlink(file);
	return rmdir(folder);
}

// Adds up what a file of events says: lines of a kind, and the events that EVENTS_LOST counts.
struct tally {
	size_t lines;
	size_t deleted;
	uint64_t lost;
};

static void tally_stream(FILE *in, struct tally *t)
{
	char *line = NULL;
	size_t cap = 0;
	while (getline(&line, &cap, in) > 0) {
		json_t *json = json_loads(line, 0, NULL);
		assert_non_null(json);
		const char *kind = json_string_value(json_object_get(json, "kind"));
		t->lines++;
		if (strcmp(kind, "file_delete") == 0)
			t->deleted++;
		if (strcmp(kind, "events_lost") == 0)
			t->lost += (uint64_t)json_integer_value(json_object_get(json, "count"));
		json_decref(json);
	}
	free(line);
}

static struct tally tally_file(const char *path)
{
	struct tally t = { 0 };
	FILE *in = fopen(path, "r");
	assert_non_null(in);
	tally_stream(in, &t);
	fclose(in);
	return t;
}

static void *emit_many(void *arg)
{
	for (unsigned i = 0; i < EVENTS_EACH; i++) {
		const struct event e = {
			.kind = EVENT_FILE_DELETE, .share = "s", .path = "some/path", .message_id = i
		};
		event_emit(arg, &e);
	}
	return NULL;
}

static void nothing_is_lost_between_threads(void **state)
{
	struct event_sink *sink;
	pthread_t threads[THREADS];
	(void)state;
	assert_int_equal(event_sink_new(file, &sink), 0);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, emit_many, sink), 0);
	for (unsigned i = 0; i < 20; i++)
		event_sink_flush(sink);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	event_sink_free(sink);
	struct tally t = tally_file(file);
	// A slow machine may fill the buffer; then the count must be exact.
	assert_int_equal(t.deleted + t.lost, THREADS * EVENTS_EACH);
}

static void only_its_owner_can_read_the_file(void **state)
{
	struct event_sink *sink;
	struct stat st;
	(void)state;
	assert_int_equal(event_sink_new(file, &sink), 0);
	event_sink_free(sink);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void flush_means_written(void **state)
{
	struct event_sink *sink;
	const struct event e = { .kind = EVENT_FILE_DELETE };
	(void)state;
	assert_int_equal(event_sink_new(file, &sink), 0);
	for (unsigned i = 1; i <= 50; i++) {
		event_emit(sink, &e);
		event_sink_flush(sink);
		assert_int_equal(tally_file(file).lines, i);
	}
	event_sink_flush(sink);
	event_sink_free(sink);
}

static void rotation_keeps_every_line(void **state)
{
	struct event_sink *sink;
	pthread_t thread;
	char rotated[80];
	(void)state;
	(void)snprintf(rotated, sizeof(rotated), "%s.1", file);
	assert_int_equal(event_sink_new(file, &sink), 0);
	assert_int_equal(pthread_create(&thread, NULL, emit_many, sink), 0);
	assert_int_equal(rename(file, rotated), 0);
	event_sink_reopen(sink);
	assert_int_equal(pthread_join(thread, NULL), 0);
	const struct event last = { .kind = EVENT_SERVER_STOP };
	event_sink_reopen(sink);
	event_sink_flush(sink);
	event_emit(sink, &last);
	event_sink_free(sink);
	struct tally before = tally_file(rotated);
	struct tally after = tally_file(file);
	assert_int_equal(before.deleted + after.deleted + before.lost + after.lost, EVENTS_EACH);
	assert_true(after.lines >= 1);
}

static void *close_sink(void *arg)
{
	event_sink_free(arg);
	return NULL;
}

static double seconds_since(const struct timespec *start)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

// A pipe that nobody reads stands for the slowest disk: emitting goes on, and what was dropped is told.
static void a_stalled_reader_holds_nobody_up(void **state)
{
	struct event_sink *sink;
	struct timespec start;
	char path[8000];
	enum { MANY = 3000 }; // of 8000 bytes: several times the buffer
	const struct event e = { .kind = EVENT_FILE_DELETE, .share = "s", .path = path };
	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = 0;
	assert_int_equal(mkfifo(file, 0600), 0);
	int reader = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(reader >= 0);
	assert_int_equal(event_sink_new(file, &sink), 0);
	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	for (unsigned i = 0; i < MANY; i++)
		event_emit(sink, &e);
	assert_true(seconds_since(&start) < 30.0);
	assert_int_equal(fcntl(reader, F_SETFL, 0), 0);
	// Reads until the sink closes its end.
	pthread_t closer;
	assert_int_equal(pthread_create(&closer, NULL, close_sink, sink), 0);
	FILE *in = fdopen(reader, "r");
	struct tally t = { 0 };
	assert_non_null(in);
	tally_stream(in, &t);
	fclose(in);
	assert_int_equal(pthread_join(closer, NULL), 0);
	assert_true(t.lost > 0);
	assert_int_equal(t.deleted + t.lost, MANY);
}

static void ends_although_nobody_reads(void **state)
{
	struct event_sink *sink;
	struct timespec start;
	(void)state;
	assert_int_equal(mkfifo(file, 0600), 0);
	int reader = open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(reader >= 0);
	assert_int_equal(event_sink_new(file, &sink), 0);
	(void)emit_many(sink);
	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	event_sink_free(sink);
	assert_true(seconds_since(&start) < 30.0);
	close(reader);
}

static void a_full_disk_ends_nothing(void **state)
{
	struct event_sink *sink;
	const struct event e = { .kind = EVENT_FILE_DELETE };
	(void)state;
	assert_int_equal(event_sink_new("/dev/full", &sink), 0);
	for (unsigned i = 0; i < 100; i++) {
		event_emit(sink, &e);
		event_sink_flush(sink);
	}
	event_sink_free(sink);
	assert_int_equal(event_sink_new(file, &sink), 0);
	event_sink_free(sink);
}

static void what_cannot_be_opened_is_told(void **state)
{
	struct event_sink *sink;
	(void)state;
	assert_int_equal(event_sink_new("/nonexistent/events", &sink), -ENOENT);
	event_emit(NULL, &(struct event){ .kind = EVENT_SERVER_STOP });
	event_sink_flush(NULL);
	event_sink_reopen(NULL);
	event_sink_free(NULL);
	assert_int_equal(event_sink_new(file, &sink), 0);
	event_sink_free(sink);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_lost_between_threads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_its_owner_can_read_the_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(flush_means_written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rotation_keeps_every_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_stalled_reader_holds_nobody_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ends_although_nobody_reads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_full_disk_ends_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_opened_is_told, set_up, tear_down),
	};
	return RUN_TESTS(tests);
}
