// SPDX-License-Identifier: Apache-2.0
// lateral_movement: somebody makes other machines run things, from one machine on.
//
// Signal, of one account from one source within the window:
//   - on one target: a service is created (svcctl), a task registered (atsvc, ITaskSchedulerService), a
//     method called (WMI's ExecMethod, over TCP: where its arguments are in clear, one that runs things), an
//     object activated that runs things (DCOM: MMC20.Application and its like); worse when it is started,
//     when what it runs is a command line (cmd, PowerShell), or when on a share for administrators (ADMIN$,
//     C$) of that target a program was written as well, or just that program on any share, or a file fetched
//     and deleted that the client never wrote: what a command said; the pipe of a remote execution tool is
//     opened;
//   - a program written to a share for administrators, or (a notice) fetched from there;
//   - on several targets: pipes that manage services, tasks and the registry are opened, or shares for
//     administrators are asked for in vain. Refused attempts count: whoever may do it rarely fails.
// A program is what begins like one, or is named like one. WMI's and DCOM's calls are sealed as a rule: then
// their interface and number are what there is, and a method is a warning, unless the share tells more.
// Queries (ExecQuery) and the activation of WMI itself are nothing. Calls by Kerberos name nobody: they are
// those of the account as which the same client uses SMB.
// Inside `serve` there is one target, the server itself, which has none of what manages Windows. What can be
// seen there is who looks for it: several of its shares and pipes asked for in vain on one target are a
// notice, for nothing was done; and programs on shares that are named like those for administrators. The
// other hosts of a fan-out are seen by sensors alone.
// Evidence: services and their command lines, programs, tasks, methods, pipes, refused shares, with packets.
// False positives: deployment and management servers and administrators' hosts do the same by trade; they are
// listed in admin_hosts. Browsing (srvsvc, wkssvc, samr, lsarpc) is no management; IPC$ is everybody's.
#include "detect/detections/detections.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/fnv1a.h"
#include "detect/detections/lateral_deeds.h"
#include "detect/file_view.h"
#include "detect/memory.h"
#include "detect/story.h"

enum {
	SECOND_US = 1000000,
	QUIET_S = 60, // so long nothing is added: it is told; at once when things were run
	HOLD_S = 180,
	TARGETS_MAX = 64,
	PIPES_MAX = 96,
	IN_VAIN_MIN = 3,           // shares and pipes: fewer are what ordinary tools ask for by habit
	EVIDENCE_TARGETS_MAX = 16, // the rest is for the others
	ADDRESS_MAX = 64,
	PROGRAM_MAX = 128,
};

// What one account did on one target.
struct pair {
	uint64_t when_us[DEEDS];
	bool told[DEEDS]; // among the evidence
	// The last program that was written to an ordinary share: nothing as long as nobody makes it run.
	char program[PROGRAM_MAX];
	uint64_t program_us, program_packet;
	// The last files that were read and written on shares for administrators.
	uint64_t read_hash, read_us, read_packet, written_hash;
};

// Where one account from one source went to manage.
struct target {
	char address[ADDRESS_MAX];
	uint64_t last_us;
	uint64_t packet;
	char pipes[PIPES_MAX]; // and shares, each once
	size_t told_len;       // of pipes
	unsigned int in_vain;  // of them
};

struct source {
	struct target targets[TARGETS_MAX];
	size_t count;
	bool refused;
};

struct state {
	struct memory memory;
	struct detect_table *pairs, *sources, *accounts;
};

// As whom a client uses a server, by the last of its sessions that said so.
struct known_account {
	char name[ADDRESS_MAX];
};

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.tables = {
			{ .offset = offsetof(struct state, pairs), .entry_len = sizeof(struct pair) },
			{ .offset = offsetof(struct state, sources), .entry_len = sizeof(struct source), .part = 16 },
			{ .offset = offsetof(struct state, accounts), .entry_len = sizeof(struct known_account) },
		},
		.teller = &detect_lateral_movement,
		.quiet_s = QUIET_S,
		.hold_s = HOLD_S,
	};
	return memory_begin(context, &plan);
}

static uint64_t window_of(const struct state *s)
{
	return (uint64_t)s->memory.context.settings->lateral_movement_window_s * SECOND_US;
}

