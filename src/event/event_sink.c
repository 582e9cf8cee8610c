// SPDX-License-Identifier: Apache-2.0
#include "event/event_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/scheduling.h"

enum { STALLED_READER_MS = 200, FILE_PIECE_LEN = 64 << 10 };

// One of the two buffers is filled by who emits while the other is being written.
struct event_sink {
	char *path; // NULL: standard output
	pthread_t thread;
	void (*listener)(void *context, const struct event *e); // NULL: none
	void *listener_context;

	pthread_mutex_t lock;   // of everything below up to fd
	pthread_cond_t work;    // there is something to write, reopen or end for
	pthread_cond_t written; // for event_sink_flush
	uint8_t *filling;
	size_t filled;     // bytes in it
	uint64_t accepted; // bytes ever taken
	uint64_t done;     // of them: written, or lost by the disk
	uint64_t lost;     // events dropped and not told of
	uint64_t told;     // count in the EVENTS_LOST that the filling buffer begins with
	struct event_counts counts;
	bool hurry; // somebody waits: no lingering
	bool reopen;
	bool stop;

	int fd; // the thread's own from here on
	uint8_t *writing;
	bool is_file; // a regular one, not a pipe
	bool torn;    // the file ends in half a line
};

static int open_file(const char *path)
{
	if (path == NULL)
		return STDOUT_FILENO;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
	return fd >= 0 ? fd : -errno;
}

static bool is_regular(int fd)
{
	struct stat st;
	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

static void close_file(struct event_sink *s)
{
	if (s->path != NULL)
		(void)close(s->fd);
}

// Whether a pipe or terminal takes something now; false when nobody reads it and the sink is to end.
static bool wait_until_writable(struct event_sink *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLOUT };
	bool stop = false;
	while (poll(&p, 1, STALLED_READER_MS) == 0 && !stop) {
		(void)pthread_mutex_lock(&s->lock);
		stop = s->stop;
		(void)pthread_mutex_unlock(&s->lock);
	}
	return p.revents != 0;
}

// Returns how much was written: less than len only when there was an error. What is not a file is
// written in pieces that do not block once poll lets them pass.
static size_t write_all(struct event_sink *s, const uint8_t *data, size_t len)
{
	size_t done = 0;
	while (done < len && (s->is_file || wait_until_writable(s))) {
		size_t max = s->is_file ? FILE_PIECE_LEN : PIPE_BUF;
		size_t piece = len - done < max ? len - done : max;
		ssize_t n = write(s->fd, data + done, piece);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
		step_aside();
	}
	return done;
}

static uint64_t count_lines(const uint8_t *data, size_t len)
{
	uint64_t lines = 0;
	for (size_t i = 0; i < len; i++)
		lines += data[i] == '\n' ? 1 : 0;
	return lines;
}

// Begins the empty buffer with the event that tells of lost ones; the lock is held.
static void put_loss(struct event_sink *s)
{
	const struct event loss = { .kind = EVENT_EVENTS_LOST, .count = s->lost };
	struct writer w = writer_make(s->filling, EVENT_SINK_BUFFER_BYTES);
	if (s->lost == 0 || !event_write_json(&loss, &w))
		return;
	s->filled = w.pos;
	s->accepted += w.pos;
	s->told = s->lost;
	s->lost = 0;
}

static void reopen_file(struct event_sink *s)
{
	int fd = s->path != NULL ? open_file(s->path) : -1;
	if (fd < 0)
		return;
	close_file(s);
	s->fd = fd;
	s->is_file = is_regular(fd);
	s->torn = false;
}

// Writes a buffer; returns how many events did not get to the file. told is the count in the
// EVENTS_LOST that the buffer begins with, if it does: it is lost with that line.
static uint64_t write_buffer(struct event_sink *s, const uint8_t *data, size_t len, uint64_t told)
{
	// Half a line stands at the file's end: at least the next one shall be whole.
	if (s->torn && write_all(s, (const uint8_t *)"\n", 1) == 1)
		s->torn = false;
	size_t done = s->torn ? 0 : write_all(s, data, len);
	if (done == len)
		return 0;
	s->torn |= done > 0 && data[done - 1] != '\n';
	uint64_t unwritten = count_lines(data + done, len - done);
	bool first_line_lost = memchr(data, '\n', done) == NULL;
	return told > 0 && first_line_lost ? unwritten - 1 + told : unwritten;
}

// Waits for lines, then a little longer for more of them, so that a busy server writes seldom.
static void wait_for_work(struct event_sink *s)
{
	struct timespec until;
	while (s->filled == 0 && !s->reopen && !s->stop)
		(void)pthread_cond_wait(&s->work, &s->lock);
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += EVENT_SINK_LINGER_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	while (!s->hurry && !s->stop && !s->reopen && s->filled < EVENT_SINK_BUFFER_BYTES / 4) {
		if (pthread_cond_timedwait(&s->work, &s->lock, &until) != 0)
			break;
	}
}

