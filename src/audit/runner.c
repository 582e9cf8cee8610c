// SPDX-License-Identifier: Apache-2.0
// A few thousand tasks take target by target. To ask whether anything is there costs little and is done by
// all of them at once; the probes themselves are let in `parallel` at a time, so that the dead do not keep
// the living waiting.
//
// One machine may play many hosts, or carry what is said to them: where hosts took connections and then were
// silent, while others answered, those that were not reached are asked once more, gently.
#include "audit/runner.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "audit/runner_state.h"

enum {
	TASKS_PER_PLACE = 8, // that look for the living, for each that is probed
	TASKS_MAX = 4096,
	DESCRIPTORS_PER_TASK = 3, // its loop, a connection, and one that is being closed
	DESCRIPTORS_ASIDE = 64,   // of everything else
	TICK_MS = 200,
	OVERRUN_SHARE = 16,            // one in so many that took a connection was silent
	SECOND_ROUND_PER_SECOND = 200, // first questions
	SECOND_ROUND_PARALLEL = 32,
};

#define FACTS_MEMORY_MAX ((size_t)1 << 30)  // of what hosts that are under way said
#define REPORT_MEMORY_MAX ((size_t)2 << 30) // of what is reported of all

struct audit_options audit_options_default(void)
{
	return (struct audit_options){ .timeout_ms = 3000,
		.host_timeout_ms = 60000,
		.parallel = 1024,
		.connections_per_second = 2000,
		.host_pause_ms = 5,
		.facts_memory_max = FACTS_MEMORY_MAX,
		.report_memory_max = REPORT_MEMORY_MAX };
}

static uint64_t unix_us(void)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void task_main(void *context)
{
	struct runner *r = context;
	while (r->next < r->waiting_count)
		host_audit(r, &r->hosts[r->waiting[r->next++]]);
}

// --- all of them ------------------------------------------------------------------------------------

// As many descriptors as this process may have, up to what is of use.
static size_t descriptors_reserve(size_t wanted)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 0;
	if (limit.rlim_cur < wanted) {
		struct rlimit raised = { limit.rlim_max < wanted ? limit.rlim_max : wanted, limit.rlim_max };
		if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
			limit = raised;
	}
	return limit.rlim_cur;
}

static size_t tasks_wanted(const struct runner *r)
{
	size_t count = (size_t)r->run->options->parallel * TASKS_PER_PLACE;
	if (count > TASKS_MAX)
		count = TASKS_MAX;
	if (count > r->waiting_count)
		count = r->waiting_count;
	size_t descriptors = descriptors_reserve(DESCRIPTORS_ASIDE + count * DESCRIPTORS_PER_TASK);
	size_t bearable = descriptors > DESCRIPTORS_ASIDE
				  ? (descriptors - DESCRIPTORS_ASIDE) / DESCRIPTORS_PER_TASK
				  : 1;
	return count < bearable ? count : bearable;
}

static int hosts_add(struct runner *r)
{
	const struct targets *t = r->run->targets;
	r->hosts = calloc(t->count + 1, sizeof(*r->hosts));
	r->waiting = calloc(t->count + 1, sizeof(*r->waiting));
	if (r->hosts == NULL || r->waiting == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < t->count; i++) {
		struct audit_subject *s = report_add_subject(r->report, t->all[i].host, t->all[i].port);
		if (s == NULL)
			return -ENOMEM;
		r->hosts[i] = (struct host_audit){ .target = &t->all[i], .subject = s };
		r->waiting[r->waiting_count++] = i;
	}
	return 0;
}

static int runner_init(struct runner *r)
{
	const struct audit_options *o = r->run->options;
	r->scheduler = scheduler_new();
	r->gate = task_gate_new(o->parallel);
	r->rate = rate_new(o->connections_per_second);
	r->logons = logon_turn_new();
	r->variants = logon_turn_new();
	if (r->scheduler == NULL || r->gate == NULL || r->rate == NULL || r->logons == NULL ||
		r->variants == NULL)
		return -ENOMEM;
	r->facts_memory = memory_limit_make(o->facts_memory_max, NULL);
	r->report_memory = memory_limit_make(o->report_memory_max, NULL);
	int rc = hosts_add(r);
	arena_charge_to(&r->report->arena, &r->report_memory.account);
	return rc;
}

static void runner_done(struct runner *r)
{
	scheduler_free(r->scheduler);
	logon_turn_free(r->logons);
	logon_turn_free(r->variants);
	rate_free(r->rate);
	rate_free(r->ask_rate);
	task_gate_free(r->gate);
	free(r->hosts);
	free(r->waiting);
	// It lives longer than the limit.
	arena_charge_to(&r->report->arena, NULL);
}

static void on_tick(void *context)
{
	struct runner *r = context;
	if (r->run->on_progress != NULL)
		r->run->on_progress(r->run->context, &r->progress);
}

// Some tasks are enough where there is not memory for all.
static int tasks_start(struct runner *r)
{
	size_t wanted = tasks_wanted(r);
	int rc = 0;
	size_t count = 0;
	while (count < wanted && (rc = scheduler_start(r->scheduler, task_main, r)) == 0)
		count++;
	return count > 0 ? 0 : rc;
}

static int round_run(struct runner *r)
{
	r->next = 0;
	int rc = tasks_start(r);
	return rc == 0 ? scheduler_run(r->scheduler, TICK_MS, on_tick, r) : rc;
}

static bool is_stopped(const struct runner *r)
{
	return r->run->stop != NULL && *r->run->stop;
}

// Who is dead takes no connection; so that nobody waits for the dead twice, unless there is a reason.
static bool was_overrun(const struct runner *r)
{
	return r->progress.reached > 0 && r->mute > 0 &&
	       r->mute * OVERRUN_SHARE >= r->mute + r->progress.reached;
}

static void silent_collect(struct runner *r)
{
	r->waiting_count = 0;
	for (size_t i = 0; i < r->run->targets->count; i++)
		if (r->hosts[i].silent)
			r->waiting[r->waiting_count++] = i;
	r->progress.done -= r->waiting_count;
}

static int second_round(struct runner *r)
{
	unsigned places = r->run->options->parallel;
	if (is_stopped(r) || !was_overrun(r))
		return 0;
	task_gate_free(r->gate);
	r->gate = task_gate_new(places < SECOND_ROUND_PARALLEL ? places : SECOND_ROUND_PARALLEL);
	r->ask_rate = rate_new(SECOND_ROUND_PER_SECOND);
	if (r->gate == NULL || r->ask_rate == NULL)
		return -ENOMEM;
	silent_collect(r);
	return r->waiting_count > 0 ? round_run(r) : 0;
}

int audit_run(const struct audit_run *run, struct audit_report *report)
{
	struct runner r = { .run = run, .report = report, .progress.total = run->targets->count };
	report->begun_us = unix_us();
	int rc = runner_init(&r);
	if (rc == 0)
		rc = round_run(&r);
	if (rc == 0)
		rc = second_round(&r);
	report->ended_us = unix_us();
	runner_done(&r);
	return rc;
}
