// SPDX-License-Identifier: Apache-2.0
// TCP and NEGOTIATE: what is offered, and what of the answer is acceptable (MS-SMB2 3.2.5.2).
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/secret.h"
#include "client/client_call.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_command.h"

enum {
	SALT_LEN = 32,
	CONTEXTS_LEN_MAX = 512,
	RECEIVE_LEN_MAX = 16 << 20,
	TIMEOUT_MS = 30000,
	CREDITS_MAX = 512,
};

struct client_options client_options_default(void)
{
	struct client_options o = { .dialects = { SMB2_DIALECT_311 },
		.dialect_count = 1,
		.security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED | SMB2_NEGOTIATE_SIGNING_REQUIRED,
		.capabilities = SMB2_GLOBAL_CAP_LARGE_MTU | SMB2_GLOBAL_CAP_ENCRYPTION,
		.sign = true,
		.seal = true,
		.credits_max = CREDITS_MAX,
		.timeout_ms = TIMEOUT_MS,
		.receive_len_max = RECEIVE_LEN_MAX };
	smb2_negotiate_ids_add(&o.ciphers, SMB2_CIPHER_AES_128_GCM);
	smb2_negotiate_ids_add(&o.ciphers, SMB2_CIPHER_AES_256_GCM);
	smb2_negotiate_ids_add(&o.ciphers, SMB2_CIPHER_AES_128_CCM);
	smb2_negotiate_ids_add(&o.ciphers, SMB2_CIPHER_AES_256_CCM);
	smb2_negotiate_ids_add(&o.signing, SMB2_SIGNING_AES_GMAC);
	smb2_negotiate_ids_add(&o.signing, SMB2_SIGNING_AES_CMAC);
	smb2_negotiate_ids_add(&o.signing, SMB2_SIGNING_HMAC_SHA256);
	return o;
}

static struct client *client_new(
	struct client_loop *loop, const struct client_options *options, const char *host)
{
	struct client *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->host = strdup(host);
	if (c->host == NULL) {
		free(c);
		return NULL;
	}
	c->loop = loop;
	c->fd = -1;
	c->options = *options;
	c->credits = 1;
	preauth_hash_init(&c->preauth);
	return c;
}

static uint16_t contexts_encode(const struct client_options *o, struct writer *w)
{
	uint8_t salt[SALT_LEN];
	random_bytes(salt, sizeof(salt));
	struct smb2_negotiate_contexts m = { .preauth_seen = 1,
		.preauth_salt = span_make(salt, sizeof(salt)),
		.encryption_seen = o->ciphers.count != 0,
		.ciphers = o->ciphers,
		.signing_seen = o->signing.count != 0,
		.signing_algorithms = o->signing };
	smb2_negotiate_ids_add(&m.preauth_hashes, SMB2_HASH_SHA_512);
	return smb2_negotiate_contexts_encode(w, &m);
}

static int send_negotiate(struct client *c, struct client_call *call)
{
	const struct client_options *o = &c->options;
	uint8_t contexts[CONTEXTS_LEN_MAX];
	struct writer list = writer_make(contexts, sizeof(contexts));
	struct smb2_negotiate_request m = { .dialect_count = o->dialect_count,
		.security_mode = o->security_mode,
		.capabilities = o->capabilities };
	memcpy(m.dialects, o->dialects, sizeof(o->dialects));
	// Servers take the capability for AES-128-CCM when no context names a cipher.
	if (o->ciphers.count == 0)
		m.capabilities &= ~SMB2_GLOBAL_CAP_ENCRYPTION;
	random_bytes(m.client_guid, sizeof(m.client_guid));
	memcpy(c->facts.client_guid, m.client_guid, sizeof(c->facts.client_guid));
	c->capabilities = m.capabilities;
	m.negotiate_context_count = contexts_encode(o, &list);
	m.negotiate_contexts = writer_since(&list, 0);
	int rc;
	size_t room = SMB2_NEGOTIATE_REQUEST_SIZE + sizeof(m.dialects) + CONTEXTS_LEN_MAX;
	struct writer *w = client_request_begin(c, 0, SMB2_NEGOTIATE, room, 0, client_call_done, call, &rc);
	if (w == NULL)
		return rc;
	size_t start = w->pos - SMB2_HEADER_LEN;
	smb2_negotiate_request_encode(w, &m);
	// The first request's MessageId is 0, so that what is hashed here is what goes out.
	rc = writer_ok(w) ? preauth_hash_update(&c->preauth, writer_since(w, start)) : -EMSGSIZE;
	if (o->transcript_altered)
		c->preauth.value[0] ^= 1;
	int sent = client_request_end(c);
	return rc < 0 ? rc : sent;
}

