// SPDX-License-Identifier: Apache-2.0
#include "sensor/kerberos_error.h"

#include <stddef.h>

#include "base/attributes.h"

#define STATUS_OF(name)                                                                                      \
	{                                                                                                    \
		(uint32_t) NT_STATUS_##name                                                                  \
	}

static const struct kerberos_error errors[] = {
	{ 1, "account_expired", STATUS_OF(ACCOUNT_EXPIRED) },
	{ 6, "principal_unknown", STATUS_OF(NO_SUCH_USER) },
	{ 7, "service_unknown", STATUS_OF(NOT_FOUND) },
	{ 12, "policy", STATUS_OF(ACCOUNT_RESTRICTION) },
	{ 13, "bad_option", STATUS_OF(NOT_SUPPORTED) },
	{ 14, "encryption_not_supported", STATUS_OF(NOT_SUPPORTED) },
	{ 16, "preauth_not_supported", STATUS_OF(NOT_SUPPORTED) },
	{ 18, "client_revoked", STATUS_OF(ACCOUNT_DISABLED) }, // or locked out, expired, outside of its hours
	{ 20, "ticket_revoked", STATUS_OF(LOGON_FAILURE) },
	{ 23, "password_expired", STATUS_OF(PASSWORD_EXPIRED) },
	{ 24, "preauth_failed", STATUS_OF(WRONG_PASSWORD) },
	{ 25, "preauth_required", STATUS_OF(MORE_PROCESSING_REQUIRED) },
	{ 31, "wrong_key", STATUS_OF(LOGON_FAILURE) }, // an integrity check failed
	{ 32, "ticket_expired", STATUS_OF(LOGON_FAILURE) },
	{ 34, "replayed", STATUS_OF(LOGON_FAILURE) },
	{ 37, "clock_skew", STATUS_OF(TIME_DIFFERENCE_AT_DC) },
	{ 41, "modified", STATUS_OF(LOGON_FAILURE) },
	{ 52, "response_too_big", STATUS_OF(MORE_PROCESSING_REQUIRED) }, // asks again over TCP
	{ 68, "wrong_realm", STATUS_OF(MORE_PROCESSING_REQUIRED) },      // asks again elsewhere (RFC 6806 7)
	{ 90, "preauth_expired", STATUS_OF(MORE_PROCESSING_REQUIRED) },
	{ 91, "preauth_goes_on", STATUS_OF(MORE_PROCESSING_REQUIRED) },
};

const struct kerberos_error *kerberos_error_find(int32_t code)
{
	static const struct kerberos_error other = { 0, "kerberos_error", STATUS_OF(LOGON_FAILURE) };
	for (size_t i = 0; i < ARRAY_LEN(errors); i++)
		if (errors[i].code == code)
			return &errors[i];
	return &other;
}
