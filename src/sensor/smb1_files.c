// SPDX-License-Identifier: Apache-2.0
// SMB1 with files and pipes (MS-CIFS 2.2.4): what is opened, read, written, renamed, deleted and called.
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sensor/observe_file.h"
#include "sensor/smb1_state.h"
#include "wire/smb1/smb1_file.h"

static struct smb2_file_id id_of(uint16_t fid)
{
	return (struct smb2_file_id){ .volatile_id = fid };
}

// In a chain a request may be about the file that the one before it opens.
static struct watched_open *find_open(struct smb1_message *m, uint16_t fid)
{
	if (m->session == NULL)
		return NULL;
	struct watched_open *open = watched_open_find(m->session, id_of(fid));
	return open != NULL || m->watch->chain_fid == SMB1_NO_FID
		       ? open
		       : watched_open_find(m->session, id_of(m->watch->chain_fid));
}

static struct watched_open *open_answered(struct smb1_message *m)
{
	return m->pending == NULL ? NULL : find_open(m, (uint16_t)m->pending->file_id.volatile_id);
}

static void pass_to_pipe(
	struct smb1_message *m, struct watched_open *open, enum flow_side from, struct span bytes)
{
	struct observed o = { .c = m->c, .session = m->session };
	observe_pipe_bytes(&o, open, from, bytes);
}

// --- opening ----------------------------------------------------------------------------------------

