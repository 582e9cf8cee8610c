// SPDX-License-Identifier: Apache-2.0
#include "auth/unix_owners.h"

#include <stdlib.h>

#include "auth/unix_user.h"

struct owner {
	uid_t uid;
	struct sid sid;
};

struct unix_owners {
	unsigned refs;
	size_t count;
	struct owner rows[]; // by uid
};

static int by_uid(const void *a, const void *b)
{
	uid_t x = ((const struct owner *)a)->uid, y = ((const struct owner *)b)->uid;
	return x < y ? -1 : x > y;
}

struct unix_owners *unix_owners_new(const struct account_db *accounts)
{
	size_t count = account_db_count(accounts);
	struct unix_owners *o = calloc(1, sizeof(*o) + count * sizeof(o->rows[0]));
	if (o == NULL)
		return NULL;
	o->refs = 1;
	for (size_t i = 0; i < count; i++) {
		const struct account *a = account_db_at(accounts, i);
		struct owner *row = &o->rows[o->count];
		gid_t gid;
		if (unix_user_id(a->name, &row->uid, &gid) != 0)
			continue;
		row->sid = a->sid;
		o->count++;
	}
	qsort(o->rows, o->count, sizeof(o->rows[0]), by_uid);
	return o;
}

struct unix_owners *unix_owners_ref(struct unix_owners *o)
{
	__atomic_add_fetch(&o->refs, 1, __ATOMIC_RELAXED);
	return o;
}

void unix_owners_unref(struct unix_owners *o)
{
	if (o != NULL && __atomic_sub_fetch(&o->refs, 1, __ATOMIC_ACQ_REL) == 0)
		free(o);
}

const struct sid *unix_owners_find(const struct unix_owners *o, uid_t uid)
{
	const struct owner key = { .uid = uid };
	const struct owner *found = bsearch(&key, o->rows, o->count, sizeof(key), by_uid);
	return found != NULL ? &found->sid : NULL;
}
