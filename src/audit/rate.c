// SPDX-License-Identifier: Apache-2.0
#include "audit/rate.h"

#include <stdlib.h>
#include <time.h>

#include "audit/task.h"

enum {
	SECOND_US = 1000000,
	// What was not used so long ago may still be used: tasks wake to the millisecond and not better.
	SAVED_US = 20000,
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

uint64_t rate_wait(struct rate *r)
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
	task_sleep((unsigned)wait_ms);
	return wait_ms;
}
