// SPDX-License-Identifier: Apache-2.0
#include "sensor/observe.h"

#include <errno.h>
#include <stdlib.h>

#include "sensor/legs.h"
#include "sensor/sensor_state.h"
#include "sensor/shared_session.h"
#include "sensor/smb1_watch.h"
#include "wire/compression/smb2_decompress.h"
#include "wire/smb2/smb2_compound.h"
#include "wire/smb2/smb2_ioctl_payloads.h"
#include "wire/smb2/smb2_transform.h"

struct observer {
	void (*request)(struct observed *o);
	void (*answer)(struct observed *o);
};

static const struct observer observers[SMB2_COMMANDS] = {
	[SMB2_NEGOTIATE] = { observe_negotiate_request, observe_negotiate_answer },
	[SMB2_SESSION_SETUP] = { observe_session_setup_request, observe_session_setup_answer },
	[SMB2_LOGOFF] = { NULL, observe_logoff_answer },
	[SMB2_TREE_CONNECT] = { observe_tree_connect_request, observe_tree_connect_answer },
	[SMB2_TREE_DISCONNECT] = { NULL, observe_tree_disconnect_answer },
	[SMB2_CREATE] = { observe_create_request, observe_create_answer },
	[SMB2_CLOSE] = { observe_close_request, observe_close_answer },
	[SMB2_READ] = { observe_read_request, observe_read_answer },
	[SMB2_WRITE] = { observe_write_request, observe_write_answer },
	[SMB2_IOCTL] = { observe_ioctl_request, observe_ioctl_answer },
	[SMB2_SET_INFO] = { observe_set_info_request, observe_set_info_answer },
};

// Those that are signed even where nothing else is (MS-SMB2 3.2.4.1.1, 3.2.5.5), or before there is a key:
// they say nothing about the session.
static bool is_ordinary(const struct observed *o)
{
	uint16_t command = o->header.command;
	if (command == SMB2_NEGOTIATE || command == SMB2_SESSION_SETUP || command == SMB2_TREE_CONNECT ||
		command == SMB2_CANCEL || command == SMB2_OPLOCK_BREAK || command == SMB2_LOGOFF)
		return false;
	if (command == SMB2_IOCTL && o->pending != NULL &&
		o->pending->options == FSCTL_VALIDATE_NEGOTIATE_INFO)
		return false;
	// Interim responses are not signed (MS-SMB2 3.3.4.1.1).
	return !nt_status_equal(o->header.status, STATUS(PENDING)) || !smb2_header_is_response(&o->header);
}

static void tell_wrong_signature(struct observed *o)
{
	struct event e = {
		.kind = EVENT_ANOMALY,
		.reason = "signature_wrong",
		.command = smb2_command_name(o->header.command),
		.message_id = o->header.message_id,
	};
	watched_session_note_wrong(o->session, conversation_packet(o->c));
	sensor_count_anomaly(o->c->sensor);
	conversation_emit(o->c, o->session, &e, 0);
}

static void check_signature(struct observed *o, const struct session_secrets *secrets)
{
	if (secrets == NULL || o->message.len != o->len)
		return;
	int right = unlock_verify(secrets, o->c->from, o->message);
	if (right > 0)
		o->session->signatures_verified++;
	else if (right == 0)
		tell_wrong_signature(o);
}

static void count_signature(struct observed *o)
{
	check_signature(o, watched_session_signing(o->session));
}

void observe_binding_signature(struct observed *o, const struct session_secrets *secrets)
{
	// The connection may have agreed on another algorithm than the one that the session began on.
	if (secrets != NULL && unlock_signing_algorithm(secrets) == o->c->negotiated.signing_algorithm)
		check_signature(o, secrets);
}

void observe_final_signature(struct observed *o, bool wrong)
{
	if (wrong)
		tell_wrong_signature(o);
	else
		count_signature(o);
}

