// SPDX-License-Identifier: Apache-2.0
// CREATE of what does not exist (MS-FSA 2.1.5.1.1).
#include "server/commands/create_job.h"

#include <errno.h>
#include <unistd.h>

#include "server/change_report.h"
#include "server/file_security.h"
#include "server/open.h"
#include "server/request.h"
#include "server/session.h"
#include "server/share.h"
#include "storage/dos_attributes.h"
#include "storage/node.h"
#include "storage/streams.h"
#include "wire/dtyp/access_mask.h"

static bool makes_directory(const struct create_job *job)
{
	return (job->m.create_options & FILE_DIRECTORY_FILE) != 0 ||
	       job->name.type == STREAM_TYPE_INDEX_ALLOCATION;
}

static struct nt_status check_may_make(struct create_job *job)
{
	if (!create_makes(job))
		return STATUS(OBJECT_NAME_NOT_FOUND);
	bool is_data = job->name.stream != NULL || (job->name.has_type && job->name.type == STREAM_TYPE_DATA);
	if (makes_directory(job) && is_data)
		return STATUS(NOT_A_DIRECTORY); // MS-FSA 2.1.5.1
	if (job->name.trailing_separator && !makes_directory(job))
		return STATUS(OBJECT_NAME_INVALID);
	bool undeletable = (job->m.file_attributes & FILE_ATTRIBUTE_READONLY) != 0 &&
			   (job->m.create_options & FILE_DELETE_ON_CLOSE) != 0;
	if (undeletable && !makes_directory(job))
		return STATUS(CANNOT_DELETE);
	if ((job->mask & FILE_ADD_FILE) == 0)
		return STATUS(ACCESS_DENIED);
	return file_security_may_add(
		job->share, &job->found, request_token(job->req), makes_directory(job), job->req->arena);
}

static int make(struct create_job *job, int *data_fd)
{
	const struct config_share *config = job->share->config;
	*data_fd = -1;
	if (makes_directory(job))
		return node_create_dir(job->share->root, &job->found, config->directory_mode);
	return node_create_file(job->share->root, &job->found, config->file_mode, data_fd);
}

// Who makes a file has the rights he asked for, whatever its descriptor will say; MAXIMUM_ALLOWED
// is what the new descriptor gives (MS-FSA 2.1.5.1.1).
static uint32_t granted_on_new(struct create_job *job, const struct security_descriptor *sd)
{
	uint32_t asked = access_mask_map(job->m.desired_access, &generic_mapping_file);
	job->maximal_access = access_maximal(sd, request_token(job->req)) & job->mask;
	uint32_t granted = asked & ~ACCESS_MAXIMUM_ALLOWED;
	if ((asked & ACCESS_MAXIMUM_ALLOWED) != 0)
		granted |= job->maximal_access;
	return granted & job->mask;
}

static struct nt_status furnish(struct create_job *job, int *data_fd)
{
	struct security_descriptor sd;
	bool changed = false;
	struct nt_status status = file_security_create(job->share, &job->found, request_token(job->req),
		job->has_security ? &job->security : NULL, job->req->arena, &sd);
	if (nt_status_ok(status) && job->name.stream != NULL)
		status = nt_status_of_errno(stream_create(job->found.node_fd, job->name.stream));
	if (nt_status_ok(status))
		status = create_attach(job, job->name.stream, granted_on_new(job, &sd), &changed);
	if (nt_status_ok(status)) {
		if (job->name.stream != NULL && *data_fd >= 0) {
			close(*data_fd);
			*data_fd = -1;
		}
		status = create_open_data(job, *data_fd);
		*data_fd = -1;
	}
	if (nt_status_ok(status))
		status = create_set_initial(job, true);
	return status;
}

struct nt_status create_new(struct create_job *job)
{
	int data_fd = -1;
	if (!job->req->may_block)
		return WOULD_BLOCK;
	struct nt_status status = check_may_make(job);
	if (!nt_status_ok(status))
		return status;
	int err = make(job, &data_fd);
	if (err != 0)
		return nt_status_of_errno(err);
	job->action = FILE_CREATED;
	status = furnish(job, &data_fd);
	if (data_fd >= 0)
		close(data_fd);
	if (nt_status_ok(status)) {
		change_report(job->open, NOTIFY_ADDED, change_name_filter(S_ISDIR(job->found.stat.stx_mode)));
		return status;
	}
	create_abandon(job);
	(void)!node_remove(job->share->root, &job->found); // half a file is worse than none
	return status;
}
