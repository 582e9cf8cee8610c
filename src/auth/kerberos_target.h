// SPDX-License-Identifier: Apache-2.0
// Private to this folder: what of a ticket says for which service it was meant, where nobody on the way can
// change it. The name in the ticket itself stands in the clear: whoever has a ticket for one service of a
// computer can put another's name on it, for both have one key.
#ifndef SIGNET_AUTH_KERBEROS_TARGET_H
#define SIGNET_AUTH_KERBEROS_TARGET_H

#include <gssapi/gssapi.h>

#include "auth/auth_report.h"
#include "base/arena.h"
#include "base/span.h"

// "urn:mspac:logon-info": a part of the PAC, copied into the arena. Empty: there is none, or the library has
// not verified it.
struct span kerberos_pac_part(gss_name_t client, const char *attribute, struct arena *a);

// Of a token (an AP-REQ in GSS-API's frame) that the library has accepted, from client. RENAMED_TICKET: the
// client's authenticator, or the PAC of a ticket that somebody got in its user's name, has a service that is
// none of this server's; report->target_name has it. BAD_PAC, MALFORMED: what should say so cannot be read.
// OK: they have ours, or none.
enum auth_reason kerberos_target_verify(const struct auth_exchange_config *config, struct span token,
	gss_name_t client, struct auth_report *report, struct arena *a) WARN_UNUSED;

#endif
