// SPDX-License-Identifier: Apache-2.0
#include "server/commands/create_job.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/access_view.h"
#include "server/file_table.h"
#include "server/open.h"
#include "server/open_close.h"
#include "server/open_sharing.h"
#include "server/request.h"
#include "server/server.h"
#include "server/session.h"
#include "storage/dos_attributes.h"
#include "storage/extended_attributes.h"
#include "storage/file_data.h"
#include "storage/node.h"
#include "wire/dtyp/access_mask.h"

static bool open_fill(struct create_job *job, const char *stream, uint32_t granted)
{
	struct open *o = job->open;
	atomic_store(&o->granted_access, granted);
	atomic_store(&o->judged, job->req->view->generation);
	o->share_access = job->m.share_access;
	o->create_options = job->m.create_options;
	o->mode = job->m.create_options &
		  (FILE_WRITE_THROUGH | FILE_SEQUENTIAL_ONLY | FILE_NO_INTERMEDIATE_BUFFERING |
			  FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT | FILE_DELETE_ON_CLOSE);
	o->is_directory = S_ISDIR(job->found.stat.stx_mode) && stream == NULL;
	o->node = node_id_of(&job->found.stat);
	o->delete_on_close = (job->m.create_options & FILE_DELETE_ON_CLOSE) != 0;
	o->path = strdup(job->found.path);
	o->stream_name = stream == NULL ? NULL : strdup(stream);
	return o->path != NULL && (stream == NULL || o->stream_name != NULL);
}

static bool still_linked(struct create_job *job)
{
	struct statx now;
	if (node_stat(job->found.node_fd, &now) != 0 || now.stx_nlink == 0)
		return false;
	job->found.stat = now;
	return true;
}

static struct nt_status attach_locked(
	struct create_job *job, struct file *f, const char *stream, uint32_t granted, bool *changed)
{
	if (!still_linked(job)) {
		*changed = true;
		return STATUS(OBJECT_NAME_NOT_FOUND);
	}
	struct file_stream *s = file_stream_get(f, stream);
	if (s == NULL)
		return STATUS(NO_MEMORY);
	struct nt_status status = STATUS(DELETE_PENDING);
	if (!f->unnamed.delete_pending && !s->delete_pending) {
		// Replacing counts as writing, for sharing too.
		uint32_t access =
			create_replaces(job) && job->found.exists ? granted | FILE_WRITE_DATA : granted;
		status = open_check_sharing(f, s, access, job->m.share_access);
	}
	if (nt_status_ok(status))
		open_attach(job->open, f, s);
	else
		file_stream_put(f, s);
	return status;
}

struct nt_status create_attach(struct create_job *job, const char *stream, uint32_t granted, bool *changed)
{
	struct request *req = job->req;
	*changed = false;
	job->open = open_new(req->tree, job->share);
	if (job->open == NULL || !open_fill(job, stream, granted))
		return STATUS(NO_MEMORY);
	struct file *f = file_table_get(&req->server->files, job->open->node);
	if (f == NULL)
		return STATUS(NO_MEMORY);
	pthread_mutex_lock(&f->lock);
	struct nt_status status = attach_locked(job, f, stream, granted, changed);
	pthread_mutex_unlock(&f->lock);
	if (!nt_status_ok(status))
		file_unref(f);
	return status;
}

void create_abandon(struct create_job *job)
{
	if (job->open == NULL)
		return;
	// The open never was: what it would have deleted on its close stays.
	job->open->delete_on_close = false;
	open_close(job->open, "abandoned");
	open_unref(job->open);
	job->open = NULL;
}

// Directories and streams are reached through the node itself.
static unsigned int data_access(const struct create_job *job, const struct open *o)
{
	unsigned int access = 0;
	if (o->is_directory || o->stream_name != NULL)
		return 0;
	if ((o->granted_access & (FILE_READ_DATA | FILE_EXECUTE)) != 0)
		access |= NODE_READ;
	if ((o->granted_access & (FILE_WRITE_DATA | FILE_APPEND_DATA)) != 0)
		access |= NODE_WRITE;
	if (create_replaces(job) && job->found.exists)
		access |= NODE_WRITE;
	return access;
}

struct nt_status create_open_data(struct create_job *job, int data_fd)
{
	struct open *o = job->open;
	unsigned int access = data_access(job, o);
	if (data_fd >= 0) {
		o->fd = data_fd;
		return STATUS(SUCCESS);
	}
	if (access == 0) {
		o->fd = job->found.node_fd;
		job->found.node_fd = -1;
		return STATUS(SUCCESS);
	}
	o->fd = node_open_data(&job->found, access, job->req->may_block);
	return o->fd >= 0 ? STATUS(SUCCESS) : request_status_of_errno(job->req, o->fd);
}

static int set_eas(int fd, const struct ea_list *eas)
{
	for (size_t i = 0; i < eas->count; i++) {
		int err = extended_attribute_set(fd, eas->items[i].name, eas->items[i].value);
		if (err != 0)
			return err;
	}
	return 0;
}

static int set_attributes(struct create_job *job, bool is_new)
{
	struct dos_attributes attributes;
	struct statx stat;
	int err = node_stat(job->open->fd, &stat);
	if (err == 0)
		err = dos_attributes_load(job->open->fd, &stat, &attributes);
	if (err != 0)
		return err;
	bool directory = S_ISDIR(stat.stx_mode);
	attributes.attributes = (job->m.file_attributes & FILE_ATTRIBUTE_SETTABLE_MASK) |
				(directory ? FILE_ATTRIBUTE_DIRECTORY : FILE_ATTRIBUTE_ARCHIVE);
	if (is_new)
		attributes.create_time = 0; // the file system's own birth time is right
	err = dos_attributes_save(job->open->fd, &attributes);
	return err == -EOPNOTSUPP ? 0 : err;
}

struct nt_status create_set_initial(struct create_job *job, bool is_new)
{
	struct open *o = job->open;
	int err = o->stream_name == NULL ? set_attributes(job, is_new) : 0;
	if (err == 0)
		err = set_eas(o->fd, &job->eas);
	if (err == 0 && job->allocation_size != 0 && !o->is_directory && o->stream_name == NULL)
		err = file_set_allocation(o->fd, job->allocation_size);
	return nt_status_of_errno(err);
}
