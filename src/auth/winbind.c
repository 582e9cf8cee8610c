// SPDX-License-Identifier: Apache-2.0
#include "auth/winbind.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wbclient.h>

#include "base/secret.h"

// How many wait for winbindd now. The one thing here that calls share; each has a connection of its own.
static atomic_uint calls;

static struct wbcContext *call_begin(void)
{
	if (atomic_fetch_add(&calls, 1) < WINBIND_CALLS_MAX) {
		struct wbcContext *ctx = wbcCtxCreate();
		if (ctx != NULL)
			return ctx;
	}
	atomic_fetch_sub(&calls, 1);
	return NULL;
}

static void call_end(struct wbcContext *ctx)
{
	wbcCtxFree(ctx);
	atomic_fetch_sub(&calls, 1);
}

static void name_copy(char out[WINBIND_NAME_SIZE], const char *name)
{
	(void)snprintf(out, WINBIND_NAME_SIZE, "%s", name != NULL ? name : "");
}

bool winbind_machine_get(struct winbind_machine *out)
{
	struct wbcInterfaceDetails *details = NULL;
	struct wbcContext *ctx = call_begin();

	*out = (struct winbind_machine){};
	if (ctx == NULL)
		return false;
	bool known = WBC_ERROR_IS_OK(wbcCtxInterfaceDetails(ctx, &details)) && details != NULL;
	if (known) {
		name_copy(out->netbios_computer, details->netbios_name);
		name_copy(out->netbios_domain, details->netbios_domain);
		name_copy(out->dns_domain, details->dns_domain);
	}
	wbcFreeMemory(details);
	call_end(ctx);
	return known;
}

enum winbind_answer winbind_knows_domain(const char *domain)
{
	struct wbcDomainInfo *info = NULL;
	struct wbcContext *ctx = call_begin();

	if (ctx == NULL)
		return WINBIND_SILENT;
	wbcErr err = wbcCtxDomainInfo(ctx, domain, &info);
	call_end(ctx);
	if (err == WBC_ERR_WINBIND_NOT_AVAILABLE)
		return WINBIND_SILENT;
	// BUILTIN (S-1-5-32) has no users.
	bool known = WBC_ERROR_IS_OK(err) && info != NULL && info->sid.num_auths > 1;
	wbcFreeMemory(info);
	return known ? WINBIND_YES : WINBIND_NO;
}

static bool sid_of(const struct wbcDomainSid *in, struct sid *out)
{
	if (in->sid_rev_num != SID_REVISION || in->num_auths > SID_SUB_AUTHORITY_MAX)
		return false;
	*out = (struct sid){ .sub_authority_count = in->num_auths };
	for (size_t i = 0; i < sizeof(in->id_auth); i++)
		out->identifier_authority = out->identifier_authority << 8 | in->id_auth[i];
	for (size_t i = 0; i < in->num_auths; i++)
		out->sub_authority[i] = in->sub_auths[i];
	return true;
}

// --- a user -----------------------------------------------------------------------------------------

void winbind_user_free(struct winbind_user *user)
{
	if (user == NULL)
		return;
	free(user->account);
	free(user->domain);
	free(user->groups);
	secret_wipe_bytes(user, sizeof(*user));
	free(user);
}

static bool key_is_null(const uint8_t key[WINBIND_KEY_LEN])
{
	static const uint8_t zeros[WINBIND_KEY_LEN];

	return secret_equal(key, zeros, sizeof(zeros));
}

// NULL when memory is out, or it is not something that a session can be made of.
static struct winbind_user *user_make(const struct wbcAuthUserInfo *info)
{
	struct winbind_user *user = calloc(1, sizeof(*user));

	if (user == NULL)
		return NULL;
	bool fine = info->num_sids >= 2 && info->account_name != NULL && info->domain_name != NULL &&
		    !key_is_null(info->user_session_key) && sid_of(&info->sids[0].sid, &user->sid);
	if (fine) {
		user->account = strdup(info->account_name);
		user->domain = strdup(info->domain_name);
		user->groups = calloc(info->num_sids, sizeof(*user->groups));
		fine = user->account != NULL && user->domain != NULL && user->groups != NULL;
	}
	for (size_t i = 1; fine && i < info->num_sids; i++)
		fine = sid_of(&info->sids[i].sid, &user->groups[user->group_count++]);
	if (!fine) {
		winbind_user_free(user);
		return NULL;
	}
	memcpy(user->session_base_key, info->user_session_key, sizeof(user->session_base_key));
	return user;
}

