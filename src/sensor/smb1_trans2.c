// SPDX-License-Identifier: Apache-2.0
// TRANSACTION2 and NT_TRANSACT (MS-CIFS 2.2.6, 2.2.7) as far as they open, rename, delete, change and look at
// files.
#include <stdlib.h>
#include <string.h>

#include "sensor/smb1_state.h"
#include "wire/smb1/smb1_transact.h"

// A function with all of its parameters and data, or with so much of them as names can take.
struct request {
	uint16_t function;
	struct span parameters, data;
};

enum { LEVEL_SHIFT = 16, FILE_LIST_DIRECTORY = 0x1, FILE_READ_ATTRIBUTES = 0x80, OPTION_DIRECTORY = 0x1 };

// --- what is asked for ------------------------------------------------------------------------------

static void note_function(struct smb1_message *m, uint16_t function, uint16_t level)
{
	if (m->pending != NULL)
		m->pending->function = function | (uint32_t)level << LEVEL_SHIFT;
}

static void open_posix(struct smb1_message *m, const struct request *q, struct span name)
{
	struct smb1_create request = { .options = 0 };
	enum verdict v = smb1_posix_open_decode(q->data, &request);
	request.name = name;
	// Of a directory there is nothing open afterwards.
	if (v == VERDICT_OK && (request.options & OPTION_DIRECTORY) != 0 && m->pending != NULL) {
		m->pending->directory = true;
		smb1_note_names(m, "create", name, span_make(NULL, 0));
	} else {
		smb1_note_create(m, v, &request);
	}
}

// A name alone is one beside the old one (MS-FSCC 2.4.37.1). malloc'ed; NULL when memory is out.
static char *sibling(const char *path, const char *name)
{
	const char *slash = path == NULL || name[0] == '/' ? NULL : strrchr(path, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - path) + 1;
	char *joined = malloc(len + strlen(name) + 1);
	if (joined == NULL)
		return NULL;
	if (len > 0)
		memcpy(joined, path, len);
	memcpy(joined + len, name, strlen(name) + 1);
	return smb1_path_of(joined);
}

