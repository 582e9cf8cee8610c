// SPDX-License-Identifier: Apache-2.0
#include "sink/database.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event/event_schema.h"

// Columns are what one asks for; everything else is in the event itself (json).
static const char schema[] =
	"CREATE TABLE event(id INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL,"
	" severity INTEGER NOT NULL, client TEXT, server TEXT, account TEXT, json TEXT NOT NULL);"
	"CREATE TABLE session(id INTEGER PRIMARY KEY, time INTEGER NOT NULL, opened INTEGER NOT NULL,"
	" client TEXT, server TEXT, server_port INTEGER, account TEXT, domain TEXT, mechanism TEXT,"
	" grade TEXT NOT NULL, dialect INTEGER NOT NULL, sealed INTEGER NOT NULL, signed INTEGER NOT NULL,"
	" reasons TEXT NOT NULL, json TEXT NOT NULL);"
	"CREATE TABLE alert(id INTEGER PRIMARY KEY, time INTEGER NOT NULL, severity INTEGER NOT NULL,"
	" detection TEXT NOT NULL, technique TEXT, incident INTEGER, title TEXT NOT NULL, json TEXT NOT "
	"NULL);"
	"CREATE TABLE alert_host(alert INTEGER NOT NULL REFERENCES alert(id), host TEXT NOT NULL);"
	"CREATE TABLE alert_account(alert INTEGER NOT NULL REFERENCES alert(id), account TEXT NOT NULL);"
	"CREATE INDEX event_time ON event(time); CREATE INDEX session_time ON session(time);"
	"CREATE INDEX alert_time ON alert(time); CREATE INDEX alert_host_alert ON alert_host(alert);"
	"CREATE INDEX alert_account_alert ON alert_account(alert);";

enum { INSERT_EVENT, INSERT_SESSION, INSERT_ALERT, INSERT_HOST, INSERT_ACCOUNT, INSERTS };

