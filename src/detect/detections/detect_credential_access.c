// SPDX-License-Identifier: Apache-2.0
// credential_access: secrets of a machine or a domain are taken over the network.
//
// Signal, of one client at one server:
//   - remote registry: a hive is saved (BaseRegSaveKey), or the keys that the boot key is made of are opened;
//     worse when a .tmp file of a share for administrators or a hive is read afterwards;
//   - directory replication (DRSGetNCChanges) asked for by what is no domain controller;
//   - the domain's backup key: LsarRetrievePrivateData of G$BCKUPKEY, BackuprKey;
//   - files: ntds.dit; SAM, SYSTEM, SECURITY in their folders; dumps of lsass; anything that begins like a
//     registry hive or a memory dump, whatever its name; read, or written somewhere else.
// Evidence: the calls with their arguments, the files with their types, packet numbers.
// False positives: roaming profiles are hives (NTUSER.DAT, UsrClass.dat); domain controllers replicate: who
// serves SYSVOL or Kerberos, is told of news, or asks by the service that is for it, is one, and those in
// domain_controllers; a machine's account by Kerberos, or one that is not seen, is a warning. Clients of a
// domain call BackuprKey when a password changes (a notice); backup_hosts read everything. Not seen: sealed
// sessions without keys.
#include "detect/detections/detections.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "detect/file_view.h"
#include "detect/memory.h"
#include "detect/story.h"

enum {
	SECOND_US = 1000000,
	QUIET_S = 30, // that a hive that was saved is waited for
	HOLD_S = 120,
	AFTER_SAVE_US = 600 * SECOND_US, // that a saved hive is fetched in
	EVIDENCE_EACH_MAX = 16,
};

struct pair {
	uint64_t saved_us;
};

struct controller {
	bool known;
};

struct state {
	struct memory memory;
	struct detect_table *pairs;
	struct detect_table *controllers; // addresses
};

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.tables = {
			{ .offset = offsetof(struct state, pairs), .entry_len = sizeof(struct pair) },
			{ .offset = offsetof(struct state, controllers), .entry_len = sizeof(struct controller) },
		},
		.teller = &detect_credential_access,
		.quiet_s = QUIET_S,
		.hold_s = HOLD_S,
	};
	return memory_begin(context, &plan);
}

static const char *who(const struct event *e)
{
	return detect_account(e)[0] != '\0' ? detect_account(e) : "somebody";
}

static void tell(struct state *s, const struct event *e, enum event_severity severity, const char *what,
	const char *name, const char *value)
{
	char key[STORY_KEY_MAX];
	struct finding *f = stories_touch(s->memory.stories,
		detect_key(key, sizeof(key), detect_client(e), detect_server(e), detect_account(e)),
		e->time_us);
	if (f == NULL)
		return;
	finding_about(f, e);
	if (f->title[0] == '\0' || severity > f->severity)
		finding_title(f, "%s from %s %s of %s", who(e), detect_client(e), what, detect_server(e));
	finding_worsen(f, severity);
	f->urgent |= severity == EVENT_ALERT;
	if (f->evidence_count < EVIDENCE_EACH_MAX)
		finding_evidence(f, name, detect_packet(e), "%s", value);
}

// --- calls ------------------------------------------------------------------------------------------

static struct pair *pair_of(struct state *s, const struct event *e)
{
	char key[256];
	return detect_table_get(
		s->pairs, detect_key(key, sizeof(key), detect_client(e), detect_server(e), NULL));
}

static const char *argument_of(const struct event_rpc *r)
{
	return r->argument != NULL ? r->argument : r->operation != NULL ? r->operation : "";
}

// The class names of these keys are the boot key, that the secrets of SAM and LSA are encrypted with.
static bool is_boot_key(const char *path)
{
	static const char *const names[] = { "JD", "Skew1", "GBG", "Data" };
	const char *lsa = strcasestr(path, "Control\\Lsa\\");
	if (lsa == NULL)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcasecmp(lsa + strlen("Control\\Lsa\\"), names[i]) == 0)
			return true;
	return false;
}

