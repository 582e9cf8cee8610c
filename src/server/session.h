// SPDX-License-Identifier: Apache-2.0
// An authenticated user on a connection (MS-SMB2 3.3.1.8), with the keys that sign and seal what he
// sends, his tree connects and his opens.
//
// Shared by reference count; destroyed in session.c alone. What the lock guards may be touched from
// any thread; keys and identity are constant while the session is VALID.
#ifndef SIGNET_SERVER_SESSION_H
#define SIGNET_SERVER_SESSION_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

#include "auth/access/access_check.h"
#include "auth/exchange.h"
#include "base/nt_status.h"
#include "crypto/crypto.h"
#include "event/event.h"
#include "session/nonce.h"
#include "session/nonce_memory.h"
#include "session/preauth.h"

struct connection;
struct loop;
struct loop_task;
struct open;
struct policy;
struct server;
struct session_user;
struct tree;

enum session_state {
	SESSION_IN_PROGRESS, // authenticating for the first time
	SESSION_VALID,
	SESSION_CLOSED, // logged off, replaced, or its connection ended
};

struct session {
	atomic_uint refs;
	struct server *server;
	struct connection *conn; // with a reference
	uint64_t id;
	_Atomic enum session_state state;
	UT_hash_handle on_connection; // in conn->sessions, under conn->lock
	UT_hash_handle in_table;      // in the server's table
	uint64_t opened_ms;
	atomic_uint_fast64_t judged; // session_generation() that the account was last looked up under

	// While authenticating. Whoever has the step (session_begin_step) works with these, on any thread.
	atomic_bool in_step;
	struct auth_exchange *exchange;
	struct policy *policy; // that the exchange works under, with a reference
	struct preauth_hash preauth;
	bool throttled; // throttle_end is owed
	uint64_t exchange_begun_ms;

	// Set when authentication succeeded, before the state becomes VALID.
	struct identity *identity; // as it first did; who its user is now: session_user_get
	struct sign_key *sign_key;
	struct seal_key *encryption_key; // server to client; NULL when the session is not encrypted
	struct seal_key *decryption_key;
	struct nonce_counter nonces;
	struct nonce_memory client_nonces; // the connection's loop only
	// A request came that was made with its keys: before, whoever carried the authentication here may be
	// somebody else than the one who made it.
	atomic_bool key_shown;
	bool encrypt; // everything on it is sealed
	bool must_sign;
	struct event_session about;
	char *claimed_account; // what `about` points to before there is an identity
	char *claimed_domain;
	char *claimed_workstation;
	char *claimed_principal;
	char *claimed_service;
	atomic_uint_fast64_t expires; // FILETIME; 0: never. Authenticating again moves it
	atomic_bool expiry_told;

	pthread_mutex_t user_lock; // innermost: none is taken with it held
	struct session_user *user; // NULL before it is VALID
	atomic_uint_fast64_t user_generation;

	pthread_mutex_t lock;
	struct tree *trees; // uthash by TreeId
	unsigned tree_count;
	uint32_t next_tree_id;
	struct open *opens; // uthash by the volatile part of FileId
	atomic_uint open_count;
};

// A session in progress, in the connection's table and the server's; NULL when a limit is reached
// (then *limited names it) or memory is out. With a reference for the caller.
struct session *session_new(struct connection *c, const char **limited) WARN_UNUSED;
struct session *session_ref(struct session *s);
void session_unref(struct session *s); // NULL is fine

// Of this connection, with a reference; NULL when there is none.
struct session *session_find(struct connection *c, uint64_t id) WARN_UNUSED;
// Takes it out of all tables; then its trees and opens are closed by workers, and then posted on the
// loop, if it is not NULL. Idempotent: when it is being closed already, then is posted at once. On the
// loop's thread; a session in progress may be closed on any, without a loop.
void session_close(struct session *s, const char *reason, struct loop *loop, struct loop_task *then);
// Steps of that: its tables' references are dropped.
void session_leave_tables(struct session *s);
// Whether nothing yet came with the protection that it must have.
bool session_is_unproved(const struct session *s) WARN_UNUSED;
// Grows with each change of the policy, and of who its user is: what was judged under another one is to be
// judged anew.
uint64_t session_generation(struct session *s) WARN_UNUSED;
// Whether its account is still one that may have a session; VALID sessions only. Thread-safe.
bool session_is_admitted(struct session *s) WARN_UNUSED;
// The loop's tick: ends authentications that take too long, and sessions of accounts shut out.
void sessions_check_time(struct connection *c);
// The connection ended: closes all of its sessions. On its loop's thread.
void sessions_close_of_connection(struct connection *c);
bool sessions_have_opens(struct connection *c);

// A SESSION_SETUP begins to work on the authentication, on whatever thread; false: another one is at it.
bool session_begin_step(struct session *s) WARN_UNUSED;
void session_end_step(struct session *s);
// What events of others than its own handlers say of it; NULL unless it is VALID: else it may still change.
const struct event_session *session_about(const struct session *s);
// Whether what proved its user has expired (MS-SMB2 3.3.5.2.9). Thread-safe.
bool session_is_expired(const struct session *s);
// Until when the proof is good.
void session_set_expiry(struct session *s, const struct identity *identity);
// Makes keys from what authentication gave; VALID afterwards. 0 or a negative errno; -ECANCELED: it was
// closed meanwhile.
int session_establish(struct session *s, struct identity *identity) WARN_UNUSED;
// Ends the exchange in progress, whatever it came to.
void session_end_exchange(struct session *s);
// Remembers what the client claims to be, for events.
void session_set_claim(struct session *s, const struct auth_result *r);

#endif
