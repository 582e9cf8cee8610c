// SPDX-License-Identifier: Apache-2.0
#include "server/worker_pool.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

// Lanes stay as long as the server: there are as many as folders that were ever shared.
struct worker_lane {
	uint64_t id;
	unsigned busy;           // workers that it has
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

int worker_pool_init(struct worker_pool *p)
{
	*p = (struct worker_pool){ .free = WORKER_THREADS };
	pthread_mutex_init(&p->lock, NULL);
	p->rest = lane_new(p, LANE_OF_NO_SHARE);
	return p->rest == NULL ? -ENOMEM : 0;
}

void worker_pool_done(struct worker_pool *p)
{
	struct worker_lane *l, *next;
	HASH_ITER(hh, p->lanes, l, next)
	{
		HASH_DELETE(hh, p->lanes, l);
		free(l);
	}
	pthread_mutex_destroy(&p->lock);
}

// --- a job on its way, under the lock ----------------------------------------------------------------

static bool lane_may_run(const struct worker_pool *p, const struct worker_lane *l)
{
	return l->busy < p->free;
}

static void lane_take_worker(struct worker_pool *p, struct worker_lane *l)
{
	l->busy++;
	p->free--;
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
		lane_take_worker(p, l);
		if (l->jobs != NULL) {
			DL_DELETE(p->waiting, l);
			DL_APPEND(p->waiting, l);
		}
		return j;
	}
	return NULL;
}

// --- running -----------------------------------------------------------------------------------------

static void on_queued(struct loop_task *task);

static void worker_give_back(struct worker_pool *p, struct worker_lane *l)
{
	pthread_mutex_lock(&p->lock);
	l->busy--;
	p->free++;
	for (struct worker_job *j = next_job(p); j != NULL; j = next_job(p)) {
		j->task.run = on_queued; // only its loop's thread may hand it to libuv
		loop_post(j->loop, &j->task);
	}
	pthread_mutex_unlock(&p->lock);
}

static void on_run(uv_work_t *uv)
{
	struct worker_job *j = CONTAINER_OF(uv, struct worker_job, uv);
	j->run(j);
	worker_give_back(j->pool, j->lane);
}

static void on_done(uv_work_t *uv, int status UNUSED)
{
	struct worker_job *j = CONTAINER_OF(uv, struct worker_job, uv);
	j->done(j);
}

static void on_queued(struct loop_task *task)
{
	struct worker_job *j = CONTAINER_OF(task, struct worker_job, task);
	(void)uv_queue_work(&j->loop->uv, &j->uv, on_run, on_done); // fails only without a callback
}

void worker_pool_start(struct worker_pool *p, struct worker_job *j, uint64_t lane)
{
	pthread_mutex_lock(&p->lock);
	j->pool = p;
	j->lane = lane_of(p, lane);
	bool runs = j->lane->jobs == NULL && lane_may_run(p, j->lane);
	if (runs)
		lane_take_worker(p, j->lane);
	else
		job_wait(p, j);
	pthread_mutex_unlock(&p->lock);
	if (runs)
		on_queued(&j->task);
}

// --- withdrawing ---------------------------------------------------------------------------------------

static void on_withdrawn(struct loop_task *task)
{
	struct worker_job *j = CONTAINER_OF(task, struct worker_job, task);
	j->done(j);
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
			j->task.run = on_withdrawn;
			loop_post(j->loop, &j->task);
		}
	}
	pthread_mutex_unlock(&p->lock);
}

uint64_t worker_job_lane(const struct worker_job *j)
{
	return j->lane->id;
}
