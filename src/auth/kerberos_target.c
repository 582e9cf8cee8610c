// SPDX-License-Identifier: Apache-2.0
#include "auth/kerberos_target.h"

#include <gssapi/gssapi_ext.h>
#include <krb5/krb5.h>
#include <string.h>

#include "auth/ntlm_target.h"
#include "base/utf16.h"
#include "auth/kerberos_setup.h"
#include "wire/kerberos/ap_req.h"
#include "wire/kerberos/pac_delegation_info.h"

// KERB_AUTH_DATA_CLIENT_TARGET (MS-KILE 2.2): the service's name as the client meant it, UTF-16.
enum { AUTH_DATA_CLIENT_TARGET = 144 };

static struct span buffer_take(gss_buffer_t buffer, struct arena *a)
{
	OM_uint32 minor;
	const void *copy = buffer->length > 0 ? arena_copy(a, buffer->value, buffer->length) : NULL;
	struct span bytes = span_make(copy, copy != NULL ? buffer->length : 0);

	(void)gss_release_buffer(&minor, buffer);
	return bytes;
}

struct span kerberos_pac_part(gss_name_t client, const char *attribute, struct arena *a)
{
	gss_buffer_desc name = { strlen(attribute), (void *)(uintptr_t)attribute };
	gss_buffer_desc value = GSS_C_EMPTY_BUFFER;
	gss_buffer_desc display = GSS_C_EMPTY_BUFFER;
	int authenticated = 0, complete = 0, more = -1;
	OM_uint32 minor;

	OM_uint32 major = gss_get_name_attribute(
		&minor, client, &name, &authenticated, &complete, &value, &display, &more);
	(void)gss_release_buffer(&minor, &display);
	if (GSS_ERROR(major) || authenticated == 0)
		value.length = 0; // a client could put another PAC beside the KDC's
	return buffer_take(&value, a);
}

static enum auth_reason judge(
	const struct auth_exchange_config *config, char *meant, struct auth_report *report)
{
	meant[strcspn(meant, "@")] = 0; // the realm, which some add
	if (ntlm_target_name_ours(meant, config))
		return AUTH_REASON_OK;
	auth_claim_set(report->target_name, meant);
	return AUTH_REASON_RENAMED_TICKET;
}

// --- what the client meant ------------------------------------------------------------------------------

// Windows' clients wrap it, so that others may pass it over.
static enum auth_reason authenticator_judge(krb5_context context, krb5_auth_context auth,
	const struct auth_exchange_config *config, struct auth_report *report, struct arena *a)
{
	krb5_authenticator *authenticator = NULL;
	krb5_authdata **found = NULL;
	enum auth_reason reason = AUTH_REASON_OK;

	if (krb5_auth_con_getauthenticator(context, auth, &authenticator) != 0)
		return AUTH_REASON_INTERNAL;
	krb5_error_code code = krb5_find_authdata(
		context, NULL, authenticator->authorization_data, AUTH_DATA_CLIENT_TARGET, &found);
	krb5_free_authenticator(context, authenticator);
	if (code != 0)
		return AUTH_REASON_MALFORMED;
	for (size_t i = 0; reason == AUTH_REASON_OK && found != NULL && found[i] != NULL; i++) {
		struct span bytes = span_make(found[i]->contents, found[i]->length);
		char *meant = bytes.len % 2 == 0 ? utf16_to_utf8(a, bytes) : NULL;
		reason = meant == NULL ? AUTH_REASON_MALFORMED : judge(config, meant, report);
	}
	krb5_free_authdata(context, found);
	return reason;
}

// Opens the authenticator once more, for GSSAPI keeps it to itself. It was judged already: this time no
// replay cache is asked.
static enum auth_reason authenticator_open(krb5_context context, const struct auth_exchange_config *config,
	struct span ap_req, struct auth_report *report, struct arena *a)
{
	const krb5_data message = { .length = (unsigned)ap_req.len, .data = (char *)(uintptr_t)ap_req.data };
	krb5_auth_context auth = NULL;
	krb5_keytab keytab = NULL;
	enum auth_reason reason = AUTH_REASON_INTERNAL;

	krb5_error_code code = krb5_kt_resolve(context, config->kerberos->keytab, &keytab);
	if (code == 0)
		code = krb5_auth_con_init(context, &auth);
	if (code == 0)
		code = krb5_auth_con_setflags(context, auth, 0);
	if (code == 0)
		code = krb5_rd_req(context, &auth, &message, NULL, keytab, NULL, NULL);
	if (code == 0)
		reason = authenticator_judge(context, auth, config, report, a);
	if (auth != NULL)
		(void)krb5_auth_con_free(context, auth);
	if (keytab != NULL)
		(void)krb5_kt_close(context, keytab);
	return reason;
}

// In the authenticator, sealed with the ticket's session key, is whom the client believed to authenticate to:
// one that relays it cannot change it. Windows' clients put it there; MIT's and Samba's do not.
static enum auth_reason client_target_verify(const struct auth_exchange_config *config, struct span token,
	struct auth_report *report, struct arena *a)
{
	struct kerberos_ap_req req;
	krb5_context context;

	if (kerberos_ap_req_decode(token, &req) != VERDICT_OK)
		return AUTH_REASON_MALFORMED;
	if (krb5_init_context(&context) != 0)
		return AUTH_REASON_INTERNAL;
	enum auth_reason reason = authenticator_open(context, config, req.message, report, a);
	krb5_free_context(context);
	return reason;
}

// --- what the KDC gave it for ---------------------------------------------------------------------------

// Who may act for users towards one service of a computer (S4U2proxy) has tickets of theirs, and their keys:
// with another name on it, such a ticket would open all services of that computer. The KDC's word stands in
// the PAC.
static enum auth_reason delegation_verify(const struct auth_exchange_config *config, gss_name_t client,
	struct auth_report *report, struct arena *a)
{
	const char *target;
	struct span info = kerberos_pac_part(client, "urn:mspac:delegation-info", a);

	if (info.len == 0)
		return AUTH_REASON_OK;
	if (pac_delegation_info_decode(info, a, &target) != VERDICT_OK)
		return AUTH_REASON_BAD_PAC;
	char *meant = arena_strdup(a, target);
	return meant == NULL ? AUTH_REASON_INTERNAL : judge(config, meant, report);
}

enum auth_reason kerberos_target_verify(const struct auth_exchange_config *config, struct span token,
	gss_name_t client, struct auth_report *report, struct arena *a)
{
	if (!config->policy.check_target_name)
		return AUTH_REASON_OK;
	enum auth_reason reason = client_target_verify(config, token, report, a);
	return reason == AUTH_REASON_OK ? delegation_verify(config, client, report, a) : reason;
}
