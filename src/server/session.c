// SPDX-License-Identifier: Apache-2.0
#include "server/session.h"

#include <errno.h>
#include <stdlib.h>

#include "base/filetime.h"
#include "event/event_sink.h"
#include "server/connection.h"
#include "server/open.h"
#include "server/policy.h"
#include "server/server.h"
#include "server/session_unix.h"
#include "server/tree.h"
#include "session/session_keys.h"

// --- life -----------------------------------------------------------------------------------------

static bool connection_add_session(struct connection *c, struct session *s)
{
	pthread_mutex_lock(&c->lock);
	bool room = c->session_count < c->server->limits.max_sessions_per_connection;
	if (room) {
		session_ref(s);
		HASH_ADD(on_connection, c->sessions, id, sizeof(s->id), s);
		c->session_count++;
	}
	pthread_mutex_unlock(&c->lock);
	return room;
}

static bool connection_remove_session(struct connection *c, struct session *s)
{
	struct session *found = NULL;
	pthread_mutex_lock(&c->lock);
	HASH_FIND(on_connection, c->sessions, &s->id, sizeof(s->id), found);
	if (found == s) {
		HASH_DELETE(on_connection, c->sessions, s);
		c->session_count--;
	}
	pthread_mutex_unlock(&c->lock);
	return found == s;
}

struct session *session_new(struct connection *c, const char **limited)
{
	*limited = NULL;
	struct session *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	atomic_init(&s->refs, 1);
	s->server = c->server;
	s->conn = connection_ref(c);
	s->opened_ms = monotonic_ms();
	s->preauth = c->preauth;
	s->must_sign = true;
	pthread_mutex_init(&s->lock, NULL);
	nonce_counter_init(&s->nonces);
	if (!session_table_add(&c->server->sessions, s))
		*limited = "max_sessions";
	else if (!connection_add_session(c, s))
		*limited = "max_sessions_per_connection";
	if (*limited == NULL)
		return s;
	if (session_table_remove(&c->server->sessions, s))
		session_unref(s);
	session_unref(s);
	return NULL;
}

struct session *session_ref(struct session *s)
{
	atomic_fetch_add(&s->refs, 1);
	return s;
}

static void session_free(struct session *s)
{
	session_end_exchange(s);
	session_unix_free(atomic_load(&s->unix_side));
	identity_unref(s->identity);
	sign_key_free(s->sign_key);
	seal_key_free(s->encryption_key);
	seal_key_free(s->decryption_key);
	free(s->claimed_account);
	free(s->claimed_domain);
	free(s->claimed_workstation);
	free(s->claimed_principal);
	free(s->claimed_service);
	pthread_mutex_destroy(&s->lock);
	connection_unref(s->conn);
	free(s);
}

void session_unref(struct session *s)
{
	if (s != NULL && atomic_fetch_sub(&s->refs, 1) == 1)
		session_free(s);
}

struct session *session_find(struct connection *c, uint64_t id)
{
	struct session *s = NULL;
	pthread_mutex_lock(&c->lock);
	HASH_FIND(on_connection, c->sessions, &id, sizeof(id), s);
	if (s != NULL)
		session_ref(s);
	pthread_mutex_unlock(&c->lock);
	return s;
}

// --- authentication -------------------------------------------------------------------------------

bool session_begin_step(struct session *s)
{
	return !atomic_exchange(&s->in_step, true);
}

void session_end_step(struct session *s)
{
	atomic_store(&s->in_step, false);
}

const struct event_session *session_about(const struct session *s)
{
	return atomic_load(&s->state) == SESSION_VALID ? &s->about : NULL;
}

void session_end_exchange(struct session *s)
{
	auth_exchange_free(s->exchange);
	s->exchange = NULL;
	policy_unref(s->policy);
	s->policy = NULL;
	if (s->throttled)
		throttle_end(s->server->throttle, &s->conn->peer);
	s->throttled = false;
}

static void claim(char **kept, const char **shown, const char *text)
{
	free(*kept);
	*kept = strdup(text);
	*shown = *kept;
}

void session_set_claim(struct session *s, const struct auth_result *r)
{
	claim(&s->claimed_account, &s->about.account, r->account);
	claim(&s->claimed_domain, &s->about.domain, r->domain);
	claim(&s->claimed_workstation, &s->about.workstation, r->workstation);
	s->about.mechanism = auth_mechanism_name(r->mechanism);
	s->about.id = s->id;
	if (r->mechanism != AUTH_MECHANISM_KERBEROS)
		return;
	claim(&s->claimed_principal, &s->about.principal, r->principal);
	claim(&s->claimed_service, &s->about.service, r->service);
	s->about.ticket_encryption = r->encryption;
	s->about.key_version = r->key_version;
}

