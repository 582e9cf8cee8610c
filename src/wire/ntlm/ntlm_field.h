// SPDX-License-Identifier: Apache-2.0
// Private to this folder: the (Len, MaxLen, BufferOffset) triples of the fixed parts, and the place
// where the payload begins, which tells whether the optional Version and MIC fields are there.
#ifndef SIGNET_WIRE_NTLM_NTLM_FIELD_H
#define SIGNET_WIRE_NTLM_NTLM_FIELD_H

#include "base/reader.h"
#include "base/writer.h"
#include "wire/ntlm/ntlm_message.h"

struct ntlm_field {
	uint16_t len;
	uint32_t buffer_offset;
};

// "NTLMSSP\0" and the message type; fails with BAD_VALUE.
void ntlm_header_get(struct reader *r, enum ntlm_message_type type);
void ntlm_header_put(struct writer *w, enum ntlm_message_type type);

struct ntlm_field ntlm_field_get(struct reader *r);
// The field's bytes; where must not be inside the fixed part. Lowers *payload to where they begin.
struct span ntlm_field_bytes(struct reader *r, struct ntlm_field f, size_t fixed_len, size_t *payload);
struct ntlm_version ntlm_version_get(struct reader *r);

// Writes the triple for a value that goes to *offset of the message, which moves behind it.
void ntlm_field_put(struct writer *w, struct span value, size_t *offset);
void ntlm_version_put(struct writer *w, bool present, const struct ntlm_version *v);

#endif
