// SPDX-License-Identifier: Apache-2.0
// NTLMv2_RESPONSE with its NTLMv2_CLIENT_CHALLENGE (MS-NLMP 2.2.2.8, 2.2.2.7), and telling the other
// forms of NtChallengeResponse apart: those are named so that they can be refused and reported.
#ifndef SIGNET_WIRE_NTLM_NTLM_RESPONSE_H
#define SIGNET_WIRE_NTLM_NTLM_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/reader.h"
#include "base/span.h"
#include "base/writer.h"
#include "wire/ntlm/ntlm_av_pair.h"
#include "wire/ntlm/ntlm_message.h"

enum {
	NTLM_PROOF_LEN = 16,              // NTProofStr
	NTLMV2_RESPONSE_LEN_MIN = 44 + 4, // proof, fixed part, MsvAvEOL
	NTLM_V1_RESPONSE_LEN = 24,
};

enum ntlm_response_kind {
	NTLM_RESPONSE_EMPTY, // anonymous, when LmChallengeResponse is empty or one zero byte, too
	NTLM_RESPONSE_V1,    // 24 bytes: NTLMv1 or NTLM2 session response
	NTLM_RESPONSE_V2,    // long enough and of RespType 1
	NTLM_RESPONSE_OTHER,
};

enum ntlm_response_kind ntlm_response_kind_of(struct span nt_challenge_response) WARN_UNUSED;
const char *ntlm_response_kind_name(enum ntlm_response_kind kind);

struct ntlmv2_response {
	uint8_t response[NTLM_PROOF_LEN]; // NTProofStr
	struct span temp;                 // the whole NTLMv2_CLIENT_CHALLENGE as sent: what the proof covers
	uint8_t resp_type;                // 1
	uint8_t hi_resp_type;             // 1
	uint64_t time_stamp;              // FILETIME
	uint8_t challenge_from_client[NTLM_CHALLENGE_LEN];
	struct span av_pairs; // to the end; decode with ntlm_av_list_decode
};

enum verdict ntlmv2_response_decode(
	struct span nt_challenge_response, struct ntlmv2_response *out) WARN_UNUSED;
// The NTLMv2_CLIENT_CHALLENGE ("temp") alone, from time_stamp, challenge_from_client and av_pairs (which
// must end with MsvAvEOL); followed by four zero bytes as in 3.3.2. NTProofStr goes before it.
void ntlmv2_client_challenge_encode(struct writer *w, const struct ntlmv2_response *in);

#endif
