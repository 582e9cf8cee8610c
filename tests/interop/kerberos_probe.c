// SPDX-License-Identifier: Apache-2.0
// A client that authenticates with Kerberos step by step, and says what each step was answered.
//
//     kerberos_probe HOST PORT SERVICE@NAME SHARE STEP...
//
//   offers      the mechanisms that NEGOTIATE offers
//   setup       a new connection and session, the ticket in SPNEGO
//   ms          likewise, by the identifier that Windows has for Kerberos
//   raw         likewise, without SPNEGO
//   one_way     likewise, without asking the server to prove itself
//   dce         likewise, in three legs as DCE/RPC has it
//   delegate    likewise, offering the credentials themselves
//   changed     likewise, with a byte of the ticket changed
//   replay      a new connection, and the last token once more
//   twice       on the connection of a session (which gives it credits) two requests to authenticate another
//               one, at once: the second's answer
//   reauth      authenticates the session again
//   tree        connects to the share
//   open=NAME   opens or makes a file there, to be read and written
//   write       writes to it
//   keys        prints, and forgets, what GSSAPI has: "session HEX", "context HEX" (the client's sub-key),
//               "acceptor HEX" (the server's, when there is one)
//   logoff      ends the session
//   wait        prints "wait" and reads a line
//
// Prints "STEP STATUS_…" for each. KRB5CCNAME has the tickets. Exit status 1: a fault of the connection.
#include <errno.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf16.h"
#include "client/client_call.h"
#include "client/client_send.h"
#include "client/client_state.h"
#include "session/signing.h"
#include "wire/dtyp/access_mask.h"
#include "wire/smb2/smb2_command.h"
#include "wire/spnego/spnego.h"

enum { TIMEOUT_MS = 20000, TOKEN_MAX = 65536 };

struct probe {
	struct client_loop *loop;
	struct client *c;
	const char *host;
	uint16_t port;
	const char *service;
	const char *share;
	uint32_t tree;
	struct smb2_file_id open;
	gss_ctx_id_t context;
	uint8_t sent[TOKEN_MAX]; // the last token, as it went out
	size_t sent_len;
};

enum wrap { WRAP_KRB5, WRAP_MS, WRAP_RAW };

static void give_up(const char *what, const char *why)
{
	(void)fprintf(stderr, "kerberos_probe: %s: %s\n", what, why);
	exit(1);
}

static void require(const char *what, int rc)
{
	if (rc < 0)
		give_up(what, strerror(-rc));
}

// --- tokens ---------------------------------------------------------------------------------------------

static gss_name_t service_name(const char *service)
{
	gss_buffer_desc text = { strlen(service), (void *)(uintptr_t)service };
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 minor;
	if (GSS_ERROR(gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE, &name)))
		give_up(service, "not a service");
	return name;
}

static void gss_complain(OM_uint32 minor)
{
	OM_uint32 more = 0, ignored;
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	(void)gss_display_status(
		&ignored, minor, GSS_C_MECH_CODE, (gss_OID)(uintptr_t)gss_mech_krb5, &more, &text);
	(void)printf("no ticket: %.*s\n", (int)text.length, (const char *)text.value);
	exit(0);
}

// The next token of the context; in is what the server sent.
static struct span token_next(struct probe *p, OM_uint32 flags, struct span in)
{
	static uint8_t bytes[TOKEN_MAX];
	gss_name_t name = service_name(p->service);
	gss_buffer_desc input = { in.len, (void *)(uintptr_t)in.data };
	gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor, ignored;
	OM_uint32 major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &p->context, name,
		(gss_OID)(uintptr_t)gss_mech_krb5, flags, 0, GSS_C_NO_CHANNEL_BINDINGS, &input, NULL, &output,
		NULL, NULL);
	if (GSS_ERROR(major))
		gss_complain(minor);
	if (output.length > sizeof(bytes))
		give_up("token", "too long");
	size_t len = output.length;
	if (len > 0)
		memcpy(bytes, output.value, len);
	(void)gss_release_buffer(&ignored, &output);
	(void)gss_release_name(&ignored, &name);
	return span_make(bytes, len);
}

static struct span wrapped(struct probe *p, enum wrap wrap, struct span token)
{
	struct writer w = writer_make(p->sent, sizeof(p->sent));
	struct spnego_init init = { .mech_type_count = 2, .has_mech_token = true, .mech_token = token };
	init.mech_types[0].mech = wrap == WRAP_MS ? SPNEGO_MECH_MS_KRB5 : SPNEGO_MECH_KRB5;
	init.mech_types[1].mech = SPNEGO_MECH_NTLMSSP;
	if (wrap == WRAP_RAW)
		writer_span(&w, token);
	else
		spnego_init_encode(&w, &init);
	p->sent_len = w.pos;
	return writer_since(&w, 0);
}

