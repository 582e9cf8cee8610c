// SPDX-License-Identifier: Apache-2.0
// SESSION_SETUP (MS-SMB2 3.2.4.2.3, 3.2.5.3): two rounds of NTLM or one of Kerberos, then keys.
#include <errno.h>

#include "client/client_call.h"
#include "client/client_kerberos.h"
#include "client/client_ntlm.h"
#include "client/client_state.h"
#include "session/signing.h"
#include "wire/ntlm/ntlm_message.h"
#include "wire/smb2/smb2_command.h"
#include "wire/spnego/spnego.h"

static int send_session_setup(struct client *c, struct span token, struct client_call *call)
{
	struct smb2_session_setup_request m = { .security_mode = (uint8_t)c->options.security_mode,
		.capabilities = c->options.capabilities,
		.security_buffer = token };
	int rc;
	struct writer *w =
		client_request_begin(c, 0, SMB2_SESSION_SETUP, SMB2_SESSION_SETUP_REQUEST_SIZE + token.len,
			client_charge(c, 0), client_call_done, call, &rc);
	if (w == NULL)
		return rc;
	struct client_output *o = c->open;
	smb2_session_setup_request_encode(w, &m);
	rc = client_request_end(c);
	// Nothing else is in flight before authentication: the block was numbered at once, and its bytes
	// stay where they are until the loop runs.
	struct span sent = span_make(o->bytes + CLIENT_OUTPUT_HEADROOM, o->w.pos - CLIENT_OUTPUT_HEADROOM);
	return rc == 0 ? preauth_hash_update(&c->preauth, sent) : rc;
}

static int round_trip(struct client *c, struct span token, struct client_call *call,
	struct smb2_session_setup_response *out, struct nt_status *status)
{
	bool has_body = false;
	int rc = client_call_wait(c, send_session_setup(c, token, call), call, status, &has_body);
	if (rc < 0 || !has_body)
		return rc;
	c->session_id = call->reply.header.session_id;
	return client_fault_of_verdict(smb2_session_setup_response_decode(call->reply.message, out));
}

// MS-SMB2 3.2.5.3.1: the last answer is signed with the new key; in 3.1.1 always.
static int answer_verify(const struct client *c, const struct client_call *call)
{
	bool is_signed = (call->reply.header.flags & SMB2_FLAGS_SIGNED) != 0;
	if (!is_signed && c->facts.dialect != SMB2_DIALECT_311)
		return 0;
	return message_verify(c->sign_key, SENT_BY_SERVER, call->reply.message);
}

// A session that is nobody's has no protection, and one without a cipher no seal: who wants them, and
// gets neither, does not go on without (MS-SMB2 3.2.5.3.1).
static bool session_is_enough(const struct client *c, bool nobody)
{
	if (nobody)
		return !c->options.sign && !c->options.seal;
	return !c->sealing || c->open_key != NULL;
}

// One way or the other of proving who somebody is.
struct exchange {
	struct client *c;
	const struct client_credentials *who;
	struct arena *a;
	struct client_ntlm ntlm;
	struct client_kerberos kerberos;
};

static bool by_kerberos(const struct exchange *x)
{
	return x->who->proof == CLIENT_PROOF_KERBEROS;
}

static int token_first(struct exchange *x, struct span *token)
{
	x->ntlm.proof = x->who->proof;
	if (!by_kerberos(x))
		return client_ntlm_first(&x->ntlm, x->a, token);
	int rc = client_kerberos_first(&x->kerberos, x->who, x->c->host, x->a, token);
	x->c->facts.ticket_encryption = x->kerberos.ticket_encryption;
	return rc;
}

// Kerberos needs no second one: a server that wants it does something else.
static int token_second(struct exchange *x, struct span received, struct span *token)
{
	if (by_kerberos(x))
		return -EPROTO;
	return client_ntlm_second(&x->ntlm, x->who, x->c->host, received, x->a, token);
}

static int session_key(struct exchange *x, struct span received, struct span *key)
{
	int rc = by_kerberos(x) ? client_kerberos_finish(&x->kerberos, received) : 0;
	*key = secret_span(by_kerberos(x) ? &x->kerberos.session_key : &x->ntlm.session_key);
	return rc;
}

