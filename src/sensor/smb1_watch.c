// SPDX-License-Identifier: Apache-2.0
#include "sensor/smb1_watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sensor/sensor_state.h"
#include "sensor/smb1_state.h"

struct smb1_handler {
	uint8_t command;
	bool ordinary; // its signature says something about the session
	void (*request)(struct smb1_message *m);
	void (*answer)(struct smb1_message *m);
};

static const struct smb1_handler handlers[] = {
	{ SMB1_NEGOTIATE, false, smb1_on_negotiate, smb1_on_negotiate_answer },
	{ SMB1_SESSION_SETUP_ANDX, false, smb1_on_session_setup, smb1_on_session_setup_answer },
	{ SMB1_LOGOFF_ANDX, false, NULL, smb1_on_logoff_answer },
	{ SMB1_TREE_CONNECT_ANDX, true, smb1_on_tree_connect, smb1_on_tree_connect_answer },
	{ SMB1_TREE_DISCONNECT, true, NULL, smb1_on_tree_disconnect_answer },
	{ SMB1_NT_CREATE_ANDX, true, smb1_on_nt_create, smb1_on_nt_create_answer },
	{ SMB1_OPEN_ANDX, true, smb1_on_open, smb1_on_open_answer },
	{ SMB1_READ_ANDX, true, smb1_on_read, smb1_on_read_answer },
	{ SMB1_WRITE_ANDX, true, smb1_on_write, smb1_on_write_answer },
	{ SMB1_CLOSE, true, smb1_on_close, smb1_on_close_answer },
	{ SMB1_OPEN, true, smb1_on_old_open, smb1_on_old_open_answer },
	{ SMB1_CREATE, true, smb1_on_old_open, smb1_on_old_open_answer },
	{ SMB1_CREATE_NEW, true, smb1_on_old_open, smb1_on_old_open_answer },
	{ SMB1_READ, true, smb1_on_old_read, smb1_on_old_read_answer },
	{ SMB1_WRITE, true, smb1_on_old_write, smb1_on_old_write_answer },
	{ SMB1_RENAME, true, smb1_on_names, smb1_tell_names },
	{ SMB1_NT_RENAME, true, smb1_on_nt_rename, smb1_tell_names },
	{ SMB1_DELETE, true, smb1_on_names, smb1_tell_names },
	{ SMB1_DELETE_DIRECTORY, true, smb1_on_names, smb1_tell_names },
	{ SMB1_CREATE_DIRECTORY, true, smb1_on_names, smb1_tell_names },
	{ SMB1_SET_INFORMATION, true, smb1_on_names, smb1_tell_names },
	{ SMB1_TRANSACTION2, true, smb1_on_trans2, smb1_on_trans2_answer },
	{ SMB1_TRANSACTION2_SECONDARY, true, smb1_on_trans2_secondary, NULL },
	{ SMB1_NT_TRANSACT, true, smb1_on_nt_transact, smb1_on_nt_transact_answer },
	{ SMB1_TRANSACTION, true, smb1_on_transaction, NULL },
	{ SMB1_TRANSACTION_SECONDARY, true, smb1_on_transaction_secondary, NULL },
};

static const struct smb1_handler *handler_of(uint8_t command)
{
	static const struct smb1_handler other = { 0, true, NULL, NULL };
	for (size_t i = 0; i < ARRAY_LEN(handlers); i++)
		if (handlers[i].command == command)
			return &handlers[i];
	return &other;
}

struct smb1_watch *smb1_watch_new(struct conversation *c)
{
	struct smb1_watch *w = calloc(1, sizeof(*w));
	if (w != NULL)
		w->conversation = c;
	return w;
}

void smb1_basic_logon_done(struct smb1_basic_logon *b)
{
	free(b->account);
	free(b->domain);
	free(b->nt_response.data);
	free(b->account_utf16.data);
	free(b->domain_utf16.data);
	*b = (struct smb1_basic_logon){ .set = false };
}

void smb1_watch_free(struct smb1_watch *w)
{
	if (w == NULL)
		return;
	smb1_basic_logon_done(&w->basic);
	free(w->gather);
	smb1_signing_free(w->signing);
	free(w);
}

static char *text_of_8_bit(struct span text)
{
	char *copy = malloc(text.len + 1);
	if (copy == NULL)
		return NULL;
	for (size_t i = 0; i < text.len; i++)
		copy[i] = text.data[i] >= 0x80 ? '?' : text.data[i] == '\\' ? '/' : (char)text.data[i];
	copy[text.len] = '\0';
	return copy;
}

char *smb1_text(struct span text, bool unicode)
{
	return unicode ? text_of_utf16(text) : text_of_8_bit(text);
}

void smb1_malformed(struct smb1_message *m)
{
	conversation_anomaly(m->c, "malformed_smb1", smb1_command_name(m->block.command));
}

// Requests are told apart by PID and MID; those of one chain by their commands.
static uint64_t request_id(const struct smb1_message *m, uint8_t command)
{
	return UINT64_C(1) << 63 | (uint64_t)command << 48 | (uint64_t)m->header.pid << 16 | m->header.mid;
}

