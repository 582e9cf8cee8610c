// SPDX-License-Identifier: Apache-2.0
// coercion: a server is talked into authenticating to a host of the caller's choice.
//
// Signal: a call that makes a server open a path, with a UNC path that leads elsewhere: EFSRPC (PetitPotam),
// RPRN (PrinterBug), DFSNM (DFSCoerce), FSRVP (ShadowCoerce), EVEN (CheeseOunce). Then, within
// coercion_window_s, the called server opens a connection that it did not have to the host of that path: that
// is the proof, and it raises the severity. Where the call's arguments are sealed by RPC the connection back
// has to prove it alone; where the session itself is sealed, that the server logs on to its caller with its
// machine's account by NTLM does.
// Evidence: the interface, the operation, the path, the connection back and its packet.
// False positives: a path to the called server itself is the ordinary use of EFS, DFS and shadow copies; a
// client that opened a printer of the server (not the server itself) and asks to be told of changes names
// itself (who names another is no such client); backup hosts prepare shadow copies.
#include "detect/detections/detections.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "detect/names.h"

enum {
	SECOND_US = 1000000,
	QUIET_US = 600 * SECOND_US, // after an alert about the same two hosts
	HOST_MAX = 128,
};

// What one caller asked of one server.
struct call {
	struct finding finding;
	char host[HOST_MAX]; // of the path; "": not seen
	uint64_t called_us;  // 0: nothing is waited for
	uint64_t told_us;
	bool sealed;
	bool printer; // a printer, not the server, was opened before
	char caller[64], server[64];
};

// That one host had a connection to another, and how much of it could be read.
struct contact {
	uint64_t last_us;
	bool readable;
};

struct state {
	struct detect_context context;
	struct detect_table *calls;
	struct detect_table *contacts;
	struct names *names;
	uint32_t waiting;
	uint64_t now_us;
	// For the walk over calls.
	const struct event *back;
};

static void drop_call(void *entry, const char *key)
{
	struct call *c = entry;
	(void)key;
	finding_done(&c->finding);
}

static void end(void *state)
{
	struct state *s = state;
	detect_table_free(s->calls);
	detect_table_free(s->contacts);
	names_free(s->names);
	free(s);
}

static void *begin(const struct detect_context *context)
{
	struct state *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	uint32_t max = context->settings->table_entries_max;
	s->context = *context;
	s->calls = detect_table_new(sizeof(struct call), max / 16, drop_call);
	s->contacts = detect_table_new(sizeof(struct contact), max, NULL);
	s->names = names_new(context->settings);
	if (s->calls != NULL && s->contacts != NULL && s->names != NULL)
		return s;
	end(s);
	return NULL;
}

static uint64_t window_of(const struct state *s)
{
	return (uint64_t)s->context.settings->coercion_window_s * SECOND_US;
}

static void tell(struct state *s, struct call *c, enum event_severity severity)
{
	struct finding *f = &c->finding;
	f->severity = severity;
	finding_emit(s->context.sink, &detect_coercion, f);
	finding_done(f);
	c->told_us = s->now_us;
	c->called_us = 0;
	s->waiting--;
}

// --- the call ---------------------------------------------------------------------------------------

static const struct coercing {
	const char *interface;
	uint16_t opnum;
} coercing[] = {
	// MS-EFSR 3.1.4.2
	{ "efsrpc", 0 },
	{ "efsrpc", 4 },
	{ "efsrpc", 5 },
	{ "efsrpc", 6 },
	{ "efsrpc", 7 },
	{ "efsrpc", 8 },
	{ "efsrpc", 9 },
	{ "efsrpc", 12 },
	{ "efsrpc", 13 },
	{ "efsrpc", 15 },
	{ "efsrpc", 18 },
	{ "efsrpc", 19 },
	// MS-RPRN 3.1.4.10
	{ "spoolss", 62 },
	{ "spoolss", 65 },
	// MS-DFSNM 3.1.4
	{ "netdfs", 10 },
	{ "netdfs", 11 },
	{ "netdfs", 12 },
	{ "netdfs", 13 },
	{ "netdfs", 14 },
	{ "netdfs", 15 },
	{ "netdfs", 23 },
	{ "netdfs", 24 },
	// MS-FSRVP 3.1.4
	{ "fssagentrpc", 3 },
	{ "fssagentrpc", 8 },
	{ "fssagentrpc", 9 },
	// MS-EVEN 3.1.4
	{ "eventlog", 1 },
	{ "eventlog", 9 },
};