static void count_protection(struct observed *o)
{
	struct watched_session *s = o->session;
	if (s == NULL || o->c->sealed || !s->established)
		return;
	bool is_signed = (o->header.flags & SMB2_FLAGS_SIGNED) != 0;
	if (is_signed)
		count_signature(o);
	if (!is_ordinary(o))
		return;
	if (is_signed)
		s->counts[o->c->from].signed_++;
	else
		s->counts[o->c->from].unsigned_++;
}

// A session that is used though nobody saw how it began: another connection of one that is there, or one by
// itself.
static struct watched_session *adopt(struct conversation *c, uint64_t id)
{
	struct watched_session *s = watched_session_get(c, id);
	if (s == NULL || s->established)
		return s;
	s->established = s->adopted = true;
	if (shared_session_join(s))
		watched_session_bound(s);
	else
		shared_session_publish(s);
	return s;
}

static void adopt_session(struct observed *o)
{
	const struct smb2_header *h = &o->header;
	if (o->session != NULL || h->session_id == 0 || h->session_id == UINT64_MAX ||
		h->command <= SMB2_LOGOFF) // LOGOFF: also of those that never came to be
		return;
	o->session = adopt(o->c, h->session_id);
}

// Some try whether a session can be used on a connection that it was never bound to: it cannot, and is none.
static void drop_refused(struct observed *o)
{
	// The handler may have ended it.
	struct watched_session *s = watched_session_find(o->c, o->header.session_id);
	if (s == NULL || !s->adopted)
		return;
	if (!nt_status_equal(o->header.status, STATUS(USER_SESSION_DELETED))) {
		s->adopted = false;
	} else {
		o->session = NULL;
		watched_session_forget(s);
	}
}

// What is never refused for want of rights, when it was signed, was not taken for the client's.
static void judge_refusal(struct observed *o)
{
	uint16_t command = o->header.command;
	bool needs_no_rights = command == SMB2_CLOSE || command == SMB2_ECHO || command == SMB2_LOGOFF ||
			       command == SMB2_TREE_DISCONNECT;
	if (needs_no_rights && o->pending != NULL && o->pending->is_signed &&
		nt_status_equal(o->header.status, STATUS(ACCESS_DENIED)))
		conversation_anomaly(o->c, "signature_refused", smb2_command_name(command));
}

static void observe_request(struct observed *o, const struct observer *w)
{
	o->pending = w->answer != NULL ? pending_add(o->c, &o->header) : NULL;
	if (w->request != NULL)
		w->request(o);
	count_protection(o);
}

static void observe_answer(struct observed *o, const struct observer *w)
{
	o->pending = pending_find(o->c, o->header.message_id);
	if (o->pending != NULL && o->pending->command != o->header.command)
		o->pending = NULL;
	count_protection(o);
	if (nt_status_equal(o->header.status, STATUS(PENDING)))
		return; // the real answer comes later
	judge_refusal(o);
	// Before the handler: one that ends the session may free what it looks at.
	if (w->answer != NULL)
		w->answer(o);
	drop_refused(o);
	struct pending *p = pending_find(o->c, o->header.message_id);
	if (p != NULL && p->command == o->header.command)
		pending_remove(o->c, p);
}

static void observe_one(struct observed *o)
{
	static const struct observer nothing = { NULL, NULL };
	const struct observer *w =
		o->header.command < SMB2_COMMANDS ? &observers[o->header.command] : &nothing;
	bool is_answer = smb2_header_is_response(&o->header);
	sensor_count_message(o->c->sensor, false);
	if (o->c->legs != NULL && !o->c->sealed)
		legs_message(o->c, &o->header, o->message, o->len);
	if (is_answer != (o->c->from == FLOW_SERVER)) {
		conversation_anomaly(o->c, "wrong_direction", NULL);
		return;
	}
	o->session = o->header.session_id == 0 ? NULL : watched_session_find(o->c, o->header.session_id);
	adopt_session(o);
	if (is_answer)
		observe_answer(o, w);
	else
		observe_request(o, w);
}

