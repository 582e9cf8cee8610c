// SPDX-License-Identifier: Apache-2.0
// NEGOTIATE (MS-SMB2 2.2.3, 2.2.4): what both sides can, want, and agree on.
#include <string.h>

#include "crypto/crypto.h"
#include "sensor/fingerprint.h"
#include "sensor/observe.h"
#include "wire/smb2/smb2_negotiate_contexts.h"

static void update_preauth(struct observed *o)
{
	if (o->message.len != o->len || preauth_hash_update(&o->c->preauth, o->message) != 0)
		o->c->preauth_broken = true;
}

static bool offers_cipher(const struct smb2_negotiate_ids *ciphers)
{
	for (size_t i = 0; i < ciphers->count; i++)
		if (ciphers->ids[i] != SMB2_CIPHER_NONE)
			return true;
	return false;
}

static void note_contexts(struct negotiated *n, const struct smb2_negotiate_contexts *contexts)
{
	n->client_offers_cipher = offers_cipher(&contexts->ciphers);
	n->client_ciphers = contexts->ciphers.count;
	n->client_signing_algorithms = contexts->signing_algorithms.count;
	n->client_salt = contexts->preauth_salt.len == 0 ? 0 : fingerprint_of(contexts->preauth_salt);
}

void observe_negotiate_request(struct observed *o)
{
	struct smb2_negotiate_request m;
	struct smb2_negotiate_contexts contexts = { .preauth_seen = 0 };
	struct negotiated *n = &o->c->negotiated;
	if (smb2_negotiate_request_decode(o->message, &m) != VERDICT_OK) {
		conversation_anomaly(o->c, "malformed_negotiate", NULL);
		return;
	}
	n->request_seen = true;
	n->client_dialect_count = 0;
	for (size_t i = 0; i < m.dialect_count && n->client_dialect_count < CLIENT_DIALECTS_MAX; i++)
		n->client_dialects[n->client_dialect_count++] = m.dialects[i];
	n->client_security_mode = m.security_mode;
	n->client_capabilities = m.capabilities;
	memcpy(n->client_guid, m.client_guid, SMB2_GUID_LEN);
	n->client_hash = fingerprint_of(o->message);
	n->request_packet = conversation_packet(o->c);
	n->client_contexts = m.negotiate_context_count;
	if (m.negotiate_context_count != 0 && smb2_negotiate_contexts_decode(m.negotiate_contexts,
						      m.negotiate_context_count, &contexts) == VERDICT_OK)
		note_contexts(n, &contexts);
	preauth_hash_init(&o->c->preauth);
	o->c->preauth_broken = false; // it begins here, whatever was not seen before
	update_preauth(o);
}

static const char *cipher_text(uint16_t cipher)
{
	return cipher == 0 ? NULL : cipher_name((enum cipher)cipher);
}

// What the dialect implies where no context says it (MS-SMB2 3.3.5.4, 3.1.4.1).
static void choose_by_dialect(struct negotiated *n, const struct smb2_negotiate_response *m)
{
	bool is_3 = n->dialect >= SMB2_DIALECT_300;
	n->signing_algorithm = is_3 ? SIGNING_AES_CMAC : SIGNING_HMAC_SHA256;
	n->cipher = CIPHER_NONE;
	if (n->dialect == SMB2_DIALECT_300 || n->dialect == SMB2_DIALECT_302)
		n->cipher =
			(m->capabilities & SMB2_GLOBAL_CAP_ENCRYPTION) != 0 ? CIPHER_AES128_CCM : CIPHER_NONE;
}

static void choose_by_contexts(struct negotiated *n, const struct smb2_negotiate_response *m)
{
	struct smb2_negotiate_contexts contexts;
	if (m->negotiate_context_count == 0 || smb2_negotiate_contexts_decode(m->negotiate_contexts,
						       m->negotiate_context_count, &contexts) != VERDICT_OK)
		return;
	if (contexts.ciphers.count > 0)
		n->cipher = contexts.ciphers.ids[0];
	if (contexts.signing_algorithms.count > 0)
		n->signing_algorithm = contexts.signing_algorithms.ids[0];
}

void conversation_tell_negotiate(
	struct conversation *c, struct nt_status status, enum event_result result, const char *reason)
{
	const struct negotiated *n = &c->negotiated;
	struct event_negotiation negotiation = {
		.client_hash = n->client_hash,
		.server_hash = n->server_hash,
		.client_salt = n->client_salt,
		.client_dialects = n->client_dialects,
		.client_dialect_count = n->client_dialect_count,
		.client_security_mode = n->client_security_mode,
		.server_security_mode = n->server_security_mode,
		.client_capabilities = n->client_capabilities,
		.server_capabilities = n->server_capabilities,
		.client_contexts = n->client_contexts,
		.client_ciphers = n->client_ciphers,
		.client_signing_algorithms = n->client_signing_algorithms,
		.dialect = n->dialect,
		.cipher = n->cipher,
		.signing_algorithm = n->signing_algorithm,
		.client_is_smb1 = n->by_smb1,
	};
	memcpy(negotiation.client_guid, n->client_guid, sizeof(negotiation.client_guid));
	memcpy(negotiation.server_guid, n->server_guid, sizeof(negotiation.server_guid));
	struct event e = {
		.kind = EVENT_NEGOTIATE,
		.status = status,
		.result = result,
		.reason = reason,
		.negotiation = &negotiation,
	};
	c->negotiated.told = true;
	conversation_emit(c, NULL, &e, n->request_packet);
}

static void tell(struct observed *o)
{
	enum event_result result = nt_status_ok(o->header.status) ? EVENT_SUCCESS : EVENT_FAILURE;
	conversation_tell_negotiate(o->c, o->header.status, result, NULL);
}

void observe_negotiate_answer(struct observed *o)
{
	struct smb2_negotiate_response m;
	struct negotiated *n = &o->c->negotiated;
	if (!nt_status_ok(o->header.status)) {
		tell(o);
		return;
	}
	if (smb2_negotiate_response_decode(o->message, &m) != VERDICT_OK) {
		conversation_anomaly(o->c, "malformed_negotiate", NULL);
		return;
	}
	n->server_hash = fingerprint_of(o->message);
	// An SMB2 NEGOTIATE of its own follows (MS-SMB2 3.3.5.3.2).
	if (m.dialect_revision == SMB2_DIALECT_WILDCARD)
		return;
	n->response_seen = true;
	n->dialect = m.dialect_revision;
	n->server_security_mode = m.security_mode;
	n->server_capabilities = m.capabilities;
	memcpy(n->server_guid, m.server_guid, SMB2_GUID_LEN);
	choose_by_dialect(n, &m);
	if (n->dialect == SMB2_DIALECT_311)
		choose_by_contexts(n, &m);
	if (!n->request_seen)
		o->c->preauth_broken = true;
	update_preauth(o);
	o->c->about.dialect = n->dialect;
	o->c->about.cipher = cipher_text(n->cipher);
	o->c->about.signing = signing_algorithm_name((enum signing_algorithm)n->signing_algorithm);
	tell(o);
}