static const char *who(const struct event *e)
{
	return detect_account(e)[0] != '\0' ? detect_account(e) : "somebody";
}

static struct finding *story_of(struct state *s, const struct event *e)
{
	char key[STORY_KEY_MAX];
	struct finding *f = stories_touch(s->memory.stories,
		detect_key(key, sizeof(key), detect_client(e), detect_account(e), NULL), e->time_us);
	if (f != NULL)
		finding_about(f, e);
	return f;
}

// --- on one target ----------------------------------------------------------------------------------

static unsigned int deeds_of(const struct pair *p, uint64_t now_us, uint64_t window_us)
{
	unsigned int deeds = 0;
	for (size_t i = 0; i < DEEDS; i++)
		if (p->when_us[i] != 0 && now_us <= p->when_us[i] + window_us)
			deeds |= 1u << i;
	return deeds;
}

static void tell_deeds(struct state *s, struct pair *p, unsigned int deeds, enum deed deed,
	const struct event *e, const char *what)
{
	struct finding *f = story_of(s, e);
	size_t i = deed_index(deed);
	if (f == NULL)
		return;
	enum event_severity before = f->severity;
	finding_worsen(f, deeds == DEED_FETCHED        ? EVENT_NOTICE
			  : deeds_are_execution(deeds) ? EVENT_ALERT
						       : EVENT_WARNING);
	f->urgent |= deeds_are_execution(deeds);
	if (!p->told[i])
		finding_evidence(f, deed_name(deed), detect_packet(e), "%s on %s", what, detect_server(e));
	p->told[i] = true;
	if (f->title[0] == '\0' || f->severity > before || deeds_are_execution(deeds))
		finding_title(f, "%s from %s %s on %s", who(e), detect_client(e), deeds_verb(deeds),
			detect_server(e));
}

static struct pair *pair_of(struct state *s, const struct event *e)
{
	char key[512];
	return detect_table_get(s->pairs,
		detect_key(key, sizeof(key), detect_client(e), detect_server(e), detect_account(e)));
}

static void on_deed(struct state *s, enum deed deed, const struct event *e, const char *what)
{
	struct pair *p = pair_of(s, e);
	if (p == NULL)
		return;
	size_t i = deed_index(deed);
	if (p->when_us[i] != 0 && e->time_us > p->when_us[i] + window_of(s))
		p->told[i] = false;
	p->when_us[i] = e->time_us;
	unsigned int deeds = deeds_of(p, e->time_us, window_of(s));
	// Services are started every day.
	if ((deeds & DEEDS_ALONE) != 0 || deeds_are_execution(deeds))
		tell_deeds(s, p, deeds, deed, e, what);
}

// People put programs on shares; it counts when it is what the service or the task runs.
static void note_program(struct state *s, const struct event *e, const struct file_view *v)
{
	struct pair *p = pair_of(s, e);
	if (p == NULL)
		return;
	(void)snprintf(p->program, sizeof(p->program), "%.*s", PROGRAM_MAX - 1, v->path);
	p->program_us = e->time_us;
	p->program_packet = detect_packet(e);
}

static void on_command(struct state *s, const struct event *e, const char *command)
{
	char program[PROGRAM_MAX + 40];
	struct pair *p = pair_of(s, e);
	if (p == NULL || p->program[0] == '\0' || e->time_us > p->program_us + window_of(s) ||
		strcasestr(command, file_view_name(p->program)) == NULL)
		return;
	(void)snprintf(program, sizeof(program), "%s (written in packet %llu)", p->program,
		(unsigned long long)p->program_packet);
	p->program[0] = '\0';
	on_deed(s, DEED_PROGRAM, e, program);
}

// --- on several -------------------------------------------------------------------------------------

