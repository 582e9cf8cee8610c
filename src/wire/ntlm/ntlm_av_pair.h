// SPDX-License-Identifier: Apache-2.0
// AV_PAIR lists (MS-NLMP 2.2.2.1): the target information of CHALLENGE and what a client's response
// returns of it.
#ifndef SIGNET_WIRE_NTLM_NTLM_AV_PAIR_H
#define SIGNET_WIRE_NTLM_NTLM_AV_PAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/reader.h"
#include "base/span.h"
#include "base/writer.h"

enum { NTLM_AV_PAIRS_MAX = 64 };

enum ntlm_av_id {
	MSV_AV_EOL = 0,
	MSV_AV_NB_COMPUTER_NAME = 1,
	MSV_AV_NB_DOMAIN_NAME = 2,
	MSV_AV_DNS_COMPUTER_NAME = 3,
	MSV_AV_DNS_DOMAIN_NAME = 4,
	MSV_AV_DNS_TREE_NAME = 5,
	MSV_AV_FLAGS = 6,
	MSV_AV_TIMESTAMP = 7,
	MSV_AV_SINGLE_HOST = 8,
	MSV_AV_TARGET_NAME = 9,
	MSV_AV_CHANNEL_BINDINGS = 10,
};

// The value of MsvAvFlags.
enum {
	MSV_AV_FLAG_CONSTRAINED = 0x1,
	MSV_AV_FLAG_MIC_PRESENT = 0x2,
	MSV_AV_FLAG_UNTRUSTED_SPN = 0x4,
};

struct ntlm_av_pair {
	uint16_t av_id;
	struct span value; // borrowed; strings are UTF-16LE whatever the flags say
};

// A checked list: MsvAvEOL found within NTLM_AV_PAIRS_MAX pairs, lengths inside. Pairs in order.
struct ntlm_av_list {
	struct ntlm_av_pair pairs[NTLM_AV_PAIRS_MAX];
	unsigned count;  // without MsvAvEOL
	struct span raw; // the list with its MsvAvEOL
};

// Bytes behind MsvAvEOL are allowed (clients pad). VERDICT_BAD_VALUE: an id twice, or a MsvAvFlags,
// MsvAvTimestamp or MsvAvChannelBindings of the wrong length. VERDICT_TOO_LONG: too many pairs.
enum verdict ntlm_av_list_decode(struct span bytes, struct ntlm_av_list *out) WARN_UNUSED;
// NULL when the id is not there.
const struct ntlm_av_pair *ntlm_av_list_find(const struct ntlm_av_list *list, enum ntlm_av_id id) WARN_UNUSED;
// MsvAvFlags, 0 when not there.
uint32_t ntlm_av_list_flags(const struct ntlm_av_list *list) WARN_UNUSED;
// MsvAvTimestamp as FILETIME; false when not there.
bool ntlm_av_list_timestamp(const struct ntlm_av_list *list, uint64_t *filetime) WARN_UNUSED;

void ntlm_av_put(struct writer *w, enum ntlm_av_id id, struct span value);
// value as UTF-16LE; false when it is not valid UTF-8 (nothing written).
bool ntlm_av_put_text(struct writer *w, enum ntlm_av_id id, const char *value) WARN_UNUSED;
void ntlm_av_put_u32(struct writer *w, enum ntlm_av_id id, uint32_t value);
void ntlm_av_put_u64(struct writer *w, enum ntlm_av_id id, uint64_t value);
void ntlm_av_put_eol(struct writer *w);

#endif
