// SPDX-License-Identifier: Apache-2.0
// The worker threads (libuv's pool), dealt out so that a share whose disk does not answer cannot have
// them all.
//
// A job is of a lane: that of its share, or one of the two below. A lane gets one more worker as long as it
// has fewer than are free; beyond that its jobs wait, in their order. So one share that hangs has half of
// the workers at most, a second one half of the rest, and who has none finds a free one.
// What waits is charged and limited like all that is received: as frames of its peer.
#ifndef SIGNET_SERVER_WORKER_POOL_H
#define SIGNET_SERVER_WORKER_POOL_H

#include <pthread.h>
#include <stdint.h>
#include <uv.h>

#include "base/attributes.h"
#include "server/loop.h"

// One share alone has as many as a busy disk can use (and libuv must be told so before it begins).
#define WORKER_THREADS 32
#define WORKER_THREADS_TEXT "32"
#define LANE_OF_NO_SHARE 0
#define LANE_OF_LARGE_FRAMES UINT64_MAX // their cryptography (offload.h)

struct worker_lane;

struct worker_pool {
	pthread_mutex_t lock;
	unsigned free;               // workers that nobody has
	struct worker_lane *lanes;   // uthash by id
	struct worker_lane *waiting; // those with jobs that wait, the longest first
	struct worker_lane *rest;    // LANE_OF_NO_SHARE
};

// Embedded in what it is about. The first four are its owner's to set.
struct worker_job {
	struct loop *loop;                  // on which it is started and done
	const void *owner;                  // for worker_pool_withdraw
	void (*run)(struct worker_job *j);  // on a worker; not if it was withdrawn
	void (*done)(struct worker_job *j); // on the loop; the job may be gone afterwards

	struct worker_pool *pool;
	struct worker_lane *lane;
	struct worker_job *next; // in its lane
	struct worker_job *prev;
	uv_work_t uv;
	struct loop_task task;
};

// 0 or -ENOMEM.
int worker_pool_init(struct worker_pool *p) WARN_UNUSED;
void worker_pool_done(struct worker_pool *p);
// On the thread of the job's loop.
void worker_pool_start(struct worker_pool *p, struct worker_job *j, uint64_t lane);
// The owner's jobs that still wait are done without having run. From any thread.
void worker_pool_withdraw(struct worker_pool *p, const void *owner);
// The lane that a started job is of.
uint64_t worker_job_lane(const struct worker_job *j);

#endif