static void on_winreg(struct state *s, const struct event *e)
{
	enum { OPEN_KEY = 15, SAVE_KEY = 20, SAVE_KEY_EX = 31 }; // MS-RRP 3.1.5
	const struct event_rpc *r = e->rpc;
	struct pair *p = pair_of(s, e);
	if (p == NULL)
		return;
	if (r->opnum == SAVE_KEY || r->opnum == SAVE_KEY_EX) {
		p->saved_us = e->time_us;
		tell(s, e, EVENT_WARNING, "saved a registry hive", "registry_save", argument_of(r));
	} else if (r->opnum == OPEN_KEY && r->argument != NULL && is_boot_key(r->argument)) {
		tell(s, e, EVENT_ALERT, "read the boot key", "registry_key", r->argument);
	}
}

static bool is_machine(const char *account)
{
	size_t len = strlen(account);
	return len > 1 && account[len - 1] == '$';
}

static bool is_controller(struct state *s, const char *address)
{
	return detect_list_has(&s->memory.context.settings->domain_controllers, address) ||
	       detect_table_find(s->controllers, address) != NULL;
}

static void learn_controller(struct state *s, const char *address)
{
	struct controller *c = detect_table_get(s->controllers, address);
	if (c != NULL)
		c->known = true;
}

// Controllers have services of their own for it (MS-DRSR 2.2.3.2); Samba's take the global catalogue's.
static bool is_for_controllers(const struct event *e)
{
	static const char *const services[] = { "E3514235-4B06-11D1-AB04-00C04FC2DCD2/", "GC/" };
	const char *service = e->session == NULL ? NULL : e->session->service;
	for (size_t i = 0; service != NULL && i < ARRAY_LEN(services); i++)
		if (strncasecmp(service, services[i], strlen(services[i])) == 0)
			return true;
	return false;
}

static bool by_ntlm(const struct event *e)
{
	const char *mechanism = e->session == NULL ? NULL : e->session->mechanism;
	return mechanism != NULL && strncmp(mechanism, "ntlm", 4) == 0;
}

static void on_replication(struct state *s, const struct event *e)
{
	enum { REPLICA_SYNC = 2, GET_NC_CHANGES = 3 }; // MS-DRSR 4.1.23, 4.1.10
	const char *account = detect_account(e);
	bool somebody = account[0] != '\0' && (!is_machine(account) || by_ntlm(e));
	if (e->rpc->opnum == REPLICA_SYNC)
		learn_controller(s, detect_server(e)); // it is told that there is news for it
	if (e->rpc->opnum != GET_NC_CHANGES || is_for_controllers(e) || is_controller(s, detect_client(e)))
		return;
	tell(s, e, somebody ? EVENT_ALERT : EVENT_WARNING, "replicated the directory", "replication",
		argument_of(e->rpc));
}

static void on_lsa(struct state *s, const struct event *e)
{
	enum { RETRIEVE_PRIVATE_DATA = 43 }; // MS-LSAD 3.1.4.6.4
	const struct event_rpc *r = e->rpc;
	if (r->opnum != RETRIEVE_PRIVATE_DATA)
		return;
	bool key = r->argument != NULL && strcasestr(r->argument, "BCKUPKEY") != NULL;
	tell(s, e, key ? EVENT_ALERT : EVENT_WARNING,
		key ? "took the domain's backup key" : "took a secret of the LSA", "secret", argument_of(r));
}

static void on_call(struct state *s, const struct event *e)
{
	const struct event_rpc *r = e->rpc;
	if (r == NULL || r->interface == NULL)
		return;
	if (strcmp(r->interface, "winreg") == 0)
		on_winreg(s, e);
	else if (strcmp(r->interface, "drsuapi") == 0)
		on_replication(s, e);
	else if (strcmp(r->interface, "lsarpc") == 0)
		on_lsa(s, e);
	else if (strcmp(r->interface, "backupkey") == 0 && r->opnum == 0)
		tell(s, e, EVENT_NOTICE, "asked for the backup key", "backup_key", argument_of(r));
}

// --- files ------------------------------------------------------------------------------------------

static bool ends_with(const char *text, const char *end_)
{
	size_t len = strlen(text), end_len = strlen(end_);
	return len >= end_len && strcmp(text + len - end_len, end_) == 0;
}

static bool is_profile(const char *name)
{
	return strncmp(name, "ntuser.", 7) == 0 || strncmp(name, "usrclass.", 9) == 0 ||
	       strncmp(name, "settings.dat", 12) == 0;
}

