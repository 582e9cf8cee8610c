// SPDX-License-Identifier: Apache-2.0
// IOCTL (MS-SMB2 3.3.5.15).
#include "server/commands/ioctl.h"

#include "server/command_rules.h"
#include "server/connection.h"
#include "server/open.h"
#include "server/request.h"
#include "server/tree.h"
#include "wire/fscc/fsctl.h"
#include "wire/smb2/smb2_ioctl_payloads.h"

enum ioctl_needs {
	IOCTL_NO_OPEN = 0,
	IOCTL_OPEN = 1 << 0,
	IOCTL_FILE = IOCTL_OPEN | 1 << 1, // an open that is no pipe
	IOCTL_PIPE = IOCTL_OPEN | 1 << 2,
	IOCTL_WRITES = 1 << 3, // the share must be writable
	IOCTL_BLOCKS = 1 << 4,
};

static const struct {
	uint32_t code;
	unsigned needs;
	ioctl_handler *serve;
} controls[] = {
	{ FSCTL_VALIDATE_NEGOTIATE_INFO, IOCTL_NO_OPEN, ioctl_validate_negotiate },
	{ FSCTL_QUERY_NETWORK_INTERFACE_INFO, IOCTL_NO_OPEN, ioctl_network_interfaces },
	{ FSCTL_DFS_GET_REFERRALS, IOCTL_NO_OPEN, ioctl_dfs_referrals },
	{ FSCTL_DFS_GET_REFERRALS_EX, IOCTL_NO_OPEN, ioctl_dfs_referrals },
	{ FSCTL_PIPE_WAIT, IOCTL_NO_OPEN, ioctl_pipe_wait },
	{ FSCTL_PIPE_TRANSCEIVE, IOCTL_PIPE, ioctl_pipe_transceive },
	{ FSCTL_PIPE_PEEK, IOCTL_PIPE, ioctl_pipe_peek },
	{ FSCTL_SRV_REQUEST_RESUME_KEY, IOCTL_FILE, ioctl_resume_key },
	{ FSCTL_SRV_COPYCHUNK, IOCTL_FILE | IOCTL_WRITES | IOCTL_BLOCKS, ioctl_copychunk },
	{ FSCTL_SRV_COPYCHUNK_WRITE, IOCTL_FILE | IOCTL_WRITES | IOCTL_BLOCKS, ioctl_copychunk },
	{ FSCTL_DUPLICATE_EXTENTS_TO_FILE, IOCTL_FILE | IOCTL_WRITES | IOCTL_BLOCKS,
		ioctl_duplicate_extents },
	{ FSCTL_SRV_ENUMERATE_SNAPSHOTS, IOCTL_FILE, ioctl_snapshots },
	{ FSCTL_SET_SPARSE, IOCTL_FILE | IOCTL_WRITES | IOCTL_BLOCKS, ioctl_set_sparse },
	{ FSCTL_SET_ZERO_DATA, IOCTL_FILE | IOCTL_WRITES | IOCTL_BLOCKS, ioctl_zero_data },
	{ FSCTL_QUERY_ALLOCATED_RANGES, IOCTL_FILE | IOCTL_BLOCKS, ioctl_allocated_ranges },
	{ FSCTL_QUERY_FILE_REGIONS, IOCTL_FILE, ioctl_file_regions },
	{ FSCTL_FILE_LEVEL_TRIM, IOCTL_FILE | IOCTL_WRITES | IOCTL_BLOCKS, ioctl_trim },
	{ FSCTL_GET_COMPRESSION, IOCTL_FILE, ioctl_get_compression },
	{ FSCTL_SET_COMPRESSION, IOCTL_FILE | IOCTL_WRITES, ioctl_set_compression },
	{ FSCTL_GET_INTEGRITY_INFORMATION, IOCTL_FILE, ioctl_integrity },
	{ FSCTL_CREATE_OR_GET_OBJECT_ID, IOCTL_FILE, ioctl_object_id },
	{ FSCTL_GET_OBJECT_ID, IOCTL_FILE, ioctl_object_id },
	{ FSCTL_GET_REPARSE_POINT, IOCTL_FILE, ioctl_reparse },
};

static int control_find(uint32_t code)
{
	for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
		if (controls[i].code == code)
			return (int)i;
	}
	return -1;
}

static struct nt_status check(const struct request *req, const struct smb2_ioctl_request *m)
{
	const struct connection *c = req->conn;
	size_t out = (size_t)m->max_input_response + m->max_output_response;
	if ((m->flags & SMB2_0_IOCTL_IS_FSCTL) == 0)
		return STATUS(NOT_SUPPORTED);
	if (m->max_input_response > c->max_transact_size || m->max_output_response > c->max_transact_size ||
		m->input.len > c->max_transact_size || !request_credits_cover(req, m->input.len, out))
		return STATUS(INVALID_PARAMETER);
	return STATUS(SUCCESS);
}

static struct nt_status check_needs(const struct request *req, unsigned needs)
{
	const struct open *o = req->open;
	if ((needs & IOCTL_OPEN) != 0 && o == NULL)
		return STATUS(FILE_CLOSED);
	if ((needs & IOCTL_FILE) == IOCTL_FILE && o->pipe != NULL)
		return STATUS(INVALID_DEVICE_REQUEST);
	if ((needs & IOCTL_PIPE) == IOCTL_PIPE && o->pipe == NULL)
		return STATUS(INVALID_DEVICE_REQUEST);
	if ((needs & IOCTL_WRITES) != 0 && !tree_is_writable(req->tree))
		return STATUS(ACCESS_DENIED);
	if ((needs & IOCTL_BLOCKS) != 0 && !req->may_block)
		return WOULD_BLOCK;
	return STATUS(SUCCESS);
}

static struct nt_status answer(struct request *req, const struct smb2_ioctl_request *m, ioctl_handler *serve)
{
	const struct smb2_ioctl_response response = { .ctl_code = m->ctl_code, .file_id = m->file_id };
	if (!request_reserve(req, (size_t)m->max_output_response + 128))
		return STATUS(INSUFFICIENT_RESOURCES);
	size_t begun = smb2_ioctl_response_begin(req->out, &response);
	struct writer w = writer_make(req->out->base + req->out->pos, m->max_output_response);
	struct nt_status status = serve(req, m, &w);
	if (nt_status_is_error(status) && !req->keep_body)
		return status;
	if (!writer_ok(&w))
		return STATUS(BUFFER_TOO_SMALL);
	(void)writer_take(req->out, w.pos);
	smb2_ioctl_response_end(req->out, begun);
	return status;
}

struct nt_status serve_ioctl(struct request *req)
{
	struct smb2_ioctl_request m;
	if (smb2_ioctl_request_decode(req->message, &m) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	struct nt_status status = check(req, &m);
	if (!nt_status_ok(status))
		return status;
	int row = control_find(m.ctl_code);
	if (row < 0) {
		// MS-SMB2 3.3.5.15: passed to the file system, which knows no others.
		return req->open == NULL ? STATUS(FILE_CLOSED) : STATUS(INVALID_DEVICE_REQUEST);
	}
	status = check_needs(req, controls[row].needs);
	return nt_status_ok(status) ? answer(req, &m, controls[row].serve) : status;
}
