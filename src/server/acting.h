// SPDX-License-Identifier: Apache-2.0
// Whose files this thread reaches (identity = unix). For the time of a scope, the kernel judges what the
// thread does with files by a Unix user's own id and groups: his are the files it makes, and what he may
// not, it may not.
//
// Only what counts for files is changed (setfsuid(2), setfsgid(2) and the thread's own groups), so that
// nobody whose user the thread acts as can signal or trace it. Without CAP_DAC_OVERRIDE and its like,
// which the server gives up in this mode, no right of its own shines through.
#ifndef SIGNET_SERVER_ACTING_H
#define SIGNET_SERVER_ACTING_H

#include "base/attributes.h"

struct unix_user;

// Before there are other threads: remembers whose files are reached outside of any scope, and that
// the process may act as others. -EPERM when it lacks CAP_SETUID or CAP_SETGID.
int acting_init(void) WARN_UNUSED;

struct acting {
	const struct unix_user *before;
	const struct unix_user *now;
};

// As whom this thread is acting; NULL: as the server.
const struct unix_user *acting_user(void);
// From here to acting_end on the same thread. NULL: as before. Scopes nest. The user is borrowed until
// then. A thread that could not act as it should, or not stop it, ends the program: nothing sound is left
// to be done.
struct acting acting_begin(const struct unix_user *u) WARN_UNUSED;
// struct acting acting UNUSED CLEANUP(acting_end) = acting_begin(u);
void acting_end(struct acting *a);
// act, as the owner of what stat is of: for what has to be known of a folder that its user may not list. What
// act gives.
struct statx;
int acting_as_owner(const struct statx *stat, int (*act)(void *arg), void *arg) WARN_UNUSED;

#endif
