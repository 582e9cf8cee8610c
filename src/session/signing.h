// SPDX-License-Identifier: Apache-2.0
// Signs and verifies one SMB 2 message: header, body and, inside of a compound, the padding up to
// the next message (MS-SMB2 3.1.4.1, 3.1.5.1). A compound is signed message by message.
#ifndef SIGNET_SESSION_SIGNING_H
#define SIGNET_SESSION_SIGNING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "crypto/crypto.h"

// Who made the message: goes into GMAC's nonce, so that nobody can send a message back.
enum message_sender {
	SENT_BY_CLIENT = 0,
	SENT_BY_SERVER = 1,
};

// Whether such a message can carry a signature: not the interim response STATUS_PENDING, not
// MessageId 0xFF..FF (oplock and lease breaks), not MessageId 0 except for a CANCEL under an
// algorithm without a nonce. message: at least the 64 byte header, else false.
bool message_signable(enum signing_algorithm a, enum message_sender sender, struct span message);

// Writes the signature into the header. The caller has set SMB2_FLAGS_SIGNED and all else before.
// -EINVAL: not an SMB 2 message, not signable, or SERVER_TO_REDIR contradicts sender.
int message_sign(
	const struct sign_key *k, enum message_sender sender, uint8_t *message, size_t len) WARN_UNUSED;

// Does not write to message. -EBADMSG: the signature is wrong, or the message cannot have a valid
// one: too short, not SMB 2, SIGNED not set, not signable, sent in the other direction.
int message_verify(const struct sign_key *k, enum message_sender sender, struct span message) WARN_UNUSED;

#endif
