// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include "careless_server.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "session/preauth.h"
#include "session/session_keys.h"
#include "session/signing.h"
#include "wire/smb2/smb2_command.h"
#include "wire/smb2/smb2_ioctl_payloads.h"

enum { MESSAGE_LEN_MAX = 8192, SESSION_ID = 7, TREE_ID = 1 };

struct served {
	const struct careless_server *server;
	struct arena arena;
	struct smb2_negotiate_request negotiate;   // of this connection
	struct smb2_negotiate_response negotiated; // likewise
	struct preauth_hash connection_hash, session_hash;
	struct auth_exchange *exchange;
	struct sign_key *key;
	bool offers_cipher;
};

static void header_write(struct writer *w, const struct smb2_header *to, struct nt_status status)
{
	const struct smb2_header h = { .command = to->command,
		.message_id = to->message_id,
		.session_id = to->command == SMB2_NEGOTIATE ? 0 : SESSION_ID,
		.tree_id = to->command == SMB2_TREE_CONNECT ? TREE_ID : to->tree_id,
		.flags = SMB2_FLAGS_SERVER_TO_REDIR,
		.credit_charge = to->credit_charge,
		.status = status,
		.credit_request_response = 32 };
	smb2_header_encode(w, &h);
}

static void refuse(struct writer *w, const struct smb2_header *to, struct nt_status status)
{
	const struct smb2_error_response m = { 0 };
	header_write(w, to, status);
	smb2_error_response_encode(w, &m);
}

static bool serve_negotiate(struct served *s, struct span message, struct writer *w)
{
	struct smb2_negotiate_contexts contexts = { 0 };
	if (smb2_negotiate_request_decode(message, &s->negotiate) != VERDICT_OK)
		return false;
	fake_negotiate(&s->server->policy, message, w);
	if (smb2_negotiate_response_decode(writer_since(w, 0), &s->negotiated) != VERDICT_OK)
		return true; // refused
	if (smb2_negotiate_contexts_decode(s->negotiate.negotiate_contexts,
		    s->negotiate.negotiate_context_count, &contexts) == VERDICT_OK)
		s->offers_cipher = contexts.encryption_seen != 0;
	return preauth_hash_update(&s->connection_hash, message) == 0 &&
	       preauth_hash_update(&s->connection_hash, writer_since(w, 0)) == 0;
}

static bool keys_make(struct served *s)
{
	uint16_t dialect = s->negotiated.dialect_revision;
	struct session_keys keys SESSION_KEYS_SCOPED = { 0 };
	const struct secret *key = &auth_exchange_result(s->exchange)->identity->session_base_key;
	return session_keys_derive(dialect, CIPHER_NONE, secret_span(key),
		       dialect == SMB2_DIALECT_311 ? &s->session_hash : NULL, &keys) == 0 &&
	       sign_key_new(SIGNING_AES_CMAC, secret_span(&keys.signing), &s->key) == 0;
}

static bool serve_session_setup(
	struct served *s, const struct smb2_header *h, struct span message, struct writer *w)
{
	struct smb2_session_setup_request in;
	struct smb2_session_setup_response out = { 0 };
	if (smb2_session_setup_request_decode(message, &in) != VERDICT_OK)
		return false;
	if (s->exchange == NULL) {
		s->exchange = auth_exchange_new(s->server->auth);
		s->session_hash = s->connection_hash;
	}
	if (preauth_hash_update(&s->session_hash, message) != 0)
		return false;
	struct nt_status status =
		auth_exchange_step(s->exchange, in.security_buffer, &s->arena, &out.security_buffer);
	if (nt_status_ok(status) && s->server->needs_cipher && !s->offers_cipher) {
		refuse(w, h, STATUS(ACCESS_DENIED));
		return !s->server->closes_instead;
	}
	header_write(w, h, status);
	smb2_session_setup_response_encode(w, &out);
	if (nt_status_ok(status))
		return keys_make(s);
	return preauth_hash_update(&s->session_hash, writer_since(w, 0)) == 0;
}

static bool serve_tree_connect(
	struct served *s, const struct smb2_header *h, struct span message, struct writer *w)
{
	const struct smb2_tree_connect_response m = { .share_type = SMB2_SHARE_TYPE_PIPE };
	bool good = s->server->takes_any_signature || message_verify(s->key, SENT_BY_CLIENT, message) == 0;
	if (!good) {
		refuse(w, h, STATUS(ACCESS_DENIED));
		return !s->server->closes_instead;
	}
	header_write(w, h, STATUS(SUCCESS));
	smb2_tree_connect_response_encode(w, &m);
	return true;
}

