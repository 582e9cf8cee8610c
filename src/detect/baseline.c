// SPDX-License-Identifier: Apache-2.0
#include "detect/baseline.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "detect/table.h"

#define FIRST_LINE "signet-baseline 1"

enum { LINE_MAX_LEN = BASELINE_KEY_MAX + 64 };

struct times {
	uint64_t first_us, last_us;
};

struct baseline {
	struct detect_table *entries;
	uint64_t begun_us; // 0: nothing was seen yet
};

struct baseline *baseline_new(void)
{
	struct baseline *b = calloc(1, sizeof(*b));
	if (b == NULL)
		return NULL;
	b->entries = detect_table_new(sizeof(struct times), BASELINE_ENTRIES_MAX, NULL);
	if (b->entries == NULL) {
		free(b);
		return NULL;
	}
	return b;
}

void baseline_free(struct baseline *b)
{
	if (b == NULL)
		return;
	detect_table_free(b->entries);
	free(b);
}

// "FIRST LAST KEY"
static bool load_line(struct baseline *b, char *line)
{
	struct times t;
	int at = 0;
	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "%" SCNu64 " %" SCNu64 " %n", &t.first_us, &t.last_us, &at) != 2 || at == 0 ||
		line[at] == '\0')
		return false;
	struct times *entry = detect_table_get(b->entries, line + at);
	if (entry != NULL)
		*entry = t;
	if (b->begun_us == 0 || t.first_us < b->begun_us)
		b->begun_us = t.first_us;
	return true;
}

int baseline_load(struct baseline *b, const char *path)
{
	char line[LINE_MAX_LEN];
	FILE *f = fopen(path, "re");
	if (f == NULL)
		return errno == ENOENT ? 0 : -errno;
	bool good = fgets(line, sizeof(line), f) != NULL && strcmp(line, FIRST_LINE "\n") == 0;
	while (good && fgets(line, sizeof(line), f) != NULL)
		good = load_line(b, line);
	int err = ferror(f) ? -EIO : good ? 0 : -EBADMSG;
	(void)fclose(f);
	return err;
}

static void save_entry(void *context, const char *key, void *entry)
{
	const struct times *t = entry;
	(void)fprintf(context, "%" PRIu64 " %" PRIu64 " %s\n", t->first_us, t->last_us, key);
}

static int write_to(const struct baseline *b, const char *path)
{
	mode_t before = umask(077);
	FILE *f = fopen(path, "we");
	int err = f == NULL ? -errno : 0;
	(void)umask(before);
	if (f == NULL)
		return err;
	(void)fprintf(f, "%s\n", FIRST_LINE);
	detect_table_each(b->entries, save_entry, f);
	bool good = fflush(f) == 0 && fsync(fileno(f)) == 0 && !ferror(f);
	return fclose(f) == 0 && good ? 0 : -EIO;
}

int baseline_save(const struct baseline *b, const char *path)
{
	char beside[4096];
	if (snprintf(beside, sizeof(beside), "%s.new", path) >= (int)sizeof(beside))
		return -ENAMETOOLONG;
	int err = write_to(b, beside);
	if (err == 0 && rename(beside, path) != 0)
		err = -errno;
	if (err != 0)
		(void)unlink(beside);
	return err;
}

bool baseline_is_learning(struct baseline *b, uint64_t now_us, uint64_t for_us)
{
	if (b->begun_us == 0)
		b->begun_us = now_us;
	return now_us < b->begun_us + for_us;
}

// A line is a line, whatever names hold.
static void clean(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

static const char *cleaned_key(char cleaned[BASELINE_KEY_MAX], const char *key)
{
	(void)snprintf(cleaned, BASELINE_KEY_MAX, "%s", key);
	clean(cleaned);
	return cleaned;
}

bool baseline_touch(struct baseline *b, const char *key, uint64_t now_us)
{
	char cleaned[BASELINE_KEY_MAX];
	struct times *t = detect_table_get(b->entries, cleaned_key(cleaned, key));
	if (t == NULL)
		return true;
	bool known = t->first_us != 0;
	if (!known)
		t->first_us = now_us;
	t->last_us = now_us;
	return known;
}

bool baseline_knows(struct baseline *b, const char *key, uint64_t now_us)
{
	char cleaned[BASELINE_KEY_MAX];
	return detect_table_find(b->entries, cleaned_key(cleaned, key)) != NULL &&
	       baseline_touch(b, cleaned, now_us);
}

uint64_t baseline_since(struct baseline *b, const char *key, uint64_t now_us)
{
	char cleaned[BASELINE_KEY_MAX];
	(void)baseline_touch(b, cleaned_key(cleaned, key), now_us);
	const struct times *t = detect_table_find(b->entries, cleaned);
	return t == NULL ? now_us : t->first_us;
}

size_t baseline_count(const struct baseline *b)
{
	return detect_table_count(b->entries);
}
