// SPDX-License-Identifier: Apache-2.0
// A client's half of NTLMSSP in SPNEGO, with a knob for each thing that an attacker or an odd client does
// otherwise. It shares the codecs and the cryptography with the server, not the order of things.
#ifndef SIGNET_TESTS_UNIT_AUTH_NTLM_PEER_H
#define SIGNET_TESTS_UNIT_AUTH_NTLM_PEER_H

#include <stdbool.h>

#include "auth/exchange.h"
#include "auth/ntlm_crypto.h"
#include "base/arena.h"
#include "wire/ntlm/ntlm_av_pair.h"
#include "wire/ntlm/ntlm_message.h"
#include "wire/spnego/spnego.h"

struct ntlm_peer {
	// Who, and with what.
	const char *user;
	const char *domain;
	const char *password;
	const char *target_name; // NULL: no MsvAvTargetName

	// What is different.
	bool raw;            // no SPNEGO
	bool kerberos_first; // NTLMSSP is the second of its mechanisms
	bool no_mic;         // declares none, sends none
	bool mic_stripped;   // declares one, sends none
	bool mic_flipped;    // one bit of it
	bool no_list_mic;    // no mechListMIC
	bool list_mic_flipped;
	bool challenge_flipped; // answers another server challenge
	bool target_info_other; // another server's names in its response
	bool target_info_pair_left_out;
	bool ntlmv1; // a 24 byte response
	bool anonymous;
	bool av_truncated;      // the list has no end
	uint32_t flags_removed; // from what it says in AUTHENTICATE
	uint32_t negotiate_flags_removed;
	uint8_t bindings;    // a byte of its channel bindings; 0: it sends none but zeros
	bool untrusted_name; // its target name comes from who knows where
	int64_t clock_offset_s;

	// What came out.
	struct arena *arena;
	struct span negotiate, challenge, authenticate, mech_types;
	uint8_t exported_session_key[NTLM_KEY_LEN];
	bool server_list_mic_fits;
	struct nt_status status;
};

// Runs the whole exchange; the status of the last leg is also in p->status.
struct nt_status ntlm_peer_run(struct ntlm_peer *p, struct auth_exchange *ex);
// Only up to the AUTHENTICATE token, which is returned and not sent.
struct span ntlm_peer_prepare(struct ntlm_peer *p, struct auth_exchange *ex);

#endif
