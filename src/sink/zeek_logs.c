// SPDX-License-Identifier: Apache-2.0
#include "sink/zeek_logs.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

#include "base/fnv1a.h"

enum { SMB_FILES, SMB_MAPPING, NTLM, KERBEROS, LOGS, UID_LEN = 20, PATH_LEN = 1024 };

#define CONNECTION_FIELDS "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\t"
#define CONNECTION_TYPES "time\tstring\taddr\tport\taddr\tport\t"

static const struct log {
	const char *name, *fields, *types;
} logs[LOGS] = {
	[SMB_FILES] = { "smb_files",
		CONNECTION_FIELDS
		"fuid\taction\tpath\tname\tsize\tprev_name\ttimes.modified\ttimes.accessed\t"
		"times.created\ttimes.changed",
		CONNECTION_TYPES "string\tenum\tstring\tstring\tcount\tstring\ttime\ttime\ttime\ttime" },
	[SMB_MAPPING] = { "smb_mapping", CONNECTION_FIELDS "path\tservice\tnative_file_system\tshare_type",
		CONNECTION_TYPES "string\tstring\tstring\tstring" },
	[NTLM] = { "ntlm",
		CONNECTION_FIELDS "username\thostname\tdomainname\tserver_nb_computer_name\t"
				  "server_dns_computer_name\tserver_tree_name\tsuccess",
		CONNECTION_TYPES "string\tstring\tstring\tstring\tstring\tstring\tbool" },
	[KERBEROS] = { "kerberos",
		CONNECTION_FIELDS "request_type\tclient\tservice\tsuccess\terror_msg\tfrom\ttill\tcipher\t"
				  "forwardable\trenewable\tclient_cert_subject\tclient_cert_fuid\t"
				  "server_cert_subject\tserver_cert_fuid",
		CONNECTION_TYPES
		"string\tstring\tstring\tbool\tstring\ttime\ttime\tstring\tbool\tbool\tstring\t"
		"string\tstring\tstring" },
};

struct zeek_logs {
	FILE *files[LOGS];
	char *directory;
};

// --- values -----------------------------------------------------------------------------------------

// Zeek escapes what would break a line, and the backslash itself.
static void put_text(FILE *f, const char *text)
{
	if (text == NULL || text[0] == '\0') {
		(void)fputs("\t-", f);
		return;
	}
	(void)fputc('\t', f);
	if (strcmp(text, "-") == 0) {
		(void)fputs("\\x2d", f);
		return;
	}
	for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
		if (*c == '\\')
			(void)fputs("\\\\", f);
		else if (*c < 0x20 || *c >= 0x7f)
			(void)fprintf(f, "\\x%02x", *c);
		else
			(void)fputc(*c, f);
	}
}

static void put_unset(FILE *f, size_t count)
{
	for (size_t i = 0; i < count; i++)
		(void)fputs("\t-", f);
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
	static const uint8_t end = 0xff; // it counts, too
	return fnv1a(fnv1a(hash, span_of_str(text == NULL ? "" : text)), span_make(&end, 1));
}

static void uid_text(char prefix, uint64_t hash, char uid[UID_LEN])
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	uid[0] = prefix;
	for (size_t i = 1; i < 18; i++) {
		hash = (hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9 + i;
		uid[i] = digits[(hash >> 32) % 62];
	}
	uid[18] = '\0';
}

static uint64_t connection_hash(const struct event *e)
{
	char numbers[64];
	(void)snprintf(numbers, sizeof(numbers), "%u %u %" PRIu64, e->connection->client_port,
		e->connection->server_port, e->wire == NULL ? 0 : e->wire->flow);
	uint64_t hash = hash_text(FNV1A_START, e->connection->client_address);
	return hash_text(hash_text(hash, e->connection->server_address), numbers);
}

static FILE *begin(struct zeek_logs *z, int log, const struct event *e)
{
	FILE *f = z->files[log];
	char uid[UID_LEN];
	const struct event_connection *c = e->connection;
	uid_text('C', connection_hash(e), uid);
	(void)fprintf(f, "%" PRIu64 ".%06u\t%s\t%s\t%u\t%s\t%u", e->time_us / 1000000,
		(unsigned int)(e->time_us % 1000000), uid, c->client_address, c->client_port,
		c->server_address, c->server_port);
	return f;
}

// --- rows -------------------------------------------------------------------------------------------

static bool is_pipe(const struct event *e)
{
	return e->share != NULL && strcasecmp(e->share, "IPC$") == 0;
}