bool session_is_expired(const struct session *s)
{
	uint64_t expires = atomic_load(&s->expires);
	return expires != 0 && filetime_now() >= expires;
}

void session_set_expiry(struct session *s, const struct identity *identity)
{
	atomic_store(&s->expires, identity->expires);
	atomic_store(&s->expiry_told, false);
}

static void session_set_identity(struct session *s, struct identity *identity)
{
	struct identity *before = s->identity;
	s->identity = identity_ref(identity);
	s->token = (struct access_token){
		.user = identity->user,
		.primary_group = identity->groups[0],
		.groups = identity->groups,
		.group_count = identity->group_count,
	};
	s->about.account = identity->account;
	s->about.domain = identity->domain;
	s->about.workstation = identity->workstation;
	s->about.mechanism = auth_mechanism_name(identity->mechanism);
	s->about.id = s->id;
	s->about.encrypted = s->encrypt;
	s->about.signed_ = s->must_sign;
	identity_unref(before);
}

static int session_make_keys(struct session *s, const struct session_keys *keys)
{
	const struct connection *c = s->conn;
	int err = sign_key_new(c->signing, secret_span(&keys->signing), &s->sign_key);
	if (err != 0 || c->cipher == CIPHER_NONE)
		return err;
	err = seal_key_new(c->cipher, secret_span(&keys->server_to_client), &s->encryption_key);
	if (err != 0)
		return err;
	return seal_key_new(c->cipher, secret_span(&keys->client_to_server), &s->decryption_key);
}

int session_establish(struct session *s, struct identity *identity)
{
	const struct connection *c = s->conn;
	struct session_keys keys SESSION_KEYS_SCOPED = { 0 };
	int err = session_keys_derive(c->dialect, c->cipher, secret_span(&identity->session_base_key),
		c->dialect == SMB2_DIALECT_311 ? &s->preauth : NULL, &keys);
	if (err == 0)
		err = session_make_keys(s, &keys);
	identity_forget_key(identity);
	if (err != 0)
		return err;
	session_set_identity(s, identity);
	session_set_expiry(s, identity);
	atomic_store(&s->policy_generation, atomic_load(&s->server->policy_generation));
	// Closed in the meantime (its connection ended, or its time was up), it stays closed.
	enum session_state expected = SESSION_IN_PROGRESS;
	return atomic_compare_exchange_strong(&s->state, &expected, SESSION_VALID) ? 0 : -ECANCELED;
}

bool session_is_admitted(struct session *s)
{
	uint64_t now = atomic_load(&s->server->policy_generation);
	if (atomic_load(&s->policy_generation) == now)
		return true;
	struct policy *p = server_policy(s->server);
	bool admitted = policy_admits(p, s->identity);
	if (admitted)
		atomic_store(&s->policy_generation, p->generation);
	policy_unref(p);
	return admitted;
}

// --- ending ---------------------------------------------------------------------------------------

static struct tree *session_any_tree(struct session *s)
{
	pthread_mutex_lock(&s->lock);
	struct tree *t = s->trees == NULL ? NULL : tree_ref(s->trees);
	pthread_mutex_unlock(&s->lock);
	return t;
}

static void session_emit_close(struct session *s, const char *reason)
{
	struct event e = {
		.kind = EVENT_SESSION_CLOSE,
		.connection = &s->conn->about,
		.session = &s->about,
		.reason = reason,
		.duration_ms = monotonic_ms() - s->opened_ms,
	};
	event_emit(s->server->events, &e);
}

// A relay gets as far as a session, and no farther: it has no key.
static bool session_is_unproved(const struct session *s)
{
	return (s->encrypt || s->must_sign) && !atomic_load(&s->key_shown);
}

static void session_emit_unproved(struct session *s)
{
	struct event e = {
		.kind = EVENT_REFUSAL,
		.connection = &s->conn->about,
		.session = &s->about,
		.result = EVENT_FAILURE,
		.reason = "session_key_not_shown",
	};
	event_emit(s->server->events, &e);
}