static bool dialect_offered(const struct client *c, uint16_t dialect)
{
	for (uint16_t i = 0; i < c->options.dialect_count; i++) {
		if (c->options.dialects[i] == dialect)
			return true;
	}
	return false;
}

// MS-SMB2 3.2.5.2: one hash, at most one of each other, and each one that was offered.
static int contexts_accept(struct client *c, const struct smb2_negotiate_response *m)
{
	struct smb2_negotiate_contexts *got = &c->facts.contexts;
	int rc = client_fault_of_verdict(
		smb2_negotiate_contexts_decode(m->negotiate_contexts, m->negotiate_context_count, got));
	if (rc < 0)
		return rc;
	got->preauth_salt = span_make(NULL, 0);
	got->netname = span_make(NULL, 0);
	got->posix_version = span_make(NULL, 0);
	if (got->preauth_seen != 1 || got->preauth_hashes.count != 1 ||
		got->preauth_hashes.ids[0] != SMB2_HASH_SHA_512 || got->encryption_seen > 1 ||
		got->signing_seen > 1)
		return -EPROTO;
	if (got->encryption_seen == 1 && got->ciphers.ids[0] != SMB2_CIPHER_NONE) {
		c->facts.cipher = got->ciphers.ids[0];
		if (got->ciphers.count != 1 ||
			!smb2_negotiate_ids_contain(&c->options.ciphers, c->facts.cipher))
			return -EPROTO;
	}
	if (got->signing_seen == 1) {
		c->facts.signing_algorithm = got->signing_algorithms.ids[0];
		if (got->signing_algorithms.count != 1 ||
			!smb2_negotiate_ids_contain(&c->options.signing, c->facts.signing_algorithm))
			return -EPROTO;
	}
	return 0;
}

static int token_keep(struct client *c, struct span token)
{
	c->negotiate_token = malloc(token.len + 1);
	if (c->negotiate_token == NULL)
		return -ENOMEM;
	if (token.len > 0)
		memcpy(c->negotiate_token, token.data, token.len);
	c->facts.negotiate_token = span_make(c->negotiate_token, token.len);
	return 0;
}

static int answer_accept(struct client *c, struct span message)
{
	struct smb2_negotiate_response m = { 0 };
	int rc = client_fault_of_verdict(smb2_negotiate_response_decode(message, &m));
	if (rc == 0)
		rc = token_keep(c, m.security_buffer);
	if (rc < 0)
		return rc;
	if (!dialect_offered(c, m.dialect_revision))
		return -EPROTO;
	c->facts.dialect = m.dialect_revision;
	c->facts.security_mode = m.security_mode;
	c->facts.capabilities = m.capabilities;
	c->facts.max_transact_size = m.max_transact_size;
	c->facts.max_read_size = m.max_read_size;
	c->facts.max_write_size = m.max_write_size;
	memcpy(c->facts.server_guid, m.server_guid, sizeof(m.server_guid));
	c->facts.signing_algorithm = (uint16_t)signing_algorithm_of_dialect(m.dialect_revision);
	if (m.dialect_revision == SMB2_DIALECT_311) {
		rc = preauth_hash_update(&c->preauth, message);
		return rc < 0 ? rc : contexts_accept(c, &m);
	}
	if (m.dialect_revision >= SMB2_DIALECT_300 && (m.capabilities & SMB2_GLOBAL_CAP_ENCRYPTION) != 0)
		c->facts.cipher = SMB2_CIPHER_AES_128_CCM;
	return 0;
}

static int negotiate(struct client *c, struct nt_status *status)
{
	struct client_call call = { 0 };
	bool has_body = false;
	int rc = client_call_wait(c, send_negotiate(c, &call), &call, status, &has_body);
	if (rc < 0 || !nt_status_equal(*status, STATUS(SUCCESS)))
		return rc;
	return answer_accept(c, call.reply.message);
}

int client_connect(struct client_loop *loop, const struct client_options *options, const char *host,
	uint16_t port, struct client **out, struct nt_status *status)
{
	*out = NULL;
	struct client *c = client_new(loop, options, host);
	if (c == NULL)
		return -ENOMEM;
	int rc = client_dial(loop, host, port, options->local_address, options->timeout_ms);
	if (rc >= 0) {
		c->fd = rc;
		rc = negotiate(c, status);
	}
	if (rc < 0 || !nt_status_equal(*status, STATUS(SUCCESS))) {
		client_free(c);
		return rc;
	}
	*out = c;
	return 0;
}