// What Zeek logs unless it is told otherwise (SMB::logged_file_actions).
static const char *action_of(const struct event *e)
{
	if (e->action == NULL || e->result == EVENT_FAILURE)
		return NULL;
	// What SMB1 asks about a file by its name opens nothing.
	if (strcmp(e->action, "open") == 0 && e->file_id == 0 && e->connection->dialect == 1)
		return NULL;
	if (strcmp(e->action, "open") == 0 || strcmp(e->action, "create") == 0)
		return "SMB::FILE_OPEN";
	if (strcmp(e->action, "rename") == 0)
		return "SMB::FILE_RENAME";
	return strcmp(e->action, "delete") == 0 ? "SMB::FILE_DELETE" : NULL;
}

static const char *unc_of(const struct event *e, char path[PATH_LEN])
{
	if (e->share == NULL || e->share[0] == '\0')
		return NULL;
	if (e->share[0] == '\\')
		return e->share;
	(void)snprintf(path, PATH_LEN, "\\\\%s\\%s", e->connection->server_address, e->share);
	return path;
}

static const char *with_backslashes(const char *path, char name[PATH_LEN])
{
	(void)snprintf(name, PATH_LEN, "%s", path);
	for (char *c = name; *c != '\0'; c++)
		if (*c == '/')
			*c = '\\';
	return name;
}

static const char *name_of(const char *path, char name[PATH_LEN])
{
	return path == NULL || path[0] == '\0' ? "<share_root>" : with_backslashes(path, name);
}

static void put_file(struct zeek_logs *z, const struct event *e)
{
	const char *action = action_of(e);
	char path[PATH_LEN], name[PATH_LEN], before[PATH_LEN], uid[UID_LEN];
	if (action == NULL || is_pipe(e))
		return;
	bool renamed = strcmp(action, "SMB::FILE_RENAME") == 0;
	FILE *f = begin(z, SMB_FILES, e);
	uid_text('F', hash_text(connection_hash(e), e->path) ^ e->file_id, uid);
	put_text(f, uid);
	put_text(f, action);
	put_text(f, unc_of(e, path));
	put_text(f, name_of(renamed ? e->target_path : e->path, name));
	put_unset(f, 1);
	put_text(f, renamed ? name_of(e->path, before) : NULL);
	put_unset(f, 4);
	(void)fputc('\n', f);
}

static void put_mapping(struct zeek_logs *z, const struct event *e)
{
	char path[PATH_LEN];
	if (e->result == EVENT_FAILURE || nt_status_is_error(e->status))
		return;
	FILE *f = begin(z, SMB_MAPPING, e);
	// As the client said it, if that is known.
	put_text(f, e->detail != NULL ? with_backslashes(e->detail, path) : unc_of(e, path));
	put_unset(f, 2);
	put_text(f, is_pipe(e) ? "PIPE" : "DISK");
	(void)fputc('\n', f);
}

static void put_ntlm(struct zeek_logs *z, const struct event *e)
{
	const struct event_auth *a = e->auth;
	const struct event_session *s = e->session;
	FILE *f = begin(z, NTLM, e);
	put_text(f, s == NULL ? NULL : s->account);
	put_text(f, s == NULL ? NULL : s->workstation);
	put_text(f, s == NULL ? NULL : s->domain);
	put_text(f, a->server_name);
	put_text(f, a->server_dns);
	put_unset(f, 1);
	put_text(f, e->result == EVENT_NO_RESULT ? NULL : e->result == EVENT_SUCCESS ? "T" : "F");
	(void)fputc('\n', f);
}

// "name/REALM"; of a ticket that is only shown, its realm is all that can be read.
static const char *client_of(const struct event *e, char client[PATH_LEN])
{
	const char *principal = e->session == NULL ? NULL : e->session->principal;
	if (principal == NULL && e->auth->realm == NULL)
		return NULL;
	(void)snprintf(client, PATH_LEN, "%s%s", principal == NULL ? "/" : principal,
		principal == NULL ? e->auth->realm : "");
	char *at = strrchr(client, '@');
	if (at != NULL)
		*at = '/';
	return client;
}