// Forgets those of long ago; returns the event's, NULL when there are too many.
static struct target *target_get(struct state *s, struct source *c, const struct event *e)
{
	size_t kept = 0;
	struct target *found = NULL;
	for (size_t i = 0; i < c->count; i++)
		if (e->time_us <= c->targets[i].last_us + window_of(s))
			c->targets[kept++] = c->targets[i];
	c->count = kept;
	for (size_t i = 0; i < kept && found == NULL; i++)
		if (strcmp(c->targets[i].address, detect_server(e)) == 0)
			found = &c->targets[i];
	if (found == NULL && kept < TARGETS_MAX) {
		found = &c->targets[c->count++];
		*found = (struct target){ .packet = detect_packet(e) };
		(void)snprintf(found->address, ADDRESS_MAX, "%s", detect_server(e));
	}
	return found;
}

static void note_pipe(struct target *t, const char *what, bool refused)
{
	char word[48];
	size_t len = strlen(t->pipes);
	(void)snprintf(word, sizeof(word), "%s%s", what, refused ? " (refused)" : "");
	if (strstr(t->pipes, word) != NULL || len + strlen(word) + 3 > PIPES_MAX)
		return;
	(void)snprintf(t->pipes + len, PIPES_MAX - len, "%s%s", len > 0 ? ", " : "", word);
	t->in_vain += refused;
}

static bool has_news(const struct target *t)
{
	return t->pipes[t->told_len] != '\0';
}

static void tell_news(struct finding *f, struct target *t)
{
	const char *news = t->pipes + t->told_len;
	finding_evidence(
		f, "target", t->packet, "%s: %s", t->address, t->told_len > 0 ? news + strlen(", ") : news);
}

// On one target nothing was done.
static void tell_in_vain(struct state *s, struct target *t, const struct event *e)
{
	if (t->in_vain < IN_VAIN_MIN || !has_news(t))
		return;
	struct finding *f = story_of(s, e);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_NOTICE);
	if (f->title[0] == '\0')
		finding_title(f, "%s from %s looked for what manages %s, and did not get it", who(e),
			detect_client(e), detect_server(e));
	tell_news(f, t);
	t->told_len = strlen(t->pipes);
}

static void on_management(struct state *s, const struct event *e, const char *what)
{
	char key[512];
	struct source *c = detect_table_get(
		s->sources, detect_key(key, sizeof(key), detect_client(e), detect_account(e), NULL));
	struct target *t = c == NULL ? NULL : target_get(s, c, e);
	if (t == NULL)
		return;
	bool refused = !detect_is_success(e);
	t->last_us = e->time_us;
	note_pipe(t, what, refused);
	c->refused |= refused;
	if (c->count < s->memory.context.settings->lateral_movement_hosts) {
		tell_in_vain(s, t, e);
		return;
	}
	struct finding *f = story_of(s, e);
	if (f == NULL)
		return;
	finding_worsen(f, c->refused ? EVENT_ALERT : EVENT_WARNING);
	finding_title(
		f, "%s from %s went for the management of %zu hosts", who(e), detect_client(e), c->count);
	for (size_t i = 0; i < c->count; i++) {
		t = &c->targets[i];
		finding_host(f, t->address);
		if (has_news(t) && f->evidence_count < EVIDENCE_TARGETS_MAX)
			tell_news(f, t);
		t->told_len = strlen(t->pipes);
	}
}

// --- events -----------------------------------------------------------------------------------------

static void on_operation(struct state *s, enum deed deed, const struct event *e)
{
	const struct event_rpc *r = e->rpc;
	const char *what = r->argument != NULL    ? r->argument
			   : r->operation != NULL ? r->operation
						  : r->interface;
	on_deed(s, deed, e, what);
	if (r->argument == NULL)
		return;
	if (deed == DEED_CREATED || deed == DEED_TASK)
		on_command(s, e, r->argument);
	if (deed == DEED_CREATED && service_is_command_line(r->argument))
		on_deed(s, DEED_SHELL, e, "cmd or PowerShell");
}

static struct known_account *account_of_pair(struct state *s, const struct event *e)
{
	char key[512];
	return detect_table_get(
		s->accounts, detect_key(key, sizeof(key), detect_client(e), detect_server(e), NULL));
}

static void note_account(struct state *s, const struct event *e)
{
	struct known_account *known = detect_account(e)[0] == '\0' ? NULL : account_of_pair(s, e);
	if (known != NULL)
		(void)snprintf(known->name, sizeof(known->name), "%s", detect_account(e));
}

