// SPDX-License-Identifier: Apache-2.0
// lateral_movement: somebody makes other machines run things, from one machine on.
//
// Signal, of one account from one source within the window:
//   - on one target: a service is created (svcctl), a task registered (atsvc, ITaskSchedulerService) or a
//     method called (WMI); worse when it is started, when what it runs is a command line (cmd, PowerShell),
//     or when a program was written to a share for administrators (ADMIN$, C$) of that target as well, or
//     just that program to any share; the pipe of a remote execution tool is opened;
//   - a program written to a share for administrators, or (a notice) fetched from there;
//   - on several targets: pipes that manage services, tasks and the registry are opened, or shares for
//     administrators are asked for in vain. Refused attempts count: whoever may do it rarely fails.
// A program is what begins like one, or is named like one.
// Evidence: services and their command lines, programs, tasks, pipes, refused shares, with packet numbers.
// False positives: deployment and management servers and administrators' hosts do the same by trade; they are
// listed in admin_hosts. Browsing (srvsvc, wkssvc, samr, lsarpc) is no management; IPC$ is everybody's.
#include "detect/detections/detections.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "detect/file_view.h"
#include "detect/memory.h"
#include "detect/story.h"

enum {
	SECOND_US = 1000000,
	QUIET_S = 60, // so long nothing is added: it is told; at once when things were run
	HOLD_S = 180,
	TARGETS_MAX = 64,
	PIPES_MAX = 96,
	EVIDENCE_TARGETS_MAX = 16, // the rest is for the others
	ADDRESS_MAX = 64,
	PROGRAM_MAX = 128,
};

enum deed {
	DEED_CREATED = 1,  // a service
	DEED_STARTED = 2,  // a service
	DEED_TASK = 4,     // a task, or a method of WMI
	DEED_RUN = 8,      // a task was started
	DEED_PROGRAM = 16, // written to a share for administrators
	DEED_TOOL = 32,    // the pipe of a remote execution tool
	DEED_FETCHED = 64, // a program, from a share for administrators
	DEED_SHELL = 128,  // a service that is a command line
	DEEDS = 8,
	DEEDS_ALONE =
		DEED_CREATED | DEED_TASK | DEED_PROGRAM | DEED_TOOL | DEED_FETCHED, // enough to speak of
};

static const char *const deed_names[DEEDS] = { "service_created", "service_started", "task", "task_started",
	"program", "tool_pipe", "program_fetched", "command_line" };

// What one account did on one target.
struct pair {
	uint64_t when_us[DEEDS];
	bool told[DEEDS]; // among the evidence
	// The last program that was written to an ordinary share: nothing as long as nobody makes it run.
	char program[PROGRAM_MAX];
	uint64_t program_us, program_packet;
};

// Where one account from one source went to manage.
struct target {
	char address[ADDRESS_MAX];
	uint64_t last_us;
	uint64_t packet;
	char pipes[PIPES_MAX]; // and shares, each once
	size_t told_len;       // of pipes
};

struct source {
	struct target targets[TARGETS_MAX];
	size_t count;
	bool refused;
};

struct state {
	struct memory memory;
	struct detect_table *pairs, *sources;
};

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.tables = {
			{ .offset = offsetof(struct state, pairs), .entry_len = sizeof(struct pair) },
			{ .offset = offsetof(struct state, sources), .entry_len = sizeof(struct source), .part = 16 },
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

static bool is_execution(unsigned int deeds)
{
	return (deeds & (DEED_TOOL | DEED_SHELL)) != 0 ||
	       ((deeds & DEED_CREATED) != 0 && (deeds & DEED_STARTED) != 0) ||
	       ((deeds & DEED_TASK) != 0 && (deeds & (DEED_RUN | DEED_PROGRAM)) != 0) ||
	       ((deeds & DEED_PROGRAM) != 0 && (deeds & (DEED_CREATED | DEED_STARTED | DEED_RUN)) != 0);
}

static const char *verb_of(unsigned int deeds)
{
	if ((deeds & DEED_PROGRAM) != 0 && (deeds & (DEED_STARTED | DEED_RUN)) != 0)
		return "wrote a program and started it";
	if ((deeds & DEED_PROGRAM) != 0 && is_execution(deeds))
		return "wrote a program and made a service or task of it";
	if ((deeds & DEED_TOOL) != 0)
		return "ran commands";
	if ((deeds & DEED_SHELL) != 0)
		return "made a service of a command line";
	if ((deeds & DEED_STARTED) != 0 && (deeds & DEED_CREATED) != 0)
		return "made and started a service";
	if ((deeds & DEED_CREATED) != 0)
		return "made a service";
	if ((deeds & DEED_TASK) != 0)
		return "made a task";
	return (deeds & DEED_PROGRAM) != 0 ? "wrote a program" : "fetched a program";
}

static size_t index_of(enum deed deed)
{
	size_t i = 0;
	while ((unsigned int)deed >> (i + 1) != 0)
		i++;
	return i;
}

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
	size_t i = index_of(deed);
	if (f == NULL)
		return;
	enum event_severity before = f->severity;
	finding_worsen(f, deeds == DEED_FETCHED ? EVENT_NOTICE
			  : is_execution(deeds) ? EVENT_ALERT
						: EVENT_WARNING);
	f->urgent |= is_execution(deeds);
	if (!p->told[i])
		finding_evidence(f, deed_names[i], detect_packet(e), "%s on %s", what, detect_server(e));
	p->told[i] = true;
	if (f->title[0] == '\0' || f->severity > before || is_execution(deeds))
		finding_title(
			f, "%s from %s %s on %s", who(e), detect_client(e), verb_of(deeds), detect_server(e));
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
	size_t i = index_of(deed);
	if (p->when_us[i] != 0 && e->time_us > p->when_us[i] + window_of(s))
		p->told[i] = false;
	p->when_us[i] = e->time_us;
	unsigned int deeds = deeds_of(p, e->time_us, window_of(s));
	// Services are started every day.
	if ((deeds & DEEDS_ALONE) != 0)
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
	if (c->count < s->memory.context.settings->lateral_movement_hosts)
		return;
	struct finding *f = story_of(s, e);
	if (f == NULL)
		return;
	finding_worsen(f, c->refused ? EVENT_ALERT : EVENT_WARNING);
	finding_title(
		f, "%s from %s went for the management of %zu hosts", who(e), detect_client(e), c->count);
	for (size_t i = 0; i < c->count; i++) {
		t = &c->targets[i];
		finding_host(f, t->address);
		const char *news = t->pipes + t->told_len;
		if (*news != '\0' && f->evidence_count < EVIDENCE_TARGETS_MAX)
			finding_evidence(f, "target", t->packet, "%s: %s", t->address,
				t->told_len > 0 ? news + strlen(", ") : news);
		t->told_len = strlen(t->pipes);
	}
}

