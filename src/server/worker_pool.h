// SPDX-License-Identifier: Apache-2.0
// The worker threads, dealt out so that a share whose disk does not answer cannot have them all. They step
// back behind the loops: a loop has what is short, a worker what may take long.
//
// A job is of a lane: that of its share, or one of those below. A lane gets one more worker as long as it
// has fewer than are free; beyond that its jobs wait, in their order. So one share that hangs has half of
// the workers at most, a second one half of the rest, and who has none finds a free one.
// What waits is charged and limited like all that is received: as frames of its peer.
//
// Not libuv's: there, a worker that has been preempted while it tells a loop of its end makes that loop
// wait for it (uv_async_send), and all of them share locks with the loops. Here each worker sleeps on a
// semaphore of its own, and nobody is woken under a lock.
#ifndef SIGNET_SERVER_WORKER_POOL_H
#define SIGNET_SERVER_WORKER_POOL_H

#include <pthread.h>
#include <stdint.h>

#include "base/attributes.h"
#include "server/loop.h"

enum { WORKER_THREADS = 32 }; // one share alone has as many as a busy disk can use

#define LANE_OF_NO_SHARE 0
// In a lane's id: its jobs compute. More of them at once than there are processors would only take those
// from the loops.
#define LANE_COMPUTES (1ull << 63)
// So do those which read or write what is beyond TURN_BYTES_MAX, as long as the disk has it at hand; and one
// of them is long enough to keep a disk busy that does not.
#define LANE_IS_LARGE (1ull << 62)
#define LANE_OF_LARGE_FRAMES UINT64_MAX // their cryptography (offload.h)

struct worker_lane;
struct worker;

struct worker_pool {
	pthread_mutex_t lock;
	struct worker *workers; // as many as count says: WORKER_THREADS
	unsigned count;
	struct worker *idle;         // those without a job, the last to have had one first
	unsigned free;               // how many these are
	unsigned computing_max;      // workers of a lane that computes
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

	struct worker_lane *lane;
	struct worker_job *next; // in its lane
	struct worker_job *prev;
	struct loop_task task;
};

// Starts the threads. 0 or a negative errno. To be done in any case.
int worker_pool_init(struct worker_pool *p) WARN_UNUSED;
// No job may be left.
void worker_pool_done(struct worker_pool *p);
// On the thread of the job's loop.
void worker_pool_start(struct worker_pool *p, struct worker_job *j, uint64_t lane);
// The owner's jobs that still wait are done without having run. From any thread.
void worker_pool_withdraw(struct worker_pool *p, const void *owner);
// The lane that a started job is of.
uint64_t worker_job_lane(const struct worker_job *j);

#endif