static void note_create(struct smb1_message *m, enum verdict v, const struct smb1_create *request)
{
	if (v != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	if (m->pending == NULL || m->pending->name != NULL)
		return;
	m->pending->name = smb1_text(request->name, m->unicode);
	m->pending->access = request->desired_access;
	m->pending->options = request->options;
	m->pending->disposition = request->disposition;
}

void smb1_on_nt_create(struct smb1_message *m)
{
	struct smb1_create request = { .options = 0 };
	note_create(m, smb1_nt_create_decode(m->message, &m->block, m->unicode, &request), &request);
}

void smb1_on_open(struct smb1_message *m)
{
	struct smb1_create request = { .options = 0 };
	note_create(m, smb1_open_decode(m->message, &m->block, m->unicode, &request), &request);
}

// Names start with a backslash here, which those of SMB2 do not.
static char *path_of(char *name)
{
	if (name != NULL && name[0] == '/')
		memmove(name, name + 1, strlen(name));
	return name;
}

static void describe(struct smb1_message *m, struct watched_open *open)
{
	enum { OPTION_DIRECTORY = 0x1, OPTION_DELETE_ON_CLOSE = 0x1000 };
	struct watched_tree *t = watched_tree_find(m->session, m->pending->tree_id);
	open->share = strdup(t == NULL ? "" : t->share);
	open->path = path_of(m->pending->name);
	m->pending->name = NULL;
	open->access = m->pending->access;
	open->is_pipe = t != NULL && (t->is_pipe || strcasecmp(t->share, "IPC$") == 0);
	open->directory = (m->pending->options & OPTION_DIRECTORY) != 0;
	open->delete_on_close = (m->pending->options & OPTION_DELETE_ON_CLOSE) != 0;
}

static void refused(struct smb1_message *m)
{
	struct watched_open open = { .packet = 0 };
	describe(m, &open);
	watched_open_tell(m->session, &open, m->header.status, NULL, m->pending->packet);
	free(open.share);
	free(open.path);
}

static void opened(struct smb1_message *m, enum verdict v, const struct smb1_create_answer *a)
{
	if (v != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	struct watched_open *open = watched_open_add(m->session, id_of(a->fid));
	m->watch->chain_fid = a->fid;
	if (open == NULL)
		return;
	describe(m, open);
	open->directory = a->directory;
	watched_open_tell(
		m->session, open, m->header.status, create_action_name(a->action), m->pending->packet);
}

void smb1_on_nt_create_answer(struct smb1_message *m)
{
	struct smb1_create_answer a = { .fid = 0 };
	if (m->session == NULL || m->pending == NULL)
		return;
	if (nt_status_ok(m->header.status))
		opened(m, smb1_nt_create_answer_decode(&m->block, &a), &a);
	else
		refused(m);
}

void smb1_on_open_answer(struct smb1_message *m)
{
	struct smb1_create_answer a = { .fid = 0 };
	if (m->session == NULL || m->pending == NULL)
		return;
	if (nt_status_ok(m->header.status))
		opened(m, smb1_open_answer_decode(&m->block, &a), &a);
	else
		refused(m);
}

void smb1_on_close(struct smb1_message *m)
{
	uint16_t fid;
	if (smb1_close_decode(&m->block, &fid) != VERDICT_OK)
		smb1_malformed(m);
	else if (m->pending != NULL)
		m->pending->file_id = id_of(fid);
}

void smb1_on_close_answer(struct smb1_message *m)
{
	struct watched_open *open = open_answered(m);
	if (open != NULL && nt_status_ok(m->header.status))
		watched_open_close(m->session, open, "close");
}

// --- reading and writing ------------------------------------------------------------------------------

static void tell_first(struct smb1_message *m, struct watched_open *open, bool *told, const char *action)
{
	if (*told)
		return;
	*told = true;
	watched_open_emit(m->session, open, action, STATUS(SUCCESS), NULL, false);
}

void smb1_on_read(struct smb1_message *m)
{
	struct smb1_transfer request;
	if (m->pending == NULL || smb1_read_decode(&m->block, &request) != VERDICT_OK)
		return;
	m->pending->file_id = id_of(request.fid);
	m->pending->offset = request.offset;
}

void smb1_on_read_answer(struct smb1_message *m)
{
	struct smb1_transfer a;
	struct watched_open *open = open_answered(m);
	if (open == NULL || nt_status_is_error(m->header.status) ||
		smb1_read_answer_decode(m->message, &m->block, &a) != VERDICT_OK)
		return;
	if (open->is_pipe) {
		pass_to_pipe(m, open, FLOW_SERVER, a.data);
		return;
	}
	open->bytes_read += a.data.len;
	content_add(&open->read_content, m->pending->offset, a.data);
	tell_first(m, open, &open->told_read, "read");
}

void smb1_on_write(struct smb1_message *m)
{
	struct smb1_transfer request;
	if (smb1_write_decode(m->message, &m->block, &request) != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	if (m->pending != NULL) {
		m->pending->file_id = id_of(request.fid);
		m->pending->len = (uint32_t)request.data.len;
	}
	struct watched_open *open = find_open(m, request.fid);
	if (open == NULL)
		return;
	if (open->is_pipe)
		pass_to_pipe(m, open, FLOW_CLIENT, request.data);
	else
		content_add(&open->written_content, request.offset, request.data);
}

void smb1_on_write_answer(struct smb1_message *m)
{
	uint32_t count = 0;
	struct watched_open *open = open_answered(m);
	if (open == NULL || open->is_pipe || !nt_status_ok(m->header.status) ||
		smb1_write_answer_decode(&m->block, &count) != VERDICT_OK)
		return;
	// The server cannot have taken more than was sent.
	open->bytes_written += count < m->pending->len ? count : m->pending->len;
	tell_first(m, open, &open->told_write, "write");
}

// --- names --------------------------------------------------------------------------------------------

// The second name is remembered behind the first one's NUL.
static char *join_names(char *first, char *second)
{
	size_t a = first == NULL ? 0 : strlen(first), z = second == NULL ? 0 : strlen(second);
	char *both = calloc(1, a + z + 2);
	if (both != NULL && first != NULL && second != NULL) {
		memcpy(both, first, a + 1);
		memcpy(both + a + 1, second, z + 1);
	}
	free(first);
	free(second);
	return both;
}

void smb1_on_names(struct smb1_message *m)
{
	struct span first, second;
	if (smb1_names_decode(m->message, &m->block, m->unicode, &first, &second) != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	if (m->pending == NULL || m->pending->name != NULL)
		return;
	m->pending->name =
		join_names(path_of(smb1_text(first, m->unicode)), path_of(smb1_text(second, m->unicode)));
}

static const char *action_of(uint8_t command)
{
	if (command == SMB1_RENAME)
		return "rename";
	return command == SMB1_CREATE_DIRECTORY ? "create" : "delete";
}

void smb1_on_names_answer(struct smb1_message *m)
{
	if (m->session == NULL || m->pending == NULL || m->pending->name == NULL)
		return;
	const char *name = m->pending->name, *second = name + strlen(name) + 1;
	struct watched_tree *t = watched_tree_find(m->session, m->pending->tree_id);
	struct event e = {
		.kind = EVENT_FILE,
		.action = action_of(m->block.command),
		.status = m->header.status,
		.result = nt_status_ok(m->header.status) ? EVENT_SUCCESS : EVENT_FAILURE,
		.share = t == NULL ? "" : t->share,
		.path = name,
		.target_path = second[0] == '\0' ? NULL : second,
		.directory = m->block.command <= SMB1_DELETE_DIRECTORY,
	};
	conversation_emit(m->c, m->session, &e, m->pending->packet);
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
		m->pending->file_id = id_of(request.fid);
		m->pending->options = request.subcommand;
	}
	struct watched_open *open = find_open(m, request.fid);
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
	struct watched_open *open = find_open(m, (uint16_t)begun->file_id.volatile_id);
	if (open != NULL && open->is_pipe)
		pass_to_pipe(m, open, FLOW_CLIENT, data);
}
