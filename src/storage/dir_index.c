// SPDX-License-Identifier: Apache-2.0
#include "storage/dir_index.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storage/dir_names.h"
#include "storage/dir_watch.h"
#include "storage/dirents.h"
#include "storage/name_table.h"
#include "storage/share_root.h"
#include "wire/fscc/name_upcase.h"

enum { BUCKETS = 1024 };

struct dir_index {
	pthread_mutex_t lock;
	pthread_cond_t built;
	int watch_fd; // -1: nothing can be kept
	struct dir_names *by_id[BUCKETS];
	struct dir_names *by_watch[BUCKETS];
	struct dir_names *newest;
	struct dir_names *oldest;
	struct dir_index_stats stats;
};

int dir_index_new(struct dir_index **out)
{
	struct dir_index *ix = calloc(1, sizeof(*ix));
	if (ix == NULL)
		return -ENOMEM;
	ix->watch_fd = dir_watch_open();
	(void)pthread_mutex_init(&ix->lock, NULL);
	(void)pthread_cond_init(&ix->built, NULL);
	*out = ix;
	return 0;
}

static struct dir_names **bucket_by_id(struct dir_index *ix, struct node_id id)
{
	uint64_t mixed = (id.ino ^ (id.dev << 32)) * 0x9E3779B97F4A7C15u;
	return &ix->by_id[(mixed >> 40) % BUCKETS];
}

static struct dir_names **bucket_by_watch(struct dir_index *ix, int watch)
{
	return &ix->by_watch[(unsigned int)watch % BUCKETS];
}

static struct dir_names *names_by_id(struct dir_index *ix, struct node_id id)
{
	struct dir_names *d = *bucket_by_id(ix, id);
	while (d != NULL && !node_id_equal(d->id, id))
		d = d->next_by_id;
	return d;
}

static struct dir_names *names_by_watch(struct dir_index *ix, int watch)
{
	struct dir_names *d = *bucket_by_watch(ix, watch);
	while (d != NULL && d->watch != watch)
		d = d->next_by_watch;
	return d;
}

static void order_unlink(struct dir_index *ix, struct dir_names *d)
{
	*(d->newer != NULL ? &d->newer->older : &ix->newest) = d->older;
	*(d->older != NULL ? &d->older->newer : &ix->oldest) = d->newer;
}

static void order_put_newest(struct dir_index *ix, struct dir_names *d)
{
	d->newer = NULL;
	d->older = ix->newest;
	*(ix->newest != NULL ? &ix->newest->newer : &ix->oldest) = d;
	ix->newest = d;
}

static void names_link(struct dir_index *ix, struct dir_names *d)
{
	struct dir_names **by_id = bucket_by_id(ix, d->id), **by_watch = bucket_by_watch(ix, d->watch);
	d->next_by_id = *by_id;
	*by_id = d;
	d->next_by_watch = *by_watch;
	*by_watch = d;
	order_put_newest(ix, d);
	ix->stats.dirs++;
}

static void names_unlink(struct dir_index *ix, struct dir_names *d)
{
	struct dir_names **at = bucket_by_id(ix, d->id);
	while (*at != d)
		at = &(*at)->next_by_id;
	*at = d->next_by_id;
	at = bucket_by_watch(ix, d->watch);
	while (*at != d)
		at = &(*at)->next_by_watch;
	*at = d->next_by_watch;
	order_unlink(ix, d);
	ix->stats.dirs--;
}

static void names_drop(struct dir_index *ix, struct dir_names *d)
{
	names_unlink(ix, d);
	ix->stats.bytes -= d->bytes;
	dir_watch_remove(ix->watch_fd, d->watch);
	dir_names_free(d);
}

