// SPDX-License-Identifier: Apache-2.0
#include "server/session.h"

#include <errno.h>
#include <stdlib.h>

#include "base/filetime.h"
#include "server/connection.h"
#include "server/policy.h"
#include "server/server.h"
#include "server/session_user.h"
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
	pthread_mutex_init(&s->user_lock, NULL);
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
	session_user_unref(s->user);
	identity_unref(s->identity);
	sign_key_free(s->sign_key);
	seal_key_free(s->encryption_key);
	seal_key_free(s->decryption_key);
	free(s->claimed_account);
	free(s->claimed_domain);
	free(s->claimed_workstation);
	free(s->claimed_principal);
	free(s->claimed_service);
	pthread_mutex_destroy(&s->user_lock);
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

static int session_set_identity(struct session *s, struct identity *identity)
{
	s->user = session_user_new(identity, NULL);
	if (s->user == NULL)
		return -ENOMEM;
	s->identity = identity_ref(identity);
	s->about.account = identity->account;
	s->about.domain = identity->domain;
	s->about.workstation = identity->workstation;
	s->about.mechanism = auth_mechanism_name(identity->mechanism);
	s->about.id = s->id;
	s->about.encrypted = s->encrypt;
	s->about.signed_ = s->must_sign;
	return 0;
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
	if (err == 0)
		err = session_set_identity(s, identity);
	if (err != 0)
		return err;
	session_set_expiry(s, identity);
	atomic_store(&s->judged, session_generation(s));
	// Closed in the meantime (its connection ended, or its time was up), it stays closed.
	enum session_state expected = SESSION_IN_PROGRESS;
	return atomic_compare_exchange_strong(&s->state, &expected, SESSION_VALID) ? 0 : -ECANCELED;
}

// Both only grow, so no two pairs of a later and an earlier time have the same sum.
uint64_t session_generation(struct session *s)
{
	return atomic_load(&s->server->policy_generation) + atomic_load(&s->user_generation);
}

bool session_is_admitted(struct session *s)
{
	uint64_t now = session_generation(s);
	if (atomic_load(&s->judged) == now)
		return true;
	struct policy *p = server_policy(s->server);
	struct session_user *user = session_user_get(s);
	bool admitted = policy_admits(p, user->identity);
	if (admitted)
		atomic_store(&s->judged, now);
	session_user_unref(user);
	policy_unref(p);
	return admitted;
}

// --- ending (session_close.c) ----------------------------------------------------------------------

void session_leave_tables(struct session *s)
{
	if (session_table_remove(&s->server->sessions, s))
		session_unref(s);
	if (connection_remove_session(s->conn, s))
		session_unref(s);
}

// A relay gets as far as a session, and no farther: it has no key.
bool session_is_unproved(const struct session *s)
{
	return (s->encrypt || s->must_sign) && !atomic_load(&s->key_shown);
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
