// SPDX-License-Identifier: Apache-2.0
// Private to unlock: NTLMv1, with and without extended session security (MS-NLMP 3.3.1, 3.4.5.1).
#ifndef SIGNET_SENSOR_UNLOCK_NTLM_V1_H
#define SIGNET_SENSOR_UNLOCK_NTLM_V1_H

#include "auth/ntlm_crypto.h"
#include "wire/ntlm/ntlm_message.h"

// Whether this hash makes the response that was seen; then also the key that the exchange leads to. False as
// well where that key is made of the LM hash, which cannot be had of the NT hash.
bool unlock_ntlm_v1(const struct ntlm_challenge *c, const struct ntlm_authenticate *a,
	const uint8_t nt_hash[NTLM_KEY_LEN], uint8_t key_exchange_key[NTLM_KEY_LEN]) WARN_UNUSED;

#endif
