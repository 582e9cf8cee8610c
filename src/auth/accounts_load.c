// SPDX-License-Identifier: Apache-2.0
// From the state directory's files to a snapshot.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/account_db.h"
#include "auth/group_file.h"
#include "auth/machine_sid.h"
#include "auth/state_file.h"
#include "base/secret.h"
#include "wire/fscc/name_upcase.h"

static int accounts_read(struct account_db *db, int dir, struct account_error *error)
{
	char path[PATH_MAX];
	char *text;
	size_t len;

	int rc = state_file_read(dir, db->state_dir, "accounts", &text, &len, &db->st, error);
	if (rc == -ENOENT)
		return 0;
	if (rc < 0)
		return rc;
	db->has_file = true;
	snprintf(path, sizeof(path), "%s/accounts", db->state_dir);
	rc = account_file_parse(&db->file, text, path, error);
	secret_wipe_bytes(text, len);
	free(text);
	return rc;
}

static int by_name(const void *a, const void *b)
{
	return name_compare(
		(*(const struct account *const *)a)->name, (*(const struct account *const *)b)->name);
}

static int by_rid(const void *a, const void *b)
{
	uint32_t x = (*(const struct account *const *)a)->rid, y = (*(const struct account *const *)b)->rid;

	return x < y ? -1 : x > y;
}

static bool accounts_index(struct account_db *db)
{
	db->count = db->file.count;
	db->accounts = secret_pages_new(account_db_pages_len(db));
	db->by_name = calloc(db->count + 1, sizeof(*db->by_name));
	db->by_rid = calloc(db->count + 1, sizeof(*db->by_rid));
	if (db->accounts == NULL || db->by_name == NULL || db->by_rid == NULL)
		return false;
	for (size_t i = 0; i < db->count; i++) {
		struct account_record *r = &db->file.records[i];
		struct account *a = &db->accounts[i];
		*a = (struct account){
			.name = r->name, .rid = r->rid, .ntlm = r->ntlm, .disabled = r->disabled
		};
		memcpy(a->nt_hash, r->nt_hash, sizeof(a->nt_hash));
		secret_wipe_bytes(r->nt_hash, sizeof(r->nt_hash)); // from here on there is this one copy
		if (!sid_with_rid(&db->machine, r->rid, &a->sid))
			return false;
		db->by_name[i] = db->by_rid[i] = a;
	}
	qsort(db->by_name, db->count, sizeof(*db->by_name), by_name);
	qsort(db->by_rid, db->count, sizeof(*db->by_rid), by_rid);
	return true;
}

static int rid_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool group_take(struct account_db *db, const struct account_group *in, uint32_t rid)
{
	struct account_db_group *g = &db->groups[db->group_count];

	g->name = strdup(in->name);
	g->members = calloc(in->member_count + 1, sizeof(*g->members));
	db->group_count++; // from here on the snapshot's end frees both
	if (g->name == NULL || g->members == NULL || !sid_with_rid(&db->machine, rid, &g->sid))
		return false;
	for (size_t i = 0; i < in->member_count; i++) {
		const struct account *a = account_db_find(db, in->members[i]);
		if (a != NULL)
			g->members[g->member_count++] = a->rid;
	}
	qsort(g->members, g->member_count, sizeof(*g->members), rid_compare);
	return true;
}

static int groups_take(struct account_db *db, int dir, const struct account_group *groups, size_t count,
	struct account_error *error)
{
	uint32_t *rids = calloc(count + 1, sizeof(*rids));
	bool taken = rids != NULL;

	db->groups = calloc(count + 1, sizeof(*db->groups));
	taken = taken && db->groups != NULL;
	int rc = taken ? group_rids_load(dir, db->state_dir, groups, count, rids, error) : 0;
	for (size_t i = 0; rc == 0 && taken && i < count; i++)
		taken = group_take(db, &groups[i], rids[i]);
	free(rids);
	return rc < 0 || taken ? rc : account_fail(error, -ENOMEM, "%s: memory is out", db->state_dir);
}

static int db_fill(
	struct account_db *db, const struct account_group *groups, size_t count, struct account_error *error)
{
	CLEANUP(state_close) int dir = state_dir_open(db->state_dir, error);
	if (dir < 0)
		return dir;

	int rc = machine_sid_load(dir, db->state_dir, &db->machine, error);
	if (rc == 0)
		rc = accounts_read(db, dir, error);
	if (rc == 0 && !accounts_index(db))
		rc = account_fail(error, -ENOMEM, "%s: memory is out", db->state_dir);
	return rc < 0 ? rc : groups_take(db, dir, groups, count, error);
}

int account_db_load(const char *state_dir, const struct account_group *groups, size_t group_count,
	struct account_db **db, struct account_error *error)
{
	struct account_db *made = calloc(1, sizeof(*made));

	error->text[0] = 0;
	if (made == NULL)
		return account_fail(error, -ENOMEM, "%s: memory is out", state_dir);
	made->refs = 1;
	made->state_dir = strdup(state_dir);
	int rc = made->state_dir != NULL ? db_fill(made, groups, group_count, error)
					 : account_fail(error, -ENOMEM, "%s: memory is out", state_dir);
	if (rc < 0)
		account_db_unref(made);
	else
		*db = made;
	return rc;
}