// Who said that he is nobody is nobody, also where a server (Samba) does not repeat it.
static bool is_nobody(const struct client_credentials *who, uint16_t session_flags)
{
	return who->proof == CLIENT_PROOF_ANONYMOUS ||
	       (session_flags & (SMB2_SESSION_FLAG_IS_GUEST | SMB2_SESSION_FLAG_IS_NULL)) != 0;
}

static int session_start(struct client *c, struct span key, const struct client_call *call,
	uint16_t session_flags, bool nobody)
{
	c->facts.session_id = c->session_id;
	c->facts.session_flags = session_flags;
	int rc = client_keys_install(c, key);
	if (rc == 0 && !nobody && !c->options.transcript_altered)
		rc = answer_verify(c, call);
	if (rc < 0)
		return rc;
	c->signing = c->options.sign;
	c->sealing = c->options.seal || (session_flags & SMB2_SESSION_FLAG_ENCRYPT_DATA) != 0;
	if (!session_is_enough(c, nobody))
		return -EPROTO;
	c->established = !nobody;
	return 0;
}

// The messages up to the one that ends it; *status is its answer.
static int rounds(struct exchange *x, struct client_call *call, struct smb2_session_setup_response *m,
	struct nt_status *status)
{
	struct span token;
	int rc = token_first(x, &token);
	if (rc == 0)
		rc = round_trip(x->c, token, call, m, status);
	// Nobody has proven anything to NTLM before its second token.
	if (rc == 0 && !by_kerberos(x) && nt_status_equal(*status, STATUS(SUCCESS)))
		return -EPROTO;
	if (rc < 0 || !nt_status_equal(*status, STATUS(MORE_PROCESSING_REQUIRED)))
		return rc;
	rc = preauth_hash_update(&x->c->preauth, call->reply.message);
	if (rc == 0)
		rc = token_second(x, m->security_buffer, &token);
	*call = (struct client_call){ 0 };
	return rc == 0 ? round_trip(x->c, token, call, m, status) : rc;
}

static int exchange(struct exchange *x, struct nt_status *status)
{
	struct client_call call = { 0 };
	struct smb2_session_setup_response m = { 0 };
	struct span key;
	int rc = rounds(x, &call, &m, status);
	if (rc < 0 || !nt_status_equal(*status, STATUS(SUCCESS)))
		return rc;
	rc = session_key(x, m.security_buffer, &key);
	return rc == 0 ? session_start(x->c, key, &call, m.session_flags, is_nobody(x->who, m.session_flags))
		       : rc;
}

int client_log_in(struct client *c, const struct client_credentials *who, struct nt_status *status)
{
	uint8_t room[4096];
	struct arena a;
	struct exchange x = { .c = c, .who = who, .a = &a };
	// Each authentication starts from the connection's hash (MS-SMB2 3.2.5.3).
	struct preauth_hash connection_hash = c->preauth;
	arena_init(&a, room, sizeof(room));
	int rc = exchange(&x, status);
	c->preauth = connection_hash;
	if (!c->established && rc == 0 && !nt_status_equal(*status, STATUS(SUCCESS)))
		c->session_id = 0;
	arena_reset(&a);
	client_ntlm_done(&x.ntlm);
	client_kerberos_done(&x.kerberos);
	if (rc < 0)
		client_fail(c, rc);
	return rc;
}

// A server that did not ask in SPNEGO's words may still have sent NTLM's.
static struct span challenge_in(struct span token)
{
	struct spnego_resp resp = { 0 };
	if (ntlm_message_recognise(token))
		return token;
	if (spnego_resp_decode(token, &resp) != VERDICT_OK || !ntlm_message_recognise(resp.response_token))
		return span_make(NULL, 0);
	return resp.response_token;
}

int client_ask_challenge(struct client *c, struct span *challenge, struct nt_status *status)
{
	uint8_t room[1024];
	struct arena a;
	struct client_ntlm ntlm = { .proof = CLIENT_PROOF_NTLMV2 };
	struct client_call call = { 0 };
	struct smb2_session_setup_response m = { 0 };
	struct preauth_hash connection_hash = c->preauth;
	struct span token;
	arena_init(&a, room, sizeof(room));
	int rc = client_ntlm_first(&ntlm, &a, &token);
	if (rc == 0)
		rc = round_trip(c, token, &call, &m, status);
	c->preauth = connection_hash;
	c->session_id = 0;
	arena_reset(&a);
	*challenge = rc == 0 ? challenge_in(m.security_buffer) : span_make(NULL, 0);
	if (rc < 0)
		client_fail(c, rc);
	return rc;
}