static bool dialects_equal(
	const struct smb2_validate_negotiate_request *a, const struct smb2_negotiate_request *b)
{
	return a->dialect_count == b->dialect_count &&
	       memcmp(a->dialects, b->dialects, a->dialect_count * sizeof(a->dialects[0])) == 0;
}

static bool serve_ioctl(struct served *s, const struct smb2_header *h, struct span message, struct writer *w)
{
	uint8_t bytes[SMB2_VALIDATE_NEGOTIATE_RESPONSE_LEN];
	struct writer output = writer_make(bytes, sizeof(bytes));
	struct smb2_ioctl_request in;
	struct smb2_validate_negotiate_request asked;
	struct smb2_validate_negotiate_response values = { .capabilities = s->negotiated.capabilities,
		.security_mode = s->negotiated.security_mode,
		.dialect = s->negotiated.dialect_revision };
	if (smb2_ioctl_request_decode(message, &in) != VERDICT_OK ||
		smb2_validate_negotiate_request_decode(in.input, &asked) != VERDICT_OK)
		return false;
	bool same = dialects_equal(&asked, &s->negotiate);
	if (!same && s->server->validation == VALIDATION_ENDS)
		return false;
	if (!same && s->server->validation == VALIDATION_REFUSES) {
		refuse(w, h, STATUS(ACCESS_DENIED));
		return true;
	}
	memcpy(values.guid, s->negotiated.server_guid, sizeof(values.guid));
	values.guid[0] ^= s->server->validation == VALIDATION_LIES ? 1 : 0;
	smb2_validate_negotiate_response_encode(&output, &values);
	const struct smb2_ioctl_response out = {
		.ctl_code = in.ctl_code, .file_id = in.file_id, .output = writer_since(&output, 0)
	};
	header_write(w, h, STATUS(SUCCESS));
	smb2_ioctl_response_encode(w, &out);
	return true;
}

// False: the connection ends.
static bool serve_message(struct served *s, struct span message, struct writer *w)
{
	struct smb2_header h;
	if (smb2_header_decode(message, &h) != VERDICT_OK)
		return false;
	switch (h.command) {
	case SMB2_NEGOTIATE:
		return serve_negotiate(s, message, w);
	case SMB2_SESSION_SETUP:
		return serve_session_setup(s, &h, message, w);
	case SMB2_TREE_CONNECT:
		return s->key != NULL && serve_tree_connect(s, &h, message, w);
	case SMB2_IOCTL:
		return s->key != NULL && serve_ioctl(s, &h, message, w);
	default:
		return false;
	}
}

static bool answer_sign(const struct served *s, struct writer *w)
{
	if (s->key == NULL)
		return true;
	smb2_header_patch_flags(w, 0, SMB2_FLAGS_SERVER_TO_REDIR | SMB2_FLAGS_SIGNED);
	return message_sign(s->key, SENT_BY_SERVER, w->base, w->pos) == 0;
}

static void serve(const struct careless_server *server, int fd)
{
	struct served s = { .server = server };
	uint8_t request[MESSAGE_LEN_MAX], answer[MESSAGE_LEN_MAX], kept[MESSAGE_LEN_MAX];
	bool first = true;
	size_t len;
	arena_init(&s.arena, NULL, 0);
	preauth_hash_init(&s.connection_hash);
	while ((len = fake_read_frame(fd, first ? kept : request, sizeof(request))) != 0) {
		struct writer w = writer_make(answer, sizeof(answer));
		// NEGOTIATE stays, for what was decoded of it borrows.
		if (!serve_message(&s, span_make(first ? kept : request, len), &w) || !answer_sign(&s, &w) ||
			!fake_send_frame(fd, writer_since(&w, 0), w.pos))
			break;
		first = false;
	}
	auth_exchange_free(s.exchange);
	sign_key_free(s.key);
	arena_reset(&s.arena);
}

static void *run(void *context)
{
	const struct careless_server *s = context;
	int fd;
	while ((fd = accept(s->listener, NULL, NULL)) >= 0) {
		serve(s, fd);
		(void)close(fd);
	}
	return NULL;
}

void careless_server_start(struct careless_server *s)
{
	s->listener = fake_listen(&s->port);
	assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
}

void careless_server_stop(struct careless_server *s)
{
	(void)shutdown(s->listener, SHUT_RDWR);
	(void)pthread_join(s->thread, NULL);
	(void)close(s->listener);
}
