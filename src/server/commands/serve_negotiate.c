// SPDX-License-Identifier: Apache-2.0
// NEGOTIATE (MS-SMB2 3.3.5.4).
#include "server/commands/serve_smb1_negotiate.h"

#include "base/filetime.h"
#include "base/secret.h"
#include "event/event_sink.h"
#include "server/command_rules.h"
#include "server/connection.h"
#include "server/policy.h"
#include "server/server.h"
#include "server/work.h"
#include "session/session_keys.h"
#include "wire/smb1/smb1_negotiate.h"
#include "wire/smb2/smb2_negotiate.h"
#include "wire/smb2/smb2_negotiate_contexts.h"

enum { PREAUTH_SALT_LEN = 32, MAX_SIZE_WITHOUT_MULTI_CREDIT = 65536 };

struct negotiation {
	struct connection *conn;
	const struct config *config;
	struct smb2_negotiate_request request;
	struct smb2_negotiate_contexts offered; // 3.1.1
	struct smb2_negotiate_contexts chosen;
	uint8_t salt[PREAUTH_SALT_LEN];
	uint16_t dialect;
	enum cipher cipher;
	enum signing_algorithm signing;
};

static uint16_t choose_dialect(const struct negotiation *n)
{
	for (size_t i = 0; i < n->config->dialects.count; i++) {
		if (smb2_negotiate_offers(&n->request, n->config->dialects.items[i]))
			return n->config->dialects.items[i];
	}
	return 0;
}

// The first of ours that the client has too: our order counts, so that a client (or who changes its
// list) cannot choose the weakest.
static bool choose_id(const struct config_codes *ours, const struct smb2_negotiate_ids *theirs, uint16_t *id)
{
	for (size_t i = 0; i < ours->count; i++) {
		if (smb2_negotiate_ids_contain(theirs, ours->items[i])) {
			*id = ours->items[i];
			return true;
		}
	}
	return false;
}

static void choose_cipher_311(struct negotiation *n)
{
	uint16_t id = SMB2_CIPHER_NONE;
	if (n->offered.encryption_seen == 0 || n->config->encryption == PROTECTION_OFF)
		return;
	(void)choose_id(&n->config->ciphers, &n->offered.ciphers, &id);
	n->cipher = (enum cipher)id;
	n->chosen.encryption_seen = 1;
	smb2_negotiate_ids_add(&n->chosen.ciphers, id);
}

static void choose_signing_311(struct negotiation *n)
{
	uint16_t id = 0;
	n->signing = signing_algorithm_of_dialect(n->dialect);
	if (n->offered.signing_seen == 0)
		return;
	// Without one in common the client's CMAC is what both have in any case (MS-SMB2 3.3.5.4).
	if (!choose_id(&n->config->signing_algorithms, &n->offered.signing_algorithms, &id))
		id = SMB2_SIGNING_AES_CMAC;
	n->signing = (enum signing_algorithm)id;
	n->chosen.signing_seen = 1;
	smb2_negotiate_ids_add(&n->chosen.signing_algorithms, id);
}

