// SPDX-License-Identifier: Apache-2.0
// CREATE on what exists (MS-FSA 2.1.5.1.2).
#include "server/commands/create_job.h"

#include <errno.h>

#include "server/acting.h"
#include "server/change_report.h"
#include "server/file_security.h"
#include "server/file_table.h"
#include "server/open.h"
#include "server/open_content.h"
#include "server/open_delete.h"
#include "server/request.h"
#include "server/session.h"
#include "server/share.h"
#include "server/unix_rights.h"
#include "storage/dos_attributes.h"
#include "storage/extended_attributes.h"
#include "storage/file_data.h"
#include "storage/streams.h"
#include "wire/dtyp/access_mask.h"

// "name::$DATA", written out.
static bool names_data(const struct create_job *job)
{
	return job->name.has_type && job->name.type == STREAM_TYPE_DATA && job->name.stream == NULL;
}

// Whether what was found is of the kind that was asked for.
static struct nt_status check_kind(const struct create_job *job)
{
	bool directory = S_ISDIR(job->found.stat.stx_mode);
	// That the name is taken counts before what it is taken by.
	if (job->m.create_disposition == FILE_CREATE && job->name.stream == NULL)
		return STATUS(OBJECT_NAME_COLLISION);
	bool wants_directory = (job->m.create_options & FILE_DIRECTORY_FILE) != 0 ||
			       job->name.type == STREAM_TYPE_INDEX_ALLOCATION || job->name.trailing_separator;
	bool wants_data = job->name.stream != NULL || names_data(job);
	if (wants_directory && (!directory || wants_data))
		return STATUS(NOT_A_DIRECTORY);
	if (job->name.stream != NULL)
		return STATUS(SUCCESS);
	bool wants_file = (job->m.create_options & FILE_NON_DIRECTORY_FILE) != 0 || names_data(job);
	if (wants_file && directory)
		return STATUS(FILE_IS_A_DIRECTORY);
	return STATUS(SUCCESS);
}

static struct nt_status check_disposition(const struct create_job *job)
{
	if (job->m.create_disposition == FILE_CREATE)
		return STATUS(OBJECT_NAME_COLLISION);
	if (create_replaces(job) && S_ISDIR(job->found.stat.stx_mode) && job->name.stream == NULL)
		return STATUS(INVALID_PARAMETER);
	return STATUS(SUCCESS);
}

// What the attributes of the file say against it (MS-FSA 2.1.5.1.2.1).
static struct nt_status check_attributes(const struct create_job *job, uint32_t attributes)
{
	const struct smb2_create_request *m = &job->m;
	bool directory = S_ISDIR(job->found.stat.stx_mode);
	uint32_t writes = FILE_WRITE_DATA | FILE_APPEND_DATA;
	if ((attributes & FILE_ATTRIBUTE_READONLY) != 0 && !directory) {
		uint32_t wanted = access_mask_map(m->desired_access, &generic_mapping_file);
		if ((wanted & writes) != 0 || create_replaces(job))
			return STATUS(ACCESS_DENIED);
	}
	if ((attributes & FILE_ATTRIBUTE_READONLY) != 0 && (m->create_options & FILE_DELETE_ON_CLOSE) != 0)
		return STATUS(CANNOT_DELETE);
	uint32_t hiding = attributes & (FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM);
	if (create_replaces(job) && job->name.stream == NULL && (m->file_attributes & hiding) != hiding)
		return STATUS(ACCESS_DENIED);
	return STATUS(SUCCESS);
}

// What the file's Unix permissions leave, where they are the user's own.
static uint32_t rights_of_user(const struct create_job *job)
{
	const struct unix_user *user = acting_user();
	return user == NULL ? UINT32_MAX : unix_rights(job->found.node_fd, &job->found.stat, user);
}

static struct nt_status check_access(struct create_job *job, uint32_t *granted)
{
	struct request *req = job->req;
	struct dos_attributes *attributes = &job->attributes;
	const struct file_access_question question = {
		.token = request_token(req),
		.desired = job->desired_access,
		.mask = job->mask & rights_of_user(job),
	};
	bool tells_maximal = smb2_create_contexts_has(&job->contexts, SMB2_CREATE_MXAC);
	struct nt_status status = file_security_check(job->share, &job->found, &question, req->arena, granted,
		tells_maximal ? &job->maximal_access : NULL);
	int err = 0;
	if (nt_status_ok(status))
		err = dos_attributes_load(job->found.node_fd, &job->found.stat, attributes);
	if (!nt_status_ok(status) || err != 0)
		return nt_status_ok(status) ? nt_status_of_errno(err) : status;
	// What only the disposition needed is not the open's.
	uint32_t asked = access_mask_map(job->m.desired_access, &generic_mapping_file);
	if ((asked & ACCESS_MAXIMUM_ALLOWED) == 0)
		*granted &= asked;
	else if ((attributes->attributes & FILE_ATTRIBUTE_READONLY) != 0 &&
		 !S_ISDIR(job->found.stat.stx_mode))
		*granted &= ~(FILE_WRITE_DATA | FILE_APPEND_DATA);
	// MAXIMUM_ALLOWED may have come to less than what closing it is to do.
	if ((job->m.create_options & FILE_DELETE_ON_CLOSE) != 0 && (*granted & ACCESS_DELETE) == 0)
		return STATUS(ACCESS_DENIED);
	return check_attributes(job, attributes->attributes);
}

