// SPDX-License-Identifier: Apache-2.0
// A few thousand tasks take target by target. To ask whether anything is there costs little and is done by
// all of them at once; the probes themselves are let in `parallel` at a time, so that the dead do not keep
// the living waiting.
#include "audit/runner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "audit/alive.h"
#include "audit/host_address.h"
#include "audit/login_note.h"
#include "audit/logon_turn.h"
#include "audit/probe_wait.h"
#include "audit/rate.h"
#include "audit/task.h"
#include "base/filetime.h"

enum {
	TASKS_PER_PLACE = 8, // that look for the living, for each that is probed
	TASKS_MAX = 4096,
	DESCRIPTORS_PER_TASK = 3, // its loop, a connection, and one that is being closed
	DESCRIPTORS_ASIDE = 64,   // of everything else
	TICK_MS = 200,
};

struct runner {
	const struct audit_run *run;
	struct audit_report *report;
	struct audit_subject **subjects; // of each target
	size_t next;
	struct scheduler *scheduler;
	struct task_gate *gate;
	struct rate *rate;
	struct logon_turn *logons;
	struct logon_turn *variants;
	bool login_told;
	struct audit_progress progress;
};

struct audit_options audit_options_default(void)
{
	return (struct audit_options){ .timeout_ms = 3000,
		.host_timeout_ms = 60000,
		.parallel = 1024,
		.connections_per_second = 2000,
		.host_pause_ms = 5 };
}

static uint64_t unix_us(void)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

// --- one host ---------------------------------------------------------------------------------------

static void take_over(struct audit_report *report, const struct host_facts *f, struct audit_subject *s)
{
	const char *name = f->dns_name != NULL ? f->dns_name : f->netbios_name;
	if (s->name == NULL && name != NULL)
		s->name = arena_strdup(&report->arena, name);
	if (f->system != NULL)
		s->system = arena_strdup(&report->arena, f->system);
	s->platform = f->platform;
	s->platform_known = f->platform_known;
}

static bool is_wanted(const struct runner *r, const struct probe_kind *k)
{
	const struct audit_login *login = &r->run->options->login;
	return !k->needs_login || login->kerberos || login->user != NULL;
}

static void run_probes(struct runner *r, struct probe *p)
{
	for (size_t i = 0; i < probe_kind_count && !probe_is_over(p); i++)
		if (is_wanted(r, &probe_kinds[i]))
			probe_kinds[i].run(p);
}

static void judge(struct runner *r, const struct host_facts *f, struct audit_subject *s)
{
	const struct check_context c = { .facts = f, .report = r->report, .subject = s };
	for (size_t i = 0; i < check_run_count; i++)
		check_runs[i](&c);
}

// Of who accepts no dialect, whatever he answers, there is nothing to judge.
static bool speaks_smb(const struct host_facts *f)
{
	return f->dialect_max != 0 || fact_is(&f->smb1, ANSWER_YES);
}

static void probe_host(struct runner *r, struct probe *p, struct audit_subject *s)
{
	uint64_t before = monotonic_ms();
	task_gate_enter(r->gate);
	p->deadline_ms += monotonic_ms() - before;
	r->progress.under_way++;
	run_probes(r, p);
	r->progress.under_way--;
	task_gate_leave(r->gate);
	login_note(r->report, p, &r->login_told);
	s->error = p->error;
	if (!speaks_smb(p->facts)) {
		s->error = p->error != NULL ? p->error : "what answers there accepts no dialect of SMB";
		return;
	}
	s->outcome = p->error == NULL ? AUDIT_DONE : AUDIT_PARTIAL;
	r->progress.reached++;
	take_over(r->report, p->facts, s);
	judge(r, p->facts, s);
}

