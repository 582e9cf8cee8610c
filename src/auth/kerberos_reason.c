// SPDX-License-Identifier: Apache-2.0
#include "auth/kerberos_reason.h"

#include <errno.h>
#include <gssapi/gssapi.h>
#include <krb5/krb5.h>

// The codes are those of the library's error tables, which GSSAPI hands on as they are.
enum auth_reason kerberos_reason(uint32_t major, uint32_t minor)
{
	switch ((krb5_error_code)minor) {
	case KRB5KRB_AP_ERR_TKT_EXPIRED:
		return AUTH_REASON_TICKET_EXPIRED;
	case KRB5KRB_AP_ERR_TKT_NYV:
		return AUTH_REASON_TICKET_NOT_YET_VALID;
	case KRB5KRB_AP_ERR_SKEW:
		return AUTH_REASON_CLOCK_SKEW;
	case KRB5KRB_AP_WRONG_PRINC:
	case KRB5KRB_AP_ERR_NOT_US:
	case KRB5_KT_NOTFOUND:
		return AUTH_REASON_WRONG_SERVICE;
	case KRB5KRB_AP_ERR_BADKEYVER:
	case KRB5_KT_KVNONOTFOUND:
		return AUTH_REASON_UNKNOWN_KEY_VERSION;
	case KRB5_NOPERM_ETYPE:
	case KRB5KDC_ERR_ETYPE_NOSUPP:
	case KRB5_BAD_ENCTYPE:
		return AUTH_REASON_WEAK_ENCRYPTION;
	case KRB5KRB_AP_ERR_REPEAT:
		return AUTH_REASON_REPLAYED;
	case ENOENT:
	case EACCES:
	case EPERM:
	case KRB5_KT_FORMAT:
	case KRB5_KEYTAB_BADVNO:
		return AUTH_REASON_KEYTAB_UNREADABLE;
	case KRB5_RC_IO:
	case KRB5_RC_IO_SPACE:
	case KRB5_RC_IO_PERM:
	case KRB5_RC_IO_IO:
	case KRB5_RC_IO_UNKNOWN:
	case ENOMEM:
		return AUTH_REASON_INTERNAL;
	default:
		return GSS_ROUTINE_ERROR(major) == GSS_S_DEFECTIVE_TOKEN ? AUTH_REASON_MALFORMED
									 : AUTH_REASON_BAD_TICKET;
	}
}
