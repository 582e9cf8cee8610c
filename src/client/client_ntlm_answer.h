// SPDX-License-Identifier: Apache-2.0
// What is worked out between CHALLENGE and AUTHENTICATE: the names, the two responses and the keys that
// follow from them. One file a kind of response.
#ifndef SIGNET_CLIENT_CLIENT_NTLM_ANSWER_H
#define SIGNET_CLIENT_CLIENT_NTLM_ANSWER_H

#include "auth/ntlm_crypto.h"
#include "base/arena.h"
#include "client/client.h"
#include "wire/ntlm/ntlm_av_pair.h"
#include "wire/ntlm/ntlm_message.h"

enum { NTLM_RESPONSE_LEN = 24 }; // of LM, NTLMv1 and LMv2

struct ntlm_answer {
	struct arena *a;
	enum client_proof proof;
	struct ntlm_challenge challenge;
	struct ntlm_av_list target_info;
	struct span user; // UTF-16LE, like the next two
	struct span domain;
	struct span workstation;
	struct span lm_response;
	struct span nt_response;
	uint8_t key_exchange_key[NTLM_KEY_LEN]; // MS-NLMP 3.4.5.1
};

// 0 with both responses and the key; -EINVAL: a password that is not UTF-8, or too long or foreign for an LM
// hash; -ENOMEM; -EIO. The caller wipes the answer.
int ntlm_answer_v2(struct ntlm_answer *s, const char *password, const char *target_name) WARN_UNUSED;
int ntlm_answer_v1(struct ntlm_answer *s, const char *password) WARN_UNUSED;

#endif
