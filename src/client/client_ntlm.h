// SPDX-License-Identifier: Apache-2.0
// The client's side of NTLM in SPNEGO (MS-NLMP 3.1, MS-SPNG): two tokens out, one in between.
#ifndef SIGNET_CLIENT_CLIENT_NTLM_H
#define SIGNET_CLIENT_CLIENT_NTLM_H

#include "base/arena.h"
#include "base/secret.h"
#include "client/client.h"

enum { CLIENT_NTLM_NEGOTIATE_LEN_MAX = 128, CLIENT_NTLM_MECHS_LEN_MAX = 64 };

struct client_ntlm {
	enum client_proof proof;                          // set before the first token
	uint8_t negotiate[CLIENT_NTLM_NEGOTIATE_LEN_MAX]; // the first message, which the MIC covers
	size_t negotiate_len;
	uint8_t mech_types[CLIENT_NTLM_MECHS_LEN_MAX]; // which mechListMIC covers
	size_t mech_types_len;
	struct secret session_key; // ExportedSessionKey, after client_ntlm_second
};

// The first token, in the arena. 0, -ENOMEM.
int client_ntlm_first(struct client_ntlm *n, struct arena *a, struct span *token) WARN_UNUSED;
// The second token, for the server's. -EPROTO: the server's token is not what it should be; -EINVAL: a
// name or password that is not UTF-8, or a password that the proof cannot be made of; -ENOMEM.
int client_ntlm_second(struct client_ntlm *n, const struct client_credentials *who, const char *host,
	struct span challenge_token, struct arena *a, struct span *token) WARN_UNUSED;
// Wipes.
void client_ntlm_done(struct client_ntlm *n);

#endif
