// SPDX-License-Identifier: Apache-2.0
#include "auth/unix_user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ENTRY_LEN_FIRST = 1024,
	ENTRY_LEN_MAX = 1 << 20,
	GROUPS_FIRST = 32,
	GROUPS_MAX = 65536, // Linux: NGROUPS_MAX
	NAME_SIZE = 1024,
	UNIX_AUTHORITY = 22,
	UNIX_USERS = 1,
	UNIX_GROUPS = 2,
};

static struct sid unix_sid(uint32_t kind, uint32_t id)
{
	return (struct sid){
		.identifier_authority = UNIX_AUTHORITY,
		.sub_authority_count = 2,
		.sub_authority = { kind, id },
	};
}

struct sid unix_user_sid(uid_t uid)
{
	return unix_sid(UNIX_USERS, uid);
}

struct sid unix_group_sid(gid_t gid)
{
	return unix_sid(UNIX_GROUPS, gid);
}

// getpwnam_r says "no such user" in many ways (its manual page lists them).
static int error_of_lookup(int err)
{
	switch (err) {
	case 0:
	case ENOENT:
	case ESRCH:
	case EBADF:
	case EPERM:
		return -ENOENT;
	default:
		return -err;
	}
}

int unix_user_id(const char *name, uid_t *uid, gid_t *gid)
{
	struct passwd entry, *found = NULL;
	int err = ERANGE;
	for (size_t len = ENTRY_LEN_FIRST; err == ERANGE && len <= ENTRY_LEN_MAX; len *= 4) {
		char *text = malloc(len);
		if (text == NULL)
			return -ENOMEM;
		err = getpwnam_r(name, &entry, text, len, &found);
		free(text);
	}
	if (found == NULL)
		return error_of_lookup(err);
	*uid = entry.pw_uid;
	*gid = entry.pw_gid;
	return 0;
}

// One with room for count groups, and as many of them as there are; *count is how many that is.
static struct unix_user *user_with_groups(const char *name, gid_t gid, int *count)
{
	struct unix_user *u = calloc(1, sizeof(*u) + (size_t)*count * sizeof(u->groups[0]));
	int room = *count;
	if (u == NULL)
		return NULL;
	u->refs = 1;
	u->gid = gid;
	if (getgrouplist(name, gid, u->groups, count) >= 0)
		u->group_count = (size_t)*count;
	else if (*count <= room)
		*count = room * 2; // some versions do not say how many are needed
	return u;
}

static struct unix_user *user_make(const char *name, uid_t uid, gid_t gid)
{
	int count = GROUPS_FIRST;
	while (count <= GROUPS_MAX) {
		struct unix_user *u = user_with_groups(name, gid, &count);
		if (u == NULL)
			return NULL;
		u->uid = uid;
		if (u->group_count > 0) // gid at least
			return u;
		free(u);
	}
	return NULL;
}

static bool name_of(const struct identity *id, char out[NAME_SIZE])
{
	bool is_account = id->source == IDENTITY_OF_ACCOUNT;
	int len = is_account ? snprintf(out, NAME_SIZE, "%s", id->account)
			     : snprintf(out, NAME_SIZE, "%s\\%s", id->domain, id->account);
	return len > 0 && len < NAME_SIZE;
}

const char *unix_user_find(const struct identity *id, struct unix_user **out)
{
	char name[NAME_SIZE];
	uid_t uid = 0;
	gid_t gid = 0;
	int err = name_of(id, name) ? unix_user_id(name, &uid, &gid) : -ENOENT;
	if (err != 0)
		return err == -ENOENT ? "no_unix_user" : "unix_user_unknown";
	if (uid == 0)
		return "unix_user_is_root";
	*out = user_make(name, uid, gid);
	return *out != NULL ? NULL : "unix_user_unknown";
}

struct unix_user *unix_user_ref(struct unix_user *u)
{
	__atomic_add_fetch(&u->refs, 1, __ATOMIC_RELAXED);
	return u;
}

void unix_user_unref(struct unix_user *u)
{
	if (u != NULL && __atomic_sub_fetch(&u->refs, 1, __ATOMIC_ACQ_REL) == 0)
		free(u);
}
