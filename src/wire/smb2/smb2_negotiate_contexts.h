// SPDX-License-Identifier: Apache-2.0
// The negotiate contexts of SMB 3.1.1 (MS-SMB2 2.2.3.1, 2.2.4.1), the same in request and response.
#ifndef SIGNET_WIRE_SMB2_SMB2_NEGOTIATE_CONTEXTS_H
#define SIGNET_WIRE_SMB2_SMB2_NEGOTIATE_CONTEXTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"

enum {
	SMB2_PREAUTH_INTEGRITY_CAPABILITIES = 0x0001,
	SMB2_ENCRYPTION_CAPABILITIES = 0x0002,
	SMB2_COMPRESSION_CAPABILITIES = 0x0003,
	SMB2_NETNAME_NEGOTIATE_CONTEXT_ID = 0x0005,
	SMB2_TRANSPORT_CAPABILITIES = 0x0006,
	SMB2_RDMA_TRANSFORM_CAPABILITIES = 0x0007,
	SMB2_SIGNING_CAPABILITIES = 0x0008,
	SMB2_POSIX_EXTENSIONS_AVAILABLE = 0x0100,

	SMB2_HASH_SHA_512 = 0x0001,

	SMB2_CIPHER_NONE = 0x0000, // in a response: no common cipher
	SMB2_CIPHER_AES_128_CCM = 0x0001,
	SMB2_CIPHER_AES_128_GCM = 0x0002,
	SMB2_CIPHER_AES_256_CCM = 0x0003,
	SMB2_CIPHER_AES_256_GCM = 0x0004,

	SMB2_SIGNING_HMAC_SHA256 = 0x0000,
	SMB2_SIGNING_AES_CMAC = 0x0001,
	SMB2_SIGNING_AES_GMAC = 0x0002,

	SMB2_COMPRESSION_NONE = 0x0000,
	SMB2_COMPRESSION_LZNT1 = 0x0001,
	SMB2_COMPRESSION_LZ77 = 0x0002,
	SMB2_COMPRESSION_LZ77_HUFFMAN = 0x0003,
	SMB2_COMPRESSION_PATTERN_V1 = 0x0004,
	SMB2_COMPRESSION_LZ4 = 0x0005,

	SMB2_NEGOTIATE_CONTEXTS_MAX = 64, // contexts in one message; eight types exist
	SMB2_NEGOTIATE_IDS_MAX = 32,      // algorithms in one context
};

// A list of algorithm identifiers in the sender's order of preference.
struct smb2_negotiate_ids {
	uint16_t count;
	uint16_t ids[SMB2_NEGOTIATE_IDS_MAX];
};

// How often each type was there. More than once is the receiver's to refuse (MS-SMB2 3.3.5.4); the
// values are those of the first.
struct smb2_negotiate_contexts {
	uint16_t preauth_seen;
	uint16_t encryption_seen;
	uint16_t compression_seen;
	uint16_t netname_seen;
	uint16_t transport_seen;
	uint16_t rdma_transform_seen;
	uint16_t signing_seen;
	uint16_t posix_seen;
	uint16_t unknown_seen;

	struct smb2_negotiate_ids preauth_hashes;
	struct span preauth_salt;
	struct smb2_negotiate_ids ciphers;
	struct smb2_negotiate_ids compression_algorithms;
	uint32_t compression_flags;
	struct span netname; // UTF-16, not terminated
	uint32_t transport_flags;
	struct smb2_negotiate_ids rdma_transforms;
	struct smb2_negotiate_ids signing_algorithms;
	struct span posix_version; // 16 bytes; old clients say other things here
};

// Exactly count contexts, each at a multiple of 8 from the start of list (which itself is aligned in
// its message). What follows the last is ignored. VERDICT_TOO_LONG beyond the limits above;
// VERDICT_BAD_VALUE for an algorithm count of 0 (MS-SMB2 3.3.5.4), VERDICT_TRUNCATED for one that does
// not fit in its context. Types not known are counted and skipped.
enum verdict smb2_negotiate_contexts_decode(
	struct span list, uint16_t count, struct smb2_negotiate_contexts *out) WARN_UNUSED;
// One of each type whose *_seen is not 0, padded in between, not after the last. Alignment counts from
// the writer's position at the call. Returns how many contexts were written.
uint16_t smb2_negotiate_contexts_encode(struct writer *w, const struct smb2_negotiate_contexts *m);

bool smb2_negotiate_ids_contain(const struct smb2_negotiate_ids *list, uint16_t id);
void smb2_negotiate_ids_add(struct smb2_negotiate_ids *list, uint16_t id); // beyond the limit: dropped

#endif
