// SPDX-License-Identifier: Apache-2.0
// The pre-authentication integrity hash of 3.1.1: SHA-512 chained over the messages that set a
// connection and a session up (MS-SMB2 3.3.5.4, 3.3.5.5).
//
// Which messages: a connection's hash takes the NEGOTIATE request and its response. Each
// authentication starts with a copy of it (plain assignment) and takes each SESSION_SETUP request,
// and each response that says MORE_PROCESSING_REQUIRED; never the final response. Keys are derived
// after the last request was taken. A message is taken as it is on the wire from its ProtocolId on:
// without the frame's length, signed if it was.
#ifndef SIGNET_SESSION_PREAUTH_H
#define SIGNET_SESSION_PREAUTH_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

enum { PREAUTH_HASH_LEN = 64 };

struct preauth_hash {
	uint8_t value[PREAUTH_HASH_LEN];
};

// All zeros.
void preauth_hash_init(struct preauth_hash *h);
// H = SHA-512(H || message). A negative errno leaves H as it was.
int preauth_hash_update(struct preauth_hash *h, struct span message) WARN_UNUSED;

#endif
