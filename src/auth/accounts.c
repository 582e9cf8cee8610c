// SPDX-License-Identifier: Apache-2.0
#include "auth/accounts.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/account_db.h"
#include "base/secret.h"
#include "wire/fscc/name_upcase.h"

struct account_db *account_db_ref(struct account_db *db)
{
	__atomic_add_fetch(&db->refs, 1, __ATOMIC_RELAXED);
	return db;
}

void account_db_unref(struct account_db *db)
{
	if (db == NULL || __atomic_sub_fetch(&db->refs, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	for (size_t i = 0; i < db->group_count; i++) {
		free(db->groups[i].name);
		free(db->groups[i].members);
	}
	secret_pages_free(db->accounts, account_db_pages_len(db));
	free(db->by_name);
	free(db->by_rid);
	free(db->groups);
	account_file_done(&db->file);
	free(db->state_dir);
	free(db);
}

bool account_db_stale(const struct account_db *db)
{
	char path[PATH_MAX];
	struct stat st;

	if (snprintf(path, sizeof(path), "%s/accounts", db->state_dir) >= (int)sizeof(path))
		return false;
	bool has_file = stat(path, &st) == 0;
	if (!has_file || !db->has_file)
		return has_file != db->has_file;
	// Each change is a new file: the inode tells, the rest is for a file edited by hand.
	return st.st_ino != db->st.st_ino || st.st_dev != db->st.st_dev || st.st_size != db->st.st_size ||
	       st.st_mtim.tv_sec != db->st.st_mtim.tv_sec || st.st_mtim.tv_nsec != db->st.st_mtim.tv_nsec ||
	       st.st_ctim.tv_sec != db->st.st_ctim.tv_sec || st.st_ctim.tv_nsec != db->st.st_ctim.tv_nsec;
}

static int name_to_account(const void *key, const void *element)
{
	return name_compare(key, (*(const struct account *const *)element)->name);
}

const struct account *account_db_find(const struct account_db *db, const char *name)
{
	const struct account **found = bsearch(name, db->by_name, db->count, sizeof(*found), name_to_account);

	return found != NULL ? *found : NULL;
}

static int rid_to_account(const void *key, const void *element)
{
	uint32_t a = *(const uint32_t *)key, b = (*(const struct account *const *)element)->rid;

	return a < b ? -1 : a > b;
}

const struct account *account_db_find_rid(const struct account_db *db, uint32_t rid)
{
	const struct account **found = bsearch(&rid, db->by_rid, db->count, sizeof(*found), rid_to_account);

	return found != NULL ? *found : NULL;
}

size_t account_db_count(const struct account_db *db)
{
	return db->count;
}

const struct account *account_db_at(const struct account_db *db, size_t i)
{
	return &db->accounts[i];
}

const struct sid *account_db_machine_sid(const struct account_db *db)
{
	return &db->machine;
}

static const struct account_db_group *group_find(const struct account_db *db, const char *name)
{
	for (size_t i = 0; i < db->group_count; i++)
		if (account_name_equal(db->groups[i].name, name))
			return &db->groups[i];
	return NULL;
}

bool account_db_group_sid(const struct account_db *db, const char *group, struct sid *out)
{
	const struct account_db_group *g = group_find(db, group);

	if (g != NULL)
		*out = g->sid;
	return g != NULL;
}

const char *account_db_name_of_sid(const struct account_db *db, const struct sid *sid, bool *is_group)
{
	const struct account *account = account_db_find_rid(db, sid_rid(sid));
	const char *name = account != NULL && sid_equal(&account->sid, sid) ? account->name : NULL;
	bool group = false;

	for (size_t i = 0; name == NULL && i < db->group_count; i++)
		if (sid_equal(&db->groups[i].sid, sid)) {
			name = db->groups[i].name;
			group = true;
		}
	if (is_group != NULL)
		*is_group = group;
	return name;
}

static int rid_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool has_member(const struct account_db_group *g, uint32_t rid)
{
	return g->member_count > 0 &&
	       bsearch(&rid, g->members, g->member_count, sizeof(rid), rid_compare) != NULL;
}

size_t account_db_groups_of(const struct account_db *db, uint32_t rid, struct sid *out, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < db->group_count; i++) {
		if (!has_member(&db->groups[i], rid))
			continue;
		if (count < max)
			out[count] = db->groups[i].sid;
		count++;
	}
	return count;
}

bool account_db_is_member(const struct account_db *db, const char *account, const char *group)
{
	const struct account_db_group *g = group_find(db, group);
	const struct account *a = account_db_find(db, account);

	return g != NULL && a != NULL && has_member(g, a->rid);
}
