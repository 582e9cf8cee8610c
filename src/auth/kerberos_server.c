// SPDX-License-Identifier: Apache-2.0
// The acceptor's side of Kerberos (RFC 4121, MS-KILE 3.4) by MIT's GSSAPI: verifies a ticket for this
// server with the keytab, and says who showed it. Each step may block: files, locks. No delegated
// credentials are taken, and SMB has no channel bindings.
#include "auth/kerberos_setup.h"

#include <errno.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/kerberos_identity.h"
#include "auth/kerberos_reason.h"
#include "auth/kerberos_target.h"
#include "auth/mechanism.h"
#include "auth/ntlm_target.h"
#include "base/filetime.h"
#include "wire/kerberos/ap_req.h"

enum {
	FILETIME_SECOND = 10000000,
	ENCRYPTION_OID_PREFIX_LEN = 10,
};

// GSS_C_INQ_SSPI_SESSION_KEY names the key's encryption by this and its number.
static const uint8_t encryption_oid_prefix[ENCRYPTION_OID_PREFIX_LEN] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12,
	0x01, 0x02, 0x02, 0x04 };

struct kerberos_server {
	const struct auth_exchange_config *config;
	struct auth_report *report;
	gss_cred_id_t cred;
	gss_ctx_id_t context;
	gss_name_t client;
	bool begun;
	bool done;
};

// --- life ---------------------------------------------------------------------------------------------

static void *server_new(const struct auth_exchange_config *config, struct auth_report *report)
{
	struct kerberos_server *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->config = config;
	s->report = report;
	return s;
}

static void server_free(void *state)
{
	struct kerberos_server *s = state;
	OM_uint32 minor;

	(void)gss_delete_sec_context(&minor, &s->context, GSS_C_NO_BUFFER);
	(void)gss_release_name(&minor, &s->client);
	(void)gss_release_cred(&minor, &s->cred);
	free(s);
}

// --- the key's encryption and the key -----------------------------------------------------------------

static bool key_is_strong(const gss_buffer_desc *oid)
{
	const uint8_t *bytes = oid->value;

	return oid->length == ENCRYPTION_OID_PREFIX_LEN + 1 &&
	       memcmp(bytes, encryption_oid_prefix, ENCRYPTION_OID_PREFIX_LEN) == 0 &&
	       kerberos_encryption_is_strong(bytes[ENCRYPTION_OID_PREFIX_LEN]);
}

// The sub-session key where there is one, whole (MS-KILE 3.1.1.2): what SMB derives from is cut there.
static enum auth_reason key_take(struct kerberos_server *s, struct secret *key)
{
	OM_uint32 minor;
	gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
	OM_uint32 major =
		gss_inquire_sec_context_by_oid(&minor, s->context, GSS_C_INQ_SSPI_SESSION_KEY, &set);
	enum auth_reason reason = AUTH_REASON_INTERNAL;

	if (GSS_ERROR(major))
		return reason;
	if (set != GSS_C_NO_BUFFER_SET && set->count >= 2 && set->elements[0].length <= SECRET_LEN_MAX) {
		secret_set(key, set->elements[0].value, set->elements[0].length);
		secret_wipe_bytes(set->elements[0].value, set->elements[0].length);
		reason = key_is_strong(&set->elements[1]) ? AUTH_REASON_OK : AUTH_REASON_WEAK_ENCRYPTION;
	}
	(void)gss_release_buffer_set(&minor, &set);
	return reason;
}

// --- who it is ----------------------------------------------------------------------------------------

// "alice@EXAMPLE.ORG", as the library writes it: into two. False for names that need escapes, which no
// account has.
static bool principal_split(struct kerberos_server *s, struct arena *a, char **name, char **realm)
{
	OM_uint32 minor;
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;

	if (GSS_ERROR(gss_display_name(&minor, s->client, &text, NULL)))
		return false;
	*name = arena_strndup(a, text.value, text.length);
	bool whole = *name != NULL && strlen(*name) == text.length && text.length <= AUTH_CLAIM_LEN_MAX;
	(void)gss_release_buffer(&minor, &text);
	if (!whole)
		return false;
	auth_claim_set(s->report->principal, *name);
	char *at = strrchr(*name, '@');
	if (at == NULL || at != strchr(*name, '@') || strchr(*name, '\\') != NULL)
		return false;
	*at = 0;
	*realm = at + 1;
	return at != *name && **realm != 0;
}

