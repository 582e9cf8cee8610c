// SPDX-License-Identifier: Apache-2.0
#include "auth/group_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/account_file.h"
#include "auth/state_file.h"

static const char file_name[] = "groups";

struct group_file {
	char *text; // owned: names point into it
	size_t len;
	struct {
		const char *name;
		uint32_t rid;
	} * rows;
	size_t count;
	uint32_t next_rid;
};

static void group_file_done(struct group_file *f)
{
	free(f->rows);
	free(f->text);
}

// NULL, or what is wrong.
static const char *line_take(struct group_file *f, char *line)
{
	uint32_t rid;
	char *name = strsep(&line, ":");

	if (*name == 0 || *name == '#')
		return NULL;
	if (f->count >= ACCOUNT_GROUPS_MAX)
		return "there are too many groups";
	const char *wrong = account_name_check(name);
	if (wrong != NULL)
		return wrong;
	if (line == NULL || !state_number_parse(line, ACCOUNT_GROUP_RID_FIRST, ACCOUNT_GROUP_RID_LAST, &rid))
		return "the RID is not a number in its range";
	f->rows[f->count].name = name;
	f->rows[f->count++].rid = rid;
	if (rid >= f->next_rid)
		f->next_rid = rid + 1;
	return NULL;
}

static int group_file_parse(struct group_file *f, const char *dir_path, struct account_error *error)
{
	char *cursor = f->text, *line;
	unsigned number = 0;

	while ((line = state_line_next(&cursor)) != NULL) {
		number++;
		const char *wrong = line_take(f, line);
		if (wrong != NULL)
			return account_fail(error, -EINVAL, "%s/%s:%u: %s; correct the line", dir_path,
				file_name, number, wrong);
	}
	return 0;
}

static int group_file_read(struct group_file *f, int dir, const char *dir_path, struct account_error *error)
{
	struct stat st;

	*f = (struct group_file){ .next_rid = ACCOUNT_GROUP_RID_FIRST };
	f->rows = calloc(ACCOUNT_GROUPS_MAX, sizeof(*f->rows));
	if (f->rows == NULL)
		return account_fail(error, -ENOMEM, "%s/%s: memory is out", dir_path, file_name);
	int rc = state_file_read(dir, dir_path, file_name, &f->text, &f->len, &st, error);
	if (rc == -ENOENT)
		return 0;
	return rc < 0 ? rc : group_file_parse(f, dir_path, error);
}

static uint32_t rid_find(const struct group_file *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (account_name_equal(f->rows[i].name, name))
			return f->rows[i].rid;
	return 0;
}

// How many have none.
static size_t rids_find(
	const struct group_file *f, const struct account_group *groups, size_t count, uint32_t *rids)
{
	size_t missing = 0;

	for (size_t i = 0; i < count; i++) {
		rids[i] = rid_find(f, groups[i].name);
		missing += rids[i] == 0;
	}
	return missing;
}

static int group_file_write(
	const struct group_file *f, int dir, const char *dir_path, struct account_error *error)
{
	size_t size = (f->count + 1) * (size_t)ACCOUNT_LINE_LEN_MAX, used;
	char *text = malloc(size);

	if (text == NULL)
		return account_fail(error, -ENOMEM, "%s/%s: memory is out", dir_path, file_name);
	used = (size_t)snprintf(
		text, size, "# Identifiers of groups; kept, so that ACLs stay true. NAME:RID\n");
	for (size_t i = 0; i < f->count; i++)
		used += (size_t)snprintf(
			text + used, size - used, "%s:%u\n", f->rows[i].name, f->rows[i].rid);
	int rc = state_file_replace(dir, dir_path, file_name, span_make(text, used), error);
	free(text);
	return rc;
}

static int rids_add(struct group_file *f, int dir, const char *dir_path, const struct account_group *groups,
	size_t count, struct account_error *error)
{
	for (size_t i = 0; i < count; i++) {
		const char *wrong = account_name_check(groups[i].name);
		if (wrong != NULL)
			return account_fail(error, -EINVAL, "group \"%s\": %s", groups[i].name, wrong);
		if (rid_find(f, groups[i].name) != 0)
			continue;
		if (f->count >= ACCOUNT_GROUPS_MAX || f->next_rid > ACCOUNT_GROUP_RID_LAST)
			return account_fail(
				error, -E2BIG, "%s/%s: there are too many groups", dir_path, file_name);
		f->rows[f->count].name = groups[i].name;
		f->rows[f->count++].rid = f->next_rid++;
	}
	return group_file_write(f, dir, dir_path, error);
}

static int rids_create(int dir, const char *dir_path, const struct account_group *groups, size_t count,
	uint32_t *rids, struct account_error *error)
{
	struct group_file f;
	CLEANUP(state_close) int lock = state_lock(dir, dir_path, error);

	if (lock < 0)
		return lock;
	int rc = group_file_read(&f, dir, dir_path, error); // as it is now, under the lock
	if (rc == 0)
		rc = rids_add(&f, dir, dir_path, groups, count, error);
	if (rc == 0)
		(void)rids_find(&f, groups, count, rids);
	group_file_done(&f);
	return rc;
}

int group_rids_load(int dir, const char *dir_path, const struct account_group *groups, size_t count,
	uint32_t *rids, struct account_error *error)
{
	struct group_file f;

	if (count == 0)
		return 0;
	if (count > ACCOUNT_GROUPS_MAX)
		return account_fail(error, -E2BIG, "there are more than %d groups", ACCOUNT_GROUPS_MAX);
	int rc = group_file_read(&f, dir, dir_path, error);
	size_t missing = rc == 0 ? rids_find(&f, groups, count, rids) : 0;
	group_file_done(&f);
	return missing == 0 ? rc : rids_create(dir, dir_path, groups, count, rids, error);
}
