// SPDX-License-Identifier: Apache-2.0
// One host: whether anything there speaks SMB, the probes one after the other, and the judgement.
#include <errno.h>
#include <time.h>

#include "audit/alive.h"
#include "audit/host_address.h"
#include "audit/login_note.h"
#include "audit/probe_wait.h"
#include "audit/runner_state.h"
#include "base/filetime.h"

enum {
	HOST_MEMORY_MAX = 32 << 20,   // of what one host said
	HOST_FINDINGS_MAX = 16 << 20, // of what is reported of it
};

static uint64_t unix_us(void)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

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

// What does not fit into the report any more is this host's alone: the others' findings stay.
static void judge(struct runner *r, const struct host_facts *f, struct audit_subject *s)
{
	const struct check_context c = { .facts = f, .report = r->report, .subject = s };
	struct memory_limit *memory = &r->report_memory;
	size_t max = memory->max;
	if (memory->used + HOST_FINDINGS_MAX < max)
		memory->max = memory->used + HOST_FINDINGS_MAX;
	r->report->no_memory = false;
	take_over(r->report, f, s);
	for (size_t i = 0; i < check_run_count; i++)
		check_runs[i](&c);
	memory->max = max;
	if (r->report->no_memory)
		s->error = "there was no room for all of its findings";
	r->report->no_memory = false;
}

// Of who accepts no dialect, whatever he answers, there is nothing to judge.
static bool speaks_smb(const struct host_facts *f)
{
	return f->dialect_max != 0 || fact_is(&f->smb1, ANSWER_YES);
}

static void probe_host(
	struct runner *r, struct probe *p, const struct memory_limit *memory, struct audit_subject *s)
{
	uint64_t before = monotonic_ms();
	task_gate_enter(r->gate);
	p->deadline_ms += monotonic_ms() - before;
	r->progress.under_way++;
	run_probes(r, p);
	r->progress.under_way--;
	task_gate_leave(r->gate);
	login_note(r->report, p, &r->login_told);
	if (p->error == NULL && memory->reached)
		p->error = "it said more than there is memory for";
	s->error = p->error;
	if (!speaks_smb(p->facts)) {
		s->error = p->error != NULL ? p->error : "what answers there accepts no dialect of SMB";
		return;
	}
	r->progress.reached++;
	judge(r, p->facts, s);
	s->outcome = s->error == NULL ? AUDIT_DONE : AUDIT_PARTIAL;
}

static struct rate *rate_of_asking(const struct runner *r)
{
	return r->ask_rate != NULL ? r->ask_rate : r->rate;
}

static bool is_silence(int rc)
{
	return rc == -ETIMEDOUT || rc == -ECONNREFUSED || rc == -ECONNRESET;
}

// Whether anything there speaks SMB.
static bool address_ask(
	struct runner *r, struct probe *p, const struct memory_limit *memory, struct host_audit *h)
{
	client_loop_set_wait(p->loop, probe_wait, p);
	p->rate = rate_of_asking(r);
	int rc = probe_alive(p);
	p->rate = r->rate;
	h->silent = is_silence(rc);
	r->mute += rc == -ETIMEDOUT && p->taken;
	if (rc == 0)
		probe_host(r, p, memory, h->subject);
	else
		h->subject->error = p->error;
	return rc == 0;
}

static bool audit_address(struct runner *r, struct host_audit *h)
{
	const struct audit_options *o = r->run->options;
	struct audit_subject *s = h->subject;
	struct memory_limit memory = memory_limit_make(HOST_MEMORY_MAX, &r->facts_memory);
	struct arena arena;
	arena_init(&arena, NULL, 0);
	arena_charge_to(&arena, &memory.account);
	struct host_facts facts = { .arena = &arena, .address = s->address, .port = h->target->port };
	struct probe p = { .options = o,
		.facts = &facts,
		.loop = client_loop_new(),
		.host = h->target->host,
		.address = s->address,
		.port = h->target->port,
		.deadline_ms = monotonic_ms() + (uint64_t)o->host_timeout_ms,
		.logons = r->logons,
		.variants = r->variants,
		.stop = r->run->stop };
	bool alive = p.loop != NULL && address_ask(r, &p, &memory, h);
	if (p.loop == NULL)
		s->error = "memory or file descriptors are out";
	client_loop_free(p.loop);
	arena_reset(&arena);
	return alive;
}

// A name may have an address that nothing listens at: "localhost" often has two.
static void audit_addresses(struct runner *r, struct host_audit *h)
{
	struct host_addresses addresses;
	bool alive = false;
	if (!host_addresses_find(r->report, h->target->host, h->subject, &addresses))
		return;
	for (size_t i = 0; i < addresses.count && !alive; i++) {
		h->subject->address = addresses.all[i];
		alive = audit_address(r, h);
	}
}

void host_audit(struct runner *r, struct host_audit *h)
{
	struct audit_subject *s = h->subject;
	s->begun_us = unix_us();
	s->outcome = AUDIT_UNREACHABLE;
	s->error = NULL;
	if (r->run->stop != NULL && *r->run->stop)
		s->error = "the audit was interrupted before";
	else
		audit_addresses(r, h);
	s->ended_us = unix_us();
	subject_conclude(s);
	r->progress.done++;
}
