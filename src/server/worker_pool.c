// SPDX-License-Identifier: Apache-2.0
#include "server/worker_pool.h"

#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

#include "base/scheduling.h"

struct worker {
	struct worker_pool *pool;
	pthread_t thread;
	sem_t wake;             // it has a job, or is to end
	struct worker_job *job; // under the pool's lock, but for the one who has it
	struct worker *next;    // idle, or to be woken
};

// Lanes stay as long as the server: there are as many as folders that were ever shared, twice.
struct worker_lane {
	uint64_t id;
	unsigned busy;           // workers that it has
	unsigned max;            // that it may have
	struct worker_job *jobs; // that wait
	UT_hash_handle hh;
	struct worker_lane *next; // in pool->waiting
	struct worker_lane *prev;
};

static struct worker_lane *lane_new(struct worker_pool *p, uint64_t id)
{
	struct worker_lane *l = calloc(1, sizeof(*l));
	if (l == NULL)
		return NULL;
	l->id = id;
	bool computes = (id & (LANE_COMPUTES | LANE_IS_LARGE)) != 0;
	l->max = computes ? p->computing_max : WORKER_THREADS;
	HASH_ADD(hh, p->lanes, id, sizeof(l->id), l);
	return l;
}

static struct worker_lane *lane_of(struct worker_pool *p, uint64_t id)
{
	struct worker_lane *l = NULL;
	HASH_FIND(hh, p->lanes, &id, sizeof(id), l);
	if (l == NULL)
		l = lane_new(p, id);
	return l != NULL ? l : p->rest;
}

// --- a job on its way, under the lock ----------------------------------------------------------------

static bool lane_may_run(const struct worker_pool *p, const struct worker_lane *l)
{
	return l->busy < p->free && l->busy < l->max;
}

static void job_wait(struct worker_pool *p, struct worker_job *j)
{
	struct worker_lane *l = j->lane;
	if (l->jobs == NULL)
		DL_APPEND(p->waiting, l);
	DL_APPEND(l->jobs, j);
}

static void job_leave(struct worker_pool *p, struct worker_job *j)
{
	struct worker_lane *l = j->lane;
	DL_DELETE(l->jobs, j);
	if (l->jobs == NULL)
		DL_DELETE(p->waiting, l);
}

// The next job that may run now; its lane goes to the end of the line.
static struct worker_job *next_job(struct worker_pool *p)
{
	struct worker_lane *l;
	DL_FOREACH(p->waiting, l)
	{
		// cppcheck-suppress uninitvar ; it does not see into DL_FOREACH
		if (!lane_may_run(p, l))
			continue;
		struct worker_job *j = l->jobs;
		job_leave(p, j);
		if (l->jobs != NULL) {
			DL_DELETE(p->waiting, l);
			DL_APPEND(p->waiting, l);
		}
		return j;
	}
	return NULL;
}

static void worker_rest(struct worker_pool *p, struct worker *w)
{
	w->next = p->idle;
	p->idle = w;
	p->free++;
}

// Gives jobs to workers as long as both are there. Those who got one are to be woken without the lock.
static struct worker *deal(struct worker_pool *p)
{
	struct worker *woken = NULL;
	struct worker_job *j;
	while (p->idle != NULL && (j = next_job(p)) != NULL) {
		struct worker *w = p->idle;
		p->idle = w->next;
		p->free--;
		j->lane->busy++;
		w->job = j;
		w->next = woken;
		woken = w;
	}
	return woken;
}

static void wake(struct worker *woken)
{
	for (struct worker *w = woken, *next; w != NULL; w = next) {
		next = w->next; // it may rest again by then
		(void)sem_post(&w->wake);
	}
}

// --- running -----------------------------------------------------------------------------------------

static void on_done(struct loop_task *task)
{
	struct worker_job *j = CONTAINER_OF(task, struct worker_job, task);
	j->done(j);
}

static void worker_run_job(struct worker *w)
{
	struct worker_pool *p = w->pool;
	struct worker_job *j = w->job;
	struct worker_lane *l = j->lane;
	step_aside(); // many short jobs, one after the other, take long too
	j->run(j);
	loop_post(j->loop, &j->task); // the job may be gone from here on
	pthread_mutex_lock(&p->lock);
	l->busy--;
	w->job = NULL;
	worker_rest(p, w);
	struct worker *woken = deal(p);
	pthread_mutex_unlock(&p->lock);
	wake(woken);
}

static void *worker_thread(void *arg)
{
	struct worker *w = arg;
	thread_becomes_worker();
	for (;;) {
		while (sem_wait(&w->wake) != 0)
			; // a signal
		if (w->job == NULL)
			return NULL; // woken without one: it is the end
		worker_run_job(w);
	}
}

void worker_pool_start(struct worker_pool *p, struct worker_job *j, uint64_t lane)
{
	j->task.run = on_done;
	pthread_mutex_lock(&p->lock);
	j->lane = lane_of(p, lane);
	job_wait(p, j);
	struct worker *woken = deal(p);
	pthread_mutex_unlock(&p->lock);
	wake(woken);
}

void worker_pool_withdraw(struct worker_pool *p, const void *owner)
{
	struct worker_lane *l, *next_lane;
	struct worker_job *j, *next;
	pthread_mutex_lock(&p->lock);
	DL_FOREACH_SAFE(p->waiting, l, next_lane)
	{
		// cppcheck-suppress uninitvar ; likewise
		DL_FOREACH_SAFE(l->jobs, j, next)
		{
			// cppcheck-suppress uninitvar ; likewise
			if (j->owner != owner)
				continue;
			job_leave(p, j);
			loop_post(j->loop, &j->task);
		}
	}
	pthread_mutex_unlock(&p->lock);
}

uint64_t worker_job_lane(const struct worker_job *j)
{
	return j->lane->id;
}

// --- beginning and end ---------------------------------------------------------------------------------

static int worker_begin(struct worker_pool *p, struct worker *w)
{
	w->pool = p;
	if (sem_init(&w->wake, 0, 0) != 0)
		return -errno;
	int err = -pthread_create(&w->thread, NULL, worker_thread, w);
	if (err != 0) {
		(void)sem_destroy(&w->wake);
		return err;
	}
	p->count++;
	worker_rest(p, w);
	return 0;
}

int worker_pool_init(struct worker_pool *p)
{
	*p = (struct worker_pool){ .computing_max = processors_usable() };
	pthread_mutex_init(&p->lock, NULL);
	p->rest = lane_new(p, LANE_OF_NO_SHARE);
	p->workers = calloc(WORKER_THREADS, sizeof(*p->workers));
	if (p->rest == NULL || p->workers == NULL)
		return -ENOMEM;
	int err = 0;
	for (unsigned i = 0; i < WORKER_THREADS && err == 0; i++)
		err = worker_begin(p, &p->workers[i]);
	return err;
}

void worker_pool_done(struct worker_pool *p)
{
	struct worker_lane *l, *next;
	for (unsigned i = 0; i < p->count; i++)
		(void)sem_post(&p->workers[i].wake);
	for (unsigned i = 0; i < p->count; i++) {
		(void)pthread_join(p->workers[i].thread, NULL);
		(void)sem_destroy(&p->workers[i].wake);
	}
	HASH_ITER(hh, p->lanes, l, next)
	{
		HASH_DELETE(hh, p->lanes, l);
		free(l);
	}
	free(p->workers);
	pthread_mutex_destroy(&p->lock);
}
