// SPDX-License-Identifier: Apache-2.0
// A session's Unix side (identity = unix): who its user is on this machine, found out when it first
// connects to a share with files, and kept as long as the session lives.
#ifndef SIGNET_SERVER_SESSION_UNIX_H
#define SIGNET_SERVER_SESSION_UNIX_H

#include "base/attributes.h"

struct access_token;
struct session;
struct session_unix;
struct unix_user;

// NULL: it has one from now on. Otherwise why it has none, as events have it. May wait: not on a loop.
const char *session_find_unix_user(struct session *s) WARN_UNUSED;
// Borrowed; NULL: none, and files are reached as the server itself.
const struct unix_user *session_unix_user(struct session *s);
// Who its user is for security descriptors: with a Unix side also S-1-22-1-<uid> and S-1-22-2-<gid>, which
// descriptors of files from elsewhere may name.
const struct access_token *session_token(struct session *s);
void session_unix_free(struct session_unix *u); // NULL is fine

#endif
