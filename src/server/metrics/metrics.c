// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/metrics.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const double metrics_bounds[METRICS_BUCKETS - 1] = { 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
	0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10 };

int metrics_init(struct metrics *m)
{
	long cores = sysconf(_SC_NPROCESSORS_CONF);
	m->core_count = cores < 1 ? 1 : cores > METRICS_CORES_MAX ? METRICS_CORES_MAX : (unsigned)cores;
	size_t len = m->core_count * sizeof(*m->cores);
	m->cores = aligned_alloc(_Alignof(struct metrics_core), len);
	if (m->cores == NULL)
		return -ENOMEM;
	memset(m->cores, 0, len);
	return 0;
}

void metrics_done(struct metrics *m)
{
	free(m->cores);
	m->cores = NULL;
}

// The C library reads the number from memory that it shares with the kernel. A thread that is moved in
// between adds to another core's counters, which is slower but not wrong.
static struct metrics_core *core_of(struct metrics *m)
{
	int cpu = sched_getcpu();
	return &m->cores[cpu < 0 ? 0 : (unsigned)cpu % m->core_count];
}

static void add(atomic_uint_fast64_t *counter, uint64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static unsigned bucket_of(uint64_t ns)
{
	unsigned i = 0;
	while (i < METRICS_BUCKETS - 1 && (double)ns > metrics_bounds[i] * 1e9)
		i++;
	return i;
}

void metrics_add_request(struct metrics *m, uint16_t command, uint64_t ns, bool failed)
{
	if (command >= SMB2_COMMANDS)
		return;
	struct metrics_command *c = &core_of(m)->commands[command];
	add(&c->buckets[bucket_of(ns)], 1);
	add(&c->ns, ns);
	if (failed)
		add(&c->failed, 1);
}

void metrics_add_bytes(struct metrics *m, uint64_t bytes_read, uint64_t bytes_written)
{
	struct metrics_core *core = core_of(m);
	if (bytes_read != 0)
		add(&core->bytes_read, bytes_read);
	if (bytes_written != 0)
		add(&core->bytes_written, bytes_written);
}

static uint64_t get(const atomic_uint_fast64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static void sum_command(const struct metrics_command *c, struct metrics_command_sums *out)
{
	for (size_t i = 0; i < METRICS_BUCKETS; i++)
		out->buckets[i] += get(&c->buckets[i]);
	out->ns += get(&c->ns);
	out->failed += get(&c->failed);
}

void metrics_sum(const struct metrics *m, struct metrics_sums *out)
{
	memset(out, 0, sizeof(*out));
	for (unsigned i = 0; i < m->core_count; i++) {
		const struct metrics_core *core = &m->cores[i];
		for (size_t c = 0; c < SMB2_COMMANDS; c++)
			sum_command(&core->commands[c], &out->commands[c]);
		out->bytes_read += get(&core->bytes_read);
		out->bytes_written += get(&core->bytes_written);
	}
}

uint64_t metrics_now_ns(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