// What a domain controller answers (MS-ERREF 2.3.1), in our words.
static enum auth_reason reason_of_status(uint32_t status)
{
	switch (status) {
	case 0xC000006A: // WRONG_PASSWORD
	case 0xC000006D: // LOGON_FAILURE
		return AUTH_REASON_WRONG_PASSWORD;
	case 0xC0000064: // NO_SUCH_USER
		return AUTH_REASON_UNKNOWN_ACCOUNT;
	case 0xC0000072:
		return AUTH_REASON_ACCOUNT_DISABLED;
	case 0xC0000234: // ACCOUNT_LOCKED_OUT
	case 0xC000006E: // ACCOUNT_RESTRICTION
	case 0xC000006F: // INVALID_LOGON_HOURS
	case 0xC0000070: // INVALID_WORKSTATION
	case 0xC0000071: // PASSWORD_EXPIRED
	case 0xC0000193: // ACCOUNT_EXPIRED
	case 0xC0000199: // NOLOGON_WORKSTATION_TRUST_ACCOUNT
	case 0xC000019A: // NOLOGON_SERVER_TRUST_ACCOUNT
	case 0xC0000198: // NOLOGON_INTERDOMAIN_TRUST_ACCOUNT
	case 0xC0000224: // PASSWORD_MUST_CHANGE
	case 0xC0000413: // AUTHENTICATION_FIREWALL_FAILED
	case 0xC0000418: // NTLM_BLOCKED
		return AUTH_REASON_ACCOUNT_RESTRICTED;
	case 0xC0000022: // ACCESS_DENIED: winbindd's privileged socket, not the controller
		return AUTH_REASON_WINBIND_NOT_PRIVILEGED;
	default:
		return AUTH_REASON_DOMAIN_UNREACHABLE;
	}
}

static enum auth_reason failure_of(wbcErr err, const struct wbcAuthErrorInfo *error)
{
	if (err == WBC_ERR_AUTH_ERROR && error != NULL)
		return reason_of_status(error->nt_status);
	if (err == WBC_ERR_NO_MEMORY)
		return AUTH_REASON_INTERNAL;
	return AUTH_REASON_WINBIND_UNAVAILABLE;
}

enum auth_reason winbind_response_verify(const struct winbind_response *response, struct winbind_user **out)
{
	struct wbcAuthUserInfo *info = NULL;
	struct wbcAuthErrorInfo *error = NULL;
	struct wbcAuthUserParams params = {
		.account_name = response->account,
		.domain_name = response->domain,
		.workstation_name = response->workstation,
		.level = WBC_AUTH_USER_LEVEL_RESPONSE,
	};
	struct wbcContext *ctx = call_begin();
	uint8_t *nt = malloc(response->nt_response.len);

	enum auth_reason reason = ctx == NULL ? AUTH_REASON_WINBIND_BUSY : AUTH_REASON_INTERNAL;
	if (ctx != NULL && nt != NULL) {
		memcpy(nt, response->nt_response.data, response->nt_response.len);
		memcpy(params.password.response.challenge, response->server_challenge,
			sizeof(params.password.response.challenge));
		params.password.response.nt_data = nt;
		params.password.response.nt_length = (uint32_t)response->nt_response.len;
		wbcErr err = wbcCtxAuthenticateUserEx(ctx, &params, &info, &error);
		if (WBC_ERROR_IS_OK(err) && info != NULL) {
			*out = user_make(info);
			reason = *out != NULL ? AUTH_REASON_OK : AUTH_REASON_INTERNAL;
			secret_wipe_bytes(info->user_session_key, sizeof(info->user_session_key));
		} else {
			reason = failure_of(err, error);
		}
	}
	wbcFreeMemory(info);
	wbcFreeMemory(error);
	free(nt);
	if (ctx != NULL)
		call_end(ctx);
	return reason;
}

// --- names --------------------------------------------------------------------------------------------

bool winbind_sid_of_name(const char *domain, const char *name, struct sid *out)
{
	struct wbcDomainSid sid;
	enum wbcSidType type;
	struct wbcContext *ctx = call_begin();

	if (ctx == NULL)
		return false;
	bool found = WBC_ERROR_IS_OK(wbcCtxLookupName(ctx, domain, name, &sid, &type)) &&
		     type != WBC_SID_NAME_UNKNOWN && type != WBC_SID_NAME_DELETED &&
		     type != WBC_SID_NAME_INVALID && type != WBC_SID_NAME_DOMAIN && sid_of(&sid, out);
	call_end(ctx);
	return found;
}
