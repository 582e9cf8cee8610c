// SPDX-License-Identifier: Apache-2.0
#include "base/scheduling.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
	// A tenth of a loop's weight, and a twentieth: a loop that is woken has then hardly ever had more
	// than its share, and what has waited for one catches up soon. Events must not be lost while loops
	// are busy; and with 19 workers starve beside programs that keep all processors busy.
	BACKGROUND_NICE = 10,
	WORKER_NICE = 13,
	// The least that Linux grants. Who asks for short turns is let in at once when somebody with longer
	// ones runs (since 6.12; before, it is not heard).
	LOOP_SLICE_NS = 100000,
	// So workers' must be longer; but what is left of its slice, a thread that steps aside forfeits
	// (since 6.17).
	LONG_SLICE_NS = 300000,
};
_Static_assert(LOOP_SLICE_NS < (int)STEP_ASIDE_NS && (int)STEP_ASIDE_NS < LONG_SLICE_NS, "as said above");

unsigned processors_usable(void)
{
	cpu_set_t set;
	// More than CPU_SETSIZE of them, and there are enough.
	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		return (unsigned)CPU_COUNT(&set);
	long count = sysconf(_SC_NPROCESSORS_ONLN);
	return count > 0 ? (unsigned)count : 1;
}

// Of sched_setattr(2), which the C library has no function for.
struct wish {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns;
	uint64_t deadline_ns;
	uint64_t period_ns;
};

static void name_thread(const char *name)
{
	(void)pthread_setname_np(pthread_self(), name);
}

// All three are set together, or none.
static void ask(uint32_t policy, int nice, uint64_t slice_ns)
{
	struct wish wish = { .size = sizeof(wish), .policy = policy, .nice = nice, .runtime_ns = slice_ns };
	(void)syscall(SYS_sched_setattr, 0, &wish, 0);
}

void thread_becomes_loop(void)
{
	name_thread("loop");
	ask(SCHED_OTHER, getpriority(PRIO_PROCESS, 0), LOOP_SLICE_NS);
}

// SCHED_BATCH: who is woken does not put off whoever runs. A loop that wakes a worker would otherwise have
// to wait for it, until the clock ticks, whenever it has had a little more than its share.
void thread_becomes_worker(void)
{
	name_thread("worker");
	ask(SCHED_BATCH, WORKER_NICE, LONG_SLICE_NS);
}

void thread_becomes_background(void)
{
	ask(SCHED_BATCH, BACKGROUND_NICE, LONG_SLICE_NS);
}

static uint64_t now_ns(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

void step_aside(void)
{
	static _Thread_local uint64_t last_ns;
	if (now_ns() - last_ns < STEP_ASIDE_NS)
		return;
	(void)sched_yield();
	last_ns = now_ns();
}