void dir_index_free(struct dir_index *ix)
{
	if (ix == NULL)
		return;
	while (ix->oldest != NULL)
		names_drop(ix, ix->oldest);
	if (ix->watch_fd >= 0)
		(void)close(ix->watch_fd);
	(void)pthread_cond_destroy(&ix->built);
	(void)pthread_mutex_destroy(&ix->lock);
	free(ix);
}

static void names_count_bytes(struct dir_index *ix, struct dir_names *d)
{
	size_t bytes = dir_names_bytes(d);
	ix->stats.bytes += bytes - d->bytes;
	d->bytes = bytes;
}

// Takes a directory out of use: now, or when its builder is done with it.
static void names_give_up(struct dir_index *ix, struct dir_names *d)
{
	if (d->building)
		d->doomed = true;
	else
		names_drop(ix, d);
}

static void index_give_up_all(struct dir_index *ix)
{
	struct dir_names *newer;
	ix->stats.overflows++;
	for (struct dir_names *d = ix->oldest; d != NULL; d = newer) {
		newer = d->newer;
		names_give_up(ix, d);
	}
}

static void index_changed(void *arg, int watch, enum dir_change change, const char *name)
{
	struct dir_index *ix = arg;
	if (change == DIR_CHANGE_OVERFLOW) {
		index_give_up_all(ix);
		return;
	}
	struct dir_names *d = names_by_watch(ix, watch);
	if (d == NULL)
		return; // queued before its watch was removed
	if (change == DIR_CHANGE_GONE) {
		names_give_up(ix, d);
		return;
	}
	if (dir_names_change(d, change, name) < 0)
		names_give_up(ix, d);
	else if (!d->building)
		names_count_bytes(ix, d);
}

static void index_drain(struct dir_index *ix)
{
	if (ix->watch_fd >= 0)
		dir_watch_drain(ix->watch_fd, index_changed, ix);
}

static bool names_evictable(const struct dir_names *d, const struct dir_names *keep)
{
	return d != keep && !d->building;
}

static bool index_evict_one(struct dir_index *ix, const struct dir_names *keep)
{
	struct dir_names *d = ix->oldest;
	while (d != NULL && !names_evictable(d, keep))
		d = d->newer;
	if (d == NULL)
		return false;
	ix->stats.evictions++;
	names_drop(ix, d);
	return true;
}

static void index_evict(struct dir_index *ix, const struct dir_names *keep)
{
	while (ix->stats.bytes > DIR_INDEX_BYTES_MAX || ix->stats.dirs > DIR_INDEX_DIRS_MAX)
		if (!index_evict_one(ix, keep))
			return;
}

// Under the lock, which is let go while the directory is read. On failure d is gone.
static int names_build(struct dir_index *ix, struct dir_names *d, int dir_fd)
{
	uint64_t hidden = 0;
	(void)pthread_mutex_unlock(&ix->lock);
	int rc = dir_names_read(d, dir_fd, &hidden);
	(void)pthread_mutex_lock(&ix->lock);
	ix->stats.passes++;
	ix->stats.hidden_names += hidden;
	index_drain(ix);
	if (rc == 0)
		rc = dir_names_catch_up(d);
	d->building = false;
	(void)pthread_cond_broadcast(&ix->built);
	if (rc < 0)
		names_drop(ix, d);
	else
		names_count_bytes(ix, d);
	return rc;
}

// A watched, empty, building entry; NULL when there cannot be one.
static struct dir_names *names_new(struct dir_index *ix, int dir_fd, const struct statx *st)
{
	if (ix->watch_fd < 0)
		return NULL;
	int watch = dir_watch_add(ix->watch_fd, dir_fd);
	if (watch == -ENOSPC && index_evict_one(ix, NULL))
		watch = dir_watch_add(ix->watch_fd, dir_fd);
	// One inode under two identities (an odd network file system) would share the watch: not kept.
	if (watch < 0 || names_by_watch(ix, watch) != NULL)
		return NULL;
	struct dir_names *d = dir_names_new(st, watch);
	if (d == NULL) {
		dir_watch_remove(ix->watch_fd, watch);
		return NULL;
	}
	names_link(ix, d);
	return d;
}