static void rename_path(struct smb1_message *m, const struct request *q, struct span name)
{
	struct span to;
	if (smb1_rename_info_decode(q->data, m->unicode, &to) != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	char *from = smb1_path_of(smb1_text(name, m->unicode)), *leaf = smb1_text(to, m->unicode);
	smb1_note_paths(m, "rename", from, leaf == NULL ? NULL : sibling(from, leaf));
	free(leaf);
}

static void set_path(struct smb1_message *m, const struct request *q)
{
	struct span name, none = span_make(NULL, 0);
	uint16_t level;
	if (smb1_path_info_decode(q->parameters, m->unicode, &level, &name) != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	note_function(m, q->function, level);
	switch (level) {
	case SMB1_SET_POSIX_OPEN:
		open_posix(m, q, name);
		break;
	case SMB1_SET_CLASS_RENAME:
		rename_path(m, q, name);
		break;
	case SMB1_SET_POSIX_UNLINK:
		smb1_note_names(m, "delete", name, none);
		break;
	case SMB1_SET_DISPOSITION:
	case SMB1_SET_CLASS_DISPOSITION:
		if (q->data.len > 0 && q->data.data[0] != 0)
			smb1_note_names(m, "delete", name, none);
		break;
	case SMB1_SET_UNIX_LINK:
	case SMB1_SET_UNIX_HARD_LINK:
		smb1_note_names(m, "create", name, none);
		break;
	default:
		smb1_note_names(m, "attributes", name, none);
		break;
	}
}

static void set_file(struct smb1_message *m, const struct request *q)
{
	struct span name;
	uint16_t fid, level;
	if (smb1_set_file_info_decode(q->parameters, &fid, &level) != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	note_function(m, q->function, level);
	if (m->pending == NULL)
		return;
	m->pending->file_id = smb1_file_id(fid);
	m->pending->disposition = q->data.len > 0 && q->data.data[0] != 0;
	if (level == SMB1_SET_CLASS_RENAME && m->pending->name == NULL &&
		smb1_rename_info_decode(q->data, m->unicode, &name) == VERDICT_OK)
		m->pending->name = smb1_text(name, m->unicode);
}

static void create_directory(struct smb1_message *m, const struct request *q)
{
	struct span name;
	if (smb1_create_directory_decode(q->parameters, m->unicode, &name) != VERDICT_OK ||
		m->pending == NULL)
		return;
	m->pending->directory = true;
	smb1_note_names(m, "create", name, span_make(NULL, 0));
}

static void open2(struct smb1_message *m, const struct request *q)
{
	struct smb1_create request = { .options = 0 };
	smb1_note_create(m, smb1_open2_decode(q->parameters, m->unicode, &request), &request);
}

static void query_path(struct smb1_message *m, const struct request *q)
{
	struct smb1_create request = { .desired_access = FILE_READ_ATTRIBUTES };
	uint16_t level;
	smb1_note_create(
		m, smb1_path_info_decode(q->parameters, m->unicode, &level, &request.name), &request);
}

// "d/*": it is the directory that is looked at.
static void find_first(struct smb1_message *m, const struct request *q)
{
	struct smb1_create request = { .desired_access = FILE_LIST_DIRECTORY, .options = OPTION_DIRECTORY };
	smb1_note_create(m, smb1_find_first_decode(q->parameters, m->unicode, &request.name), &request);
	char *name = m->pending == NULL ? NULL : m->pending->name;
	char *slash = name == NULL ? NULL : strrchr(name, '/');
	if (slash != NULL)
		*slash = '\0';
	else if (name != NULL)
		name[0] = '\0';
}

static void on_function(struct smb1_message *m, const struct request *q)
{
	note_function(m, q->function, 0);
	switch (q->function) {
	case SMB1_TRANS2_OPEN2:
		open2(m, q);
		break;
	case SMB1_TRANS2_FIND_FIRST2:
		find_first(m, q);
		break;
	case SMB1_TRANS2_QUERY_PATH_INFO:
		query_path(m, q);
		break;
	case SMB1_TRANS2_SET_PATH_INFO:
		set_path(m, q);
		break;
	case SMB1_TRANS2_SET_FILE_INFO:
		set_file(m, q);
		break;
	case SMB1_TRANS2_CREATE_DIRECTORY:
		create_directory(m, q);
		break;
	default:
		break;
	}
}

// --- requests in several messages -------------------------------------------------------------------

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void put_part(uint8_t *out, size_t at, struct span part)
{
	if (at < SMB1_GATHER_LEN && part.len > 0)
		memcpy(out + at, part.data, smaller(part.len, SMB1_GATHER_LEN - at));
}

static void gather_add(struct smb1_message *m, const struct smb1_part *p)
{
	struct smb1_gather *g = m->watch->gather;
	put_part(g->parameters, p->parameters_at, p->parameters);
	put_part(g->data, p->data_at, p->data);
	g->parameters_got += p->parameters.len;
	g->data_got += p->data.len;
	if (g->parameters_got < g->parameters_total || g->data_got < g->data_total)
		return;
	const struct request q = {
		.function = g->function,
		.parameters = span_make(g->parameters, smaller(g->parameters_total, SMB1_GATHER_LEN)),
		.data = span_make(g->data, smaller(g->data_total, SMB1_GATHER_LEN)),
	};
	m->pending = smb1_pending_find(m, SMB1_TRANSACTION2);
	on_function(m, &q);
	free(g);
	m->watch->gather = NULL;
}

static void gather_begin(struct smb1_message *m, const struct smb1_part *p)
{
	free(m->watch->gather);
	struct smb1_gather *g = m->watch->gather = calloc(1, sizeof(*g));
	if (g == NULL)
		return;
	g->pid = m->header.pid;
	g->mid = m->header.mid;
	g->function = p->function;
	g->parameters_total = p->parameters_total;
	g->data_total = p->data_total;
	gather_add(m, p);
}

void smb1_on_trans2(struct smb1_message *m)
{
	struct smb1_part p;
	if (smb1_trans2_decode(m->message, &m->block, &p) != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	const struct request q = { .function = p.function, .parameters = p.parameters, .data = p.data };
	if (p.parameters.len < p.parameters_total || p.data.len < p.data_total)
		gather_begin(m, &p);
	else
		on_function(m, &q);
}

void smb1_on_trans2_secondary(struct smb1_message *m)
{
	struct smb1_part p;
	const struct smb1_gather *g = m->watch->gather;
	if (smb1_trans2_secondary_decode(m->message, &m->block, &p) != VERDICT_OK)
		smb1_malformed(m);
	else if (g != NULL && g->pid == m->header.pid && g->mid == m->header.mid)
		gather_add(m, &p);
}

// --- what became of it ------------------------------------------------------------------------------

static void open2_done(struct smb1_message *m, const struct smb1_part *p)
{
	struct smb1_create_answer a = { .fid = 0 };
	smb1_open_done(m, smb1_open2_answer_decode(p->parameters, &a), &a);
}

static void open_posix_done(struct smb1_message *m, const struct smb1_part *p)
{
	struct smb1_create_answer a = { .fid = 0 };
	if (m->pending->action != NULL)
		smb1_tell_names(m);
	else
		smb1_open_done(m, smb1_posix_open_answer_decode(p->data, &a), &a);
}

static void renamed(struct smb1_message *m, struct watched_open *open)
{
	char *to = m->pending->name == NULL ? NULL : sibling(open->path, m->pending->name);
	watched_open_emit(m->session, open, "rename", m->header.status, to, false);
	if (to != NULL && nt_status_ok(m->header.status)) {
		free(open->path);
		open->path = to;
		to = NULL;
	}
	free(to);
}

static void set_file_done(struct smb1_message *m, uint16_t level)
{
	struct watched_open *open = smb1_open_answered(m);
	if (open == NULL)
		return;
	switch (level) {
	case SMB1_SET_CLASS_RENAME:
		renamed(m, open);
		break;
	case SMB1_SET_DISPOSITION:
	case SMB1_SET_CLASS_DISPOSITION:
		if (nt_status_ok(m->header.status))
			open->delete_on_close = m->pending->disposition != 0;
		break;
	default:
		watched_open_emit(m->session, open, "attributes", m->header.status, NULL, false);
		break;
	}
}

static void on_function_done(struct smb1_message *m, const struct smb1_part *p)
{
	uint16_t level = (uint16_t)(m->pending->function >> LEVEL_SHIFT);
	switch ((uint16_t)m->pending->function) {
	case SMB1_TRANS2_OPEN2:
		open2_done(m, p);
		break;
	case SMB1_TRANS2_FIND_FIRST2:
	case SMB1_TRANS2_QUERY_PATH_INFO:
		smb1_looked_at(m);
		break;
	case SMB1_TRANS2_SET_PATH_INFO:
		if (level == SMB1_SET_POSIX_OPEN)
			open_posix_done(m, p);
		else
			smb1_tell_names(m);
		break;
	case SMB1_TRANS2_SET_FILE_INFO:
		set_file_done(m, level);
		break;
	case SMB1_TRANS2_CREATE_DIRECTORY:
		smb1_tell_names(m);
		break;
	default:
		break;
	}
}

void smb1_on_trans2_answer(struct smb1_message *m)
{
	struct smb1_part p = { 0 };
	if (m->session == NULL || m->pending == NULL)
		return;
	// Refusals have no words.
	if (nt_status_ok(m->header.status) &&
		smb1_trans2_answer_decode(m->message, &m->block, &p) != VERDICT_OK)
		smb1_malformed(m);
	else
		on_function_done(m, &p);
}

// --- NT_TRANSACT ------------------------------------------------------------------------------------

void smb1_on_nt_transact(struct smb1_message *m)
{
	struct smb1_create request = { .options = 0 };
	struct smb1_part p;
	if (smb1_nt_transact_decode(m->message, &m->block, &p) != VERDICT_OK) {
		smb1_malformed(m);
		return;
	}
	note_function(m, p.function, 0);
	if (p.function == SMB1_NT_TRANSACT_CREATE)
		smb1_note_create(
			m, smb1_nt_transact_create_decode(p.parameters, m->unicode, &request), &request);
}

void smb1_on_nt_transact_answer(struct smb1_message *m)
{
	struct smb1_create_answer a = { .fid = 0 };
	struct smb1_part p = { 0 };
	if (m->pending == NULL || m->pending->function != SMB1_NT_TRANSACT_CREATE)
		return;
	enum verdict v = smb1_nt_transact_answer_decode(m->message, &m->block, &p);
	if (v == VERDICT_OK)
		v = smb1_nt_transact_create_answer_decode(p.parameters, &a);
	smb1_open_done(m, v, &a);
}
