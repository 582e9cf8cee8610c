// SPDX-License-Identifier: Apache-2.0
// SET_INFO (MS-SMB2 3.3.5.21). Runs on a worker: nearly all of it writes.
#include "server/commands/set_info.h"

#include "server/command_rules.h"
#include "server/connection.h"
#include "server/open.h"
#include "server/open_delete.h"
#include "server/open_event.h"
#include "server/request.h"
#include "server/share.h"
#include "server/tree.h"
#include "wire/dtyp/access_mask.h"
#include "wire/smb2/smb2_create.h"
#include "wire/smb2/smb2_query_info.h"

void set_info_emit(const struct request *req, const char *change)
{
	struct path_text path;
	struct event e = { .kind = EVENT_FILE_ATTRIBUTES, .result = EVENT_SUCCESS, .change = change };
	open_event_fill(req->open, &e, &path);
	open_event_emit(req->open, &e);
}

static struct nt_status set_disposition(struct request *req, const struct file_set_info *info)
{
	if ((info->u.disposition.flags & FILE_DISPOSITION_ON_CLOSE) != 0)
		return STATUS(NOT_SUPPORTED);
	return open_set_delete(req->open, info->u.disposition.delete_pending);
}

static struct nt_status set_position(struct request *req, const struct file_set_info *info)
{
	pthread_mutex_lock(&req->open->lock);
	req->open->position = info->u.position;
	pthread_mutex_unlock(&req->open->lock);
	return STATUS(SUCCESS);
}

// FileModeInformation (MS-FSA 2.1.5.15.8): these bits, and not both kinds of synchronous I/O.
static struct nt_status set_mode(struct request *req, const struct file_set_info *info)
{
	const uint32_t both = FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT;
	const uint32_t valid = FILE_WRITE_THROUGH | FILE_SEQUENTIAL_ONLY | both;
	uint32_t mode = info->u.mode;
	if ((mode & ~valid) != 0 || (mode & both) == both)
		return STATUS(INVALID_PARAMETER);
	pthread_mutex_lock(&req->open->lock);
	req->open->mode = mode;
	pthread_mutex_unlock(&req->open->lock);
	return STATUS(SUCCESS);
}

static struct nt_status set_one(struct request *req, const struct file_set_info *info)
{
	switch (info->level) {
	case FILE_BASIC_INFORMATION:
		return set_basic_info(req, info);
	case FILE_RENAME_INFORMATION:
	case FILE_RENAME_INFORMATION_EX:
		return set_rename_info(req, info);
	case FILE_LINK_INFORMATION:
		return set_link_info(req, info);
	case FILE_DISPOSITION_INFORMATION:
	case FILE_DISPOSITION_INFORMATION_EX:
		return set_disposition(req, info);
	case FILE_POSITION_INFORMATION:
		return set_position(req, info);
	case FILE_FULL_EA_INFORMATION:
		return set_ea_info(req, info);
	case FILE_MODE_INFORMATION:
		return set_mode(req, info);
	case FILE_ALLOCATION_INFORMATION:
	case FILE_END_OF_FILE_INFORMATION:
	case FILE_VALID_DATA_LENGTH_INFORMATION:
		return set_size_info(req, info);
	default:
		return STATUS(NOT_SUPPORTED);
	}
}

static struct nt_status set_file_info(struct request *req, const struct smb2_set_info_request *m)
{
	struct file_set_info info;
	uint32_t needed = 0;
	if (!file_set_info_access(m->file_info_class, &needed))
		return STATUS(INVALID_INFO_CLASS);
	struct nt_status status = file_set_info_decode(m->file_info_class, m->buffer, req->arena, &info);
	if (!nt_status_ok(status))
		return status;
	if ((req->open->granted_access & needed) != needed)
		return STATUS(ACCESS_DENIED);
	return set_one(req, &info);
}

static bool changes_nothing(const struct smb2_set_info_request *m)
{
	return m->info_type == SMB2_0_INFO_FILE && (m->file_info_class == FILE_POSITION_INFORMATION ||
							   m->file_info_class == FILE_MODE_INFORMATION);
}

static struct nt_status set(struct request *req, const struct smb2_set_info_request *m)
{
	if (req->open->pipe != NULL)
		return STATUS(INVALID_DEVICE_REQUEST);
	if (!changes_nothing(m) && !tree_is_writable(req->tree))
		return STATUS(ACCESS_DENIED);
	switch (m->info_type) {
	case SMB2_0_INFO_FILE:
		return set_file_info(req, m);
	case SMB2_0_INFO_SECURITY:
		return set_security_info(req, m);
	case SMB2_0_INFO_FILESYSTEM:
	case SMB2_0_INFO_QUOTA:
		return STATUS(NOT_SUPPORTED);
	default:
		return STATUS(INVALID_PARAMETER);
	}
}

struct nt_status serve_set_info(struct request *req)
{
	struct smb2_set_info_request m;
	if (smb2_set_info_request_decode(req->message, &m) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	if (m.buffer.len > req->conn->max_transact_size || !request_credits_cover(req, m.buffer.len, 0))
		return STATUS(INVALID_PARAMETER);
	struct nt_status status = set(req, &m);
	if (nt_status_ok(status))
		smb2_set_info_response_encode(req->out, &(struct smb2_set_info_response){ 0 });
	return status;
}
