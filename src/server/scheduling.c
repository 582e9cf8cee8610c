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
	// A tenth of a loop's weight: several workers that compute do not outweigh it.
	WORKER_NICE = 10,
	// The least that Linux grants. Who asks for short turns is let in at once when somebody with long
	// ones runs (since 6.12; before, it is not heard).
	LOOP_SLICE_NS = 100000,
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

// Asking for a slice sets niceness as well: to what it is.
static void ask_for_slice(unsigned ns)
{
	struct wish wish = { .size = sizeof(wish), .policy = SCHED_OTHER, .runtime_ns = ns };
	wish.nice = getpriority(PRIO_PROCESS, 0);
	(void)syscall(SYS_sched_setattr, 0, &wish, 0);
}

void thread_becomes_loop(void)
{
	name_thread("loop");
	ask_for_slice(LOOP_SLICE_NS);
}

void thread_becomes_worker(void)
{
	name_thread("worker");
	(void)setpriority(PRIO_PROCESS, 0, WORKER_NICE);
}

void thread_becomes_front(void)
{
	(void)setpriority(PRIO_PROCESS, 0, FRONT_NICE);
}
