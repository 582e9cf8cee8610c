// SPDX-License-Identifier: Apache-2.0
#include "server/session_unix.h"

#include <stdlib.h>
#include <string.h>

#include "auth/unix_user.h"
#include "server/session.h"

struct session_unix {
	struct unix_user *user;
	struct access_token token;
	struct sid sids[]; // the token's groups
};

void session_unix_free(struct session_unix *u)
{
	if (u == NULL)
		return;
	unix_user_unref(u->user);
	free(u);
}

// Takes user over.
static struct session_unix *unix_new(const struct session *s, struct unix_user *user)
{
	size_t count = s->token.group_count;
	size_t all = count + 1 + user->group_count;
	struct session_unix *u = malloc(sizeof(*u) + all * sizeof(u->sids[0]));
	if (u == NULL) {
		unix_user_unref(user);
		return NULL;
	}
	u->user = user;
	memcpy(u->sids, s->token.groups, count * sizeof(u->sids[0]));
	u->sids[count++] = unix_user_sid(user->uid);
	for (size_t i = 0; i < user->group_count; i++)
		u->sids[count++] = unix_group_sid(user->groups[i]);
	u->token = s->token;
	u->token.groups = u->sids;
	u->token.group_count = count;
	return u;
}

const char *session_find_unix_user(struct session *s)
{
	struct unix_user *user = NULL;
	if (atomic_load(&s->unix_side) != NULL)
		return NULL;
	const char *why = unix_user_find(s->identity, &user);
	if (why != NULL)
		return why;
	struct session_unix *made = unix_new(s, user);
	struct session_unix *none = NULL;
	if (made == NULL)
		return "unix_user_unknown";
	// Another tree connect may have been as quick.
	if (!atomic_compare_exchange_strong(&s->unix_side, &none, made))
		session_unix_free(made);
	return NULL;
}

const struct unix_user *session_unix_user(struct session *s)
{
	const struct session_unix *u = atomic_load(&s->unix_side);
	return u != NULL ? u->user : NULL;
}

const struct access_token *session_token(struct session *s)
{
	const struct session_unix *u = atomic_load(&s->unix_side);
	return u != NULL ? &u->token : &s->token;
}
