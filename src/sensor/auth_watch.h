// SPDX-License-Identifier: Apache-2.0
// One authentication as it goes over the wire: takes the security buffers of both sides (SPNEGO, raw
// NTLMSSP, raw Kerberos; of SMB2, SMB1 or any other protocol) and says who it is, how, and with which marks.
#ifndef SIGNET_SENSOR_AUTH_WATCH_H
#define SIGNET_SENSOR_AUTH_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "event/event_watch.h"

enum {
	AUTH_WATCH_TOKEN_LEN_MAX = 65535,
	AUTH_WATCH_NAME_LEN_MAX = 512, // bytes of UTF-8 kept of each name
};

// All strings are UTF-8 ("" when not seen, never NULL) with control characters replaced; all of it is
// borrowed from the auth_watch and changes with its next token.
struct auth_facts {
	const char *account;
	const char *domain;
	const char *workstation;
	const char *mechanism;  // "ntlmv2", "ntlmv1", "kerberos", "anonymous"; "" until it is known
	const char *principal;  // Kerberos: when the authenticator could be read with a key
	struct event_auth auth; // strings NULL when not seen; what the transport knows is not set here
	// The messages as they were on the wire, for who has keys (unlock.h); empty when not seen.
	struct span ntlm_negotiate;
	struct span ntlm_challenge;
	struct span ntlm_authenticate;
	struct span ap_req; // of Kerberos, without its GSS-API header
	struct span ap_rep;
};

struct auth_watch;

struct auth_watch *auth_watch_new(void) WARN_UNUSED; // NULL when memory is out
void auth_watch_free(struct auth_watch *w);          // NULL is fine
// Tokens are copied as far as they are needed. False: not understood; what was is kept.
bool auth_watch_client_token(struct auth_watch *w, struct span token);
bool auth_watch_server_token(struct auth_watch *w, struct span token);
const struct auth_facts *auth_watch_facts(const struct auth_watch *w);

#endif