// Related requests take session and tree over from the one before (MS-SMB2 3.3.5.2.7.2).
static void inherit(struct smb2_header *h, const struct smb2_header *before)
{
	if ((h->flags & SMB2_FLAGS_RELATED_OPERATIONS) == 0)
		return;
	if (h->session_id == UINT64_MAX)
		h->session_id = before->session_id;
	if (h->tree_id == UINT32_MAX)
		h->tree_id = before->tree_id;
}

static void observe_messages(struct conversation *c, struct span bytes, size_t len)
{
	struct smb2_compound chain = smb2_compound_make(bytes);
	struct observed o = { .c = c };
	struct smb2_header before = { 0 };
	c->chain_has_file = false;
	while (smb2_compound_next(&chain, &o.message, &o.header)) {
		bool last = smb2_compound_at_end(&chain);
		inherit(&o.header, &before);
		o.len = last ? o.message.len + (len - bytes.len) : o.message.len;
		before = o.header;
		observe_one(&o);
	}
	if (smb2_compound_verdict(&chain) != VERDICT_OK && bytes.len == len)
		conversation_anomaly(c, "malformed_compound", verdict_name(smb2_compound_verdict(&chain)));
}

static void observe_compressed(struct conversation *c, struct span bytes, size_t len)
{
	struct span plain;
	uint8_t *out = NULL;
	if (bytes.len != len)
		return;
	int err = smb2_decompress(bytes, sensor_limits_of(c->sensor)->message_len_max * 16ul, &out, &plain);
	if (err == 0)
		observe_messages(c, plain, plain.len);
	else
		conversation_anomaly(c, "malformed_compression", NULL);
	free(out);
}

static void observe_smb1(struct conversation *c, struct span bytes, size_t len)
{
	if (c->smb1 == NULL)
		c->smb1 = smb1_watch_new(c);
	if (c->smb1 != NULL && bytes.len == len)
		smb1_watch_message(c->smb1, c->from, bytes, len);
}

// What is not sealed, or no longer.
static void observe_plain(struct conversation *c, struct span bytes, size_t len)
{
	switch (smb2_protocol_id(bytes)) {
	case SMB2_PROTOCOL_ID:
		observe_messages(c, bytes, len);
		break;
	case SMB2_COMPRESSION_PROTOCOL_ID:
		observe_compressed(c, bytes, len);
		break;
	case SMB1_PROTOCOL_ID:
		observe_smb1(c, bytes, len);
		break;
	default:
		conversation_anomaly(c, "unknown_protocol", NULL);
		break;
	}
}

// --- seals ------------------------------------------------------------------------------------------

static void open_seal(struct conversation *c, struct watched_session *s, struct span frame)
{
	struct span message;
	uint8_t *out = malloc(frame.len);
	if (out == NULL)
		return;
	int err = unlock_open(watched_session_sealing(s), c->from, frame, out, &message);
	if (err == 0) {
		s->decrypted = true;
		c->sealed = true;
		c->sealed_by = s;
		observe_plain(c, message, message.len);
		c->sealed = false;
		c->sealed_by = NULL;
	} else if (err == -EBADMSG) {
		conversation_anomaly(c, "seal_wrong", NULL);
	}
	free(out);
}

static void observe_sealed(struct conversation *c, struct span bytes, size_t len)
{
	struct smb2_transform_header h;
	sensor_count_message(c->sensor, true);
	if (smb2_transform_header_decode_head(bytes, len, &h) != VERDICT_OK) {
		conversation_anomaly(c, "malformed_transform", NULL);
		return;
	}
	struct watched_session *s = adopt(c, h.session_id);
	if (s == NULL)
		return;
	s->counts[c->from].sealed++;
	if (watched_session_sealing(s) != NULL && bytes.len == len && !c->sealed)
		open_seal(c, s, bytes);
}

void observe_frame(struct conversation *c, struct span bytes, size_t len)
{
	if (smb2_protocol_id(bytes) == SMB2_TRANSFORM_PROTOCOL_ID)
		observe_sealed(c, bytes, len);
	else
		observe_plain(c, bytes, len);
}
