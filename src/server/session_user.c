// SPDX-License-Identifier: Apache-2.0
#include "server/session_user.h"

#include <stdlib.h>
#include <string.h>

#include "auth/identity.h"
#include "auth/unix_user.h"
#include "server/session.h"

static size_t fill_sids(struct sid *out, const struct identity *id, const struct unix_user *on_unix)
{
	size_t count = id->group_count;
	memcpy(out, id->groups, count * sizeof(*out));
	if (on_unix == NULL)
		return count;
	out[count++] = unix_user_sid(on_unix->uid);
	for (size_t i = 0; i < on_unix->group_count; i++)
		out[count++] = unix_group_sid(on_unix->groups[i]);
	return count;
}

struct session_user *session_user_new(struct identity *identity, struct unix_user *on_unix)
{
	size_t of_unix = on_unix == NULL ? 0 : 1 + on_unix->group_count;
	struct session_user *u =
		calloc(1, sizeof(*u) + (identity->group_count + of_unix) * sizeof(u->sids[0]));
	if (u == NULL) {
		unix_user_unref(on_unix);
		return NULL;
	}
	atomic_init(&u->refs, 1);
	u->identity = identity_ref(identity);
	u->on_unix = on_unix;
	u->token = (struct access_token){
		.user = identity->user,
		.primary_group = identity->groups[0],
		.groups = u->sids,
		.group_count = fill_sids(u->sids, identity, on_unix),
	};
	return u;
}

struct session_user *session_user_ref(struct session_user *u)
{
	atomic_fetch_add(&u->refs, 1);
	return u;
}

void session_user_unref(struct session_user *u)
{
	if (u == NULL || atomic_fetch_sub(&u->refs, 1) != 1)
		return;
	unix_user_unref(u->on_unix);
	identity_unref(u->identity);
	free(u);
}

void session_user_put(struct session_user **u)
{
	session_user_unref(*u);
}

struct session_user *session_user_get(struct session *s)
{
	pthread_mutex_lock(&s->user_lock);
	struct session_user *u = session_user_ref(s->user);
	pthread_mutex_unlock(&s->user_lock);
	return u;
}

// Takes u over; false: the session's user is not the one any more that u was made from.
static bool set_after(struct session *s, const struct session_user *before, struct session_user *u)
{
	pthread_mutex_lock(&s->user_lock);
	struct session_user *old = s->user;
	bool same = old == before;
	if (same) {
		s->user = u;
		atomic_fetch_add(&s->user_generation, 1);
	}
	pthread_mutex_unlock(&s->user_lock);
	session_user_unref(same ? old : u);
	return same;
}

// NULL: *out is made. Otherwise why not.
static const char *user_make(struct identity *identity, bool with_unix, struct session_user **out)
{
	struct unix_user *on_unix = NULL;
	const char *why = with_unix ? unix_user_find(identity, &on_unix) : NULL;
	if (why != NULL)
		return why;
	*out = session_user_new(identity, on_unix);
	return *out != NULL ? NULL : "unix_user_unknown";
}

const char *session_find_unix_user(struct session *s)
{
	for (;;) { // again if meanwhile another tree connect was as quick, or somebody has authenticated
		struct session_user *made = NULL;
		struct session_user *now CLEANUP(session_user_put) = session_user_get(s);
		if (now->on_unix != NULL)
			return NULL;
		const char *why = user_make(now->identity, true, &made);
		if (why != NULL || set_after(s, now, made))
			return why;
	}
}

const char *session_replace_user(struct session *s, struct identity *identity)
{
	for (;;) { // again if meanwhile a tree connect has found the Unix side, which this one then needs,
		   // too
		struct session_user *made = NULL;
		struct session_user *now CLEANUP(session_user_put) = session_user_get(s);
		const char *why = user_make(identity, now->on_unix != NULL, &made);
		if (why != NULL || set_after(s, now, made))
			return why;
	}
}

bool session_has_unix_user(struct session *s)
{
	struct session_user *now CLEANUP(session_user_put) = session_user_get(s);
	return now->on_unix != NULL;
}
