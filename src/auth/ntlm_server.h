// SPDX-License-Identifier: Apache-2.0
// The server's side of NTLMSSP (MS-NLMP 3.2): a CHALLENGE for a NEGOTIATE, and a verdict on the
// AUTHENTICATE. Used through exchange.h; on its own by tests.
#ifndef SIGNET_AUTH_NTLM_SERVER_H
#define SIGNET_AUTH_NTLM_SERVER_H

#include "auth/auth_report.h"
#include "auth/exchange.h"

enum {
	NTLM_NEGOTIATE_KEPT_MAX = 4096, // a NEGOTIATE is some 40 bytes; longer ones are refused
};

struct ntlm_server;

// config and report are borrowed until ntlm_server_free. NULL when memory is out.
struct ntlm_server *ntlm_server_new(
	const struct auth_exchange_config *config, struct auth_report *report) WARN_UNUSED;
void ntlm_server_free(struct ntlm_server *s); // wipes; NULL is allowed

// NONE: *out is the CHALLENGE; OK: the report has the identity; otherwise the failure.
enum auth_reason ntlm_server_step(
	struct ntlm_server *s, struct span in, struct arena *a, struct span *out) WARN_UNUSED;

// After OK: MACs with the session's keys, each direction in its own sequence. 0 or -errno.
int ntlm_server_sign(
	struct ntlm_server *s, struct span message, struct arena *a, struct span *mac) WARN_UNUSED;
int ntlm_server_verify(struct ntlm_server *s, struct span message, struct span mac, bool *fits) WARN_UNUSED;

#endif
