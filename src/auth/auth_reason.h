// SPDX-License-Identifier: Apache-2.0
// Why an authentication ended as it did: for events and the operator. The client never sees this; to
// it an unknown account, a wrong password, an account that is disabled or may not use NTLM, and a locked
// one are the same.
#ifndef SIGNET_AUTH_AUTH_REASON_H
#define SIGNET_AUTH_AUTH_REASON_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/nt_status.h"

// X(enumerator, name in events)
#define AUTH_REASON_LIST(X)                                                                                  \
	X(NONE, "none")                                   /* not finished */                                 \
	X(OK, "ok")                                       /* identity proved */                              \
	X(MALFORMED, "malformed")                         /* a token that cannot be decoded */               \
	X(TOKEN_TOO_LONG, "token_too_long")               /* above AUTH_TOKEN_LEN_MAX */                     \
	X(TOO_MANY_LEGS, "too_many_legs")                 /* above AUTH_LEGS_MAX */                          \
	X(OUT_OF_ORDER, "out_of_order")                   /* a message that is not the expected one */       \
	X(MECHANISM_NOT_OFFERED, "mechanism_not_offered") /* no mechanism in common */                       \
	X(ANONYMOUS, "anonymous")                         /* anonymous is refused */                         \
	X(GUEST, "guest")                                 /* guest is refused */                             \
	X(NOT_NTLMV2, "not_ntlmv2")                       /* LM, NTLMv1 or NTLM2 session response */         \
	X(WEAK_FLAGS, "weak_flags")                       /* ESS, 128, KEY_EXCH, SIGN or UNICODE missing */  \
	X(FLAGS_CHANGED, "flags_changed")                 /* claimed, but not in NEGOTIATE: relay */         \
	X(UNKNOWN_ACCOUNT, "unknown_account")                                                                \
	X(WRONG_PASSWORD, "wrong_password")                                                                  \
	X(ACCOUNT_DISABLED, "account_disabled") /* its password was right */                                 \
	X(NTLM_NOT_ALLOWED_FOR_ACCOUNT, "ntlm_not_allowed_for_account")                                      \
	X(CHALLENGE_REUSED, "challenge_reused") /* proves nothing, and is of another CHALLENGE: replay */    \
	X(MIC_MISSING, "mic_missing")                                                                        \
	X(MIC_WRONG, "mic_wrong")                       /* the three messages were changed on the way */     \
	X(TARGET_INFO_CHANGED, "target_info_changed")   /* answers another server's CHALLENGE: relay */      \
	X(TARGET_NAME_MISMATCH, "target_name_mismatch") /* client meant another server: relay */             \
	X(TARGET_NAME_MISSING, "target_name_missing")   /* required by policy, not sent */                   \
	X(CHANNEL_BINDINGS, "channel_bindings")         /* client meant a TLS service: relay */              \
	X(CLOCK_SKEW, "clock_skew")                     /* response too old or from the future */            \
	X(MECH_LIST_MIC_WRONG, "mech_list_mic_wrong")   /* SPNEGO's list was changed on the way */           \
	X(ACCOUNT_RESTRICTED, "account_restricted")     /* a domain's: locked, expired, not now, not here */ \
	X(WINBIND_UNAVAILABLE,                                                                               \
		"winbind_unavailable") /* winbindd does not answer, nobody here has the name */              \
	X(WINBIND_NOT_PRIVILEGED, "winbind_not_privileged") /* not let in to its privileged socket */        \
	X(WINBIND_BUSY, "winbind_busy")                     /* too many ask it at once */                    \
	X(DOMAIN_UNREACHABLE, "domain_unreachable")         /* winbindd has no domain controller to ask */   \
	X(TICKET_EXPIRED, "ticket_expired")                                                                  \
	X(TICKET_NOT_YET_VALID, "ticket_not_yet_valid")                                                      \
	X(WRONG_SERVICE, "wrong_service")             /* a ticket for something else than cifs/ here */      \
	X(RENAMED_TICKET, "renamed_ticket")           /* given for another service, and says it is for us */ \
	X(UNKNOWN_KEY_VERSION, "unknown_key_version") /* the keytab has the service, not this key of it */   \
	X(WEAK_ENCRYPTION, "weak_encryption")         /* a ticket or key that is not AES */                  \
	X(REPLAYED, "replayed")                       /* a ticket was shown twice with one authenticator */  \
	X(BAD_TICKET, "bad_ticket")                   /* cannot be decrypted, or was changed */              \
	X(BAD_PAC, "bad_pac")                         /* cannot be decoded, or claims SIDs of this server */ \
	X(USER_NOT_ADMITTED, "user_not_admitted")     /* of a domain, and in no share's list */              \
	X(KEYTAB_UNREADABLE, "keytab_unreadable")     /* gone or broken since the start */                   \
	X(THROTTLED, "throttled")                     /* locked after wrong passwords: not judged */         \
	X(INTERNAL, "internal")                       /* memory or crypto library */

enum auth_reason {
#define X(name, text) AUTH_REASON_##name,
	AUTH_REASON_LIST(X)
#undef X
};

// "wrong_password"
const char *auth_reason_name(enum auth_reason reason);
// Was it a try at a password that did not prove it? Those are what throttle.h locks for.
bool auth_reason_is_guess(enum auth_reason reason) WARN_UNUSED;
// What the client gets to see: NONE is MORE_PROCESSING_REQUIRED, OK is SUCCESS.
struct nt_status auth_reason_status(enum auth_reason reason) WARN_UNUSED;

#endif