static const char *const inserts[INSERTS] = {
	"INSERT INTO event(time, kind, severity, client, server, account, json) VALUES(?,?,?,?,?,?,?)",
	("INSERT INTO session(time, opened, client, server, server_port, account, domain, mechanism, grade, "
	 "dialect,"
	 " sealed, signed, reasons, json) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
	("INSERT INTO alert(time, severity, detection, technique, incident, title, json) "
	 "VALUES(?,?,?,?,?,?,?)"),
	"INSERT INTO alert_host VALUES(?,?)",
	"INSERT INTO alert_account VALUES(?,?)",
};

struct database {
	sqlite3 *db;
	sqlite3_stmt *insert[INSERTS];
	size_t pending; // in the transaction that is open
	bool failed;    // told once
	char *path;
	uint8_t json[EVENT_JSON_MAX];
};

static bool complain(const char *path, const char *what)
{
	(void)fprintf(stderr, "signet: %s: %s\n", path, what);
	return false;
}

static void fail(struct database *d)
{
	if (!d->failed)
		(void)complain(d->path, sqlite3_errmsg(d->db));
	d->failed = true;
}

static void execute(struct database *d, const char *sql)
{
	if (!d->failed && sqlite3_exec(d->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail(d);
}

// --- rows -------------------------------------------------------------------------------------------

static void text(sqlite3_stmt *s, int at, const char *value)
{
	// Of others' making, and perhaps no UTF-8: those who ask get it as it is.
	(void)(value == NULL ? sqlite3_bind_null(s, at) : sqlite3_bind_text(s, at, value, -1, SQLITE_STATIC));
}

static void number(sqlite3_stmt *s, int at, uint64_t value)
{
	(void)sqlite3_bind_int64(s, at, (sqlite3_int64)value);
}

static void run(struct database *d, sqlite3_stmt *s)
{
	if (sqlite3_step(s) != SQLITE_DONE)
		fail(d);
	(void)sqlite3_reset(s);
	(void)sqlite3_clear_bindings(s);
}

static void put_json(struct database *d, sqlite3_stmt *s, int at, const struct event *e)
{
	struct writer w = writer_make(d->json, sizeof(d->json));
	bool whole = event_write_json(e, &w) && w.pos > 0;
	(void)sqlite3_bind_text(
		s, at, whole ? (const char *)d->json : "{}", whole ? (int)w.pos - 1 : 2, SQLITE_STATIC);
}

static void put_event(struct database *d, const struct event *e)
{
	sqlite3_stmt *s = d->insert[INSERT_EVENT];
	number(s, 1, e->time_us);
	text(s, 2, event_kind_name(e->kind));
	number(s, 3, event_severity_of(e));
	text(s, 4, e->connection == NULL ? NULL : e->connection->client_address);
	text(s, 5, e->connection == NULL ? NULL : e->connection->server_address);
	text(s, 6, e->session == NULL ? NULL : e->session->account);
	put_json(d, s, 7, e);
	run(d, s);
}

static const char *reasons_of(const struct event_verdict *v, char *out, size_t size)
{
	size_t used = 0;
	out[0] = '\0';
	for (size_t i = 0; i < v->reason_count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i == 0 ? "" : ",", v->reasons[i]);
	return out;
}

static void put_session(struct database *d, const struct event *e)
{
	char reasons[512];
	static const struct event_session nobody;
	static const struct event_connection nowhere;
	const struct event_verdict *v = e->verdict;
	const struct event_session *who = e->session == NULL ? &nobody : e->session;
	const struct event_connection *where = e->connection == NULL ? &nowhere : e->connection;
	const char grade[2] = { v->grade, '\0' };
	sqlite3_stmt *s = d->insert[INSERT_SESSION];
	number(s, 1, e->time_us);
	number(s, 2, v->opened_us);
	text(s, 3, where->client_address);
	text(s, 4, where->server_address);
	number(s, 5, where->server_port);
	text(s, 6, who->account);
	text(s, 7, who->domain);
	text(s, 8, who->mechanism);
	text(s, 9, grade);
	number(s, 10, v->dialect);
	number(s, 11, v->sealed);
	number(s, 12, v->signed_);
	text(s, 13, reasons_of(v, reasons, sizeof(reasons)));
	put_json(d, s, 14, e);
	run(d, s);
}

static void put_name(struct database *d, int insert, sqlite3_int64 alert, const char *name)
{
	sqlite3_stmt *s = d->insert[insert];
	(void)sqlite3_bind_int64(s, 1, alert);
	text(s, 2, name);
	run(d, s);
}

static void put_alert(struct database *d, const struct event *e)
{
	const struct event_alert *a = e->alert;
	sqlite3_stmt *s = d->insert[INSERT_ALERT];
	number(s, 1, e->time_us);
	number(s, 2, event_severity_of(e));
	text(s, 3, a->detection);
	text(s, 4, a->technique);
	number(s, 5, a->incident);
	text(s, 6, a->title == NULL ? "" : a->title);
	put_json(d, s, 7, e);
	run(d, s);
	sqlite3_int64 id = sqlite3_last_insert_rowid(d->db);
	for (size_t i = 0; i < a->host_count; i++)
		put_name(d, INSERT_HOST, id, a->hosts[i]);
	for (size_t i = 0; i < a->account_count; i++)
		put_name(d, INSERT_ACCOUNT, id, a->accounts[i]);
}

// --- the outlet -------------------------------------------------------------------------------------

static void commit(void *state)
{
	struct database *d = state;
	if (d->pending > 0)
		execute(d, "COMMIT");
	d->pending = 0;
}

static void database_event(void *state, const struct event *e)
{
	struct database *d = state;
	if (d->failed)
		return;
	if (d->pending++ == 0)
		execute(d, "BEGIN IMMEDIATE");
	put_event(d, e);
	if (e->kind == EVENT_SESSION && e->verdict != NULL)
		put_session(d, e);
	if (e->kind == EVENT_FINDING && e->alert != NULL)
		put_alert(d, e);
	if (d->pending >= DATABASE_BATCH)
		commit(d);
}

static void free_all(struct database *d)
{
	for (size_t i = 0; i < INSERTS; i++)
		(void)sqlite3_finalize(d->insert[i]);
	(void)sqlite3_close(d->db);
	free(d->path);
	free(d);
}

static bool database_close(void *state)
{
	struct database *d = state;
	commit(d);
	bool ok = !d->failed;
	free_all(d);
	return ok;
}

// --- opening ----------------------------------------------------------------------------------------

static int version_of(sqlite3 *db)
{
	sqlite3_stmt *s = NULL;
	int version = -1;
	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &s, NULL) == SQLITE_OK &&
		sqlite3_step(s) == SQLITE_ROW)
		version = sqlite3_column_int(s, 0);
	(void)sqlite3_finalize(s);
	return version;
}

static bool check_version(sqlite3 *db, const char *path)
{
	char what[160];
	int version = version_of(db);
	if (version == DATABASE_VERSION)
		return true;
	if (version < 0)
		return complain(path, sqlite3_errmsg(db));
	(void)snprintf(what, sizeof(what),
		"its schema is version %d, and this program knows %d; name another directory, or move it "
		"away",
		version, DATABASE_VERSION);
	return complain(path, what);
}

static bool make_schema(struct database *d)
{
	char version[64];
	(void)snprintf(version, sizeof(version), "PRAGMA user_version = %d; COMMIT", DATABASE_VERSION);
	execute(d, "BEGIN IMMEDIATE");
	if (version_of(d->db) == 0) // nobody else has made it meanwhile
		execute(d, schema);
	execute(d, version);
	return !d->failed;
}

static bool prepare(struct database *d)
{
	// The log is written with each batch; a power failure costs the last ones, never the rest.
	execute(d, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY");
	if (!d->failed && version_of(d->db) == 0 && !make_schema(d))
		return false;
	if (d->failed || !check_version(d->db, d->path))
		return false;
	for (size_t i = 0; i < INSERTS; i++) {
		if (sqlite3_prepare_v3(d->db, inserts[i], -1, SQLITE_PREPARE_PERSISTENT, &d->insert[i],
			    NULL) != SQLITE_OK) {
			fail(d);
			return false;
		}
	}
	return true;
}

// With its mode from the beginning: accounts and paths are nobody else's business.
static bool make_file(const char *directory, const char *path)
{
	if (mkdir(directory, 0700) != 0 && errno != EEXIST)
		return complain(directory, strerror(errno));
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return complain(path, strerror(errno));
	(void)close(fd);
	return true;
}

static char *path_in(const char *directory)
{
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/signet.db", directory);
	if (len < 0 || (size_t)len >= sizeof(path)) {
		(void)complain(directory, strerror(ENAMETOOLONG));
		return NULL;
	}
	return strdup(path);
}

static bool open_at(const char *path, int flags, sqlite3 **db)
{
	if (sqlite3_open_v2(path, db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
		(void)complain(path, *db == NULL ? "out of memory" : sqlite3_errmsg(*db));
		return false;
	}
	(void)sqlite3_busy_timeout(*db, DATABASE_BUSY_MS);
	return true;
}

bool database_open(const char *directory, struct outlet *out)
{
	struct database *d = calloc(1, sizeof(*d));
	if (d == NULL)
		return false;
	d->path = path_in(directory);
	if (d->path == NULL || !make_file(directory, d->path) ||
		!open_at(d->path, SQLITE_OPEN_READWRITE, &d->db) || !prepare(d)) {
		free_all(d);
		return false;
	}
	*out = (struct outlet){ database_event, commit, database_close, d, EVENT_DEFAULT_SEVERITY };
	return true;
}

sqlite3 *database_open_for_reading(const char *directory)
{
	sqlite3 *db = NULL;
	char *path = path_in(directory);
	// Not read-only: a reader of a WAL takes part in its index.
	bool ok = path != NULL && open_at(path, SQLITE_OPEN_READWRITE, &db) && check_version(db, path);
	free(path);
	if (ok)
		return db;
	(void)sqlite3_close(db);
	return NULL;
}

uint64_t database_last_incident(const char *directory)
{
	uint64_t last = 0;
	sqlite3_stmt *s = NULL;
	sqlite3 *db = database_open_for_reading(directory);
	if (db == NULL)
		return 0;
	if (sqlite3_prepare_v2(db, "SELECT max(incident) FROM alert", -1, &s, NULL) == SQLITE_OK &&
		sqlite3_step(s) == SQLITE_ROW)
		last = (uint64_t)sqlite3_column_int64(s, 0);
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
	return last;
}
