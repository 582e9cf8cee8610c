// SPDX-License-Identifier: Apache-2.0
#include "auth/account_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/state_file.h"
#include "base/secret.h"
#include "wire/fscc/name_upcase.h"

static const char next_rid_prefix[] = "!next-rid:";
static const char heading[] = "# Accounts of signet serve; change them with \"signet user\".\n"
			      "# NAME:RID:FLAGS:NT-HASH\n";

enum { FIELD_COUNT = 4 };

char *state_line_next(char **cursor)
{
	return *cursor == NULL || **cursor == 0 ? NULL : strsep(cursor, "\n");
}

bool state_number_parse(const char *text, uint32_t min, uint32_t max, uint32_t *out)
{
	uint64_t value = 0;

	if (*text == 0)
		return false;
	for (; *text != 0; text++) {
		if (*text < '0' || *text > '9' || value > max)
			return false;
		value = value * 10 + (unsigned)(*text - '0');
	}
	if (value < min || value > max)
		return false;
	*out = (uint32_t)value;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool hash_parse(const char *text, uint8_t hash[NT_HASH_LEN])
{
	if (strlen(text) != 2 * (size_t)NT_HASH_LEN)
		return false;
	for (size_t i = 0; i < NT_HASH_LEN; i++) {
		int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		hash[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool flags_parse(char *text, struct account_record *r)
{
	char *flag;

	if (strcmp(text, "-") == 0)
		return true;
	while ((flag = strsep(&text, ",")) != NULL) {
		if (strcmp(flag, "ntlm") == 0)
			r->ntlm = true;
		else if (strcmp(flag, "disabled") == 0)
			r->disabled = true;
		else
			return false;
	}
	return true;
}

// NULL, or what is wrong with the line.
static const char *record_parse(char *line, struct account_record *r)
{
	char *fields[FIELD_COUNT];

	if (strlen(line) > ACCOUNT_LINE_LEN_MAX)
		return "the line is too long";
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if ((fields[i] = strsep(&line, ":")) == NULL)
			return "four fields NAME:RID:FLAGS:NT-HASH are needed";
	if (line != NULL)
		return "there are more than the four fields NAME:RID:FLAGS:NT-HASH";
	const char *wrong = account_name_check(fields[0]);
	if (wrong != NULL)
		return wrong;
	if (!state_number_parse(fields[1], ACCOUNT_RID_FIRST, ACCOUNT_RID_LAST, &r->rid))
		return "the RID is not a number in its range";
	if (!flags_parse(fields[2], r))
		return "the flags are not \"-\" or a list of ntlm and disabled";
	if (r->ntlm ? !hash_parse(fields[3], r->nt_hash) : strcmp(fields[3], "-") != 0)
		return "the hash is not 32 hex digits (with flag ntlm) or \"-\" (without)";
	r->name = fields[0];
	return NULL;
}

static struct account_record *record_append(struct account_file *f, const struct account_record *r)
{
	if (f->count >= ACCOUNTS_MAX)
		return NULL;
	if (f->count == f->capacity) {
		size_t capacity = f->capacity == 0 ? 64 : 2 * f->capacity;
		struct account_record *grown = calloc(capacity, sizeof(*grown));
		if (grown == NULL)
			return NULL;
		// By hand and not realloc, which would leave hashes in freed memory.
		if (f->count > 0) {
			memcpy(grown, f->records, f->count * sizeof(*grown));
			secret_wipe_bytes(f->records, f->count * sizeof(*grown));
		}
		free(f->records);
		f->records = grown;
		f->capacity = capacity;
	}
	struct account_record *slot = &f->records[f->count];
	*slot = *r;
	slot->name = strdup(r->name);
	if (slot->name == NULL)
		return NULL;
	f->count++;
	return slot;
}

// NULL, or what is wrong.
static const char *line_take(struct account_file *f, char *line)
{
	struct account_record r = {};

	if (*line == 0 || *line == '#')
		return NULL;
	if (strncmp(line, next_rid_prefix, sizeof(next_rid_prefix) - 1) == 0)
		return state_number_parse(line + sizeof(next_rid_prefix) - 1, ACCOUNT_RID_FIRST,
			       ACCOUNT_RID_LAST + 1, &f->next_rid)
			       ? NULL
			       : "the next RID is not a number in its range";
	const char *wrong = record_parse(line, &r);
	if (wrong == NULL && f->count >= ACCOUNTS_MAX)
		wrong = "there are too many accounts";
	if (wrong == NULL && record_append(f, &r) == NULL)
		wrong = "memory is out";
	secret_wipe_bytes(&r, sizeof(r));
	return wrong;
}

static int by_name(const void *a, const void *b)
{
	return name_compare((*(const struct account_record *const *)a)->name,
		(*(const struct account_record *const *)b)->name);
}

static int by_rid(const void *a, const void *b)
{
	uint32_t x = (*(const struct account_record *const *)a)->rid;
	uint32_t y = (*(const struct account_record *const *)b)->rid;

	return x < y ? -1 : x > y;
}

static const struct account_record *duplicate_find(
	const struct account_record **sorted, size_t count, int (*order)(const void *, const void *))
{
	qsort(sorted, count, sizeof(struct account_record *), order);
	for (size_t i = 1; i < count; i++)
		if (order(&sorted[i - 1], &sorted[i]) == 0)
			return sorted[i];
	return NULL;
}

static int duplicates_check(const struct account_file *f, const char *path, struct account_error *error)
{
	const struct account_record **sorted = calloc(f->count + 1, sizeof(struct account_record *));

	if (sorted == NULL)
		return account_fail(error, -ENOMEM, "%s: memory is out", path);
	for (size_t i = 0; i < f->count; i++)
		sorted[i] = &f->records[i];
	const struct account_record *twice = duplicate_find(sorted, f->count, by_name);
	if (twice == NULL)
		twice = duplicate_find(sorted, f->count, by_rid);
	free(sorted);
	if (twice != NULL)
		return account_fail(error, -EINVAL,
			"%s: the name or RID of account %s is there twice; remove one line", path,
			twice->name);
	return 0;
}

int account_file_parse(struct account_file *f, char *text, const char *path, struct account_error *error)
{
	char *line;
	unsigned number = 0;

	*f = (struct account_file){ .next_rid = ACCOUNT_RID_FIRST };
	while ((line = state_line_next(&text)) != NULL) {
		number++;
		const char *wrong = line_take(f, line);
		if (wrong != NULL) {
			account_file_done(f);
			return account_fail(
				error, -EINVAL, "%s:%u: %s; correct or remove the line", path, number, wrong);
		}
	}
	for (size_t i = 0; i < f->count; i++)
		if (f->records[i].rid >= f->next_rid)
			f->next_rid = f->records[i].rid + 1;
	int rc = duplicates_check(f, path, error);
	if (rc < 0)
		account_file_done(f);
	return rc;
}

static int record_print(char *out, size_t size, const struct account_record *r)
{
	char hash[2 * NT_HASH_LEN + 1] = "-";

	for (size_t i = 0; r->ntlm && i < NT_HASH_LEN; i++)
		snprintf(hash + 2 * i, 3, "%02x", r->nt_hash[i]);
	const char *flags = r->ntlm ? r->disabled ? "ntlm,disabled" : "ntlm" : r->disabled ? "disabled" : "-";
	int len = snprintf(out, size, "%s:%u:%s:%s\n", r->name, r->rid, flags, hash);
	secret_wipe_bytes(hash, sizeof(hash));
	return len;
}

char *account_file_format(const struct account_file *f, size_t *len)
{
	size_t size = sizeof(heading) + (f->count + 1) * (size_t)ACCOUNT_LINE_LEN_MAX;
	char *text = malloc(size);

	if (text == NULL)
		return NULL;
	size_t used = (size_t)snprintf(text, size, "%s%s%u\n", heading, next_rid_prefix, f->next_rid);
	for (size_t i = 0; i < f->count; i++)
		used += (size_t)record_print(text + used, size - used, &f->records[i]);
	*len = used;
	return text;
}

void account_file_done(struct account_file *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->records[i].name);
	if (f->records != NULL)
		secret_wipe_bytes(f->records, f->capacity * sizeof(*f->records));
	free(f->records);
	*f = (struct account_file){};
}

struct account_record *account_file_find(const struct account_file *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (account_name_equal(f->records[i].name, name))
			return &f->records[i];
	return NULL;
}

struct account_record *account_file_add(struct account_file *f, const char *name)
{
	char *borrowed = strdup(name);
	struct account_record r = { .name = borrowed, .rid = f->next_rid };

	if (borrowed == NULL || f->next_rid > ACCOUNT_RID_LAST) {
		free(borrowed);
		return NULL;
	}
	struct account_record *added = record_append(f, &r);
	free(borrowed);
	if (added != NULL)
		f->next_rid++;
	return added;
}

void account_file_remove(struct account_file *f, struct account_record *r)
{
	size_t i = (size_t)(r - f->records);

	free(r->name);
	memmove(r, r + 1, (f->count - i - 1) * sizeof(*r));
	f->count--;
	secret_wipe_bytes(&f->records[f->count], sizeof(*r));
}
