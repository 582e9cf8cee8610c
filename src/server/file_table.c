// SPDX-License-Identifier: Apache-2.0
#include "server/file_table.h"

#include <stdlib.h>
#include <string.h>

#include "server/open.h"
#include "server/share.h"
#include "wire/fscc/name_upcase.h"

void file_table_init(struct file_table *t)
{
	for (size_t i = 0; i < FILE_TABLE_SHARDS; i++) {
		t->shards[i].by_id = NULL;
		pthread_mutex_init(&t->shards[i].lock, NULL);
	}
}

void file_table_done(struct file_table *t)
{
	for (size_t i = 0; i < FILE_TABLE_SHARDS; i++)
		pthread_mutex_destroy(&t->shards[i].lock);
}

static struct file_shard *shard_of(struct file_table *t, struct node_id id)
{
	uint64_t mixed = (id.ino ^ id.dev << 32) * 0x9E3779B97F4A7C15ull;
	return &t->shards[mixed >> 58];
}

static struct file *file_new(struct file_table *t, struct node_id id)
{
	struct file *f = calloc(1, sizeof(*f));
	if (f == NULL)
		return NULL;
	f->id = id;
	f->table = t;
	pthread_mutex_init(&f->lock, NULL);
	pthread_mutex_init(&f->io_lock, NULL);
	range_locks_init(&f->unnamed.locks);
	return f;
}

struct file *file_table_get(struct file_table *t, struct node_id id)
{
	struct file_shard *shard = shard_of(t, id);
	struct file *f = NULL;
	pthread_mutex_lock(&shard->lock);
	HASH_FIND(hh, shard->by_id, &id, sizeof(id), f);
	if (f == NULL) {
		f = file_new(t, id);
		if (f != NULL)
			HASH_ADD(hh, shard->by_id, id, sizeof(f->id), f);
	}
	if (f != NULL)
		f->refs++;
	pthread_mutex_unlock(&shard->lock);
	return f;
}

void file_unref(struct file *f)
{
	if (f == NULL)
		return;
	struct file_shard *shard = shard_of(f->table, f->id);
	pthread_mutex_lock(&shard->lock);
	bool last = --f->refs == 0;
	if (last && !f->detached)
		HASH_DEL(shard->by_id, f);
	pthread_mutex_unlock(&shard->lock);
	if (!last)
		return;
	range_locks_done(&f->unnamed.locks);
	pthread_mutex_destroy(&f->io_lock);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

void file_detach(struct file *f)
{
	struct file_shard *shard = shard_of(f->table, f->id);
	pthread_mutex_lock(&shard->lock);
	if (!f->detached)
		HASH_DEL(shard->by_id, f);
	f->detached = true;
	pthread_mutex_unlock(&shard->lock);
}

static struct file_stream *file_stream_find(struct file *f, const char *name)
{
	struct file_stream *s = f->streams;
	while (s != NULL && !name_equal(s->name, name))
		s = s->next;
	return s;
}

static struct file_stream *file_stream_add(struct file *f, const char *name)
{
	struct file_stream *s = calloc(1, sizeof(*s));
	if (s == NULL || (s->name = strdup(name)) == NULL) {
		free(s);
		return NULL;
	}
	range_locks_init(&s->locks);
	s->next = f->streams;
	f->streams = s;
	return s;
}

struct file_stream *file_stream_get(struct file *f, const char *name)
{
	if (name == NULL)
		return &f->unnamed;
	struct file_stream *s = file_stream_find(f, name);
	if (s == NULL)
		s = file_stream_add(f, name);
	if (s != NULL)
		s->refs++;
	return s;
}

void file_stream_put(struct file *f, struct file_stream *s)
{
	if (s == &f->unnamed || --s->refs != 0)
		return;
	struct file_stream **link = &f->streams;
	while (*link != s)
		link = &(*link)->next;
	*link = s->next;
	range_locks_done(&s->locks);
	free(s->name);
	free(s);
}

static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);
	return strncmp(path, dir, len) == 0 && path[len] == '/';
}

struct below {
	uint64_t share_id;
	const char *dir_path;
	bool (*visit)(struct open *open, void *user);
	void *user;
};

static bool file_visit_below(struct file *f, const struct below *b)
{
	bool stop = false;
	pthread_mutex_lock(&f->lock);
	for (struct open *o = f->opens; o != NULL && !stop; o = o->file_next) {
		if (o->share->id == b->share_id && is_below(o->path, b->dir_path))
			stop = b->visit(o, b->user);
	}
	pthread_mutex_unlock(&f->lock);
	return stop;
}

// References to all files of a shard, so that each can be locked without the shard's lock.
static struct file **shard_snapshot(struct file_shard *shard, size_t *count)
{
	pthread_mutex_lock(&shard->lock);
	*count = HASH_COUNT(shard->by_id);
	struct file **files = *count == 0 ? NULL : calloc(*count, sizeof(struct file *));
	size_t n = 0;
	for (struct file *f = shard->by_id; f != NULL && files != NULL; f = f->hh.next) {
		f->refs++;
		files[n++] = f;
	}
	*count = n;
	pthread_mutex_unlock(&shard->lock);
	return files;
}

bool file_table_any_below(struct file_table *t, uint64_t share_id, const char *dir_path,
	bool (*visit)(struct open *open, void *user), void *user)
{
	struct below b = { share_id, dir_path, visit, user };
	bool stop = false;
	for (size_t i = 0; i < FILE_TABLE_SHARDS && !stop; i++) {
		size_t count = 0;
		struct file **files = shard_snapshot(&t->shards[i], &count);
		for (size_t k = 0; k < count; k++) {
			stop = stop || file_visit_below(files[k], &b);
			file_unref(files[k]);
		}
		free(files);
	}
	return stop;
}
