// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: what the connections of one session have in common. A session begins on one; others
// are bound to it (multichannel, MS-SMB2 3.3.5.5.2) and then carry requests about the same trees and opens,
// sealed with the same keys. It lasts as long as one of them does.
#ifndef SIGNET_SENSOR_SHARED_SESSION_H
#define SIGNET_SENSOR_SHARED_SESSION_H

#include "sensor/watched_session.h"

enum { SHARED_SESSIONS_OF_ONE_ID = 16 }; // that can be found; of more the oldest is not

struct shared_table;
struct session_budget;

// Who it is, as the log-on that began it said; owned.
struct shared_identity {
	char *account, *domain, *workstation, *principal;
	const char *mechanism; // constant text
	bool guest, anonymous;
};

struct shared_session {
	unsigned int channels; // connections that are of it
	struct session_budget *budget;
	struct watched_tree *trees;      // uthash
	struct watched_open *opens;      // uthash
	struct session_secrets *secrets; // of its first log-on, which seal on all connections; NULL: none
	struct shared_identity identity;
	uint64_t first_flow; // the connection that it began on
	uint16_t dialect;
	bool beginning_seen;

	// Where it is found; table: NULL when it is not.
	struct shared_table *table;
	uint64_t id;
	struct endpoint server;
	uint8_t client_guid[SMB2_GUID_LEN], server_guid[SMB2_GUID_LEN];
	struct shared_session *older; // of the same id
	UT_hash_handle hh;
};

struct shared_table *shared_table_new(void) WARN_UNUSED; // NULL when memory is out
void shared_table_free(struct shared_table *t);          // NULL is fine; after all sessions

// How much one connection's sessions may remember: opens and trees. Sessions keep it when the connection
// ends.
struct session_budget *session_budget_new(void) WARN_UNUSED; // NULL when memory is out
void session_budget_release(struct session_budget *b);       // NULL is fine
// One more, or one less; false: `max` are there.
bool session_budget_take(struct session_budget *b, uint32_t max) WARN_UNUSED;
void session_budget_give(struct session_budget *b);

// A session with one connection; NULL when memory is out.
struct shared_session *shared_session_new(struct session_budget *b) WARN_UNUSED;
// A connection leaves; trees and opens must be gone when it was the last.
void shared_session_release(struct shared_session *x);
// s was established: other connections may be bound to it.
void shared_session_publish(struct watched_session *s);
// s, which has nothing open yet, turns out to be another connection of a session that is there: the one of
// its SessionId between the same client and server by their GUIDs, or by the server's address where s's
// NEGOTIATE was not seen (a server gives no SessionId twice). False: there is none.
bool shared_session_join(struct watched_session *s);
// No other connection finds it any more.
void shared_session_withdraw(struct shared_session *x);
// What the session is known as, where s's own log-on does not say.
void shared_session_identify(struct watched_session *s);

#endif