static bool is_coercing(const struct event_rpc *r)
{
	for (size_t i = 0; r->interface != NULL && i < ARRAY_LEN(coercing); i++)
		if (coercing[i].opnum == r->opnum && strcmp(coercing[i].interface, r->interface) == 0)
			return true;
	return false;
}

static bool is_slash(char c)
{
	return c == '\\' || c == '/';
}

// The host of "\\host\share", "\\?\UNC\host\share", "\??\UNC\host\share"; netdfs names hosts alone.
static bool host_of(const char *path, bool bare, char host[HOST_MAX])
{
	const char *unc = strcasestr(path, "UNC\\");
	if (unc == NULL)
		unc = strcasestr(path, "UNC/");
	const char *p = path;
	if (unc != NULL && unc != path && is_slash(unc[-1]))
		p = unc + 4;
	else if (is_slash(path[0]) && is_slash(path[1]))
		p = path + 2;
	else if (!bare)
		return false;
	size_t len = strcspn(p, "\\/@"); // "host@80": WebDAV
	if (len == 0 || len >= HOST_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		host[i] = (char)tolower((unsigned char)p[i]);
	host[len] = '\0';
	return strcmp(host, ".") != 0 && strcmp(host, "?") != 0;
}

static struct call *call_get(struct state *s, const struct event *e)
{
	char key[256];
	struct call *c = detect_table_get(
		s->calls, detect_key(key, sizeof(key), detect_client(e), detect_server(e), NULL));
	if (c != NULL && c->caller[0] == '\0') {
		(void)snprintf(c->caller, sizeof(c->caller), "%s", detect_client(e));
		(void)snprintf(c->server, sizeof(c->server), "%s", detect_server(e));
	}
	return c;
}

// "\\server\printer", or the printer alone, rather than "\\server".
static bool names_printer(const char *path)
{
	const char *p = path;
	if (!is_slash(*p))
		return *p != '\0';
	while (is_slash(*p))
		p++;
	p += strcspn(p, "\\/");
	return is_slash(p[0]) && p[1] != '\0';
}

// A print client that wants to be called back itself, as far as that can be told.
static bool names_itself(struct state *s, const struct event *e, const char *host)
{
	return strcasecmp(host, detect_client(e)) == 0 ||
	       names_judge(s->names, detect_client(e), host) != NAME_OTHERS;
}

static bool is_ordinary(struct state *s, const struct event *e, const struct call *c, const char *host)
{
	const char *interface = e->rpc->interface;
	if (strcasecmp(host, detect_server(e)) == 0 ||
		names_judge(s->names, detect_server(e), host) == NAME_FITS)
		return true;
	if (strcmp(interface, "spoolss") == 0 && c->printer)
		return names_itself(s, e, host);
	return strcmp(interface, "fssagentrpc") == 0 &&
	       detect_list_has(&s->context.settings->backup_hosts, detect_client(e));
}

static void note_call(struct state *s, struct call *c, const struct event *e, const char *host)
{
	const struct event_rpc *r = e->rpc;
	struct finding *f = &c->finding;
	const char *operation = r->operation != NULL ? r->operation : "?";
	if (c->called_us == 0) {
		finding_done(f);
		s->waiting++;
	}
	c->called_us = e->time_us;
	c->sealed = host[0] == '\0';
	(void)snprintf(c->host, sizeof(c->host), "%s", host);
	finding_about(f, e);
	f->count++;
	if (f->count > 6) // many tries, one story
		return;
	finding_title(f, "%s from %s tells %s to open a path on %s", detect_account(e), detect_client(e),
		detect_server(e), host[0] != '\0' ? host : "a host that is not seen");
	finding_evidence(f, "call", detect_packet(e), "%s %u %s", r->interface, r->opnum, operation);
	if (r->argument != NULL)
		finding_evidence(f, "path", detect_packet(e), "%s", r->argument);
}

static void on_call(struct state *s, const struct event *e)
{
	char host[HOST_MAX] = "";
	const struct event_rpc *r = e->rpc;
	struct call *c = call_get(s, e);
	if (c == NULL || r == NULL || r->interface == NULL)
		return;
	bool opens_printer = strcmp(r->interface, "spoolss") == 0 && (r->opnum == 1 || r->opnum == 69);
	if (opens_printer && r->argument != NULL)
		c->printer = names_printer(r->argument);
	if (!is_coercing(r) || (c->told_us != 0 && e->time_us < c->told_us + QUIET_US))
		return;
	if (r->argument != NULL) {
		if (!host_of(r->argument, strcmp(r->interface, "netdfs") == 0, host))
			return; // a path on the server itself
		if (is_ordinary(s, e, c, host))
			return;
	} else if (!r->sealed && strcmp(r->interface, "spoolss") != 0) {
		return; // in clear, and there is no path in it
	}
	note_call(s, c, e, host);
}

// --- the connection back -----------------------------------------------------------------------------

static bool is_machine(const char *account)
{
	size_t len = strlen(account);
	return len > 1 && account[len - 1] == '$';
}

static bool is_where_sent(struct state *s, const struct call *c, const struct event *e)
{
	const char *to = detect_server(e);
	if (strcmp(c->server, detect_client(e)) != 0 || strcmp(to, c->server) == 0)
		return false;
	if (c->host[0] == '\0')
		return strcmp(to, c->caller) == 0 || is_machine(detect_account(e));
	switch (names_judge(s->names, to, c->host)) {
	case NAME_FITS:
		return true;
	case NAME_OTHERS:
		return false;
	default:
		// A name that is not known: wherever it leads, it is a connection that was not there before.
		return true;
	}
}

static void match(void *context, const char *key, void *entry)
{
	struct state *s = context;
	struct call *c = entry;
	const struct event *e = s->back;
	(void)key;
	if (c->called_us == 0 || e->time_us < c->called_us || e->time_us > c->called_us + window_of(s) ||
		!is_where_sent(s, c, e))
		return;
	struct finding *f = &c->finding;
	bool taken = e->kind != EVENT_CONNECTION_CLOSE;
	finding_host(f, detect_server(e));
	finding_account(f, detect_account(e));
	finding_flow(f, e->wire == NULL ? 0 : e->wire->flow);
	f->last_us = e->time_us;
	finding_title(f, "%s made %s connect to %s", c->caller, c->server, detect_server(e));
	finding_evidence(f, "connection_back", detect_packet(e), "%s to %s%s, %.3f s after the call",
		c->server, detect_server(e), taken ? "" : " (not taken)",
		(double)(e->time_us - c->called_us) / SECOND_US);
	f->outcome = taken ? "succeeded" : "blocked";
	tell(s, c, EVENT_ALERT);
}

// The log-on of a machine to one that has just been its client, in a session that nobody can read.
static void unread(struct state *s, const struct event *e)
{
	char key[256];
	const char *mechanism = e->session == NULL ? NULL : e->session->mechanism;
	if (e->kind != EVENT_AUTH || !is_machine(detect_account(e)) || mechanism == NULL ||
		strncmp(mechanism, "ntlm", 4) != 0)
		return;
	const struct contact *k = detect_table_find(
		s->contacts, detect_key(key, sizeof(key), detect_server(e), detect_client(e), NULL));
	if (k == NULL || k->readable || e->time_us > k->last_us + window_of(s))
		return;
	struct call *c = detect_table_get(s->calls, key);
	if (c == NULL || c->called_us != 0 || (c->told_us != 0 && e->time_us < c->told_us + QUIET_US))
		return;
	struct finding *f = &c->finding;
	finding_done(f);
	finding_host(f, detect_server(e));
	finding_host(f, detect_client(e));
	finding_account(f, detect_account(e));
	finding_flow(f, e->wire == NULL ? 0 : e->wire->flow);
	f->first_us = k->last_us;
	f->last_us = e->time_us;
	f->count = 1;
	finding_title(f,
		"%s logs on by NTLM to %s, which had just opened a session to it that cannot be read",
		detect_account(e), detect_server(e));
	finding_evidence(f, "connection_back", detect_packet(e), "%s to %s, %.3f s after", detect_client(e),
		detect_server(e), (double)(e->time_us - k->last_us) / SECOND_US);
	s->waiting++;
	tell(s, c, EVENT_WARNING);
}

static bool is_beginning(const struct event *e)
{
	return e->kind == EVENT_NEGOTIATE || e->kind == EVENT_AUTH ||
	       (e->kind == EVENT_CONNECTION_CLOSE && e->reason != NULL &&
		       (strcmp(e->reason, "refused") == 0 || strcmp(e->reason, "no_answer") == 0));
}

// Whether it had none already: a connection that has been there is no answer to a call.
static bool is_new_contact(struct state *s, const struct event *e)
{
	char key[256];
	struct contact *k = detect_table_get(
		s->contacts, detect_key(key, sizeof(key), detect_client(e), detect_server(e), NULL));
	if (k == NULL)
		return false;
	bool fresh = k->last_us == 0 || e->time_us > k->last_us + window_of(s) || e->kind == EVENT_NEGOTIATE;
	if (is_beginning(e))
		k->last_us = e->time_us;
	else if (e->kind == EVENT_FILE || (e->kind == EVENT_RPC && e->rpc != NULL && e->rpc->pipe != NULL))
		k->readable = true; // calls over TCP say nothing of the session
	return fresh;
}

static void learn(struct state *s, const struct event *e)
{
	if (e->auth == NULL)
		return;
	names_learn(s->names, detect_server(e), e->auth->server_name);
	names_learn(s->names, detect_server(e), e->auth->server_dns);
	if (e->auth->service != NULL && detect_is_success(e))
		names_learn(s->names, detect_server(e), e->auth->service);
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	s->now_us = e->time_us;
	if (e->connection == NULL)
		return;
	learn(s, e);
	bool fresh = is_new_contact(s, e);
	if (e->kind == EVENT_RPC) {
		on_call(s, e);
		return;
	}
	if (!is_beginning(e))
		return;
	if (s->waiting > 0 && (fresh || e->kind == EVENT_AUTH)) {
		s->back = e;
		detect_table_each(s->calls, match, s);
	}
	unread(s, e);
}

// Nobody came: the call itself remains. What could not be read says nothing without that.
static void expire(void *context, const char *key, void *entry)
{
	struct state *s = context;
	struct call *c = entry;
	(void)key;
	if (c->called_us == 0 || s->now_us < c->called_us + window_of(s))
		return;
	if (!c->sealed) {
		tell(s, c, EVENT_WARNING);
		return;
	}
	finding_done(&c->finding);
	c->called_us = 0;
	s->waiting--;
}

static void tick(void *state, uint64_t now_us)
{
	struct state *s = state;
	s->now_us = now_us;
	if (s->waiting > 0)
		detect_table_each(s->calls, expire, s);
}

static void finish(void *state)
{
	tick(state, UINT64_MAX);
}

const struct detector detect_coercion = {
	.id = "coercion",
	.title = "a server is made to authenticate elsewhere",
	.technique = "T1187",
	.severity = EVENT_ALERT,
	.begin = begin,
	.event = event,
	.tick = tick,
	.finish = finish,
	.end = end,
};
