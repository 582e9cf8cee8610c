// SPDX-License-Identifier: Apache-2.0
// CLOSE (MS-SMB2 3.3.5.10).
#include "wire/smb2/smb2_close.h"

#include "server/command_rules.h"
#include "server/file_attributes_of.h"
#include "server/open.h"
#include "server/open_close.h"
#include "server/request.h"

static void describe(struct open *o, struct smb2_close_response *m)
{
	struct file_facts facts;
	if (o->pipe != NULL || !nt_status_ok(file_facts_of_open(o, &facts)))
		return;
	*m = (struct smb2_close_response){
		.flags = SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB,
		.creation_time = facts.times.creation,
		.last_access_time = facts.times.last_access,
		.last_write_time = facts.times.last_write,
		.change_time = facts.times.change,
		.allocation_size = facts.allocation_size,
		.end_of_file = facts.end_of_file,
		.file_attributes = facts.attributes,
	};
}

struct nt_status serve_close(struct request *req)
{
	struct smb2_close_request m;
	struct smb2_close_response response = { 0 };
	if (smb2_close_request_decode(req->message, &m) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	if (!req->may_block && open_close_blocks(req->open))
		return WOULD_BLOCK;
	if ((m.flags & SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB) != 0)
		describe(req->open, &response);
	open_close(req->open, "close");
	smb2_close_response_encode(req->out, &response);
	return STATUS(SUCCESS);
}
