// SPDX-License-Identifier: Apache-2.0
// QUERY_INFO (MS-SMB2 3.3.5.20): checks what all kinds have in common, then one file a kind.
#include "server/commands/query_info.h"

#include "server/command_rules.h"
#include "server/connection.h"
#include "server/open.h"
#include "server/request.h"

static struct nt_status check(const struct request *req, const struct smb2_query_info_request *m)
{
	size_t out = m->output_buffer_length;
	if (out > req->conn->max_transact_size || m->input.len > req->conn->max_transact_size ||
		!request_credits_cover(req, m->input.len, out))
		return STATUS(INVALID_PARAMETER);
	return STATUS(SUCCESS);
}

static struct nt_status query(struct request *req, const struct smb2_query_info_request *m, struct writer *w)
{
	switch (m->info_type) {
	case SMB2_0_INFO_FILE:
		return query_file_info(req, m, w);
	case SMB2_0_INFO_FILESYSTEM:
		return query_fs_info(req, m, w);
	case SMB2_0_INFO_SECURITY:
		return query_security_info(req, m, w);
	case SMB2_0_INFO_QUOTA:
		return STATUS(NOT_SUPPORTED);
	default:
		return STATUS(INVALID_PARAMETER);
	}
}

struct nt_status serve_query_info(struct request *req)
{
	struct smb2_query_info_request m;
	if (smb2_query_info_request_decode(req->message, &m) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	struct nt_status status = check(req, &m);
	if (!nt_status_ok(status))
		return status;
	size_t len = request_reserve_answer(req, m.output_buffer_length);
	if (len == 0 && m.output_buffer_length != 0)
		return STATUS(INSUFFICIENT_RESOURCES);
	size_t begun = smb2_query_info_response_begin(req->out);
	struct writer w = writer_make(req->out->base + req->out->pos, len);
	status = query(req, &m, &w);
	if (nt_status_is_error(status) && !req->keep_body)
		return status;
	(void)writer_take(req->out, w.pos);
	smb2_query_info_response_end(req->out, begun);
	return status;
}
