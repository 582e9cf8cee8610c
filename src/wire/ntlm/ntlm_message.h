// SPDX-License-Identifier: Apache-2.0
// The NTLM messages (MS-NLMP 2.2.1), decoded and encoded. Decoded spans borrow from the message;
// strings are bytes as on the wire: UTF-16LE with NTLMSSP_NEGOTIATE_UNICODE, else the OEM character set.
//
// Decoders take one whole message (at most NTLM_MESSAGE_LEN_MAX bytes) and return a verdict; outputs are
// untouched on failure. Payload may lie anywhere behind the fixed part, in any order (2.2.1: "can be in
// any order"); bytes nobody points to are ignored. Encoders write the whole message; test writer_ok.
#ifndef SIGNET_WIRE_NTLM_NTLM_MESSAGE_H
#define SIGNET_WIRE_NTLM_NTLM_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/reader.h"
#include "base/span.h"
#include "base/writer.h"
#include "wire/ntlm/ntlm_flags.h"

enum {
	NTLM_MESSAGE_LEN_MAX = 65535,
	NTLM_CHALLENGE_LEN = 8, // ServerChallenge, ChallengeFromClient
	NTLM_MIC_LEN = 16,
	NTLM_SIGNATURE_LEN = 8, // "NTLMSSP\0"
};

enum ntlm_message_type {
	NTLM_MESSAGE_NEGOTIATE = 1,
	NTLM_MESSAGE_CHALLENGE = 2,
	NTLM_MESSAGE_AUTHENTICATE = 3,
};

// Does it start with "NTLMSSP\0"? (Raw NTLMSSP in place of SPNEGO.)
bool ntlm_message_recognise(struct span message) WARN_UNUSED;
// The type, whatever number it is; BAD_VALUE without the signature.
enum verdict ntlm_message_type_of(struct span message, uint32_t *type) WARN_UNUSED;

// 2.2.1.1
struct ntlm_negotiate {
	uint32_t negotiate_flags;
	struct span domain_name; // OEM, empty unless OEM_DOMAIN_SUPPLIED
	struct span workstation; // OEM, empty unless OEM_WORKSTATION_SUPPLIED
	bool has_version;        // NTLMSSP_NEGOTIATE_VERSION and room for it
	struct ntlm_version version;
};

enum verdict ntlm_negotiate_decode(struct span message, struct ntlm_negotiate *out) WARN_UNUSED;
void ntlm_negotiate_encode(struct writer *w, const struct ntlm_negotiate *in);

// 2.2.1.2
struct ntlm_challenge {
	uint32_t negotiate_flags;
	uint8_t server_challenge[NTLM_CHALLENGE_LEN];
	struct span target_name;
	struct span target_info; // AV_PAIRs, see ntlm_av_pair.h; not checked here
	bool has_version;
	struct ntlm_version version;
};

enum verdict ntlm_challenge_decode(struct span message, struct ntlm_challenge *out) WARN_UNUSED;
void ntlm_challenge_encode(struct writer *w, const struct ntlm_challenge *in);

// 2.2.1.3
struct ntlm_authenticate {
	uint32_t negotiate_flags;
	struct span lm_challenge_response;
	struct span nt_challenge_response; // see ntlm_response.h
	struct span domain_name;
	struct span user_name;
	struct span workstation;
	struct span encrypted_random_session_key;
	bool has_version;
	struct ntlm_version version;
	// There is room for a MIC before the payload. Whether these bytes are one is said by MsvAvFlags in
	// the response; old clients leave no room, some leave zeros.
	bool has_mic;
	uint8_t mic[NTLM_MIC_LEN];
	size_t mic_offset; // in the message; for encoding: always 72, set by no one
};

enum verdict ntlm_authenticate_decode(struct span message, struct ntlm_authenticate *out) WARN_UNUSED;
// With has_mic the MIC field is written as given (zeros first; then patched at NTLM_MIC_OFFSET).
void ntlm_authenticate_encode(struct writer *w, const struct ntlm_authenticate *in);

enum { NTLM_MIC_OFFSET = 72 };

#endif
