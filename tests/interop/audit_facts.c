// SPDX-License-Identifier: Apache-2.0
// Runs probes of `signet audit` against one host and prints what they found out, fact by fact.
//
//     audit_facts HOST PORT [user=U] [password=P] [domain=D] [kerberos] [try] [timeout=MS] PROBE...
//
// Prints "NAME yes|no|unknown SENT | RECEIVED" (unknown: the reason) for each, shares as "share:NAME", and at
// the end how long it took.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/logon_turn.h"
#include "audit/probe.h"
#include "audit/rate.h"
#include "base/filetime.h"

enum { TIMEOUT_MS = 3000, HOST_TIMEOUT_MS = 60000 };

struct row {
	const char *name;
	size_t offset;
};

#define ROW(member)                                                                                          \
	{                                                                                                    \
#member, offsetof(struct host_facts, member)                                                 \
	}
static const struct row rows[] = {
	ROW(mech_kerberos),
	ROW(mech_ntlm),
	ROW(mech_negoex),
	ROW(mech_localkdc),
	ROW(ntlm_accepted),
	ROW(logged_on),
	ROW(kerberos_weak),
	ROW(anonymous),
	ROW(anonymous_ipc),
	ROW(guest),
	ROW(logon_delayed),
	ROW(ntlmv1),
	ROW(lm),
	ROW(ntlm_no_mic),
	ROW(ntlm_wrong_target),
	ROW(unsigned_accepted),
	ROW(unsealed_accepted),
	ROW(lists_shares),
};

static void fact_print(const char *name, const struct fact *f)
{
	static const char *const answers[] = { "unknown", "no", "yes" };
	if (f->answer == ANSWER_UNKNOWN)
		(void)printf("%s unknown %s\n", name, f->reason != NULL ? f->reason : "not asked");
	else
		(void)printf("%s %s %s | %s\n", name, answers[f->answer], f->evidence->sent,
			f->evidence->received);
}

static void facts_print(const struct host_facts *h)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		fact_print(rows[i].name, (const struct fact *)((const char *)h + rows[i].offset));
	for (const struct share_fact *s = h->shares; s != NULL; s = s->next) {
		char name[128];
		(void)snprintf(name, sizeof(name), "share:%s", s->name);
		fact_print(name, &s->unencrypted);
	}
	(void)printf("names %s %s %s %s %s\n", h->netbios_name != NULL ? h->netbios_name : "-",
		h->netbios_domain != NULL ? h->netbios_domain : "-", h->dns_name != NULL ? h->dns_name : "-",
		h->dns_domain != NULL ? h->dns_domain : "-", h->os_version != NULL ? h->os_version : "-");
}

static bool option_take(struct audit_options *o, const char *arg)
{
	if (strncmp(arg, "user=", 5) == 0)
		o->login.user = arg + 5;
	else if (strncmp(arg, "password=", 9) == 0)
		o->login.password = arg + 9;
	else if (strncmp(arg, "domain=", 7) == 0)
		o->login.domain = arg + 7;
	else if (strcmp(arg, "kerberos") == 0)
		o->login.kerberos = true;
	else if (strcmp(arg, "try") == 0)
		o->try_failed_logon = true;
	else if (strncmp(arg, "timeout=", 8) == 0)
		o->timeout_ms = atoi(arg + 8);
	else
		return false;
	return true;
}

static bool probe_run(struct probe *p, const char *name)
{
	for (size_t i = 0; i < probe_kind_count; i++) {
		if (strcmp(probe_kinds[i].name, name) != 0)
			continue;
		probe_kinds[i].run(p);
		return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	struct audit_options options = { .timeout_ms = TIMEOUT_MS, .host_timeout_ms = HOST_TIMEOUT_MS };
	struct arena arena;
	arena_init(&arena, NULL, 0);
	struct host_facts facts = { .arena = &arena };
	if (argc < 4)
		return 2;
	uint64_t begun = monotonic_ms();
	struct probe p = { .options = &options,
		.facts = &facts,
		.loop = client_loop_new(),
		.host = argv[1],
		.address = argv[1],
		.port = (uint16_t)atoi(argv[2]),
		.deadline_ms = begun + HOST_TIMEOUT_MS,
		.rate = rate_new(0),
		.logons = logon_turn_new(),
		.variants = logon_turn_new() };
	for (int i = 3; i < argc; i++) {
		if (!option_take(&options, argv[i]) && !probe_run(&p, argv[i])) {
			(void)fprintf(stderr, "audit_facts: no probe is called %s\n", argv[i]);
			return 2;
		}
	}
	facts_print(&facts);
	(void)printf("took %u ms\n", (unsigned)(monotonic_ms() - begun));
	client_loop_free(p.loop);
	logon_turn_free(p.variants);
	logon_turn_free(p.logons);
	rate_free(p.rate);
	arena_reset(&arena);
	return 0;
}
