// SPDX-License-Identifier: Apache-2.0
// What is shown to whom without need: lists, pipes, interfaces, a second port.
#include <string.h>

#include "audit/checks/checks.h"

static void report_or_open(const struct check_context *c, const char *id, const struct fact *f)
{
	if (fact_is(f, ANSWER_YES))
		(void)!check_report(c, id, NULL, f);
	else if (fact_is(f, ANSWER_UNKNOWN))
		check_leave_open(c, id, f);
}

static void check_netbios(const struct check_context *c)
{
	const struct fact *f = &c->facts->netbios_session;
	// Behind another port than 445 nobody asked.
	if (fact_is(f, ANSWER_YES) || f->reason != NULL)
		report_or_open(c, "netbios_session_open", f);
}

// Interfaces that an account is told are how multichannel works; told to nobody in particular they are a map.
static void check_interfaces(const struct check_context *c)
{
	const struct host_facts *h = c->facts;
	struct audit_finding *f = NULL;
	if (fact_is(&h->interfaces_told_anonymous, ANSWER_YES))
		f = check_report(c, "interfaces_disclosed", NULL, &h->interfaces_told_anonymous);
	else if (fact_is(&h->interfaces_told, ANSWER_YES))
		(void)!check_report(c, "interfaces_disclosed", NULL, &h->interfaces_told);
	else if (fact_is(&h->interfaces_told_anonymous, ANSWER_UNKNOWN))
		check_leave_open(c, "interfaces_disclosed", &h->interfaces_told_anonymous);
	if (f == NULL)
		return;
	f->severity = AUDIT_LOW;
	f->grade = 'B';
	f->summary = "They are told over a null session.";
}

static void check_pipes(const struct check_context *c)
{
	for (const struct pipe_fact *p = c->facts->pipes; p != NULL; p = p->next) {
		if (fact_is(&p->anonymous, ANSWER_YES))
			(void)!check_report(c, "pipe_anonymous", p->name, &p->anonymous);
	}
}

// What an interface that answers means on this system.
enum coercion { COERCION_NONE, COERCION_WITHOUT_CREDENTIALS, COERCION_FULL };

// Samba answers for interfaces of which it has no more than a few operations: none of DFS' and the event
// log's that would do it; its print service does connect to whom the caller names, but as nobody.
static enum coercion coercion_of(const struct host_facts *h, const struct pipe_fact *p)
{
	if (h->system == NULL || strcmp(h->system, "Samba") != 0)
		return COERCION_FULL;
	return strcmp(p->interface, "MS-RPRN") == 0 ? COERCION_WITHOUT_CREDENTIALS : COERCION_NONE;
}

static void coercion_grade(struct audit_finding *f, enum coercion kind, bool anonymous)
{
	if (kind == COERCION_WITHOUT_CREDENTIALS) {
		f->severity = AUDIT_INFO;
		f->grade = 'A';
		f->summary =
			"Samba's print service connects to whom the caller names, but without credentials.";
	} else if (anonymous) {
		f->severity = AUDIT_HIGH;
		f->grade = 'D';
		f->summary = "It can be reached over a null session.";
	}
}

// Only that the interface answers was tried, never one of its operations.
static void check_coercion(const struct check_context *c)
{
	for (const struct pipe_fact *p = c->facts->pipes; p != NULL; p = p->next) {
		enum coercion kind = p->coercion ? coercion_of(c->facts, p) : COERCION_NONE;
		bool anonymous = fact_is(&p->anonymous, ANSWER_YES);
		const struct fact *proof = anonymous ? &p->anonymous : &p->authenticated;
		if (kind == COERCION_NONE || !fact_is(proof, ANSWER_YES))
			continue;
		struct audit_finding *f = check_report(c, "coercion_interface", p->name, proof);
		if (f != NULL)
			coercion_grade(f, kind, anonymous);
	}
}

void check_exposure(const struct check_context *c)
{
	const struct host_facts *h = c->facts;
	report_or_open(c, "anonymous_lists_shares", &h->anonymous_lists_shares);
	report_or_open(c, "anonymous_lists_users", &h->anonymous_lists_users);
	check_netbios(c);
	check_interfaces(c);
	check_pipes(c);
	check_coercion(c);
}