void session_close(struct session *s, const char *reason)
{
	enum session_state was = atomic_exchange(&s->state, SESSION_CLOSED);
	if (was == SESSION_CLOSED)
		return;
	// Out of the tables first (MS-SMB2 3.3.5.6), so that nobody else waits for what may take long.
	bool in_table = session_table_remove(&s->server->sessions, s);
	bool on_connection = connection_remove_session(s->conn, s);
	for (struct tree *t = session_any_tree(s); t != NULL; t = session_any_tree(s)) {
		tree_close(t, reason);
		tree_unref(t);
	}
	if (was == SESSION_VALID && session_is_unproved(s))
		session_emit_unproved(s);
	if (was == SESSION_VALID)
		session_emit_close(s, reason);
	if (in_table)
		session_unref(s);
	if (on_connection)
		session_unref(s);
}

// --- ending on a worker thread ----------------------------------------------------------------------

struct close_job {
	uv_work_t job;
	struct connection *conn;
	struct session *session; // NULL: all of the connection
	const char *reason;
};

static struct session *connection_any_session(struct connection *c)
{
	pthread_mutex_lock(&c->lock);
	struct session *s = c->sessions == NULL ? NULL : session_ref(c->sessions);
	pthread_mutex_unlock(&c->lock);
	return s;
}

static void close_all(struct connection *c)
{
	for (struct session *s = connection_any_session(c); s != NULL; s = connection_any_session(c)) {
		session_close(s, connection_end_name(c->end));
		session_unref(s);
	}
}

static void close_run(uv_work_t *job)
{
	struct close_job *j = CONTAINER_OF(job, struct close_job, job);
	if (j->session != NULL)
		session_close(j->session, j->reason);
	else
		close_all(j->conn);
}

static void close_done(uv_work_t *job, int status UNUSED)
{
	struct close_job *j = CONTAINER_OF(job, struct close_job, job);
	session_unref(j->session);
	connection_unref(j->conn);
	free(j);
}

static void close_on_worker(struct connection *c, struct session *s, const char *reason)
{
	struct close_job *j = malloc(sizeof(*j));
	if (j == NULL)
		abort(); // opens would stay for ever; nothing sound can be done without memory for this
	*j = (struct close_job){
		.conn = connection_ref(c),
		.session = s == NULL ? NULL : session_ref(s),
		.reason = reason,
	};
	if (uv_queue_work(&c->loop->uv, &j->job, close_run, close_done) != 0)
		abort();
}

void session_close_later(struct session *s, const char *reason)
{
	close_on_worker(s->conn, s, reason);
}

void sessions_close_of_connection(struct connection *c)
{
	pthread_mutex_lock(&c->lock);
	bool any = c->sessions != NULL;
	pthread_mutex_unlock(&c->lock);
	if (any)
		close_on_worker(c, NULL, NULL);
}

bool sessions_have_opens(struct connection *c)
{
	bool have = false;
	pthread_mutex_lock(&c->lock);
	for (struct session *s = c->sessions; s != NULL && !have; s = s->on_connection.next)
		have = atomic_load(&s->open_count) != 0;
	pthread_mutex_unlock(&c->lock);
	return have;
}

// --- limits of time -------------------------------------------------------------------------------

// An exchange that takes too long is given up; one that is being worked on is judged when that is done.
static bool session_exchange_is_late(struct session *s, uint64_t now_ms)
{
	if (!session_begin_step(s))
		return false;
	bool late = s->exchange != NULL &&
		    now_ms - s->exchange_begun_ms > s->server->limits.authentication_timeout_ms;
	if (late && atomic_load(&s->state) == SESSION_VALID)
		session_end_exchange(s);
	session_end_step(s);
	return late;
}

// The time for logging on ends with the first request that has the session's protection.
static bool session_proof_is_late(const struct session *s, uint64_t now_ms)
{
	return session_is_unproved(s) && now_ms - s->opened_ms > s->server->limits.authentication_timeout_ms;
}

// Whether the session has to end, for what reason.
static const char *session_judge(struct session *s, uint64_t now_ms)
{
	enum session_state state = atomic_load(&s->state);
	bool late = session_exchange_is_late(s, now_ms);
	if (state == SESSION_IN_PROGRESS)
		return late ? "authentication_timeout" : NULL;
	if (state != SESSION_VALID)
		return NULL;
	if (session_proof_is_late(s, now_ms))
		return "session_key_not_shown";
	return session_is_admitted(s) ? NULL : "account_no_longer_admitted";
}

void sessions_check_time(struct connection *c)
{
	uint64_t now_ms = monotonic_ms();
	pthread_mutex_lock(&c->lock);
	for (struct session *s = c->sessions; s != NULL; s = s->on_connection.next) {
		const char *reason = session_judge(s, now_ms);
		if (reason != NULL)
			session_close_later(s, reason);
	}
	pthread_mutex_unlock(&c->lock);
}
