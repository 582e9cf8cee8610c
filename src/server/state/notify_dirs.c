// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "server/state/notify_state.h"

enum { BUCKETS_MIN = 64 };

// FNV-1a, started somewhere that no client knows.
uint64_t notify_hash_add(uint64_t hash, char c)
{
	return (hash ^ (uint8_t)c) * 0x100000001B3u;
}

uint64_t notify_hash_begin(const struct notify_dirs *dirs, uint64_t share_id)
{
	uint64_t hash = dirs->seed;
	for (unsigned int shift = 0; shift < 64; shift += 8)
		hash = notify_hash_add(hash, (char)(share_id >> shift & 0xFF));
	return hash;
}

static struct notify_dir **bucket_of(const struct notify_dirs *dirs, uint64_t hash)
{
	return &dirs->buckets[(hash ^ hash >> 32) & (dirs->bucket_count - 1)];
}

bool notify_dirs_init(struct notify_dirs *dirs)
{
	*dirs = (struct notify_dirs){ .bucket_count = BUCKETS_MIN, .seed = 0xCBF29CE484222325u };
	uint64_t random = 0;
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) == (ssize_t)sizeof(random))
		dirs->seed ^= random;
	dirs->buckets = calloc(dirs->bucket_count, sizeof(struct notify_dir *));
	return dirs->buckets != NULL;
}

void notify_dirs_done(struct notify_dirs *dirs)
{
	free(dirs->buckets);
	dirs->buckets = NULL;
}

struct notify_dir *notify_dirs_find(
	const struct notify_dirs *dirs, uint64_t hash, uint64_t share_id, const char *path, size_t path_len)
{
	for (struct notify_dir *d = *bucket_of(dirs, hash); d != NULL; d = d->next) {
		if (d->hash == hash && d->share_id == share_id && d->path_len == path_len &&
			memcmp(d->path, path, path_len) == 0)
			return d;
	}
	return NULL;
}

static uint64_t hash_path(const struct notify_dirs *dirs, uint64_t share_id, const char *path)
{
	uint64_t hash = notify_hash_begin(dirs, share_id);
	for (const char *c = path; *c != '\0'; c++)
		hash = notify_hash_add(hash, *c);
	return hash;
}

struct notify_dir *notify_dirs_find_path(const struct notify_dirs *dirs, uint64_t share_id, const char *path)
{
	return notify_dirs_find(dirs, hash_path(dirs, share_id, path), share_id, path, strlen(path));
}

static void dir_insert(struct notify_dirs *dirs, struct notify_dir *dir)
{
	struct notify_dir **bucket = bucket_of(dirs, dir->hash);
	dir->next = *bucket;
	*bucket = dir;
}

// Without memory the table stays as it is and gets slower, no more.
static void dirs_grow(struct notify_dirs *dirs)
{
	struct notify_dir **old = dirs->buckets;
	size_t old_count = dirs->bucket_count;
	struct notify_dir **buckets = calloc(2 * old_count, sizeof(struct notify_dir *));
	if (buckets == NULL)
		return;
	dirs->buckets = buckets;
	dirs->bucket_count = 2 * old_count;
	for (size_t i = 0; i < old_count; i++) {
		for (struct notify_dir *d = old[i], *next; d != NULL; d = next) {
			next = d->next;
			dir_insert(dirs, d);
		}
	}
	free(old);
}

struct notify_dir *notify_dirs_get(struct notify_dirs *dirs, uint64_t share_id, const char *path)
{
	uint64_t hash = hash_path(dirs, share_id, path);
	size_t path_len = strlen(path);
	struct notify_dir *dir = notify_dirs_find(dirs, hash, share_id, path, path_len);
	if (dir != NULL)
		return dir;
	dir = calloc(1, sizeof(*dir) + path_len + 1);
	if (dir == NULL)
		return NULL;
	dir->hash = hash;
	dir->share_id = share_id;
	dir->path_len = path_len;
	memcpy(dir->path, path, path_len);
	if (dirs->count >= dirs->bucket_count)
		dirs_grow(dirs);
	dir_insert(dirs, dir);
	dirs->count++;
	return dir;
}

void notify_dirs_remove(struct notify_dirs *dirs, struct notify_dir *dir)
{
	struct notify_dir **at = bucket_of(dirs, dir->hash);
	while (*at != dir)
		at = &(*at)->next;
	*at = dir->next;
	dirs->count--;
}
