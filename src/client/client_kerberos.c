// SPDX-License-Identifier: Apache-2.0
#include "client/client_kerberos.h"

#include <errno.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdlib.h>
#include <string.h>

#include "base/writer.h"
#include "wire/kerberos/ap_req.h"
#include "wire/spnego/spnego.h"

enum { TOKEN_OVERHEAD = 256 }; // of SPNEGO around the ticket's token

#define FLAGS                                                                                                \
	(GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG | GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG)

// The library takes what it only reads without const.
static gss_OID krb5_mech(void)
{
	return (gss_OID)(uintptr_t)gss_mech_krb5;
}

static gss_buffer_desc buffer_of(struct span s)
{
	return (gss_buffer_desc){ s.len, (void *)(uintptr_t)s.data };
}

// A call of gss_init_sec_context. Whoever runs it may still do so when nobody waits for it any more: it has
// all that it needs.
struct step {
	gss_ctx_id_t context;
	gss_name_t service;
	struct span in;
	gss_buffer_desc out;
	bool complete;
	bool failed;
};

static void step_run(void *work)
{
	struct step *s = work;
	gss_buffer_desc in = buffer_of(s->in);
	OM_uint32 minor;
	OM_uint32 major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &s->context, s->service,
		krb5_mech(), FLAGS, 0, GSS_C_NO_CHANNEL_BINDINGS, &in, NULL, &s->out, NULL, NULL);
	s->failed = GSS_ERROR(major);
	s->complete = major == GSS_S_COMPLETE;
}

static void step_free(void *work)
{
	struct step *s = work;
	OM_uint32 ignored;
	(void)gss_release_buffer(&ignored, &s->out);
	(void)gss_delete_sec_context(&ignored, &s->context, GSS_C_NO_BUFFER);
	(void)gss_release_name(&ignored, &s->service);
	free(s);
}

// What k has goes with the step, and comes back with it.
static struct step *step_new(struct client_kerberos *k, struct span in)
{
	struct step *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	*s = (struct step){ .context = k->context, .service = k->service, .in = in };
	k->context = GSS_C_NO_CONTEXT;
	k->service = GSS_C_NO_NAME;
	return s;
}

static void step_end(struct client_kerberos *k, struct step *s)
{
	k->context = s->context;
	k->service = s->service;
	s->context = GSS_C_NO_CONTEXT;
	s->service = GSS_C_NO_NAME;
	step_free(s);
}

// "cifs/files.example.org", which GSSAPI writes cifs@files.example.org.
static int service_import(
	struct client_kerberos *k, const char *target_name, const char *host, struct arena *a)
{
	char *text = target_name != NULL ? arena_strdup(a, target_name) : arena_printf(a, "cifs@%s", host);
	if (text == NULL)
		return -ENOMEM;
	char *slash = target_name != NULL ? strchr(text, '/') : NULL;
	if (slash != NULL)
		*slash = '@';
	gss_buffer_desc name = { strlen(text), text };
	OM_uint32 minor;
	OM_uint32 major = gss_import_name(&minor, &name, GSS_C_NT_HOSTBASED_SERVICE, &k->service);
	return GSS_ERROR(major) ? -EKEYREJECTED : 0;
}

static int token_wrap(struct span message, struct arena *a, struct span *token)
{
	struct spnego_init init = { .mech_type_count = 1, .has_mech_token = true, .mech_token = message };
	size_t cap = TOKEN_OVERHEAD + message.len;
	void *bytes = arena_alloc(a, cap);
	if (bytes == NULL)
		return -ENOMEM;
	struct writer w = writer_make(bytes, cap);
	init.mech_types[0].mech = SPNEGO_MECH_KRB5;
	spnego_init_encode(&w, &init);
	*token = writer_since(&w, 0);
	return writer_ok(&w) ? 0 : -EMSGSIZE;
}

static int first_token(struct client_kerberos *k, const struct step *s, struct arena *a, struct span *token)
{
	struct kerberos_ap_req request;
	struct span message = span_make(s->out.value, s->out.length);
	if (s->failed || s->out.length == 0)
		return -EKEYREJECTED;
	if (kerberos_ap_req_decode(message, &request) == VERDICT_OK)
		k->ticket_encryption = request.encryption;
	return token_wrap(message, a, token);
}

int client_kerberos_first(struct client_kerberos *k, const struct client_credentials *who, const char *host,
	struct arena *a, struct span *token)
{
	int rc = service_import(k, who->target_name, host, a);
	if (rc < 0)
		return rc;
	struct step *s = step_new(k, span_make(NULL, 0));
	if (s == NULL)
		return -ENOMEM;
	if (who->run_blocking != NULL)
		rc = who->run_blocking(who->runner, step_run, step_free, s);
	else
		step_run(s);
	if (rc < 0)
		return rc;
	rc = first_token(k, s, a, token);
	step_end(k, s);
	return rc;
}

static int session_key_take(struct client_kerberos *k)
{
	OM_uint32 minor;
	gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
	OM_uint32 major =
		gss_inquire_sec_context_by_oid(&minor, k->context, GSS_C_INQ_SSPI_SESSION_KEY, &set);
	bool there = !GSS_ERROR(major) && set != GSS_C_NO_BUFFER_SET && set->count > 0 &&
		     set->elements[0].length <= SECRET_LEN_MAX;
	if (there)
		secret_set(&k->session_key, set->elements[0].value, set->elements[0].length);
	(void)gss_release_buffer_set(&minor, &set);
	return there ? 0 : -EPROTO;
}

int client_kerberos_finish(struct client_kerberos *k, struct span token)
{
	struct spnego_resp resp = { 0 };
	if (spnego_resp_decode(token, &resp) != VERDICT_OK || !resp.has_response_token)
		return -EPROTO;
	struct step *s = step_new(k, resp.response_token);
	if (s == NULL)
		return -ENOMEM;
	step_run(s); // nobody is asked any more
	bool complete = s->complete;
	step_end(k, s);
	return complete ? session_key_take(k) : -EPROTO;
}

void client_kerberos_done(struct client_kerberos *k)
{
	OM_uint32 ignored;
	(void)gss_delete_sec_context(&ignored, &k->context, GSS_C_NO_BUFFER);
	(void)gss_release_name(&ignored, &k->service);
	secret_wipe(&k->session_key);
}