// Takes the filled buffer away and writes it without the lock, which is held before and after.
// Returns false when the thread should end.
static bool write_round(struct event_sink *s)
{
	bool stop = s->stop;
	bool reopen = s->reopen;
	size_t len = s->filled;
	uint64_t told = s->told;
	uint8_t *full = s->filling;
	s->filling = s->writing;
	s->writing = full;
	s->filled = 0;
	s->told = 0;
	s->hurry = s->reopen = false;
	put_loss(s);
	(void)pthread_mutex_unlock(&s->lock);

	uint64_t unwritten = write_buffer(s, full, len, told);
	if (reopen)
		reopen_file(s);

	(void)pthread_mutex_lock(&s->lock);
	s->lost += unwritten;
	s->counts.lost += unwritten;
	s->done += len;
	(void)pthread_cond_broadcast(&s->written);
	// A disk that takes nothing any more must not keep the program from ending.
	return !stop || (s->filled > 0 && unwritten == 0);
}

static void *sink_run(void *arg)
{
	struct event_sink *s = arg;
	thread_becomes_background();
	(void)pthread_mutex_lock(&s->lock);
	do {
		wait_for_work(s);
	} while (write_round(s));
	(void)pthread_mutex_unlock(&s->lock);
	return NULL;
}

static void sink_destroy(struct event_sink *s)
{
	(void)pthread_cond_destroy(&s->work);
	(void)pthread_cond_destroy(&s->written);
	(void)pthread_mutex_destroy(&s->lock);
	free(s->filling);
	free(s->writing);
	free(s->path);
	free(s);
}

static struct event_sink *sink_allocate(const char *path)
{
	pthread_condattr_t monotonic;
	struct event_sink *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	(void)pthread_mutex_init(&s->lock, NULL);
	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&s->work, &monotonic);
	(void)pthread_cond_init(&s->written, NULL);
	(void)pthread_condattr_destroy(&monotonic);
	bool file = strcmp(path, "-") != 0;
	s->path = file ? strdup(path) : NULL;
	s->filling = malloc(EVENT_SINK_BUFFER_BYTES);
	s->writing = malloc(EVENT_SINK_BUFFER_BYTES);
	if (s->filling != NULL && s->writing != NULL && (s->path != NULL || !file))
		return s;
	sink_destroy(s);
	return NULL;
}

int event_sink_new(const char *path, struct event_sink **out)
{
	struct event_sink *s = sink_allocate(path);
	if (s == NULL)
		return -ENOMEM;
	s->fd = open_file(s->path);
	s->is_file = s->fd >= 0 && is_regular(s->fd);
	int rc = s->fd < 0 ? s->fd : -pthread_create(&s->thread, NULL, sink_run, s);
	if (rc == 0) {
		*out = s;
		return 0;
	}
	if (s->fd >= 0)
		close_file(s);
	sink_destroy(s);
	return rc;
}

void event_sink_free(struct event_sink *s)
{
	if (s == NULL)
		return;
	(void)pthread_mutex_lock(&s->lock);
	s->stop = true;
	(void)pthread_cond_signal(&s->work);
	(void)pthread_mutex_unlock(&s->lock);
	(void)pthread_join(s->thread, NULL);
	close_file(s);
	sink_destroy(s);
}

void event_emit(struct event_sink *s, const struct event *e)
{
	uint8_t line[EVENT_JSON_MAX];
	struct writer w = writer_make(line, sizeof(line));
	if (s == NULL)
		return;
	if (s->listener != NULL)
		s->listener(s->listener_context, e);
	bool whole = event_write_json(e, &w);
	struct event_tally tally = event_tally_of(e);
	bool wake = false;
	(void)pthread_mutex_lock(&s->lock);
	event_counts_add(&s->counts, &tally);
	if (whole && w.pos <= EVENT_SINK_BUFFER_BYTES - s->filled) {
		wake = s->filled == 0 || (s->filled < EVENT_SINK_BUFFER_BYTES / 4 &&
						 s->filled + w.pos >= EVENT_SINK_BUFFER_BYTES / 4);
		memcpy(s->filling + s->filled, line, w.pos);
		s->filled += w.pos;
		s->accepted += w.pos;
	} else {
		s->lost++;
		s->counts.lost++;
	}
	(void)pthread_mutex_unlock(&s->lock);
	// Not under the lock: the writer may be given this processor at once.
	if (wake)
		(void)pthread_cond_signal(&s->work);
}

void event_sink_listen(
	struct event_sink *s, void (*listener)(void *context, const struct event *e), void *context)
{
	s->listener = listener;
	s->listener_context = context;
}

void event_sink_counts(struct event_sink *s, struct event_counts *out)
{
	if (s == NULL) {
		*out = (struct event_counts){ 0 };
		return;
	}
	(void)pthread_mutex_lock(&s->lock);
	*out = s->counts;
	(void)pthread_mutex_unlock(&s->lock);
}

void event_sink_reopen(struct event_sink *s)
{
	if (s == NULL)
		return;
	(void)pthread_mutex_lock(&s->lock);
	s->reopen = true;
	(void)pthread_cond_signal(&s->work);
	(void)pthread_mutex_unlock(&s->lock);
}

void event_sink_flush(struct event_sink *s)
{
	if (s == NULL)
		return;
	(void)pthread_mutex_lock(&s->lock);
	uint64_t target = s->accepted;
	s->hurry = true;
	(void)pthread_cond_signal(&s->work);
	while (s->done < target)
		(void)pthread_cond_wait(&s->written, &s->lock);
	(void)pthread_mutex_unlock(&s->lock);
}