// --- requests -------------------------------------------------------------------------------------------

static int send_setup(struct client *c, struct span token, struct client_call *call)
{
	struct smb2_session_setup_request m = { .security_mode = (uint8_t)c->options.security_mode,
		.security_buffer = token };
	int rc;
	struct writer *w =
		client_request_begin(c, 0, SMB2_SESSION_SETUP, SMB2_SESSION_SETUP_REQUEST_SIZE + token.len,
			client_charge(c, 0), client_call_done, call, &rc);
	if (w == NULL)
		return rc;
	struct client_output *o = c->open;
	bool established = c->established;
	smb2_session_setup_request_encode(w, &m);
	rc = client_request_end(c);
	struct span sent = span_make(o->bytes + CLIENT_OUTPUT_HEADROOM, o->w.pos - CLIENT_OUTPUT_HEADROOM);
	return rc == 0 && !established ? preauth_hash_update(&c->preauth, sent) : rc;
}

// What the server answered; *answer is its token, out of SPNEGO.
static struct nt_status setup_once(struct probe *p, enum wrap wrap, struct span token,
	struct client_call *call, struct smb2_session_setup_response *m, struct span *answer)
{
	struct nt_status status;
	struct spnego_resp resp = { 0 };
	bool has_body = false;
	require("SESSION_SETUP",
		client_call_wait(p->c, send_setup(p->c, token, call), call, &status, &has_body));
	*answer = span_make(NULL, 0);
	if (!has_body || smb2_session_setup_response_decode(call->reply.message, m) != VERDICT_OK)
		return status;
	p->c->session_id = call->reply.header.session_id;
	*answer = m->security_buffer;
	if (wrap == WRAP_RAW)
		return status;
	if (spnego_resp_decode(m->security_buffer, &resp) != VERDICT_OK)
		give_up("SESSION_SETUP", "the answer is not of SPNEGO");
	*answer = resp.response_token;
	return status;
}

static void session_key(struct probe *p, struct secret *key)
{
	OM_uint32 minor;
	gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
	if (GSS_ERROR(gss_inquire_sec_context_by_oid(&minor, p->context, GSS_C_INQ_SSPI_SESSION_KEY, &set)))
		give_up("session key", "none");
	secret_set(key, set->elements[0].value, set->elements[0].length);
	(void)gss_release_buffer_set(&minor, &set);
}

static void session_start(struct probe *p, const struct client_call *call, uint16_t flags)
{
	struct secret key SECRET_SCOPED = {};
	session_key(p, &key);
	require("keys", client_keys_install(p->c, secret_span(&key)));
	if (message_verify(p->c->sign_key, SENT_BY_SERVER, call->reply.message) != 0)
		give_up("SESSION_SETUP", "the answer is signed with another key");
	p->c->signing = true;
	p->c->sealing = (flags & SMB2_SESSION_FLAG_ENCRYPT_DATA) != 0;
	p->c->established = true;
}

static void connect_anew(struct probe *p)
{
	struct client_options o = client_options_default();
	struct nt_status status = STATUS(SUCCESS);
	o.timeout_ms = TIMEOUT_MS;
	if (p->c != NULL)
		client_free(p->c);
	require("connect", client_connect(p->loop, &o, p->host, p->port, &p->c, &status));
	if (p->c == NULL)
		give_up("NEGOTIATE", nt_status_name(status));
}

static void context_forget(struct probe *p)
{
	OM_uint32 minor;
	(void)gss_delete_sec_context(&minor, &p->context, GSS_C_NO_BUFFER);
}

// --- steps ----------------------------------------------------------------------------------------------

static struct nt_status authenticate(struct probe *p, enum wrap wrap, OM_uint32 flags, bool change)
{
	struct client_call call = { 0 };
	struct smb2_session_setup_response m = { 0 };
	struct span answer;
	context_forget(p);
	struct span token = wrapped(p, wrap, token_next(p, flags, span_make(NULL, 0)));
	if (change)
		p->sent[p->sent_len / 2] ^= 0x40;
	bool again = p->c->established;
	struct nt_status status = setup_once(p, wrap, token, &call, &m, &answer);
	struct span next = answer.len > 0 ? token_next(p, flags, answer) : span_make(NULL, 0);
	if (nt_status_equal(status, STATUS(MORE_PROCESSING_REQUIRED)) && next.len > 0) {
		static uint8_t bytes[TOKEN_MAX];
		struct writer w = writer_make(bytes, sizeof(bytes));
		spnego_resp_encode(
			&w, &(struct spnego_resp){ .has_response_token = true, .response_token = next });
		require("hash", preauth_hash_update(&p->c->preauth, call.reply.message));
		call = (struct client_call){ 0 };
		status = setup_once(p, wrap, writer_since(&w, 0), &call, &m, &answer);
	}
	if (nt_status_ok(status) && !again)
		session_start(p, &call, m.session_flags);
	return status;
}

