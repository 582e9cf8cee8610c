// SPDX-License-Identifier: Apache-2.0
// OPLOCK_BREAK acknowledgments (MS-SMB2 3.3.5.22). No oplock or lease is granted yet, so there is
// none that could be breaking.
#include "wire/smb2/smb2_oplock_break.h"

#include "server/command_rules.h"
#include "server/open.h"
#include "server/request.h"

struct nt_status serve_oplock_break(struct request *req)
{
	struct smb2_oplock_break m;
	if (smb2_oplock_break_request_decode(req->message, &m) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	if (m.kind == SMB2_BREAK_LEASE)
		return STATUS(OBJECT_NAME_NOT_FOUND); // 3.3.5.22.2: no such lease
	struct open *o = open_find(req->session, m.file_id);
	if (o == NULL)
		return STATUS(FILE_CLOSED);
	open_unref(o);
	return STATUS(INVALID_DEVICE_STATE); // 3.3.5.22.1: not breaking
}