static void on_call(struct state *s, const struct event *e)
{
	const struct event_rpc *r = e->rpc;
	enum deed deed = r == NULL || r->interface == NULL ? DEED_NONE : deed_of_call(r);
	if (deed == DEED_NONE)
		return;
	struct event full = *e;
	struct event_session session = { 0 };
	const struct known_account *known = detect_account(e)[0] != '\0' ? NULL : account_of_pair(s, e);
	if (known != NULL && known->name[0] != '\0') {
		session.account = known->name;
		full.session = &session;
	}
	on_operation(s, deed, &full);
}

static void on_pipe(struct state *s, const struct event *e, const struct file_view *v)
{
	if (v->action != FILE_ACTION_OPEN)
		return;
	if (pipe_is_of_tool(v->name) && v->done)
		on_deed(s, DEED_TOOL, e, v->name);
	else if (pipe_is_management(v->name))
		on_management(s, e, v->name);
}

static void on_program(struct state *s, const struct event *e, const struct file_view *v)
{
	if (share_is_administrative(e->share))
		on_deed(s, e->bytes_written > 0 ? DEED_PROGRAM : DEED_FETCHED, e, v->path);
	else if (e->bytes_written > 0)
		note_program(s, e, v);
}

// --- what commands said -----------------------------------------------------------------------------

static void on_transfer(struct state *s, const struct event *e, const struct file_view *v)
{
	struct pair *p = pair_of(s, e);
	if (p == NULL)
		return;
	uint64_t hash = fnv1a(FNV1A_START, span_of_str(v->path));
	if (e->bytes_written > 0) {
		p->written_hash = hash;
	} else if (hash != p->written_hash) {
		p->read_hash = hash;
		p->read_us = e->time_us;
		p->read_packet = detect_packet(e);
	}
}

static void on_deletion(struct state *s, const struct event *e, const struct file_view *v)
{
	char what[PROGRAM_MAX + 40];
	struct pair *p = pair_of(s, e);
	if (p == NULL || p->read_hash != fnv1a(FNV1A_START, span_of_str(v->path)) ||
		e->time_us > p->read_us + window_of(s))
		return;
	(void)snprintf(what, sizeof(what), "%.*s (read in packet %llu, then deleted)", PROGRAM_MAX, v->path,
		(unsigned long long)p->read_packet);
	p->read_hash = 0;
	on_deed(s, DEED_OUTPUT, e, what);
}

static void on_admin_file(struct state *s, const struct event *e, const struct file_view *v)
{
	if (!v->done)
		return;
	if (v->action == FILE_ACTION_CLOSE && e->bytes_read + e->bytes_written > 0)
		on_transfer(s, e, v);
	else if (v->action == FILE_ACTION_DELETE)
		on_deletion(s, e, v);
}

static void on_file(struct state *s, const struct event *e)
{
	struct file_view v;
	bool is_pipe = e->share != NULL && strcasecmp(e->share, "IPC$") == 0;
	bool is_admin = share_is_administrative(e->share);
	if ((!is_pipe && !is_admin && e->bytes_read + e->bytes_written == 0) || !file_view_of(e, &v))
		return;
	if (is_admin)
		on_admin_file(s, e, &v);
	if (is_pipe)
		on_pipe(s, e, &v);
	else if (v.action == FILE_ACTION_CLOSE && e->bytes_read + e->bytes_written > 0 &&
		 file_is_program(e, v.path))
		on_program(s, e, &v);
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	if (detect_list_has(&s->memory.context.settings->admin_hosts, detect_client(e)))
		return;
	if (e->kind == EVENT_TREE_CONNECT)
		note_account(s, e);
	if (e->kind == EVENT_RPC)
		on_call(s, e);
	else if (e->kind == EVENT_TREE_CONNECT && share_is_administrative(e->share) && !detect_is_success(e))
		on_management(s, e, e->share);
	else
		on_file(s, e);
}

const struct detector detect_lateral_movement = {
	.id = "lateral_movement",
	.title = "somebody makes other machines run things",
	.technique = "T1021.002",
	.severity = EVENT_WARNING,
	.begin = begin,
	.event = event,
	.tick = memory_tick,
	.finish = memory_finish,
	.end = memory_end,
};