// Truncates, and takes away what a replaced file does not keep (MS-FSA 2.1.5.1.2.2).
static struct nt_status replace_content(struct create_job *job)
{
	struct open *o = job->open;
	int err = 0;
	if (o->stream_name != NULL) {
		err = stream_truncate(o->fd, o->stream_name, 0);
	} else {
		open_content_before_replace(o);
		err = file_set_size(o->fd, 0);
		if (err == 0)
			err = stream_remove_all(o->fd);
		if (err == 0)
			err = extended_attribute_remove_all(o->fd);
		if (err == -EOPNOTSUPP)
			err = 0;
	}
	if (err != 0)
		return nt_status_of_errno(err);
	bool supersedes = job->m.create_disposition == FILE_SUPERSEDE;
	job->action = supersedes ? FILE_SUPERSEDED : FILE_OVERWRITTEN;
	struct nt_status status = create_set_initial(job, false);
	if (nt_status_ok(status))
		change_report(o, NOTIFY_MODIFIED,
			NOTIFY_CHANGE_SIZE | NOTIFY_CHANGE_LAST_WRITE | NOTIFY_CHANGE_ATTRIBUTES);
	return status;
}

// The stream that is asked for: made when the disposition says so.
static struct nt_status find_stream(struct create_job *job, const char **stored)
{
	struct stream found;
	const char *name = job->name.stream;
	*stored = NULL;
	if (name == NULL)
		return STATUS(SUCCESS);
	int err = stream_find(job->found.node_fd, name, job->req->arena, &found);
	if (err == 0) {
		*stored = found.name;
		return check_disposition(job);
	}
	if (err != -ENOENT)
		return nt_status_of_errno(err);
	if (!create_makes(job))
		return STATUS(OBJECT_NAME_NOT_FOUND);
	job->action = FILE_CREATED;
	*stored = name;
	return STATUS(SUCCESS);
}

static struct nt_status make_stream(struct create_job *job, const char *name)
{
	if ((job->mask & FILE_WRITE_DATA) == 0)
		return STATUS(ACCESS_DENIED);
	int err = stream_create(job->found.node_fd, name);
	if (err != 0)
		return nt_status_of_errno(err);
	job->action = FILE_CREATED;
	return STATUS(SUCCESS);
}

static struct nt_status open_and_replace(struct create_job *job, bool replaces)
{
	struct nt_status status = create_open_data(job, -1);
	if (nt_status_ok(status) && replaces)
		status = replace_content(job);
	if (nt_status_ok(status) && (job->m.create_options & FILE_DELETE_ON_CLOSE) != 0 &&
		job->action == FILE_OPENED)
		status = delete_check(job->open, 0);
	if (!nt_status_ok(status))
		create_abandon(job);
	return status;
}

struct nt_status create_open_existing(struct create_job *job)
{
	uint32_t granted = 0;
	bool changed = false;
	const char *stream = NULL;
	job->action = FILE_OPENED;
	struct nt_status status = check_kind(job);
	if (nt_status_ok(status))
		status = find_stream(job, &stream);
	bool makes_stream = job->action == FILE_CREATED;
	if (nt_status_ok(status) && stream == NULL)
		status = check_disposition(job);
	bool replaces = create_replaces(job) && !makes_stream;
	bool deletes = (job->m.create_options & FILE_DELETE_ON_CLOSE) != 0;
	if (nt_status_ok(status) && (replaces || makes_stream || deletes) && !job->req->may_block)
		return WOULD_BLOCK;
	if (nt_status_ok(status))
		status = check_access(job, &granted);
	if (nt_status_ok(status))
		status = create_attach(job, stream, granted, &changed);
	if (nt_status_ok(status) && makes_stream)
		status = make_stream(job, stream);
	if (!nt_status_ok(status)) {
		create_abandon(job);
		return status;
	}
	status = open_and_replace(job, replaces);
	if (nt_status_ok(status) && makes_stream)
		change_report(job->open, NOTIFY_ADDED_STREAM, NOTIFY_CHANGE_STREAM_NAME);
	return status;
}
