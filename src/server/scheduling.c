// SPDX-License-Identifier: Apache-2.0
#include "server/scheduling.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	FRONT_NICE = 5,
	// A tenth of a loop's weight. With 19 loops wait less for workers, but these starve beside programs
	// that keep all processors busy.
	WORKER_NICE = 10,
	// The least that Linux grants. Who asks for short turns is let in at once when somebody with long
	// ones runs (since 6.12; before, it is not heard): so workers must not ask for them.
	LOOP_SLICE_NS = 100000,
	USUAL_SLICE_NS = 0,
};

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

// SCHED_BATCH: who is woken does not put off whoever runs. A loop that starts a worker would otherwise have
// to wait for it, until the clock ticks, whenever it has had a little more than its share.
void thread_becomes_worker(void)
{
	name_thread("worker");
	ask(SCHED_BATCH, WORKER_NICE, USUAL_SLICE_NS);
}

void worker_lets_others(void)
{
	(void)sched_yield();
}

void thread_becomes_front(void)
{
	ask(SCHED_OTHER, FRONT_NICE, USUAL_SLICE_NS);
}
