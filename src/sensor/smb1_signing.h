// SPDX-License-Identifier: Apache-2.0
// Private to smb1_*.c: the signatures of an SMB1 connection (MS-CIFS 3.1.4.1, MS-SMB 3.1.4.1), verified by
// who only looks on. They cover a number that is not on the wire: both sides count messages, and so does
// this.
#ifndef SIGNET_SENSOR_SMB1_SIGNING_H
#define SIGNET_SENSOR_SMB1_SIGNING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "wire/smb1/smb1_message.h"

enum {
	SMB1_SIGNING_RESPONSE_LEN_MAX = 4096,
	SMB1_SIGNING_REQUESTS = 256, // that may wait for answers; those of older ones are not judged
};

struct smb1_signing;

// Of the session that was the connection's first. response: what answered the challenge; empty with extended
// security. NULL: too long, or memory is out. Wiped when freed.
struct smb1_signing *smb1_signing_new(struct span session_key, struct span response) WARN_UNUSED;
void smb1_signing_free(struct smb1_signing *s); // NULL is fine

// Whether there is a signature at all: the flag is set, and it is not what stands there before there is a
// key.
bool smb1_is_signed(const struct smb1_header *h);
// The answer that ended the session's authentication: 1: right, 0: wrong, -ENODATA: it is not signed.
int smb1_signing_final(
	const struct smb1_signing *s, const struct smb1_header *h, struct span message) WARN_UNUSED;
// Whole messages, in the order in which they were sent. 1: right, 0: wrong, negative errno: cannot be told.
int smb1_signing_request(
	struct smb1_signing *s, const struct smb1_header *h, struct span message) WARN_UNUSED;
int smb1_signing_answer(struct smb1_signing *s, const struct smb1_header *h, struct span message) WARN_UNUSED;
// A request that was not seen whole has a number, too.
void smb1_signing_skip(struct smb1_signing *s, const struct smb1_header *h);
// Requests were lost, nobody knows how many: nothing is judged before one is found again.
void smb1_signing_lost(struct smb1_signing *s);

#endif
