// SPDX-License-Identifier: Apache-2.0
// Watches and requests; reports are in notify_report.c.
#include "server/state/notify.h"

#include <stdlib.h>

#include "server/state/notify_state.h"

struct notify_registry *notify_registry_new(bool external)
{
	struct notify_registry *reg = calloc(1, sizeof(*reg));
	if (reg == NULL)
		return NULL;
	if (!notify_dirs_init(&reg->dirs) || pthread_mutex_init(&reg->lock, NULL) != 0) {
		notify_dirs_done(&reg->dirs);
		free(reg);
		return NULL;
	}
	if (external)
		reg->source = notify_source_new();
	return reg;
}

void notify_registry_free(struct notify_registry *reg)
{
	if (reg == NULL)
		return;
	notify_source_free(reg->source);
	notify_dirs_done(&reg->dirs);
	(void)pthread_mutex_destroy(&reg->lock);
	free(reg);
}

int notify_registry_fd(const struct notify_registry *reg)
{
	return reg->source == NULL ? -1 : notify_source_fd(reg->source);
}

void notify_outcome_init(struct notify_outcome *out)
{
	*out = (struct notify_outcome){ 0 };
	out->completed_tail = &out->completed;
}

// The request leaves its queue for the list of those to be completed.
void notify_finish(struct notify_outcome *out, struct notify_request *request, struct nt_status status)
{
	struct notify_watch *watch = request->watch;
	if (request->prev != NULL)
		request->prev->next = request->next;
	else
		watch->first_request = request->next;
	if (request->next != NULL)
		request->next->prev = request->prev;
	else
		watch->last_request = request->prev;
	watch->request_count--;
	request->watch = NULL;
	request->status = status;
	request->prev = NULL;
	request->next = NULL;
	if (out == NULL)
		return;
	*out->completed_tail = request;
	out->completed_tail = &request->next;
}

void notify_flush_requests(struct notify_outcome *out, struct notify_watch *watch, struct nt_status status)
{
	for (struct notify_request *r = watch->first_request, *next; r != NULL; r = next) {
		next = r->next;
		notify_finish(out, r, status);
	}
}

void notify_complete(struct notify_outcome *out)
{
	for (struct notify_request *r = out->completed, *next; r != NULL; r = next) {
		next = r->next; // r is the callee's from here on
		r->next = NULL;
		r->complete(r);
	}
}

void notify_watch_link(struct notify_dir *dir, struct notify_watch *watch)
{
	watch->dir = dir;
	watch->prev = NULL;
	watch->next = dir->watches;
	if (dir->watches != NULL)
		dir->watches->prev = watch;
	dir->watches = watch;
}

void notify_watch_unlink(struct notify_watch *watch)
{
	if (watch->prev != NULL)
		watch->prev->next = watch->next;
	else
		watch->dir->watches = watch->next;
	if (watch->next != NULL)
		watch->next->prev = watch->prev;
}

static void dir_mark(struct notify_registry *reg, struct notify_dir *dir, int dir_fd)
{
	if (reg->source == NULL || dir_fd < 0 || dir->mark != NULL)
		return;
	dir->mark = notify_source_mark(reg->source, dir_fd);
	if (dir->mark == NULL)
		return;
	dir->mark_next = dir->mark->dirs;
	dir->mark->dirs = dir;
}

// A directory without watches is forgotten, with its mark when no other path leads to it.
void notify_dir_release(struct notify_registry *reg, struct notify_dir *dir)
{
	if (dir->watches != NULL)
		return;
	struct notify_mark *mark = dir->mark;
	if (mark != NULL) {
		struct notify_dir **at = &mark->dirs;
		while (*at != dir)
			at = &(*at)->mark_next;
		*at = dir->mark_next;
		if (mark->dirs == NULL)
			notify_source_unmark(reg->source, mark);
	}
	notify_dirs_remove(&reg->dirs, dir);
	free(dir);
}

struct notify_watch *notify_watch_add(struct notify_registry *reg, const struct notify_watch_config *config)
{
	struct notify_watch *watch = calloc(1, sizeof(*watch));
	if (watch == NULL)
		return NULL;
	watch->refs = 1;
	watch->recursive = config->recursive;
	watch->filter = config->filter;
	watch->may_hear = config->may_hear;
	watch->may_hear_user = config->may_hear_user;
	bool clip = config->buffer_len_max > NOTIFY_BUFFER_LEN_MAX;
	notify_buffer_init(&watch->buffer, clip ? NOTIFY_BUFFER_LEN_MAX : config->buffer_len_max);
	(void)pthread_mutex_lock(&reg->lock);
	struct notify_dir *dir = notify_dirs_get(&reg->dirs, config->share_id, config->path);
	if (dir != NULL) {
		notify_watch_link(dir, watch);
		dir_mark(reg, dir, config->dir_fd);
		(void)atomic_fetch_add(&reg->watch_count, 1);
	}
	(void)pthread_mutex_unlock(&reg->lock);
	if (dir == NULL) {
		free(watch);
		return NULL;
	}
	return watch;
}

