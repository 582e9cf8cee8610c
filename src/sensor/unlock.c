// SPDX-License-Identifier: Apache-2.0
#include "sensor/unlock.h"

#include <errno.h>
#include <stdlib.h>

#include "sensor/unlock_keys.h"
#include "session/sealing.h"
#include "session/session_keys.h"
#include "session/signing.h"
#include "wire/smb2/smb2_header.h"

struct session_secrets {
	struct sign_key *signing;
	struct seal_key *to_client, *to_server; // NULL: no cipher, or a bound connection
};

void session_secrets_free(struct session_secrets *s)
{
	if (s == NULL)
		return;
	sign_key_free(s->signing);
	seal_key_free(s->to_client);
	seal_key_free(s->to_server);
	free(s);
}

// --- keys --------------------------------------------------------------------------------------------

static int keys_expand(const struct session_keys *keys, const struct unlock_exchange *x, enum cipher cipher,
	struct session_secrets *s)
{
	int err = sign_key_new(
		(enum signing_algorithm)x->signing_algorithm, secret_span(&keys->signing), &s->signing);
	if (err != 0 || cipher == CIPHER_NONE)
		return err;
	err = seal_key_new(cipher, secret_span(&keys->server_to_client), &s->to_client);
	return err != 0 ? err : seal_key_new(cipher, secret_span(&keys->client_to_server), &s->to_server);
}

// What seals: not on a connection that is bound to a session, whose own keys do.
static enum cipher cipher_of(const struct unlock_exchange *x)
{
	bool known = x->cipher < CIPHER_COUNT && cipher_key_len((enum cipher)x->cipher) != 0;
	return x->binding || !known ? CIPHER_NONE : (enum cipher)x->cipher;
}

static struct session_secrets *secrets_new(const struct unlock_exchange *x, struct span session_key)
{
	struct session_keys keys SESSION_KEYS_SCOPED = { .signing = { .len = 0 } };
	struct preauth_hash preauth = { .value = { 0 } };
	enum cipher cipher = cipher_of(x);
	if (x->preauth_hash != NULL)
		memcpy(preauth.value, x->preauth_hash, sizeof(preauth.value));
	if (x->signing_algorithm >= SIGNING_COUNT ||
		session_keys_derive(x->dialect, cipher, session_key,
			x->preauth_hash != NULL ? &preauth : NULL, &keys) != 0)
		return NULL;
	struct session_secrets *s = calloc(1, sizeof(*s));
	if (s == NULL || keys_expand(&keys, x, cipher, s) == 0)
		return s;
	session_secrets_free(s);
	return NULL;
}

// --- which of them -----------------------------------------------------------------------------------

static void collect(const struct unlock_keys *k, const struct unlock_exchange *x,
	struct unlock_candidates *out, struct unlock_findings *findings)
{
	unlock_known_session(k, x->session_id, out);
	if (x->facts->ap_req.len > 0)
		unlock_kerberos(k, x->facts, out, findings);
	else if (x->facts->ntlm_authenticate.len > 0)
		unlock_ntlm(k, x->facts, out, findings);
}

static struct session_secrets *choose(const struct unlock_exchange *x,
	const struct unlock_candidates *candidates, struct unlock_findings *findings)
{
	for (size_t i = 0; i < candidates->count; i++) {
		struct session_secrets *s = secrets_new(x, secret_span(&candidates->keys[i]));
		if (s == NULL)
			return NULL;
		int right = unlock_verify(s, FLOW_SERVER, x->final_answer);
		if (right != 0)
			return s; // it fits, or nothing says which one does: then the likeliest
		session_secrets_free(s);
		// A bound connection of another make may derive otherwise: that is no proof of anything.
		findings->final_wrong = !x->binding;
	}
	return NULL;
}

struct session_secrets *unlock_session(
	const struct unlock_keys *k, const struct unlock_exchange *x, struct unlock_findings *findings)
{
	struct unlock_candidates candidates = { .count = 0 };
	struct session_secrets *s = NULL;
	*findings = (struct unlock_findings){ .mic = EVENT_MIC_UNKNOWN };
	collect(k, x, &candidates, findings);
	if (x->dialect != SMB2_DIALECT_311 || x->preauth_hash != NULL)
		s = choose(x, &candidates, findings);
	if (s != NULL)
		findings->final_wrong = false;
	secret_wipe_bytes(&candidates, sizeof(candidates));
	return s;
}

// --- messages ----------------------------------------------------------------------------------------

static enum message_sender sender_of(enum flow_side from)
{
	return from == FLOW_SERVER ? SENT_BY_SERVER : SENT_BY_CLIENT;
}

int unlock_verify(const struct session_secrets *s, enum flow_side from, struct span message)
{
	struct smb2_header h;
	if (smb2_header_decode(message, &h) != VERDICT_OK || (h.flags & SMB2_FLAGS_SIGNED) == 0 ||
		!message_signable(sign_key_algorithm(s->signing), sender_of(from), message))
		return -ENODATA;
	int err = message_verify(s->signing, sender_of(from), message);
	if (err == -EBADMSG)
		return 0;
	return err == 0 ? 1 : err;
}

uint16_t unlock_signing_algorithm(const struct session_secrets *s)
{
	return (uint16_t)sign_key_algorithm(s->signing);
}

int unlock_open(const struct session_secrets *s, enum flow_side from, struct span frame, uint8_t *out,
	struct span *message)
{
	const struct seal_key *key = from == FLOW_SERVER ? s->to_client : s->to_server;
	if (key == NULL)
		return -ENOTSUP;
	memcpy(out, frame.data, frame.len);
	int err = message_open(key, out, frame.len, message);
	return err == -EPROTO ? -EBADMSG : err;
}