static struct nt_status negotiate_contexts(struct negotiation *n)
{
	if (smb2_negotiate_contexts_decode(n->request.negotiate_contexts, n->request.negotiate_context_count,
		    &n->offered) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	const struct smb2_negotiate_contexts *o = &n->offered;
	if (o->preauth_seen != 1 || o->encryption_seen > 1 || o->signing_seen > 1 || o->compression_seen > 1)
		return STATUS(INVALID_PARAMETER);
	if (!smb2_negotiate_ids_contain(&o->preauth_hashes, SMB2_HASH_SHA_512))
		return STATUS(SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP);
	random_bytes(n->salt, sizeof(n->salt));
	n->chosen.preauth_seen = 1;
	n->chosen.preauth_salt = span_make(n->salt, sizeof(n->salt));
	smb2_negotiate_ids_add(&n->chosen.preauth_hashes, SMB2_HASH_SHA_512);
	choose_cipher_311(n);
	choose_signing_311(n);
	return STATUS(SUCCESS);
}

static void choose_before_311(struct negotiation *n)
{
	n->signing = signing_algorithm_of_dialect(n->dialect);
	if (n->dialect >= SMB2_DIALECT_300 && n->config->encryption != PROTECTION_OFF &&
		(n->request.capabilities & SMB2_GLOBAL_CAP_ENCRYPTION) != 0)
		n->cipher = CIPHER_AES128_CCM; // the only one that 3.0 and 3.0.2 have
}

static uint32_t limit_size(const struct negotiation *n, uint32_t configured)
{
	bool small = n->dialect == SMB2_DIALECT_202;
	return small && configured > MAX_SIZE_WITHOUT_MULTI_CREDIT ? MAX_SIZE_WITHOUT_MULTI_CREDIT
								   : configured;
}

static void connection_set_negotiated(struct negotiation *n)
{
	struct connection *c = n->conn;
	const struct config_limits *limits = &c->server->limits;
	c->dialect = n->dialect;
	c->dialects = n->config->dialects;
	memcpy(c->client_guid, n->request.client_guid, sizeof(c->client_guid));
	c->client_security_mode = n->request.security_mode;
	c->client_capabilities = n->request.capabilities;
	c->server_security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED | SMB2_NEGOTIATE_SIGNING_REQUIRED;
	if (n->config->signing != PROTECTION_REQUIRED)
		c->server_security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED;
	c->supports_multi_credit = n->dialect > SMB2_DIALECT_202;
	c->server_capabilities = c->supports_multi_credit ? SMB2_GLOBAL_CAP_LARGE_MTU : 0;
	if (n->dialect < SMB2_DIALECT_311 && n->cipher != CIPHER_NONE)
		c->server_capabilities |= SMB2_GLOBAL_CAP_ENCRYPTION;
	c->cipher = n->cipher;
	c->signing = n->signing;
	c->max_transact_size = limit_size(n, limits->max_transact_size);
	c->max_read_size = limit_size(n, limits->max_read_size);
	c->max_write_size = limit_size(n, limits->max_write_size);
	struct reader guid = reader_make(span_make(c->client_guid, sizeof(c->client_guid)));
	const struct guid g = reader_guid(&guid);
	guid_to_text(&g, c->client_guid_text);
	c->about.client_guid = c->client_guid_text;
	c->about.dialect = n->dialect;
	c->about.cipher = n->cipher == CIPHER_NONE ? NULL : cipher_name(n->cipher);
	c->about.signing = signing_algorithm_name(n->signing);
}

static void emit_negotiate(const struct connection *c, struct nt_status status)
{
	struct event e = {
		.kind = EVENT_NEGOTIATE,
		.connection = &c->about,
		.result = nt_status_ok(status) ? EVENT_SUCCESS : EVENT_FAILURE,
		.status = status,
		.reason = nt_status_equal(status, STATUS(NOT_SUPPORTED)) ? "no_common_dialect" : NULL,
	};
	event_emit(c->server->events, &e);
}

static void write_response(const struct connection *c, const struct policy *p, uint16_t dialect,
	const struct smb2_negotiate_contexts *chosen, struct arena *a, struct writer *w)
{
	const struct auth_policy policy = policy_of_authentication(p);
	uint8_t bytes[512];
	struct writer contexts = writer_make(bytes, sizeof(bytes));
	struct smb2_negotiate_response m = {
		.security_mode = c->server_security_mode,
		.dialect_revision = dialect,
		.capabilities = c->server_capabilities,
		.max_transact_size = c->max_transact_size,
		.max_read_size = c->max_read_size,
		.max_write_size = c->max_write_size,
		.system_time = filetime_now(),
		.security_buffer = auth_negotiate_token(&policy, a),
	};
	if (chosen != NULL)
		m.negotiate_context_count = smb2_negotiate_contexts_encode(&contexts, chosen);
	m.negotiate_contexts = writer_since(&contexts, 0);
	memcpy(m.server_guid, c->server->guid, sizeof(m.server_guid));
	smb2_negotiate_response_encode(w, &m);
}

static struct nt_status negotiate(struct request *req, struct negotiation *n)
{
	if (smb2_negotiate_request_decode(req->message, &n->request) != VERDICT_OK ||
		n->request.dialect_count == 0 || (req->header.flags & SMB2_FLAGS_SIGNED) != 0)
		return STATUS(INVALID_PARAMETER);
	n->dialect = choose_dialect(n);
	if (n->dialect == 0)
		return STATUS(NOT_SUPPORTED);
	if (n->dialect != SMB2_DIALECT_311) {
		choose_before_311(n);
		return STATUS(SUCCESS);
	}
	struct nt_status status = negotiate_contexts(n);
	if (nt_status_ok(status) && preauth_hash_update(&n->conn->preauth, req->message) != 0)
		status = STATUS(INTERNAL_ERROR);
	return status;
}

struct nt_status serve_negotiate(struct request *req)
{
	struct connection *c = req->conn;
	struct policy *p = server_policy(req->server);
	struct negotiation n = { .conn = c, .config = p->config };
	struct nt_status status = negotiate(req, &n);
	if (nt_status_ok(status)) {
		connection_set_negotiated(&n);
		c->state = CONNECTION_NEGOTIATED;
		bool is_311 = n.dialect == SMB2_DIALECT_311;
		req->preauth = is_311 ? &c->preauth : NULL;
		if (request_reserve(req, 2048))
			write_response(c, p, n.dialect, is_311 ? &n.chosen : NULL, req->arena, req->out);
	}
	policy_unref(p);
	emit_negotiate(c, status);
	return status;
}

// --- SMB1's multi-protocol NEGOTIATE (MS-SMB2 3.3.5.3) ----------------------------------------------

static void answer_smb1(struct work *w, uint16_t dialect)
{
	struct connection *c = w->conn;
	struct policy *p = server_policy(c->server);
	c->server_security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED | SMB2_NEGOTIATE_SIGNING_REQUIRED;
	c->max_transact_size = c->max_read_size = c->max_write_size = MAX_SIZE_WITHOUT_MULTI_CREDIT;
	struct smb2_header h = {
		.command = 0,
		.flags = SMB2_FLAGS_SERVER_TO_REDIR,
		.credit_request_response = sequence_window_grant(&c->window, 1),
	};
	work_begin_part(w);
	smb2_header_encode(&w->out, &h);
	write_response(c, p, dialect, NULL, &w->arena, &w->out);
	work_end_part(w, NULL);
	c->state = CONNECTION_MULTI_PROTOCOL;
	policy_unref(p);
}

// Only what leads on to SMB 2 by "SMB 2.???" is answered. "SMB 2.002" alone would fix 2.0.2 at once,
// which has no negotiation worth the name: who has it switched on sends an SMB2 NEGOTIATE.
void serve_smb1_negotiate(struct work *w)
{
	struct connection *c = w->conn;
	struct smb1_negotiate m;
	bool leads_on = c->state == CONNECTION_NEW && smb1_negotiate_decode(w->bytes, &m) == VERDICT_OK &&
			m.smb2_wildcard && sequence_window_consume(&c->window, 0, 1) == SEQUENCE_OK;
	w->parts = leads_on ? arena_zalloc(&w->arena, sizeof(*w->parts)) : NULL;
	if (w->parts == NULL || !work_reserve(w, 2048)) {
		struct event e = { .kind = EVENT_REFUSAL,
			.connection = &c->about,
			.result = EVENT_FAILURE,
			.reason = "smb1" };
		event_emit(c->server->events, &e);
		w->disconnect = true;
		w->end = CONNECTION_END_PROTOCOL;
		return;
	}
	answer_smb1(w, SMB2_DIALECT_WILDCARD);
}