static const char *request_type_of(const struct event *e)
{
	if (e->auth->protocol == NULL || strcmp(e->auth->protocol, "kerberos") != 0)
		return "AP"; // shown to a server
	if (e->detail != NULL && strcmp(e->detail, "tgs_rep") == 0)
		return "TGS";
	// An error does not say what it answers: for a ticket-granting ticket one asks with AS.
	bool for_tgt = e->auth->service != NULL && strncmp(e->auth->service, "krbtgt", 6) == 0;
	return for_tgt || (e->detail != NULL && strcmp(e->detail, "as_rep") == 0) ? "AS" : "TGS";
}

static void put_kerberos(struct zeek_logs *z, const struct event *e)
{
	char client[PATH_LEN];
	bool failed = e->result == EVENT_FAILURE;
	// That preauthentication is wanted is no failure, and Zeek leaves it out too (KRB::ignored_errors).
	if (e->result == EVENT_NO_RESULT)
		return;
	FILE *f = begin(z, KERBEROS, e);
	put_text(f, request_type_of(e));
	put_text(f, client_of(e, client));
	put_text(f, e->auth->service);
	put_text(f, failed ? "F" : "T");
	put_text(f, failed ? e->reason : NULL);
	put_unset(f, 2);
	put_text(f, failed ? NULL : e->auth->ticket_encryption);
	put_unset(f, 6);
	(void)fputc('\n', f);
}

static bool is_ntlm(const struct event *e)
{
	return e->auth->has_challenge || e->auth->has_nt_proof || e->auth->authenticate_flags != 0;
}

static void zeek_event(void *state, const struct event *e)
{
	struct zeek_logs *z = state;
	if (e->connection == NULL || e->connection->client_address == NULL ||
		e->connection->server_address == NULL)
		return;
	if (e->kind == EVENT_FILE)
		put_file(z, e);
	else if (e->kind == EVENT_TREE_CONNECT)
		put_mapping(z, e);
	else if (e->kind == EVENT_AUTH && e->auth != NULL && is_ntlm(e))
		put_ntlm(z, e);
	else if (e->kind == EVENT_AUTH && e->auth != NULL && e->auth->service != NULL)
		put_kerberos(z, e);
}

// --- the files --------------------------------------------------------------------------------------

static void put_time_line(FILE *f, const char *what)
{
	char text[32] = "";
	time_t now = time(NULL);
	struct tm tm;
	if (gmtime_r(&now, &tm) != NULL)
		(void)strftime(text, sizeof(text), "%Y-%m-%d-%H-%M-%S", &tm);
	(void)fprintf(f, "#%s\t%s\n", what, text);
}

static bool open_log(struct zeek_logs *z, int log)
{
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/%s.log", z->directory, logs[log].name);
	FILE *f = len > 0 && (size_t)len < sizeof(path) ? fopen(path, "we") : NULL;
	if (f == NULL) {
		(void)fprintf(stderr, "signet: --zeek %s: %s\n", z->directory, strerror(errno));
		return false;
	}
	z->files[log] = f;
	(void)fprintf(f,
		"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t%s\n",
		logs[log].name);
	put_time_line(f, "open");
	(void)fprintf(f, "#fields\t%s\n#types\t%s\n", logs[log].fields, logs[log].types);
	return true;
}

static void zeek_flush(void *state)
{
	const struct zeek_logs *z = state;
	for (int i = 0; i < LOGS; i++)
		(void)fflush(z->files[i]);
}

static bool zeek_close(void *state)
{
	struct zeek_logs *z = state;
	bool ok = true;
	for (int i = 0; i < LOGS; i++) {
		if (z->files[i] == NULL)
			continue;
		put_time_line(z->files[i], "close");
		bool failed = ferror(z->files[i]) != 0;
		ok = fclose(z->files[i]) == 0 && !failed && ok;
	}
	if (!ok)
		(void)fprintf(stderr, "signet: --zeek %s: not everything could be written\n", z->directory);
	free(z->directory);
	free(z);
	return ok;
}

bool zeek_logs_open(const char *directory, struct outlet *out)
{
	struct zeek_logs *z = calloc(1, sizeof(*z));
	if (z == NULL)
		return false;
	z->directory = strdup(directory);
	bool ok = z->directory != NULL;
	if (ok && mkdir(directory, 0700) != 0 && errno != EEXIST) {
		(void)fprintf(stderr, "signet: --zeek %s: %s\n", directory, strerror(errno));
		ok = false;
	}
	for (int i = 0; ok && i < LOGS; i++)
		ok = open_log(z, i);
	*out = (struct outlet){ zeek_event, zeek_flush, zeek_close, z, EVENT_DEFAULT_SEVERITY };
	if (!ok)
		(void)zeek_close(z);
	return ok;
}