static struct nt_status fresh(struct probe *p, enum wrap wrap, OM_uint32 flags, bool change)
{
	connect_anew(p);
	return authenticate(p, wrap, flags, change);
}

static struct nt_status replay(struct probe *p)
{
	struct client_call call = { 0 };
	struct smb2_session_setup_response m = { 0 };
	struct span answer;
	connect_anew(p);
	return setup_once(p, WRAP_KRB5, span_make(p->sent, p->sent_len), &call, &m, &answer);
}

// The second one finds the first at work, or its session as it left it: it never authenticates it again
// beside the other. (SESSION_SETUP with a ticket takes a worker; the second is looked at on the loop.)
static struct nt_status twice(struct probe *p)
{
	struct client_call first = { 0 }, second = { 0 };
	struct nt_status status;
	bool has_body;
	context_forget(p);
	p->c->established = p->c->signing = p->c->sealing = false;
	p->c->session_id = 0;
	struct spnego_init init = { .mech_type_count = 2 };
	init.mech_types[0].mech = SPNEGO_MECH_KRB5;
	init.mech_types[1].mech = SPNEGO_MECH_NTLMSSP;
	uint8_t bytes[256];
	struct writer w = writer_make(bytes, sizeof(bytes));
	spnego_init_encode(&w, &init); // no token yet: the session stays in progress
	require("SESSION_SETUP", client_call_wait(p->c, send_setup(p->c, writer_since(&w, 0), &first), &first,
					 &status, &has_body));
	p->c->session_id = first.reply.header.session_id;
	static uint8_t answer[TOKEN_MAX];
	struct writer r = writer_make(answer, sizeof(answer));
	struct span token = token_next(p, GSS_C_MUTUAL_FLAG, span_make(NULL, 0));
	spnego_resp_encode(&r, &(struct spnego_resp){ .has_response_token = true, .response_token = token });
	first = (struct client_call){ 0 };
	require("first", send_setup(p->c, writer_since(&r, 0), &first));
	require("second", client_call_wait(p->c, send_setup(p->c, writer_since(&r, 0), &second), &second,
				  &status, &has_body));
	return status;
}

static struct nt_status tree(struct probe *p)
{
	uint32_t flags;
	struct nt_status status;
	require("TREE_CONNECT", client_tree_connect(p->c, p->share, &p->tree, &flags, &status));
	return status;
}

static struct nt_status open_file(struct probe *p, const char *name)
{
	struct arena a;
	struct smb2_create_response opened;
	struct nt_status status;
	arena_init(&a, NULL, 0);
	struct smb2_create_request m = client_open_request(utf16_from_utf8(&a, name));
	m.desired_access = ACCESS_GENERIC_READ | ACCESS_GENERIC_WRITE;
	m.create_disposition = FILE_OPEN_IF;
	require("CREATE", client_create(p->c, p->tree, &m, &opened, &status));
	if (nt_status_ok(status))
		p->open = opened.file_id;
	arena_reset(&a);
	return status;
}

static struct nt_status write_file(struct probe *p)
{
	const struct smb2_write_request m = { .file_id = p->open, .data = span_make("w", 1) };
	struct nt_status status;
	uint32_t count;
	require("WRITE", client_write(p->c, p->tree, &m, &count, &status));
	return status;
}

static void print_key(const char *name, struct span key)
{
	(void)printf("%s ", name);
	for (size_t i = 0; i < key.len; i++)
		(void)printf("%02x", key.data[i]);
	(void)printf("\n");
}

static struct nt_status print_keys(struct probe *p)
{
	struct secret key SECRET_SCOPED = {};
	OM_uint32 minor;
	void *exported = NULL;
	session_key(p, &key);
	print_key("session", secret_span(&key));
	if (GSS_ERROR(gss_krb5_export_lucid_sec_context(&minor, &p->context, 1, &exported)))
		give_up("keys", "not told");
	const gss_krb5_lucid_context_v1_t *c = exported;
	print_key("context", span_make(c->cfx_kd.ctx_key.data, c->cfx_kd.ctx_key.length));
	if (c->cfx_kd.have_acceptor_subkey != 0)
		print_key("acceptor",
			span_make(c->cfx_kd.acceptor_subkey.data, c->cfx_kd.acceptor_subkey.length));
	(void)gss_krb5_free_lucid_sec_context(&minor, exported);
	return STATUS(SUCCESS);
}

