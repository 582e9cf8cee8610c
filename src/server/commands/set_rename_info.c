// SPDX-License-Identifier: Apache-2.0
// FileRenameInformation (MS-FSA 2.1.5.15.11) and FileLinkInformation (2.1.5.15.6).
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "server/change_report.h"
#include "server/commands/rename_job.h"
#include "server/commands/set_info.h"
#include "server/file_table.h"
#include "server/open_event.h"
#include "server/server.h"
#include "server/share.h"
#include "storage/node.h"

// The replaced file has no name any more that its last close could delete.
static void forget_replaced(const struct rename_job *job)
{
	struct file *f = file_table_get(&job->req->server->files, node_id_of(&job->to.stat));
	if (f == NULL)
		return;
	pthread_mutex_lock(&f->lock);
	f->replaced = f->unnamed.delete_pending;
	pthread_mutex_unlock(&f->lock);
	file_unref(f);
}

// All opens that came by the old name have the new one from now on; those by another hard link keep
// theirs.
static bool adopt_new_path(struct rename_job *job)
{
	struct file *f = job->open->file;
	bool fine = true;
	pthread_mutex_lock(&f->lock);
	job->open->renamed = !job->open->is_directory;
	for (struct open *o = f->opens; o != NULL; o = o->file_next) {
		if (o->share->id != job->open->share->id || strcmp(o->path, job->old_path.text) != 0)
			continue;
		char *path = strdup(job->new_path);
		fine = fine && path != NULL;
		if (path == NULL)
			continue;
		free(o->path);
		o->path = path;
	}
	pthread_mutex_unlock(&f->lock);
	return fine;
}

static void emit_rename(const struct rename_job *job, struct nt_status status)
{
	struct path_text path;
	struct event e = {
		.kind = EVENT_FILE_RENAME,
		.result = nt_status_ok(status) ? EVENT_SUCCESS : EVENT_FAILURE,
		.status = status,
		.reason = job->refused_by != NULL ? "access_rule" : NULL,
		.detail = job->refused_by,
		.target_path = job->new_path != NULL ? job->new_path : job->asked_path,
	};
	open_event_fill(job->open, &e, &path);
	e.path = job->old_path.text;
	open_event_emit(job->open, &e);
}

static struct nt_status rename_file(struct rename_job *job)
{
	struct open *o = job->open;
	struct nt_status status = rename_prepare(job);
	if (!nt_status_ok(status))
		return status;
	int err = node_rename(o->share->root, &job->from, &job->to, job->info->replace_if_exists);
	if (err != 0)
		return err == -EXDEV ? STATUS(NOT_SUPPORTED) : nt_status_of_errno(err);
	if (job->replaces)
		forget_replaced(job);
	if (!adopt_new_path(job))
		return STATUS(NO_MEMORY);
	if (job->replaces)
		notify_report(job->req->server->notify, o->share->id, job->new_path, NOTIFY_REMOVED,
			NOTIFY_CHANGE_FILE_NAME);
	notify_report_rename(job->req->server->notify, o->share->id, job->old_path.text, job->new_path,
		change_name_filter(o->is_directory));
	return STATUS(SUCCESS);
}

static struct nt_status run(struct request *req, const struct file_rename_info *info,
	struct nt_status (*act)(struct rename_job *))
{
	struct rename_job *job = arena_zalloc(req->arena, sizeof(*job));
	if (job == NULL)
		return STATUS(NO_MEMORY);
	job->req = req;
	job->open = req->open;
	job->info = info;
	job->asked_path = info->name;
	job->from = RESOLVED_EMPTY;
	job->to = RESOLVED_EMPTY;
	struct nt_status status = act(job);
	resolved_done(&job->from);
	resolved_done(&job->to);
	emit_rename(job, status);
	return status;
}

struct nt_status set_rename_info(struct request *req, const struct file_set_info *info)
{
	if (info->u.rename.name[0] == ':')
		return rename_stream(req, &info->u.rename);
	if (req->open->stream_name != NULL)
		return STATUS(INVALID_PARAMETER); // a stream becomes no file
	return run(req, &info->u.rename, rename_file);
}

static struct nt_status link_file(struct rename_job *job)
{
	struct open *o = job->open;
	struct nt_status status = rename_prepare(job);
	if (!nt_status_ok(status))
		return status;
	if (o->is_directory)
		return STATUS(FILE_IS_A_DIRECTORY);
	int err = node_link(o->share->root, &job->from, &job->to, job->info->replace_if_exists);
	if (err != 0)
		return nt_status_of_errno(err);
	notify_report(
		job->req->server->notify, o->share->id, job->new_path, NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	return STATUS(SUCCESS);
}

struct nt_status set_link_info(struct request *req, const struct file_set_info *info)
{
	if (req->open->stream_name != NULL)
		return STATUS(INVALID_PARAMETER);
	return run(req, &info->u.rename, link_file);
}
