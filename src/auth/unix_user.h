// SPDX-License-Identifier: Apache-2.0
// The Unix user that somebody who has logged on is on this machine (identity = unix): whose files are
// his, and what groups he is in, as the name service says at that time.
//
// Immutable once made, shared by reference count (thread-safe).
#ifndef SIGNET_AUTH_UNIX_USER_H
#define SIGNET_AUTH_UNIX_USER_H

#include <stddef.h>
#include <sys/types.h>

#include "auth/identity.h"
#include "base/attributes.h"

struct unix_user {
	unsigned refs; // only through unix_user_ref/unref
	uid_t uid;
	gid_t gid;
	size_t group_count;
	gid_t groups[]; // all of them, gid among them
};

// An account of the state is the Unix user of that name; somebody of a domain is DOMAIN\name, as the name
// service of the domain (winbind, SSSD) has it. Asks it, so it may wait: never on an event loop.
// NULL: *out is found, with one reference. Otherwise why not, as events have it:
//   "no_unix_user"       there is none of that name
//   "unix_user_is_root"  user id 0 is nobody's to log on as
//   "unix_user_unknown"  the name service, or memory, failed
const char *unix_user_find(const struct identity *id, struct unix_user **out) WARN_UNUSED;
struct unix_user *unix_user_ref(struct unix_user *u);
void unix_user_unref(struct unix_user *u); // NULL is fine

// The user's id alone, by name. 0; -ENOENT: there is none; other negative errnos: could not be asked.
int unix_user_id(const char *name, uid_t *uid, gid_t *gid) WARN_UNUSED;

// S-1-22-1-<uid> and S-1-22-2-<gid>, as Samba calls Unix users and groups.
struct sid unix_user_sid(uid_t uid);
struct sid unix_group_sid(gid_t gid);

#endif
