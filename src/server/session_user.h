// SPDX-License-Identifier: Apache-2.0
// Who a session's user is: what authentication proved, its token for security descriptors, and (identity =
// unix) who he is on this machine. Immutable, reference-counted: authenticating again replaces it whole
// (MS-SMB2 3.3.5.5.3), and a request goes on with the one that it began with, which its access_view has.
#ifndef SIGNET_SERVER_SESSION_USER_H
#define SIGNET_SERVER_SESSION_USER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "auth/access/access_check.h"
#include "base/attributes.h"

struct identity;
struct session;
struct unix_user;

struct session_user {
	atomic_uint refs;
	struct identity *identity; // with a reference; its key is forgotten
	struct unix_user *on_unix; // with a reference; NULL: none, and files are reached as the server itself
	// With a Unix side also S-1-22-1-<uid> and S-1-22-2-<gid>, which descriptors of files from elsewhere
	// may name.
	struct access_token token;
	struct sid sids[]; // the token's groups
};

// Takes on_unix over, also on failure; it may be NULL. NULL when memory is out.
struct session_user *session_user_new(struct identity *identity, struct unix_user *on_unix) WARN_UNUSED;
struct session_user *session_user_ref(struct session_user *u);
void session_user_unref(struct session_user *u); // NULL is fine

// The one of a session that is or was VALID, with a reference. Thread-safe.
struct session_user *session_user_get(struct session *s) WARN_UNUSED;
void session_user_put(struct session_user **u); // for CLEANUP

// The Unix side of whoever it is, found when the session first connects to a share with files, and with each
// authentication from then on. May wait: not on a loop.
// NULL: there is one. Otherwise why there is none, as events have it.
const char *session_find_unix_user(struct session *s) WARN_UNUSED;
bool session_has_unix_user(struct session *s) WARN_UNUSED;
// The session's user has authenticated again, as this identity: its groups and SIDs count instead of the
// former. NULL: done. Otherwise why not, as events have it. May wait if the session has a Unix side.
const char *session_replace_user(struct session *s, struct identity *identity) WARN_UNUSED;

#endif