// --- events -----------------------------------------------------------------------------------------

static const struct operation {
	const char *interface;
	uint16_t opnum;
	enum deed deed;
} operations[] = {
	// MS-SCMR 3.1.4: RCreateServiceW, A, WOW64A, WOW64W, RCreateWowService; RStartServiceW, A
	{ "svcctl", 12, DEED_CREATED },
	{ "svcctl", 24, DEED_CREATED },
	{ "svcctl", 44, DEED_CREATED },
	{ "svcctl", 45, DEED_CREATED },
	{ "svcctl", 60, DEED_CREATED },
	{ "svcctl", 19, DEED_STARTED },
	{ "svcctl", 31, DEED_STARTED },
	// MS-TSCH 3.2.5: NetrJobAdd; SchRpcRegisterTask, SchRpcRun
	{ "atsvc", 0, DEED_TASK },
	{ "itaskschedulerservice", 1, DEED_TASK },
	{ "itaskschedulerservice", 12, DEED_RUN },
	// MS-WMI 3.1.4.3: ExecMethod, ExecMethodAsync
	{ "iwbemservices", 24, DEED_TASK },
	{ "iwbemservices", 25, DEED_TASK },
};

static bool is_command_line(const char *service)
{
	static const char *const shells[] = { "%comspec%", "cmd.exe", "cmd /", "powershell" };
	const char *command = strstr(service, ": "); // behind the service's name
	for (size_t i = 0; command != NULL && i < ARRAY_LEN(shells); i++)
		if (strcasestr(command, shells[i]) != NULL)
			return true;
	return false;
}

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
	if (deed == DEED_CREATED && is_command_line(r->argument))
		on_deed(s, DEED_SHELL, e, "cmd or PowerShell");
}

static void on_call(struct state *s, const struct event *e)
{
	const struct event_rpc *r = e->rpc;
	if (r == NULL || r->interface == NULL)
		return;
	for (size_t i = 0; i < ARRAY_LEN(operations); i++)
		if (operations[i].opnum == r->opnum && strcmp(operations[i].interface, r->interface) == 0)
			on_operation(s, operations[i].deed, e);
}

static bool is_named_like(const char *name, const char *const *begins, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(name, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

static void on_pipe(struct state *s, const struct event *e, const struct file_view *v)
{
	static const char *const management[] = { "svcctl", "atsvc", "winreg", "itaskscheduler" };
	static const char *const tools[] = { "psexesvc", "psexecsvc", "remcom_", "paexec", "csexec",
		"winexesvc", "ahexec" };
	if (v->action != FILE_ACTION_OPEN)
		return;
	if (is_named_like(v->name, tools, ARRAY_LEN(tools)) && v->done)
		on_deed(s, DEED_TOOL, e, v->name);
	else if (is_named_like(v->name, management, ARRAY_LEN(management)))
		on_management(s, e, v->name);
}

static bool is_program(const struct event *e, const struct file_view *v)
{
	static const char *const extensions[] = { ".exe", ".dll", ".bat", ".cmd", ".ps1", ".vbs", ".js",
		".com", ".scr", ".msi", ".sys", ".hta" };
	const char *type = e->content == NULL ? NULL : e->content->type;
	if (type != NULL && (strcmp(type, "pe") == 0 || strcmp(type, "elf") == 0))
		return true;
	const char *extension = file_view_extension(v->path);
	for (size_t i = 0; i < ARRAY_LEN(extensions); i++)
		if (strcmp(extension, extensions[i]) == 0)
			return true;
	return false;
}

static void on_program(struct state *s, const struct event *e, const struct file_view *v)
{
	if (share_is_administrative(e->share))
		on_deed(s, e->bytes_written > 0 ? DEED_PROGRAM : DEED_FETCHED, e, v->path);
	else if (e->bytes_written > 0)
		note_program(s, e, v);
}

static void on_file(struct state *s, const struct event *e)
{
	struct file_view v;
	bool is_pipe = e->share != NULL && strcasecmp(e->share, "IPC$") == 0;
	if ((!is_pipe && e->bytes_read + e->bytes_written == 0) || !file_view_of(e, &v))
		return;
	if (is_pipe)
		on_pipe(s, e, &v);
	else if (v.action == FILE_ACTION_CLOSE && is_program(e, &v))
		on_program(s, e, &v);
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	if (detect_list_has(&s->memory.context.settings->admin_hosts, detect_client(e)))
		return;
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