static enum auth_reason identify(
	struct kerberos_server *s, struct span token, struct arena *a, OM_uint32 seconds)
{
	struct secret key SECRET_SCOPED = {};
	char *name, *realm;

	if (!principal_split(s, a, &name, &realm))
		return AUTH_REASON_UNKNOWN_ACCOUNT;
	auth_claim_set(s->report->account, name);
	auth_claim_set(s->report->domain, realm);
	enum auth_reason reason = kerberos_target_verify(s->config, token, s->client, s->report, a);
	if (reason == AUTH_REASON_OK)
		reason = key_take(s, &key);
	if (reason != AUTH_REASON_OK)
		return reason;
	const struct kerberos_proved proved = {
		.name = name,
		.realm = realm,
		.logon_info = kerberos_pac_part(s->client, "urn:mspac:logon-info", a),
		.expires = seconds == GSS_C_INDEFINITE ? 0
						       : filetime_now() + (uint64_t)seconds * FILETIME_SECOND,
		.session_key = &key,
	};
	return kerberos_identity_new(s->config, s->report, &proved, a, &s->report->result.identity);
}

// --- the ticket ---------------------------------------------------------------------------------------

// What the ticket says in the clear, for events; and whether it is encrypted well enough to go on.
static enum auth_reason ticket_look(struct kerberos_server *s, struct span token)
{
	struct kerberos_ap_req req;
	char service[AUTH_CLAIM_LEN_MAX] = "";
	size_t len = 0;

	if (kerberos_ap_req_decode(token, &req) != VERDICT_OK)
		return AUTH_REASON_MALFORMED;
	for (unsigned i = 0; i < req.component_count; i++) {
		int n = snprintf(service + len, sizeof(service) - len, "%s%.*s", i > 0 ? "/" : "",
			(int)req.components[i].len, (const char *)req.components[i].data);
		if (n < 0 || (size_t)n >= sizeof(service) - len)
			return AUTH_REASON_MALFORMED;
		len += (size_t)n;
	}
	auth_claim_set(s->report->target_name, service);
	(void)snprintf(service + len, sizeof(service) - len, "@%.*s", (int)req.realm.len,
		(const char *)req.realm.data);
	auth_claim_set(s->report->service, service);
	s->report->result.encryption = kerberos_encryption_name(req.encryption);
	s->report->result.key_version = req.key_version;
	return kerberos_encryption_is_strong(req.encryption) ? AUTH_REASON_OK : AUTH_REASON_WEAK_ENCRYPTION;
}

// Any key of cifs/ in the keytab, as the file is now.
static enum auth_reason cred_acquire(struct kerberos_server *s)
{
	const struct kerberos_setup *setup = s->config->kerberos;
	gss_OID_desc mechs[] = { *gss_mech_krb5, *gss_mech_krb5_wrong };
	gss_OID_set_desc set = { ARRAY_LEN(mechs), mechs };
	gss_key_value_element_desc places[] = { { "keytab", setup->keytab },
		{ "rcache", setup->replay_cache } };
	const gss_key_value_set_desc store = { ARRAY_LEN(places), places };
	gss_buffer_desc text = { sizeof("cifs@") - 1, (char[]){ "cifs@" } };
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 minor, ignored;

	OM_uint32 major = gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE, &name);
	if (GSS_ERROR(major))
		return AUTH_REASON_INTERNAL;
	major = gss_acquire_cred_from(
		&minor, name, GSS_C_INDEFINITE, &set, GSS_C_ACCEPT, &store, &s->cred, NULL, NULL);
	(void)gss_release_name(&ignored, &name);
	return GSS_ERROR(major) ? kerberos_reason(major, minor) : AUTH_REASON_OK;
}

