// SPDX-License-Identifier: Apache-2.0
// Setting a security descriptor (MS-SMB2 3.3.5.21.3, MS-FSA 2.1.5.17).
#include "server/commands/set_info.h"

#include "server/change_report.h"
#include "server/file_security.h"
#include "server/file_table.h"
#include "server/kept_times.h"
#include "server/open.h"
#include "server/open_event.h"
#include "server/request.h"
#include "server/session.h"
#include "server/share.h"
#include "wire/dtyp/access_mask.h"

static uint32_t access_needed(uint32_t parts)
{
	uint32_t access = 0;
	if ((parts & (SECURITY_INFO_OWNER | SECURITY_INFO_GROUP)) != 0)
		access |= ACCESS_WRITE_OWNER;
	if ((parts & SECURITY_INFO_DACL) != 0)
		access |= ACCESS_WRITE_DAC;
	if ((parts & SECURITY_INFO_SACL) != 0)
		access |= ACCESS_SYSTEM_SECURITY;
	return access;
}

static struct nt_status replace(struct request *req, const struct security_descriptor *given, uint32_t parts)
{
	struct open *o = req->open;
	struct security_descriptor current;
	struct security_descriptor merged;
	struct statx stat;
	int err = node_stat(o->fd, &stat);
	if (err != 0)
		return nt_status_of_errno(err);
	struct nt_status status = file_security_load(o->share, o->fd, &stat, req->arena, &current);
	if (!nt_status_ok(status))
		return status;
	if (!security_descriptor_merge(&current, given, parts, &generic_mapping_file, req->arena, &merged))
		return STATUS(NO_MEMORY);
	return file_security_store(o->share, o->fd, &merged);
}

static void emit(const struct request *req, struct nt_status status)
{
	struct path_text path;
	struct event e = {
		.kind = EVENT_FILE_ACL,
		.result = nt_status_ok(status) ? EVENT_SUCCESS : EVENT_FAILURE,
		.status = status,
	};
	open_event_fill(req->open, &e, &path);
	open_event_emit(req->open, &e);
}

struct nt_status set_security_info(struct request *req, const struct smb2_set_info_request *m)
{
	struct open *o = req->open;
	struct security_descriptor given;
	uint32_t parts = m->additional_information;
	uint32_t needed = access_needed(parts);
	if ((o->granted_access & needed) != needed)
		return STATUS(ACCESS_DENIED);
	if (security_descriptor_decode(m->buffer, req->arena, &given) != VERDICT_OK)
		return STATUS(INVALID_SECURITY_DESCR);
	if ((parts & SECURITY_INFO_OWNER) != 0 &&
		(given.owner == NULL || !access_token_may_own(request_token(req), given.owner)))
		return STATUS(INVALID_OWNER);
	pthread_mutex_lock(&o->file->io_lock);
	struct nt_status status = replace(req, &given, parts);
	pthread_mutex_unlock(&o->file->io_lock);
	emit(req, status);
	if (!nt_status_ok(status))
		return status;
	kept_times_restore(o);
	change_report(o, NOTIFY_MODIFIED, NOTIFY_CHANGE_SECURITY);
	return status;
}
