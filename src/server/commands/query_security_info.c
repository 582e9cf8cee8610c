// SPDX-License-Identifier: Apache-2.0
// QUERY_INFO of security descriptors (MS-SMB2 3.3.5.20.3).
#include "server/commands/query_info.h"

#include "server/connection.h"
#include "server/file_security.h"
#include "server/open.h"
#include "server/request.h"
#include "server/share.h"
#include "wire/dtyp/access_mask.h"
#include "wire/smb2/smb2_error.h"

static uint32_t access_needed(uint32_t parts)
{
	uint32_t access = 0;
	if ((parts & (SECURITY_INFO_OWNER | SECURITY_INFO_GROUP | SECURITY_INFO_DACL |
			     SECURITY_INFO_LABEL)) != 0)
		access |= ACCESS_READ_CONTROL;
	if ((parts & SECURITY_INFO_SACL) != 0)
		access |= ACCESS_SYSTEM_SECURITY;
	return access;
}

// BUFFER_TOO_SMALL tells in its error data how much is needed (MS-SMB2 2.2.2, 3.3.5.20.3).
static struct nt_status too_small(struct request *req, uint32_t needed)
{
	uint8_t bytes[4];
	uint8_t context[16];
	struct writer size = writer_make(bytes, sizeof(bytes));
	struct writer w = writer_make(context, sizeof(context));
	bool in_context = req->conn->dialect == SMB2_DIALECT_311;
	writer_u32(&size, needed);
	smb2_error_context_encode(&w, SMB2_ERROR_ID_DEFAULT, writer_since(&size, 0));
	writer_rewind(req->out, req->out_start + SMB2_HEADER_LEN);
	const struct smb2_error_response m = {
		.error_context_count = in_context ? 1 : 0,
		.error_data = in_context ? writer_since(&w, 0) : writer_since(&size, 0),
	};
	smb2_error_response_encode(req->out, &m);
	req->error_written = true;
	return STATUS(BUFFER_TOO_SMALL);
}

struct nt_status query_security_info(
	struct request *req, const struct smb2_query_info_request *m, struct writer *w)
{
	struct open *o = req->open;
	struct security_descriptor sd;
	struct statx stat;
	uint32_t needed = access_needed(m->additional_information);
	if (o->share->is_ipc)
		return STATUS(INVALID_DEVICE_REQUEST);
	if ((o->granted_access & needed) != needed)
		return STATUS(ACCESS_DENIED);
	int err = node_stat(o->fd, &stat);
	if (err != 0)
		return nt_status_of_errno(err);
	struct nt_status status = file_security_load(o->share, o->fd, &stat, req->arena, &sd);
	if (!nt_status_ok(status))
		return status;
	struct security_descriptor chosen = security_descriptor_select(&sd, m->additional_information);
	size_t len = security_descriptor_len(&chosen);
	if (len > m->output_buffer_length)
		return too_small(req, (uint32_t)len);
	security_descriptor_encode(&chosen, w);
	return STATUS(SUCCESS);
}
