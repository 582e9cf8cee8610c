// SPDX-License-Identifier: Apache-2.0
// Seals messages into, and opens them out of, the SMB2 TRANSFORM_HEADER (MS-SMB2 2.2.41, 3.1.4.3),
// where they lie. A frame is the transform header's 52 bytes and the message (or compound) behind
// them; the length of the direct TCP frame is not part of it.
#ifndef SIGNET_SESSION_SEALING_H
#define SIGNET_SESSION_SEALING_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "crypto/crypto.h"
#include "session/nonce.h"
#include "wire/smb2/smb2_transform.h"

enum { TRANSFORM_HEADER_LEN = SMB2_TRANSFORM_HEADER_LEN };

// frame: 52 bytes to be written, then len - 52 bytes of message, at least an SMB2 header. Thread-safe.
// -EOVERFLOW: the key is used up, end the session; -EINVAL: too short; -EMSGSIZE; else as
// crypto/crypto.h. After any error the frame must not be sent.
int message_seal(const struct seal_key *k, struct nonce_counter *nonces, uint64_t session_id, uint8_t *frame,
	size_t len) WARN_UNUSED;

// The same for a message of which a part lies elsewhere; source->at counts from the message's start.
int message_seal_from(const struct seal_key *k, struct nonce_counter *nonces, uint64_t session_id,
	uint8_t *frame, size_t len, const struct seal_source *source) WARN_UNUSED;

// Decrypts in place; *message is then the plain message inside of frame. The caller has found the
// key by the header's SessionId (smb2_transform_header_decode; MS-SMB2 3.3.5.2.1.1).
// -EPROTO: not a transform header, Flags not Encrypted, OriginalMessageSize not what follows;
// -EBADMSG: not sealed with this key or changed since: frame's message is wiped. Either ends the
// connection. *message is untouched on failure.
int message_open(const struct seal_key *k, uint8_t *frame, size_t len, struct span *message) WARN_UNUSED;

#endif