static enum auth_reason begin(struct kerberos_server *s, struct span token)
{
	enum auth_reason reason = ticket_look(s, token);

	s->begun = true;
	return reason == AUTH_REASON_OK ? cred_acquire(s) : reason;
}

// The library has matched the ticket with a key of the keytab. The service's name is not part of what
// the key protects, so it is judged here, for this server's own names; and what is protected and says for
// which service the ticket was meant, if there is any.
static enum auth_reason complete(
	struct kerberos_server *s, struct span token, struct arena *a, OM_uint32 flags, OM_uint32 seconds)
{
	if ((flags & GSS_C_ANON_FLAG) != 0)
		return AUTH_REASON_ANONYMOUS;
	if (s->config->policy.check_target_name && !ntlm_target_name_ours(s->report->target_name, s->config))
		return AUTH_REASON_WRONG_SERVICE;
	enum auth_reason reason = identify(s, token, a, seconds);
	s->done = reason == AUTH_REASON_OK;
	return reason;
}

static bool output_take(gss_buffer_t out, struct arena *a, struct span *token)
{
	OM_uint32 minor;
	const void *copy = arena_copy(a, out->value, out->length);

	*token = span_make(copy, copy != NULL ? out->length : 0);
	(void)gss_release_buffer(&minor, out);
	return copy != NULL;
}

static enum auth_reason server_step(void *state, struct span in, struct arena *a, struct span *out)
{
	struct kerberos_server *s = state;
	gss_buffer_desc input = { in.len, (void *)(uintptr_t)in.data };
	gss_buffer_desc output = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor, flags = 0, seconds = 0;
	enum auth_reason reason = s->begun ? AUTH_REASON_OK : begin(s, in);

	if (reason != AUTH_REASON_OK || s->done)
		return s->done ? AUTH_REASON_OUT_OF_ORDER : reason;
	OM_uint32 major = gss_accept_sec_context(&minor, &s->context, s->cred, &input,
		GSS_C_NO_CHANNEL_BINDINGS, &s->client, NULL, &output, &flags, &seconds, NULL);
	if (!output_take(&output, a, out))
		return AUTH_REASON_INTERNAL;
	if (GSS_ERROR(major))
		return kerberos_reason(major, minor);
	return (major & GSS_S_CONTINUE_NEEDED) != 0 ? AUTH_REASON_NONE : complete(s, in, a, flags, seconds);
}

// --- MICs over SPNEGO's list --------------------------------------------------------------------------

static gss_buffer_desc buffer_of(struct span s)
{
	return (gss_buffer_desc){ s.len, (void *)(uintptr_t)s.data };
}

static int mic_make(void *state, struct span list, struct arena *a, struct span *mic)
{
	struct kerberos_server *s = state;
	gss_buffer_desc message = buffer_of(list);
	gss_buffer_desc made = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;

	if (GSS_ERROR(gss_get_mic(&minor, s->context, GSS_C_QOP_DEFAULT, &message, &made)))
		return -EINVAL;
	return output_take(&made, a, mic) ? 0 : -ENOMEM;
}

static int mic_verify(void *state, struct span list, struct span mic, bool *fits)
{
	struct kerberos_server *s = state;
	gss_buffer_desc message = buffer_of(list);
	gss_buffer_desc claimed = buffer_of(mic);
	OM_uint32 minor;

	*fits = gss_verify_mic(&minor, s->context, &message, &claimed, NULL) == GSS_S_COMPLETE;
	return 0;
}

static bool offered(const struct auth_policy *policy)
{
	return policy->kerberos;
}

// Windows' own identifier first: it knows both, and others the second (MS-SPNG 3.1.5.2).
const struct mechanism kerberos_mechanism = {
	.id = AUTH_MECHANISM_KERBEROS,
	.oids = { SPNEGO_MECH_MS_KRB5, SPNEGO_MECH_KRB5 },
	.raw = SPNEGO_TOKEN_KRB5,
	.offered = offered,
	.may_block = offered,
	.new = server_new,
	.free = server_free,
	.step = server_step,
	.mic_make = mic_make,
	.mic_verify = mic_verify,
};
