// SPDX-License-Identifier: Apache-2.0
// Security identifiers (MS-DTYP 2.4.2): who somebody is. A value type: copied, never pointing anywhere.
#ifndef SIGNET_WIRE_DTYP_SID_H
#define SIGNET_WIRE_DTYP_SID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"

enum {
	SID_REVISION = 1,
	SID_SUB_AUTHORITY_MAX = 15,
	SID_WIRE_LEN_MIN = 8,
	SID_WIRE_LEN_MAX = 8 + 4 * SID_SUB_AUTHORITY_MAX,
	SID_TEXT_SIZE = 192, // the longest SID as text and its terminator
};

struct sid {
	uint64_t identifier_authority; // 48 bits
	uint8_t sub_authority_count;   // at most SID_SUB_AUTHORITY_MAX
	uint32_t sub_authority[SID_SUB_AUTHORITY_MAX];
};

// Wrong revision: VERDICT_BAD_VALUE; more than 15 sub-authorities: VERDICT_TOO_LONG.
struct sid reader_sid(struct reader *r);
void writer_sid(struct writer *w, const struct sid *s);
// Bytes on the wire.
size_t sid_len(const struct sid *s);

bool sid_equal(const struct sid *a, const struct sid *b);
// Domain and all but the last sub-authority equal: the same machine's or domain's account.
bool sid_same_domain(const struct sid *a, const struct sid *b);
// The last sub-authority (relative identifier), 0 when there is none.
uint32_t sid_rid(const struct sid *s);
// domain with one more sub-authority; false when it is full.
bool sid_with_rid(const struct sid *domain, uint32_t rid, struct sid *out) WARN_UNUSED;

// "S-1-5-21-..." (MS-DTYP 2.4.2.1; authorities from 2^32 on in hexadecimal).
void sid_to_text(const struct sid *s, char out[SID_TEXT_SIZE]);
// The whole text must be a SID; false leaves *out alone.
bool sid_from_text(const char *text, struct sid *out) WARN_UNUSED;

extern const struct sid sid_null;                   // S-1-0-0
extern const struct sid sid_everyone;               // S-1-1-0
extern const struct sid sid_creator_owner;          // S-1-3-0
extern const struct sid sid_creator_group;          // S-1-3-1
extern const struct sid sid_owner_rights;           // S-1-3-4
extern const struct sid sid_network;                // S-1-5-2
extern const struct sid sid_anonymous;              // S-1-5-7
extern const struct sid sid_authenticated_users;    // S-1-5-11
extern const struct sid sid_system;                 // S-1-5-18
extern const struct sid sid_builtin_administrators; // S-1-5-32-544
extern const struct sid sid_builtin_users;          // S-1-5-32-545
extern const struct sid sid_builtin_guests;         // S-1-5-32-546

#endif