struct notify_watch *notify_watch_ref(struct notify_registry *reg, struct notify_watch *watch)
{
	(void)pthread_mutex_lock(&reg->lock);
	watch->refs++;
	(void)pthread_mutex_unlock(&reg->lock);
	return watch;
}

void notify_watch_unref(struct notify_registry *reg, struct notify_watch *watch)
{
	(void)pthread_mutex_lock(&reg->lock);
	bool last = --watch->refs == 0;
	(void)pthread_mutex_unlock(&reg->lock);
	if (!last)
		return;
	notify_buffer_done(&watch->buffer);
	free(watch);
}

void notify_watch_remove(struct notify_registry *reg, struct notify_watch *watch, struct nt_status status)
{
	struct notify_outcome out;
	notify_outcome_init(&out);
	(void)pthread_mutex_lock(&reg->lock);
	struct notify_dir *dir = watch->dir;
	notify_flush_requests(&out, watch, status);
	notify_watch_unlink(watch);
	watch->dir = NULL;
	notify_dir_release(reg, dir);
	(void)atomic_fetch_sub(&reg->watch_count, 1);
	(void)pthread_mutex_unlock(&reg->lock);
	notify_watch_unref(reg, watch);
	notify_complete(&out);
}

void notify_watch_flush(struct notify_registry *reg, struct notify_watch *watch, struct nt_status status)
{
	struct notify_outcome out;
	notify_outcome_init(&out);
	(void)pthread_mutex_lock(&reg->lock);
	notify_flush_requests(&out, watch, status);
	(void)pthread_mutex_unlock(&reg->lock);
	notify_complete(&out);
}

void notify_path_flush(
	struct notify_registry *reg, uint64_t share_id, const char *path, struct nt_status status)
{
	struct notify_outcome out;
	if (atomic_load(&reg->watch_count) == 0)
		return;
	notify_outcome_init(&out);
	(void)pthread_mutex_lock(&reg->lock);
	const struct notify_dir *dir = notify_dirs_find_path(&reg->dirs, share_id, path);
	for (struct notify_watch *w = dir == NULL ? NULL : dir->watches; w != NULL; w = w->next)
		notify_flush_requests(&out, w, status);
	(void)pthread_mutex_unlock(&reg->lock);
	notify_complete(&out);
}

// What was collected goes to a request: all of it or, when it does not fit, the advice to look.
static struct nt_status watch_take(struct notify_watch *watch, struct notify_request *request)
{
	bool fits = notify_buffer_take(
		&watch->buffer, request->output_len_max, &request->records, &request->records_len);
	return fits ? STATUS(SUCCESS) : STATUS(NOTIFY_ENUM_DIR); // MS-SMB2 3.3.5.19
}

void notify_touch(struct notify_outcome *out, struct notify_watch *watch)
{
	if (watch->touched)
		return;
	watch->touched = true;
	watch->touched_next = out->touched;
	out->touched = watch;
}

void notify_deliver(struct notify_outcome *out)
{
	while (out->touched != NULL) {
		struct notify_watch *watch = out->touched;
		out->touched = watch->touched_next;
		watch->touched = false;
		struct notify_request *request = watch->first_request;
		if (request == NULL || notify_buffer_empty(&watch->buffer))
			continue;
		notify_finish(out, request, watch_take(watch, request));
	}
}

static void request_queue(struct notify_watch *watch, struct notify_request *request)
{
	request->watch = watch;
	request->prev = watch->last_request;
	if (watch->last_request != NULL)
		watch->last_request->next = request;
	else
		watch->first_request = request;
	watch->last_request = request;
	watch->request_count++;
}

struct nt_status notify_request_start(
	struct notify_registry *reg, struct notify_watch *watch, struct notify_request *request)
{
	request->watch = NULL;
	request->next = NULL;
	request->prev = NULL;
	request->records = NULL;
	request->records_len = 0;
	request->status = STATUS(PENDING);
	(void)pthread_mutex_lock(&reg->lock);
	struct nt_status status = STATUS(PENDING);
	if (watch->dir == NULL)
		status = STATUS(NOTIFY_CLEANUP); // its handle was closed meanwhile
	else if (!notify_buffer_empty(&watch->buffer))
		status = watch_take(watch, request);
	else if (watch->request_count == NOTIFY_REQUESTS_PER_WATCH_MAX)
		status = STATUS(INSUFFICIENT_RESOURCES);
	else
		request_queue(watch, request);
	if (!nt_status_equal(status, STATUS(PENDING)))
		request->status = status;
	(void)pthread_mutex_unlock(&reg->lock);
	return status;
}

bool notify_request_cancel(struct notify_registry *reg, struct notify_request *request)
{
	(void)pthread_mutex_lock(&reg->lock);
	bool queued = request->watch != NULL;
	if (queued)
		notify_finish(NULL, request, STATUS(CANCELLED));
	(void)pthread_mutex_unlock(&reg->lock);
	return queued;
}

void notify_request_done(struct notify_request *request)
{
	free(request->records);
	request->records = NULL;
	request->records_len = 0;
}