struct pending *smb1_pending_find(const struct smb1_message *m, uint8_t command)
{
	return pending_find(m->c, request_id(m, command));
}

static struct pending *add_pending(struct smb1_message *m)
{
	const struct smb2_header h = {
		.message_id = request_id(m, m->block.command),
		.command = m->block.command,
		.session_id = m->header.uid,
		.tree_id = m->header.tid,
	};
	return pending_add(m->c, &h);
}

static void count_protection(struct smb1_message *m)
{
	if (m->session == NULL || !m->session->established)
		return;
	if (smb1_is_signed(&m->header))
		m->session->counts[m->c->from].signed_++;
	else
		m->session->counts[m->c->from].unsigned_++;
}

// A session that is used though nobody saw how it began.
static void adopt_session(struct smb1_message *m)
{
	enum { NO_UID = 0, FIRST_RESERVED_UID = 0xFFFE };
	uint16_t uid = m->header.uid;
	m->session = uid == NO_UID ? NULL : watched_session_find(m->c, uid);
	bool begins = m->header.command == SMB1_NEGOTIATE || m->header.command == SMB1_SESSION_SETUP_ANDX;
	if (m->session != NULL || begins || uid == NO_UID || uid >= FIRST_RESERVED_UID)
		return;
	m->session = watched_session_get(m->c, uid);
	if (m->session != NULL)
		m->session->established = true;
	if (m->c->negotiated.dialect == 0)
		m->c->negotiated.dialect = m->c->about.dialect = 1;
}

static void on_request(struct smb1_message *m, const struct smb1_handler *h)
{
	m->pending = h->answer != NULL || h->command == SMB1_TRANSACTION ? add_pending(m) : NULL;
	if (h->request != NULL)
		h->request(m);
}

// To the first of several messages of a request the answer is that the others may come (MS-CIFS 3.2.4.1.5).
static bool is_interim(const struct smb1_message *m)
{
	uint8_t c = m->block.command;
	return (c == SMB1_TRANSACTION || c == SMB1_TRANSACTION2 || c == SMB1_NT_TRANSACT) &&
	       m->block.words.len == 0 && nt_status_ok(m->header.status);
}

static void on_answer(struct smb1_message *m, const struct smb1_handler *h)
{
	uint64_t id = request_id(m, m->block.command);
	m->pending = pending_find(m->c, id);
	if (is_interim(m))
		return;
	if (h->answer != NULL)
		h->answer(m);
	// The handler may have ended what it looked at; the request is of the connection.
	struct pending *p = pending_find(m->c, id);
	if (p != NULL)
		pending_remove(m->c, p);
}

static void on_chain(struct smb1_message *m)
{
	struct smb1_chain chain = smb1_chain_make(m->message, &m->header);
	bool is_answer = (m->header.flags & SMB1_FLAGS_REPLY) != 0;
	m->watch->chain_fid = SMB1_NO_FID;
	while (smb1_chain_next(&chain, &m->block)) {
		const struct smb1_handler *h = handler_of(m->block.command);
		if (is_answer)
			on_answer(m, h);
		else
			on_request(m, h);
	}
	if (chain.verdict != VERDICT_OK)
		conversation_anomaly(m->c, "malformed_andx", verdict_name(chain.verdict));
}

// The one request that servers make (MS-CIFS 3.3.4.2).
static bool is_oplock_break(const struct smb1_header *h, enum flow_side from)
{
	return from == FLOW_SERVER && h->command == SMB1_LOCKING_ANDX && (h->flags & SMB1_FLAGS_REPLY) == 0;
}

void smb1_watch_lost(struct smb1_watch *w, enum flow_side from)
{
	if (w->signing != NULL && from == FLOW_CLIENT)
		smb1_signing_lost(w->signing);
}

bool smb1_watch_will_verify(const struct smb1_watch *w)
{
	return w->signing != NULL;
}

void smb1_watch_message(struct smb1_watch *w, enum flow_side from, struct span message, size_t len)
{
	struct smb1_message m = { .watch = w, .c = w->conversation, .message = message, .len = len };
	sensor_count_message(m.c->sensor, false);
	if (smb1_header_decode(message, &m.header) != VERDICT_OK) {
		conversation_anomaly(m.c, "malformed_smb1", NULL);
		return;
	}
	if (is_oplock_break(&m.header, from))
		return;
	if (((m.header.flags & SMB1_FLAGS_REPLY) != 0) != (from == FLOW_SERVER)) {
		conversation_anomaly(m.c, "wrong_direction", NULL);
		return;
	}
	m.unicode = (m.header.flags2 & SMB1_FLAGS2_UNICODE) != 0;
	adopt_session(&m);
	// A message has one signature, whatever it carries.
	if (handler_of(m.header.command)->ordinary)
		count_protection(&m);
	smb1_check_signature(&m);
	on_chain(&m);
}
