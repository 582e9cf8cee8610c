// SPDX-License-Identifier: Apache-2.0
// SMB1's opens (MS-CIFS 2.2.4): which files and pipes, for what, and whether that was granted.
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sensor/smb1_state.h"

struct smb2_file_id smb1_file_id(uint16_t fid)
{
	return (struct smb2_file_id){ .volatile_id = fid };
}

// In a chain a request may be about the file that the one before it opens.
struct watched_open *smb1_find_open(struct smb1_message *m, uint16_t fid)
{
	if (m->session == NULL)
		return NULL;
	struct watched_open *open = watched_open_find(m->session, smb1_file_id(fid));
	return open != NULL || m->watch->chain_fid == SMB1_NO_FID
		       ? open
		       : watched_open_find(m->session, smb1_file_id(m->watch->chain_fid));
}

struct watched_open *smb1_open_answered(struct smb1_message *m)
{
	return m->pending == NULL ? NULL : smb1_find_open(m, (uint16_t)m->pending->file_id.volatile_id);
}

void smb1_note_create(struct smb1_message *m, enum verdict v, const struct smb1_create *request)
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
	smb1_note_create(m, smb1_nt_create_decode(m->message, &m->block, m->unicode, &request), &request);
}

void smb1_on_open(struct smb1_message *m)
{
	struct smb1_create request = { .options = 0 };
	smb1_note_create(m, smb1_open_decode(m->message, &m->block, m->unicode, &request), &request);
}

static void describe(struct smb1_message *m, struct watched_open *open)
{
	enum { OPTION_DIRECTORY = 0x1, OPTION_DELETE_ON_CLOSE = 0x1000 };
	struct watched_tree *t = watched_tree_find(m->session, m->pending->tree_id);
	open->share = strdup(t == NULL ? "" : t->share);
	open->path = smb1_path_of(m->pending->name);
	m->pending->name = NULL;
	open->access = m->pending->access;
	open->is_pipe = t != NULL && (t->is_pipe || strcasecmp(t->share, "IPC$") == 0);
	open->directory = (m->pending->options & OPTION_DIRECTORY) != 0;
	open->delete_on_close = (m->pending->options & OPTION_DELETE_ON_CLOSE) != 0;
}

void smb1_looked_at(struct smb1_message *m)
{
	struct watched_open open = { .packet = 0 };
	if (m->session == NULL || m->pending == NULL)
		return;
	describe(m, &open);
	watched_open_tell(m->session, &open, m->header.status,
		nt_status_ok(m->header.status) ? create_action_name(1) : NULL, m->pending->packet);
	free(open.share);
	free(open.path);
}

static void opened(struct smb1_message *m, enum verdict v, const struct smb1_create_answer *a)
{
	if (v != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	struct watched_open *open = watched_open_add(m->session, smb1_file_id(a->fid));
	m->watch->chain_fid = a->fid;
	if (open == NULL)
		return;
	describe(m, open);
	open->directory = a->directory;
	watched_open_tell(
		m->session, open, m->header.status, create_action_name(a->action), m->pending->packet);
}

void smb1_open_done(struct smb1_message *m, enum verdict v, const struct smb1_create_answer *a)
{
	if (m->session == NULL || m->pending == NULL)
		return;
	if (nt_status_ok(m->header.status))
		opened(m, v, a);
	else
		smb1_looked_at(m);
}

void smb1_on_nt_create_answer(struct smb1_message *m)
{
	struct smb1_create_answer a = { .fid = 0 };
	smb1_open_done(m, smb1_nt_create_answer_decode(&m->block, &a), &a);
}

void smb1_on_open_answer(struct smb1_message *m)
{
	struct smb1_create_answer a = { .fid = 0 };
	smb1_open_done(m, smb1_open_answer_decode(&m->block, &a), &a);
}

void smb1_on_old_open(struct smb1_message *m)
{
	struct smb1_create request = { .options = 0 };
	smb1_note_create(m, smb1_old_open_decode(m->message, &m->block, m->unicode, &request), &request);
}

void smb1_on_old_open_answer(struct smb1_message *m)
{
	struct smb1_create_answer a = { .fid = 0 };
	smb1_open_done(m, smb1_old_open_answer_decode(&m->block, &a), &a);
}

void smb1_on_close(struct smb1_message *m)
{
	uint16_t fid;
	if (smb1_close_decode(&m->block, &fid) != VERDICT_OK)
		smb1_malformed(m);
	else if (m->pending != NULL)
		m->pending->file_id = smb1_file_id(fid);
}

void smb1_on_close_answer(struct smb1_message *m)
{
	struct watched_open *open = smb1_open_answered(m);
	if (open != NULL && nt_status_ok(m->header.status))
		watched_open_close(m->session, open, "close");
}
