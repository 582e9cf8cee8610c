// SPDX-License-Identifier: Apache-2.0
#include "audit/rate.h"

#include <stdlib.h>
#include <time.h>

#include "audit/task.h"

enum {
	SECOND_US = 1000000,
	// What was not used so long ago may still be used: tasks wake to the millisecond and not better.
	SAVED_US = 20000,
	LOOK_UP_MS = 1000,
};

struct rate {
	uint64_t step_us; // 0: without a limit
	uint64_t next_us;
};

static uint64_t now_us(void)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * SECOND_US + (uint64_t)ts.tv_nsec / 1000;
}

struct rate *rate_new(unsigned per_second)
{
	struct rate *r = calloc(1, sizeof(*r));
	if (r == NULL)
		return NULL;
	if (per_second > 0)
		r->step_us = per_second < SECOND_US ? SECOND_US / per_second : 1;
	r->next_us = now_us();
	return r;
}

void rate_free(struct rate *r)
{
	free(r);
}

// Thousands may wait here for minutes: they look up now and then.
static uint64_t sleep_unless(const bool *stop, uint64_t wait_ms)
{
	uint64_t slept = 0;
	while (slept < wait_ms && (stop == NULL || !*stop)) {
		uint64_t left = wait_ms - slept;
		unsigned slice = left < LOOK_UP_MS ? (unsigned)left : LOOK_UP_MS;
		task_sleep(slice);
		slept += slice;
	}
	return slept;
}

uint64_t rate_wait(struct rate *r, const bool *stop)
{
	uint64_t now = now_us();
	if (r->step_us == 0)
		return 0;
	if (r->next_us + SAVED_US < now)
		r->next_us = now - SAVED_US;
	uint64_t turn = r->next_us;
	r->next_us += r->step_us;
	if (turn <= now)
		return 0;
	uint64_t wait_ms = (turn - now + 999) / 1000;
	return sleep_unless(stop, wait_ms);
}
