// SPDX-License-Identifier: Apache-2.0
// SMB1 with files and pipes (MS-CIFS 2.2.4): what is read, written and called.
#include "sensor/observe_file.h"
#include "sensor/smb1_state.h"
#include "wire/smb1/smb1_file.h"

static void pass_to_pipe(
	struct smb1_message *m, struct watched_open *open, enum flow_side from, struct span bytes)
{
	struct observed o = { .c = m->c, .session = m->session };
	observe_pipe_bytes(&o, open, from, bytes);
}

// --- reading and writing ------------------------------------------------------------------------------

static void tell_first(struct smb1_message *m, struct watched_open *open, bool *told, const char *action)
{
	if (*told)
		return;
	*told = true;
	watched_open_emit(m->session, open, action, STATUS(SUCCESS), NULL, false);
}

static void note_read(struct smb1_message *m, const struct smb1_transfer *request)
{
	if (m->pending == NULL)
		return;
	m->pending->file_id = smb1_file_id(request->fid);
	m->pending->offset = request->offset;
}

void smb1_on_read(struct smb1_message *m)
{
	struct smb1_transfer request;
	if (smb1_read_decode(&m->block, &request) == VERDICT_OK)
		note_read(m, &request);
}

static void take_read(struct smb1_message *m, struct span data)
{
	struct watched_open *open = smb1_open_answered(m);
	if (open == NULL)
		return;
	if (open->is_pipe) {
		pass_to_pipe(m, open, FLOW_SERVER, data);
		return;
	}
	open->bytes_read += data.len;
	content_add(&open->read_content, m->pending->offset, data);
	tell_first(m, open, &open->told_read, "read");
}

void smb1_on_read_answer(struct smb1_message *m)
{
	struct smb1_transfer a;
	if (!nt_status_is_error(m->header.status) &&
		smb1_read_answer_decode(m->message, &m->block, &a) == VERDICT_OK)
		take_read(m, a.data);
}

static void take_write(struct smb1_message *m, const struct smb1_transfer *request)
{
	if (m->pending != NULL) {
		m->pending->file_id = smb1_file_id(request->fid);
		m->pending->len = (uint32_t)request->data.len;
	}
	struct watched_open *open = smb1_find_open(m, request->fid);
	if (open == NULL)
		return;
	if (open->is_pipe)
		pass_to_pipe(m, open, FLOW_CLIENT, request->data);
	else
		content_add(&open->written_content, request->offset, request->data);
}

void smb1_on_write(struct smb1_message *m)
{
	struct smb1_transfer request;
	if (smb1_write_decode(m->message, &m->block, &request) == VERDICT_OK)
		take_write(m, &request);
	else
		smb1_malformed(m);
}

static void count_written(struct smb1_message *m, uint32_t count)
{
	struct watched_open *open = smb1_open_answered(m);
	if (open == NULL || open->is_pipe)
		return;
	// The server cannot have taken more than was sent.
	open->bytes_written += count < m->pending->len ? count : m->pending->len;
	tell_first(m, open, &open->told_write, "write");
}

void smb1_on_write_answer(struct smb1_message *m)
{
	uint32_t count = 0;
	if (nt_status_ok(m->header.status) && smb1_write_answer_decode(&m->block, &count) == VERDICT_OK)
		count_written(m, count);
}

void smb1_on_old_read(struct smb1_message *m)
{
	struct smb1_transfer request;
	if (smb1_old_transfer_decode(m->message, &m->block, &request) == VERDICT_OK)
		note_read(m, &request);
}

void smb1_on_old_read_answer(struct smb1_message *m)
{
	struct smb1_transfer a;
	if (!nt_status_is_error(m->header.status) &&
		smb1_old_transfer_answer_decode(m->message, &m->block, &a) == VERDICT_OK)
		take_read(m, a.data);
}

void smb1_on_old_write(struct smb1_message *m)
{
	struct smb1_transfer request;
	if (smb1_old_transfer_decode(m->message, &m->block, &request) == VERDICT_OK)
		take_write(m, &request);
	else
		smb1_malformed(m);
}

void smb1_on_old_write_answer(struct smb1_message *m)
{
	struct smb1_transfer a;
	if (nt_status_ok(m->header.status) &&
		smb1_old_transfer_answer_decode(m->message, &m->block, &a) == VERDICT_OK)
		count_written(m, a.len);
}

// --- transactions on pipes ------------------------------------------------------------------------------

static bool is_write_to_pipe(uint16_t subcommand)
{
	return subcommand == SMB1_TRANS_TRANSACT_NMPIPE || subcommand == SMB1_TRANS_WRITE_NMPIPE ||
	       subcommand == SMB1_TRANS_RAW_WRITE_NMPIPE;
}

void smb1_on_transaction(struct smb1_message *m)
{
	struct smb1_transaction request;
	if (smb1_transaction_decode(m->message, &m->block, &request) != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	if (!is_write_to_pipe(request.subcommand))
		return;
	if (m->pending != NULL) {
		m->pending->file_id = smb1_file_id(request.fid);
		m->pending->options = request.subcommand;
	}
	struct watched_open *open = smb1_find_open(m, request.fid);
	if (open != NULL && open->is_pipe)
		pass_to_pipe(m, open, FLOW_CLIENT, request.data);
}

// More of what the TRANSACTION with the same MID began.
void smb1_on_transaction_secondary(struct smb1_message *m)
{
	struct span data;
	struct pending *begun = smb1_pending_find(m, SMB1_TRANSACTION);
	if (smb1_transaction_secondary_decode(m->message, &m->block, &data) != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	if (begun == NULL || !is_write_to_pipe((uint16_t)begun->options))
		return;
	struct watched_open *open = smb1_find_open(m, (uint16_t)begun->file_id.volatile_id);
	if (open != NULL && open->is_pipe)
		pass_to_pipe(m, open, FLOW_CLIENT, data);
}