// Where Windows keeps SAM, SYSTEM and SECURITY, and their copies.
static bool is_hive_path(const char *path)
{
	static const char *const names[] = { "sam", "system", "security" };
	static const char *const folders[] = { "system32/config/", "config/regback/", "windows/repair/",
		"active directory/registry/", "registry/" };
	const char *name = file_view_name(path);
	bool is_hive = false;
	for (size_t n = 0; n < ARRAY_LEN(names) && !is_hive; n++)
		is_hive = strcmp(name, names[n]) == 0;
	for (size_t i = 0; is_hive && i < ARRAY_LEN(folders); i++) {
		size_t len = strlen(folders[i]);
		if ((size_t)(name - path) >= len && strncmp(name - len, folders[i], len) == 0)
			return true;
	}
	return false;
}

// NULL: nothing of value.
static const char *secret_of(const struct file_view *v, const char *type)
{
	if (strcmp(v->name, "ntds.dit") == 0)
		return "the directory's database";
	if (is_hive_path(v->path))
		return "a registry hive";
	if (strstr(v->name, "lsass") != NULL &&
		(ends_with(v->name, ".dmp") || ends_with(v->name, ".dump") || ends_with(v->name, ".mdmp")))
		return "a dump of lsass";
	if (type != NULL && strcmp(type, "registry_hive") == 0 && !is_profile(v->name))
		return "a registry hive";
	if (type != NULL && strcmp(type, "minidump") == 0)
		return "a memory dump";
	return NULL;
}

static bool is_fetch_of_save(struct state *s, const struct event *e, const struct file_view *v)
{
	const struct pair *p = pair_of(s, e);
	return p != NULL && p->saved_us != 0 && e->time_us <= p->saved_us + AFTER_SAVE_US &&
	       share_is_administrative(e->share) && e->bytes_read > 0 && ends_with(v->name, ".tmp");
}

static void on_file(struct state *s, const struct event *e)
{
	struct file_view v;
	char text[FILE_VIEW_PATH_MAX + 64], what[128];
	if (e->bytes_read + e->bytes_written == 0 || !file_view_of(e, &v) || v.action != FILE_ACTION_CLOSE ||
		v.directory)
		return;
	const char *type = e->content == NULL ? NULL : e->content->type;
	const char *secret = secret_of(&v, type);
	bool fetched = is_fetch_of_save(s, e, &v);
	if (secret == NULL && fetched)
		secret = "a saved registry hive";
	if (secret == NULL)
		return;
	bool dump = type != NULL && strcmp(type, "minidump") == 0 && strstr(v.name, "lsass") == NULL;
	(void)snprintf(text, sizeof(text), "%s, type %s, %llu bytes", v.path,
		type == NULL ? "not seen" : type, (unsigned long long)(e->bytes_read + e->bytes_written));
	(void)snprintf(what, sizeof(what), "%s %s", e->bytes_read > 0 ? "read" : "wrote", secret);
	tell(s, e, dump ? EVENT_WARNING : EVENT_ALERT, what, "file", text);
}

// --- domain controllers ------------------------------------------------------------------------------

static bool serves_logons(const struct event *e)
{
	return e->kind == EVENT_TREE_CONNECT && e->share != NULL &&
	       (strcasecmp(e->share, "SYSVOL") == 0 || strcasecmp(e->share, "NETLOGON") == 0);
}

static bool serves_tickets(const struct event *e)
{
	const char *protocol = e->auth == NULL ? NULL : e->auth->protocol;
	return e->kind == EVENT_AUTH && protocol != NULL && strcmp(protocol, "kerberos") == 0;
}

static void learn(struct state *s, const struct event *e)
{
	if (!detect_is_success(e) || !(serves_logons(e) || serves_tickets(e)))
		return;
	learn_controller(s, detect_server(e));
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	learn(s, e);
	if (detect_list_has(&s->memory.context.settings->backup_hosts, detect_client(e)))
		return;
	if (e->kind == EVENT_RPC)
		on_call(s, e);
	else
		on_file(s, e);
}

const struct detector detect_credential_access = {
	.id = "credential_access",
	.title = "secrets were taken",
	.technique = "T1003",
	.severity = EVENT_WARNING,
	.begin = begin,
	.event = event,
	.tick = memory_tick,
	.finish = memory_finish,
	.end = memory_end,
};
