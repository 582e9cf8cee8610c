// SPDX-License-Identifier: Apache-2.0
#include "server/commands/create_job.h"

#include "server/request.h"
#include "server/share.h"
#include "server/tree.h"
#include "wire/dtyp/access_mask.h"

// Bits of DesiredAccess that mean nothing (Windows: ACCESS_DENIED).
#define ACCESS_INVALID_BITS 0x0CE0FE00u
// Bits of FileAttributes that no file has (Windows: INVALID_PARAMETER).
#define ATTRIBUTES_INVALID_BITS 0xFFFF8048u
#define OPTIONS_INVALID_BITS 0xFF000000u
#define OPTIONS_NOT_SUPPORTED (FILE_CREATE_TREE_CONNECTION | FILE_OPEN_BY_FILE_ID | FILE_RESERVE_OPFILTER)

bool create_makes(const struct create_job *job)
{
	uint32_t d = job->m.create_disposition;
	return d != FILE_OPEN && d != FILE_OVERWRITE;
}

bool create_replaces(const struct create_job *job)
{
	uint32_t d = job->m.create_disposition;
	return d == FILE_SUPERSEDE || d == FILE_OVERWRITE || d == FILE_OVERWRITE_IF;
}

// MS-SMB2 3.3.5.9 and MS-FSA 2.1.5.1, in the order in which Windows looks.
static struct nt_status check_options(const struct smb2_create_request *m)
{
	if (m->impersonation_level > SMB2_IMPERSONATION_DELEGATE)
		return STATUS(BAD_IMPERSONATION_LEVEL);
	if (m->desired_access == 0 || (m->desired_access & ACCESS_INVALID_BITS) != 0)
		return STATUS(ACCESS_DENIED);
	if (m->create_disposition > FILE_OVERWRITE_IF || m->share_access > 7 ||
		(m->create_options & OPTIONS_INVALID_BITS) != 0 ||
		(m->file_attributes & ATTRIBUTES_INVALID_BITS) != 0)
		return STATUS(INVALID_PARAMETER);
	if ((m->create_options & OPTIONS_NOT_SUPPORTED) != 0)
		return STATUS(NOT_SUPPORTED);
	return STATUS(SUCCESS);
}

static struct nt_status check_directory_options(const struct smb2_create_request *m)
{
	bool directory = (m->create_options & FILE_DIRECTORY_FILE) != 0;
	if (directory && (m->create_options & FILE_NON_DIRECTORY_FILE) != 0)
		return STATUS(INVALID_PARAMETER);
	bool replaces = m->create_disposition == FILE_SUPERSEDE || m->create_disposition == FILE_OVERWRITE ||
			m->create_disposition == FILE_OVERWRITE_IF;
	if (directory && replaces)
		return STATUS(INVALID_PARAMETER);
	uint32_t deletes = ACCESS_DELETE | ACCESS_GENERIC_ALL | ACCESS_MAXIMUM_ALLOWED;
	if ((m->create_options & FILE_DELETE_ON_CLOSE) != 0 && (m->desired_access & deletes) == 0)
		return STATUS(INVALID_PARAMETER); // MS-FSA 2.1.5.1
	return STATUS(SUCCESS);
}

static struct nt_status decode_security(struct create_job *job)
{
	if (!smb2_create_contexts_has(&job->contexts, SMB2_CREATE_SECD))
		return STATUS(SUCCESS);
	struct span bytes = job->contexts.data[SMB2_CREATE_SECD];
	if (security_descriptor_decode(bytes, job->req->arena, &job->security) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	job->has_security = true;
	return STATUS(SUCCESS);
}

static struct nt_status decode_contexts(struct create_job *job)
{
	if (smb2_create_contexts_find(job->m.create_contexts, &job->contexts) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	// A version from a snapshot: there are none here.
	if (smb2_create_contexts_has(&job->contexts, SMB2_CREATE_TWRP))
		return STATUS(OBJECT_NAME_NOT_FOUND);
	// Durable handles are never granted, so there is nothing to reconnect to (MS-SMB2 3.3.5.9.7, .12).
	if (smb2_create_contexts_has(&job->contexts, SMB2_CREATE_DHNC) ||
		smb2_create_contexts_has(&job->contexts, SMB2_CREATE_DH2C))
		return STATUS(OBJECT_NAME_NOT_FOUND);
	if (smb2_create_contexts_has(&job->contexts, SMB2_CREATE_ALSI) &&
		smb2_allocation_size_decode(job->contexts.data[SMB2_CREATE_ALSI], &job->allocation_size) !=
			VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	if (smb2_create_contexts_has(&job->contexts, SMB2_CREATE_EXTA)) {
		struct nt_status status = ea_list_decode(
			job->contexts.data[SMB2_CREATE_EXTA], job->req->arena, &job->eas, NULL);
		if (!nt_status_ok(status))
			return STATUS(INVALID_PARAMETER);
	}
	return decode_security(job);
}

// What the disposition does to an existing file needs rights that the open does not get
// (MS-FSA 2.1.5.1.2.1).
static uint32_t access_needed(const struct create_job *job)
{
	uint32_t desired = job->m.desired_access;
	if (job->m.create_disposition == FILE_SUPERSEDE)
		desired |= ACCESS_DELETE | FILE_WRITE_DATA; // it is the same file afterwards, overwritten
	else if (create_replaces(job))
		desired |= FILE_WRITE_DATA;
	return desired;
}

struct nt_status create_decode(struct create_job *job)
{
	struct request *req = job->req;
	if (smb2_create_request_decode(req->message, &job->m) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	struct nt_status status = check_options(&job->m);
	if (nt_status_ok(status))
		status = check_directory_options(&job->m);
	if (nt_status_ok(status))
		status = decode_contexts(job);
	if (nt_status_ok(status) && !job->share->is_ipc)
		status = smb_path_decode(req->arena, job->m.name, &job->name);
	if (!nt_status_ok(status))
		return status;
	job->desired_access = access_needed(job);
	return STATUS(SUCCESS);
}
