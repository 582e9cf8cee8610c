// SPDX-License-Identifier: Apache-2.0
#include "server/intake.h"

#include "server/connection.h"
#include "server/refusal.h"
#include "server/session.h"
#include "server/work.h"
#include "session/sealing.h"
#include "wire/smb2/smb2_command.h"
#include "wire/smb2/smb2_compound.h"
#include "wire/smb2/smb2_transform.h"

// Returns false, for the caller to return.
static bool refuse(struct work *w, enum connection_end end, const char *reason)
{
	violation_emit(w->conn, w->unsealed, reason);
	w->disconnect = true;
	w->end = end;
	return false;
}

bool intake_find_seal(struct work *w)
{
	struct smb2_transform_header t;
	struct connection *c = w->conn;
	if (smb2_transform_header_decode(w->bytes, &t) != VERDICT_OK)
		return refuse(w, CONNECTION_END_PROTOCOL, "malformed_transform");
	struct session *s = session_find(c, t.session_id);
	if (s == NULL || atomic_load(&s->state) == SESSION_IN_PROGRESS || s->decryption_key == NULL) {
		session_unref(s);
		return refuse(w, CONNECTION_END_PROTOCOL, "sealed_without_session");
	}
	w->unsealed = s;
	return true;
}

// Decrypts the frame where it lies (MS-SMB2 3.3.5.2.1.1).
bool intake_open(struct work *w)
{
	struct session *s = w->unsealed;
	uint8_t *frame = (uint8_t *)(uintptr_t)w->bytes.data; // the work's own memory
	if (message_open(s->decryption_key, frame, w->bytes.len, &w->bytes) != 0)
		return refuse(w, CONNECTION_END_TAMPERED, "wrong_seal");
	atomic_store(&s->key_shown, true);
	return true;
}

static size_t compound_count(struct span frame)
{
	struct smb2_compound chain = smb2_compound_make(frame);
	struct span message;
	struct smb2_header header;
	size_t count = 0;
	while (smb2_compound_next(&chain, &message, &header))
		count++;
	return smb2_compound_verdict(&chain) == VERDICT_OK ? count : 0;
}

static bool split(struct work *w)
{
	size_t count = compound_count(w->bytes);
	w->messages = count == 0 ? NULL : arena_zalloc(&w->arena, count * sizeof(*w->messages));
	w->parts = count == 0 ? NULL : arena_zalloc(&w->arena, count * sizeof(*w->parts));
	if (w->messages == NULL || w->parts == NULL)
		return refuse(w, CONNECTION_END_PROTOCOL, "malformed_frame"); // MS-SMB2 3.3.5.2.7
	struct smb2_compound chain = smb2_compound_make(w->bytes);
	while (w->message_count < count && smb2_compound_next(&chain, &w->messages[w->message_count].bytes,
						   &w->messages[w->message_count].header))
		w->message_count++;
	return true;
}

// Every MessageId once, and only those that were granted (MS-SMB2 3.3.5.2.3). In the order of
// arrival, before any of the frame's requests runs.
static bool take_message_ids(struct work *w)
{
	struct connection *c = w->conn;
	enum sequence_result result = SEQUENCE_OK;
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < w->message_count && result == SEQUENCE_OK; i++) {
		const struct smb2_header *h = &w->messages[i].header;
		if (h->command != SMB2_CANCEL)
			result = sequence_window_consume(
				&c->window, h->message_id, connection_credit_charge(c, h));
	}
	pthread_mutex_unlock(&c->lock);
	if (result == SEQUENCE_OK)
		return true;
	return refuse(w, CONNECTION_END_PROTOCOL,
		result == SEQUENCE_REPLAY ? "message_id_replayed" : "message_id_not_granted");
}

// A key must not see a nonce twice. Judged last: a frame that is only repeated has an old MessageId, but for
// a CANCEL.
static bool take_nonce(struct work *w)
{
	struct session *s = w->unsealed;
	if (s == NULL)
		return true;
	const uint8_t *nonce = w->bytes.data - SMB2_TRANSFORM_HEADER_LEN + SMB2_TRANSFORM_AAD_OFFSET;
	size_t len = cipher_nonce_len(seal_key_cipher(s->decryption_key));
	if (nonce_memory_take(&s->client_nonces, span_make(nonce, len)))
		return true;
	return refuse(w, CONNECTION_END_PROTOCOL, "nonce_repeated");
}

bool intake(struct work *w)
{
	w->taken_in = true;
	if (w->opened)
		return split(w) && take_message_ids(w) && take_nonce(w);
	switch (smb2_protocol_id(w->bytes)) {
	case SMB2_TRANSFORM_PROTOCOL_ID:
		if (!intake_find_seal(w) || !intake_open(w))
			return false;
		break;
	case SMB2_PROTOCOL_ID:
		break;
	default:
		return refuse(w, CONNECTION_END_PROTOCOL, "not_smb2");
	}
	return split(w) && take_message_ids(w) && take_nonce(w);
}