static struct nt_status logoff(struct probe *p)
{
	struct nt_status status;
	require("LOGOFF", client_log_off(p->c, &status));
	return status;
}

// NEGOTIATE's own list is not kept by the client: the answer to a mechanism that nobody has names none, so
// each is tried.
static struct nt_status offers(struct probe *p)
{
	static const enum spnego_mech mechs[] = { SPNEGO_MECH_MS_KRB5, SPNEGO_MECH_KRB5,
		SPNEGO_MECH_NTLMSSP };
	(void)printf("offers");
	for (size_t i = 0; i < ARRAY_LEN(mechs); i++) {
		uint8_t bytes[256];
		struct writer w = writer_make(bytes, sizeof(bytes));
		struct spnego_init init = { .mech_type_count = 1 };
		struct client_call call = { 0 };
		struct smb2_session_setup_response m = { 0 };
		struct span answer;
		init.mech_types[0].mech = mechs[i];
		spnego_init_encode(&w, &init);
		connect_anew(p);
		struct nt_status s = setup_once(p, WRAP_RAW, writer_since(&w, 0), &call, &m, &answer);
		if (nt_status_equal(s, STATUS(MORE_PROCESSING_REQUIRED)))
			(void)printf(" %s", spnego_mech_name(mechs[i]));
	}
	(void)printf("\n");
	return STATUS(SUCCESS);
}

static struct nt_status wait_for_line(void)
{
	char line[64];
	(void)printf("wait\n");
	(void)fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL)
		give_up("wait", "nobody is there");
	return STATUS(SUCCESS);
}

static struct nt_status run(struct probe *p, const char *step)
{
	const OM_uint32 mutual = GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG;
	static const struct {
		const char *name;
		enum wrap wrap;
		OM_uint32 flags;
		bool change;
	} setups[] = {
		{ "setup", WRAP_KRB5, GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG, false },
		{ "ms", WRAP_MS, GSS_C_MUTUAL_FLAG, false },
		{ "raw", WRAP_RAW, GSS_C_MUTUAL_FLAG, false },
		{ "one_way", WRAP_KRB5, 0, false },
		{ "dce", WRAP_KRB5, GSS_C_MUTUAL_FLAG | GSS_C_DCE_STYLE, false },
		{ "delegate", WRAP_KRB5, GSS_C_MUTUAL_FLAG | GSS_C_DELEG_FLAG, false },
		{ "changed", WRAP_KRB5, GSS_C_MUTUAL_FLAG, true },
	};
	for (size_t i = 0; i < ARRAY_LEN(setups); i++)
		if (strcmp(step, setups[i].name) == 0)
			return fresh(p, setups[i].wrap, setups[i].flags, setups[i].change);
	if (strcmp(step, "replay") == 0)
		return replay(p);
	if (strcmp(step, "twice") == 0)
		return twice(p);
	if (strcmp(step, "reauth") == 0)
		return authenticate(p, WRAP_KRB5, mutual, false);
	if (strcmp(step, "tree") == 0)
		return tree(p);
	if (strncmp(step, "open=", 5) == 0)
		return open_file(p, step + 5);
	if (strcmp(step, "write") == 0)
		return write_file(p);
	if (strcmp(step, "keys") == 0)
		return print_keys(p);
	if (strcmp(step, "logoff") == 0)
		return logoff(p);
	if (strcmp(step, "wait") == 0)
		return wait_for_line();
	return offers(p);
}

int main(int argc, char **argv)
{
	static struct probe p;
	if (argc < 6)
		give_up("usage", "kerberos_probe HOST PORT SERVICE@NAME SHARE STEP...");
	p.loop = client_loop_new();
	p.host = argv[1];
	p.port = (uint16_t)atoi(argv[2]);
	p.service = argv[3];
	p.share = argv[4];
	for (int i = 5; i < argc; i++) {
		struct nt_status status = run(&p, argv[i]);
		(void)printf("%s %s\n", argv[i], nt_status_name(status));
		(void)fflush(stdout);
	}
	context_forget(&p);
	if (p.c != NULL)
		client_free(p.c);
	client_loop_free(p.loop);
	return 0;
}
