// SPDX-License-Identifier: Apache-2.0
// Work that blocks goes to a few threads; its task sleeps until it is done, or until it has waited enough.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "audit/task_state.h"
#include "base/filetime.h"

enum {
	WORKERS_MAX = 8,      // that somebody waits for
	WORKERS_ALL_MAX = 64, // with those that nobody waits for any more
};

// It is the pool's from the moment it is asked for until its task has it back.
struct work {
	void (*run)(void *context);
	void (*drop)(void *context);
	void *context;
	struct task *task;       // NULL: it has given up
	bool begun, done, taken; // taken: out of the pool's list of those done
	struct work *next;
};

struct works {
	struct work *first, **last;
};

// What is here belongs to the lock. The pool lives as long as one of its threads does.
struct task_pool {
	pthread_mutex_t lock;
	pthread_cond_t more, fewer;
	unsigned workers, idle;
	unsigned waiting; // works that are asked for and not begun
	unsigned lost;    // workers whose work nobody waits for any more
	bool ending;
	bool orphaned; // its last worker frees it
	struct works asked, done;
	int event;
};

// --- works ------------------------------------------------------------------------------------------

static void works_init(struct works *q)
{
	q->first = NULL;
	q->last = &q->first;
}

static void works_add(struct works *q, struct work *w)
{
	w->next = NULL;
	*q->last = w;
	q->last = &w->next;
}

static struct work *works_take(struct works *q)
{
	struct work *w = q->first;
	if (w == NULL)
		return NULL;
	q->first = w->next;
	if (q->first == NULL)
		q->last = &q->first;
	return w;
}

static void works_remove(struct works *q, const struct work *w)
{
	struct work **at = &q->first;
	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	if (*at == NULL)
		q->last = at;
}

static void work_drop(struct work *w)
{
	if (w->drop != NULL)
		w->drop(w->context);
	free(w);
}

// --- the workers ------------------------------------------------------------------------------------

static void pool_destroy(struct task_pool *p)
{
	pthread_cond_destroy(&p->more);
	pthread_cond_destroy(&p->fewer);
	pthread_mutex_destroy(&p->lock);
	(void)close(p->event);
	free(p);
}

static void announce(const struct task_pool *p)
{
	uint64_t one = 1;
	// Full only when it was announced 2^64 times.
	while (write(p->event, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

// With the lock held, as it is afterwards.
static void work_run(struct task_pool *p, struct work *w)
{
	w->begun = true;
	pthread_mutex_unlock(&p->lock);
	w->run(w->context);
	pthread_mutex_lock(&p->lock);
	w->done = true;
	if (w->task != NULL) {
		works_add(&p->done, w);
		announce(p);
		return;
	}
	p->lost--;
	pthread_mutex_unlock(&p->lock);
	work_drop(w);
	pthread_mutex_lock(&p->lock);
}

static void *worker_main(void *context)
{
	struct task_pool *p = context;
	pthread_mutex_lock(&p->lock);
	for (;;) {
		struct work *w = works_take(&p->asked);
		if (w != NULL) {
			p->waiting--;
			work_run(p, w);
			continue;
		}
		if (p->ending)
			break;
		p->idle++;
		pthread_cond_wait(&p->more, &p->lock);
		p->idle--;
	}
	bool last = --p->workers == 0 && p->orphaned;
	pthread_cond_signal(&p->fewer);
	pthread_mutex_unlock(&p->lock);
	if (last)
		pool_destroy(p);
	return NULL;
}

// Signals are the main thread's.
static int worker_start(struct task_pool *p)
{
	sigset_t all, before;
	pthread_t worker;
	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	int rc = pthread_create(&worker, NULL, worker_main, p);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0)
		return -rc;
	(void)pthread_detach(worker);
	p->workers++;
	return 0;
}

struct task_pool *task_pool_new(void)
{
	struct task_pool *p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->event < 0) {
		free(p);
		return NULL;
	}
	works_init(&p->asked);
	works_init(&p->done);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->more, NULL);
	pthread_cond_init(&p->fewer, NULL);
	return p;
}

void task_pool_free(struct task_pool *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->more);
	while (p->workers > p->lost)
		pthread_cond_wait(&p->fewer, &p->lock);
	p->orphaned = p->workers > 0;
	bool orphaned = p->orphaned;
	pthread_mutex_unlock(&p->lock);
	if (!orphaned)
		pool_destroy(p);
}

int task_pool_event(const struct task_pool *p)
{
	return p->event;
}

void task_pool_collect(struct task_pool *p)
{
	uint64_t count;
	(void)!read(p->event, &count, sizeof(count));
	pthread_mutex_lock(&p->lock);
	for (struct work *w; (w = works_take(&p->done)) != NULL;) {
		w->taken = true;
		task_wake(w->task);
	}
	pthread_mutex_unlock(&p->lock);
}

// --- the tasks --------------------------------------------------------------------------------------

// 0 where somebody will do it, sooner or later.
static int work_ask(struct task_pool *p, struct work *w)
{
	pthread_mutex_lock(&p->lock);
	int rc = 0;
	if (p->waiting >= p->idle && p->workers - p->lost < WORKERS_MAX && p->workers < WORKERS_ALL_MAX)
		rc = worker_start(p);
	if (rc == 0 || p->workers > p->lost) {
		rc = 0;
		p->waiting++;
		works_add(&p->asked, w);
		pthread_cond_signal(&p->more);
	}
	pthread_mutex_unlock(&p->lock);
	return rc;
}

// The task is awake again. True: the work has run.
static bool work_end(struct task_pool *p, struct work *w)
{
	pthread_mutex_lock(&p->lock);
	bool done = w->done, begun = w->begun;
	if (done && !w->taken)
		works_remove(&p->done, w);
	if (!done && !begun) {
		works_remove(&p->asked, w);
		p->waiting--;
	}
	if (!done && begun) {
		w->task = NULL;
		p->lost++;
	}
	pthread_mutex_unlock(&p->lock);
	if (done)
		free(w);
	else if (!begun)
		work_drop(w);
	return done;
}

int task_run_bounded(void (*run)(void *context), void (*drop)(void *context), void *context, int timeout_ms)
{
	struct scheduler *s = scheduler_current();
	if (s == NULL) {
		run(context);
		return 0;
	}
	struct work *w = calloc(1, sizeof(*w));
	if (w == NULL) {
		if (drop != NULL)
			drop(context);
		return -ENOMEM;
	}
	*w = (struct work){ .run = run, .drop = drop, .context = context, .task = s->current };
	int rc = work_ask(s->pool, w);
	if (rc < 0) {
		work_drop(w);
		return rc;
	}
	if (timeout_ms >= 0)
		task_timer_set(s, s->current, monotonic_ms() + (uint64_t)timeout_ms);
	task_park(s);
	return work_end(s->pool, w) ? 0 : -ETIMEDOUT;
}

int task_run_blocking(void (*work)(void *context), void *context)
{
	return task_run_bounded(work, NULL, context, -1);
}