// The usable entry for the directory, built if need be. 0 with NULL: none can be kept.
static int index_get(
	struct dir_index *ix, int dir_fd, const struct statx *st, bool may_block, struct dir_names **out)
{
	struct dir_names *d;
	index_drain(ix);
	while ((d = names_by_id(ix, node_id_of(st))) != NULL && d->building) {
		if (!may_block)
			return -EAGAIN;
		(void)pthread_cond_wait(&ix->built, &ix->lock);
		index_drain(ix);
	}
	if (d != NULL && dir_names_stale(d, st)) {
		names_drop(ix, d);
		d = NULL;
	}
	if (d == NULL) {
		if (!may_block)
			return -EAGAIN;
		d = names_new(ix, dir_fd, st);
		int rc = d == NULL ? 0 : names_build(ix, d, dir_fd);
		if (rc < 0)
			return rc;
	}
	*out = d;
	return 0;
}

static void keep_better(const char *wanted, const char *candidate, char found[NAME_MAX + 1])
{
	bool exact = strcmp(candidate, wanted) == 0;
	if (exact || found[0] == '\0' || (strcmp(found, wanted) != 0 && strcmp(candidate, found) < 0))
		(void)stpncpy(found, candidate, NAME_MAX);
}

// The look-up where nothing can be kept: one pass over the directory.
static int scan_find(int dir_fd, const char *name, char found[NAME_MAX + 1])
{
	struct dirents entries = DIRENTS_EMPTY;
	struct dirent_view entry;
	memset(found, 0, NAME_MAX + 1);
	int rc = dirents_init(&entries, dir_fd, true);
	while (rc >= 0 && (rc = dirents_next(&entries, true, &entry)) == 1)
		if (name_equal(entry.name, name))
			keep_better(name, entry.name, found);
	dirents_done(&entries);
	if (rc < 0)
		return rc;
	return found[0] == '\0' ? -ENOENT : 0;
}

static int names_find(
	struct dir_index *ix, struct dir_names *d, const char *name, bool may_block, char found[NAME_MAX + 1])
{
	const char *spelling = name_table_find(d->names, name);
	int rc = spelling == NULL ? -ENOENT : 0;
	if (spelling != NULL)
		memcpy(found, spelling, strlen(spelling) + 1);
	if (d->doomed) {
		names_drop(ix, d);
		return rc;
	}
	if (rc == -ENOENT && d->remote && !may_block)
		rc = -EAGAIN; // made elsewhere a moment ago, perhaps: the disk has to be asked
	order_unlink(ix, d);
	order_put_newest(ix, d);
	index_evict(ix, d);
	if (ix->stats.bytes > DIR_INDEX_BYTES_MAX)
		names_drop(ix, d); // alone too large to be kept
	return rc;
}

int dir_index_find(
	struct dir_index *ix, int dir_fd, const char *name, bool may_block, char found[NAME_MAX + 1])
{
	struct statx st;
	struct dir_names *d = NULL;
	int rc = node_stat(dir_fd, &st);
	if (rc < 0)
		return rc;
	(void)pthread_mutex_lock(&ix->lock);
	ix->stats.lookups++;
	rc = index_get(ix, dir_fd, &st, may_block, &d);
	bool scan = rc == 0 && d == NULL;
	if (scan)
		ix->stats.passes++;
	else if (rc == 0)
		rc = names_find(ix, d, name, may_block, found);
	(void)pthread_mutex_unlock(&ix->lock);
	return scan ? scan_find(dir_fd, name, found) : rc;
}

void dir_index_stats(struct dir_index *ix, struct dir_index_stats *out)
{
	(void)pthread_mutex_lock(&ix->lock);
	*out = ix->stats;
	(void)pthread_mutex_unlock(&ix->lock);
}
