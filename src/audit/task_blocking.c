// SPDX-License-Identifier: Apache-2.0
// Work that blocks goes to a few threads; its task sleeps until it is done. And the gate.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "audit/task_state.h"

// --- works ------------------------------------------------------------------------------------------

static void works_init(struct task_works *q)
{
	q->first = NULL;
	q->last = &q->first;
}

static void works_add(struct task_works *q, struct task_work *w)
{
	w->next = NULL;
	*q->last = w;
	q->last = &w->next;
}

static struct task_work *works_take(struct task_works *q)
{
	struct task_work *w = q->first;
	if (w == NULL)
		return NULL;
	q->first = w->next;
	if (q->first == NULL)
		q->last = &q->first;
	return w;
}

// --- the workers ------------------------------------------------------------------------------------

static void announce(const struct task_pool *p)
{
	uint64_t one = 1;
	// Full only when it was announced 2^64 times.
	while (write(p->event, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

static void *worker_main(void *context)
{
	struct task_pool *p = context;
	pthread_mutex_lock(&p->lock);
	for (;;) {
		struct task_work *w = works_take(&p->asked);
		if (w == NULL && p->ending)
			break;
		if (w == NULL) {
			p->idle++;
			pthread_cond_wait(&p->more, &p->lock);
			p->idle--;
			continue;
		}
		pthread_mutex_unlock(&p->lock);
		w->work(w->context);
		pthread_mutex_lock(&p->lock);
		works_add(&p->done, w);
		announce(p);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

// Signals are the main thread's.
static int worker_start(struct task_pool *p)
{
	sigset_t all, before;
	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	int rc = pthread_create(&p->workers[p->worker_count], NULL, worker_main, p);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc == 0)
		p->worker_count++;
	return -rc;
}

int task_pool_init(struct task_pool *p)
{
	p->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->event < 0)
		return -errno;
	works_init(&p->asked);
	works_init(&p->done);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->more, NULL);
	return 0;
}

void task_pool_done(struct task_pool *p)
{
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->more);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->worker_count; i++)
		pthread_join(p->workers[i], NULL);
	pthread_cond_destroy(&p->more);
	pthread_mutex_destroy(&p->lock);
	(void)close(p->event);
}

void task_pool_collect(struct task_pool *p)
{
	uint64_t count;
	(void)!read(p->event, &count, sizeof(count));
	pthread_mutex_lock(&p->lock);
	for (struct task_work *w; (w = works_take(&p->done)) != NULL;)
		task_wake(w->task);
	pthread_mutex_unlock(&p->lock);
}

int task_run_blocking(void (*work)(void *context), void *context)
{
	struct scheduler *s = scheduler_current();
	if (s == NULL) {
		work(context);
		return 0;
	}
	struct task_pool *p = &s->pool;
	struct task_work w = { .work = work, .context = context, .task = s->current };
	int rc = 0;
	pthread_mutex_lock(&p->lock);
	if (p->idle == 0 && p->worker_count < TASK_WORKERS_MAX)
		rc = worker_start(p);
	if (rc == 0 || p->worker_count > 0) {
		rc = 0;
		works_add(&p->asked, &w);
		pthread_cond_signal(&p->more);
	}
	pthread_mutex_unlock(&p->lock);
	if (rc == 0)
		task_park(s);
	return rc;
}

// --- the gate ---------------------------------------------------------------------------------------

struct task_gate {
	unsigned places; // free ones
	struct task_queue waiting;
};

struct task_gate *task_gate_new(unsigned places)
{
	struct task_gate *g = calloc(1, sizeof(*g));
	if (g == NULL)
		return NULL;
	g->places = places;
	task_queue_init(&g->waiting);
	return g;
}

void task_gate_free(struct task_gate *g)
{
	free(g);
}

void task_gate_enter(struct task_gate *g)
{
	struct scheduler *s = scheduler_current();
	if (g->places > 0) {
		g->places--;
		return;
	}
	// Outside of a task there is nobody to wait for.
	if (s == NULL)
		return;
	task_queue_add(&g->waiting, s->current);
	task_park(s);
}

// The place goes to the next one rather than back.
void task_gate_leave(struct task_gate *g)
{
	struct task *next = task_queue_take(&g->waiting);
	if (next == NULL)
		g->places++;
	else
		task_wake(next);
}
