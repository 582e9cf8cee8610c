// SPDX-License-Identifier: Apache-2.0
// A stream that gets another name (MS-FSA 2.1.5.15.11.1).
#include "server/commands/rename_job.h"

#include <errno.h>

#include "server/change_report.h"
#include "server/file_table.h"
#include "server/open_sharing.h"
#include "storage/streams.h"
#include "wire/fscc/name_upcase.h"

static bool stream_is_open(struct file *f, const char *name, const struct file_stream *but)
{
	bool found = false;
	pthread_mutex_lock(&f->lock);
	for (const struct file_stream *s = f->streams; s != NULL && !found; s = s->next)
		found = s != but && s->open_count != 0 && name_equal(s->name, name);
	pthread_mutex_unlock(&f->lock);
	return found;
}

// A stream is only replaced when it is empty and nobody has it open (MS-FSA 2.1.5.15.11.1).
static struct nt_status check_stream_target(struct request *req, const char *name, bool replace)
{
	struct open *o = req->open;
	struct stream target;
	int err = stream_find(o->fd, name, req->arena, &target);
	if (err == -ENOENT || (err == 0 && name_equal(target.name, o->stream_name)))
		return STATUS(SUCCESS);
	if (err != 0)
		return nt_status_of_errno(err);
	if (!replace)
		return STATUS(OBJECT_NAME_COLLISION);
	bool used = target.size != 0 || stream_is_open(o->file, name, o->stream);
	return used ? STATUS(INVALID_PARAMETER) : STATUS(SUCCESS);
}

struct nt_status rename_stream(struct request *req, const struct file_rename_info *info)
{
	struct open *o = req->open;
	const char *name = NULL;
	struct nt_status status = stream_name_parse(info->name, req->arena, &name);
	if (!nt_status_ok(status))
		return status;
	if (o->stream_name == NULL || name == NULL)
		return STATUS(INVALID_PARAMETER); // the data stream is not moved to or from another
	if (o->former_stream_name_count == OPEN_STREAM_RENAMES_MAX)
		return STATUS(INSUFFICIENT_RESOURCES);
	pthread_mutex_lock(&o->file->io_lock);
	status = check_stream_target(req, name, info->replace_if_exists);
	if (nt_status_ok(status))
		status = nt_status_of_errno(
			stream_rename(o->fd, o->stream_name, name, info->replace_if_exists));
	pthread_mutex_unlock(&o->file->io_lock);
	if (!nt_status_ok(status))
		return status;
	if (!open_rename_stream(o, name))
		return STATUS(INSUFFICIENT_RESOURCES);
	change_report(o, NOTIFY_MODIFIED, NOTIFY_CHANGE_STREAM_NAME);
	return STATUS(SUCCESS);
}
