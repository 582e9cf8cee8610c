// SPDX-License-Identifier: Apache-2.0
#include "auth/auth_reason.h"

#include "base/attributes.h"

const char *auth_reason_name(enum auth_reason reason)
{
	static const char *const names[] = {
#define X(name, text) text,
		AUTH_REASON_LIST(X)
#undef X
	};

	return (unsigned)reason < ARRAY_LEN(names) ? names[reason] : "unknown";
}

bool auth_reason_is_guess(enum auth_reason reason)
{
	switch (reason) {
	case AUTH_REASON_GUEST:
	case AUTH_REASON_UNKNOWN_ACCOUNT:
	case AUTH_REASON_WRONG_PASSWORD:
	case AUTH_REASON_CHALLENGE_REUSED:
	case AUTH_REASON_ACCOUNT_RESTRICTED:
	case AUTH_REASON_ACCOUNT_DISABLED: // not to be told from the others
	case AUTH_REASON_NTLM_NOT_ALLOWED_FOR_ACCOUNT:
		return true;
	default:
		return false;
	}
}

struct nt_status auth_reason_status(enum auth_reason reason)
{
	switch (reason) {
	case AUTH_REASON_NONE:
		return STATUS(MORE_PROCESSING_REQUIRED);
	case AUTH_REASON_OK:
		return STATUS(SUCCESS);
	case AUTH_REASON_MALFORMED:
	case AUTH_REASON_TOKEN_TOO_LONG:
	case AUTH_REASON_TOO_MANY_LEGS:
	case AUTH_REASON_OUT_OF_ORDER:
		return STATUS(INVALID_PARAMETER);
	case AUTH_REASON_MECHANISM_NOT_OFFERED:
		return STATUS(NOT_SUPPORTED);
	case AUTH_REASON_ANONYMOUS:
	case AUTH_REASON_TARGET_INFO_CHANGED:
	case AUTH_REASON_TARGET_NAME_MISMATCH:
	case AUTH_REASON_TARGET_NAME_MISSING:
	case AUTH_REASON_CHANNEL_BINDINGS:
		return STATUS(ACCESS_DENIED);
	case AUTH_REASON_USER_NOT_ADMITTED:
		return STATUS(LOGON_TYPE_NOT_GRANTED);
	case AUTH_REASON_CLOCK_SKEW:
		return STATUS(TIME_DIFFERENCE_AT_DC);
	case AUTH_REASON_WINBIND_NOT_PRIVILEGED:
	case AUTH_REASON_DOMAIN_UNREACHABLE:
		return STATUS(NO_LOGON_SERVERS);
	case AUTH_REASON_WINBIND_BUSY:
		return STATUS(INSUFFICIENT_RESOURCES);
	case AUTH_REASON_KEYTAB_UNREADABLE:
	case AUTH_REASON_INTERNAL:
		return STATUS(INTERNAL_ERROR);
	default:
		return STATUS(LOGON_FAILURE);
	}
}