// Whether anything there speaks SMB.
static bool audit_address(struct runner *r, const struct target *t, struct audit_subject *s)
{
	const struct audit_options *o = r->run->options;
	struct arena arena;
	arena_init(&arena, NULL, 0);
	struct host_facts facts = { .arena = &arena, .address = s->address, .port = t->port };
	struct probe p = { .options = o,
		.facts = &facts,
		.loop = client_loop_new(),
		.host = t->host,
		.address = s->address,
		.port = t->port,
		.deadline_ms = monotonic_ms() + (uint64_t)o->host_timeout_ms,
		.rate = r->rate,
		.logons = r->logons,
		.variants = r->variants,
		.stop = r->run->stop };
	if (p.loop == NULL) {
		s->error = "memory or file descriptors are out";
		return false;
	}
	client_loop_set_wait(p.loop, probe_wait, &p);
	bool alive = probe_alive(&p) == 0;
	if (alive)
		probe_host(r, &p, s);
	else
		s->error = p.error;
	client_loop_free(p.loop);
	arena_reset(&arena);
	return alive;
}

// A name may have an address that nothing listens at: "localhost" often has two.
static void audit_host(struct runner *r, const struct target *t, struct audit_subject *s)
{
	struct host_addresses addresses;
	bool alive = false;
	if (!host_addresses_find(r->report, t->host, s, &addresses))
		return;
	for (size_t i = 0; i < addresses.count && !alive; i++) {
		s->address = addresses.all[i];
		alive = audit_address(r, t, s);
	}
}

static void audit_target(struct runner *r, size_t i)
{
	const struct target *t = &r->run->targets->all[i];
	struct audit_subject *s = r->subjects[i];
	s->begun_us = unix_us();
	s->outcome = AUDIT_UNREACHABLE;
	if (r->run->stop != NULL && *r->run->stop)
		s->error = "the audit was interrupted before";
	else
		audit_host(r, t, s);
	s->ended_us = unix_us();
	subject_conclude(s);
	r->progress.done++;
}

static void task_main(void *context)
{
	struct runner *r = context;
	while (r->next < r->run->targets->count)
		audit_target(r, r->next++);
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

static size_t tasks_wanted(const struct audit_run *run)
{
	size_t count = (size_t)run->options->parallel * TASKS_PER_PLACE;
	if (count > TASKS_MAX)
		count = TASKS_MAX;
	if (count > run->targets->count)
		count = run->targets->count;
	size_t descriptors = descriptors_reserve(DESCRIPTORS_ASIDE + count * DESCRIPTORS_PER_TASK);
	size_t bearable = descriptors > DESCRIPTORS_ASIDE
				  ? (descriptors - DESCRIPTORS_ASIDE) / DESCRIPTORS_PER_TASK
				  : 1;
	return count < bearable ? count : bearable;
}

static int subjects_add(struct runner *r)
{
	const struct targets *t = r->run->targets;
	r->subjects = calloc(t->count + 1, sizeof(*r->subjects));
	if (r->subjects == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < t->count; i++) {
		r->subjects[i] = report_add_subject(r->report, t->all[i].host, t->all[i].port);
		if (r->subjects[i] == NULL)
			return -ENOMEM;
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
	return subjects_add(r);
}

static void runner_done(struct runner *r)
{
	scheduler_free(r->scheduler);
	logon_turn_free(r->logons);
	logon_turn_free(r->variants);
	rate_free(r->rate);
	task_gate_free(r->gate);
	free(r->subjects);
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
	size_t wanted = tasks_wanted(r->run);
	int rc = 0;
	size_t count = 0;
	while (count < wanted && (rc = scheduler_start(r->scheduler, task_main, r)) == 0)
		count++;
	return count > 0 ? 0 : rc;
}

int audit_run(const struct audit_run *run, struct audit_report *report)
{
	struct runner r = { .run = run, .report = report, .progress.total = run->targets->count };
	report->begun_us = unix_us();
	int rc = runner_init(&r);
	if (rc == 0)
		rc = tasks_start(&r);
	if (rc == 0)
		rc = scheduler_run(r.scheduler, TICK_MS, on_tick, &r);
	report->ended_us = unix_us();
	runner_done(&r);
	return rc;
}
