// SPDX-License-Identifier: Apache-2.0
// Extended attributes: FILE_FULL_EA_INFORMATION (MS-FSCC 2.4.16) and FILE_GET_EA_INFORMATION
// (MS-FSCC 2.4.16.1). Names are 8-bit text, compared without case; values are bytes.
#ifndef SIGNET_WIRE_FSCC_EA_LIST_H
#define SIGNET_WIRE_FSCC_EA_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/nt_status.h"
#include "base/span.h"
#include "base/writer.h"

enum {
	EA_FLAG_NEED_EA = 0x80,
	EA_NAME_LEN_MAX = 254,
	EA_LIST_MAX = 4096, // entries a list may have
};

struct ea {
	uint8_t flags;
	const char *name;  // NUL-terminated, 1 to 254 bytes
	struct span value; // empty: delete the attribute (in a set)
};

struct ea_list {
	struct ea *items;
	size_t count;
};

struct ea_name_list {
	const char **names;
	size_t count;
};

// EA_LIST_INCONSISTENT: chain or lengths do not fit; *error_offset is the entry's offset. INVALID_EA_NAME:
// a name breaks the rules of ea_name_valid, offset likewise. NO_MEMORY. Values are borrowed from
// bytes, names are in the arena. error_offset may be NULL.
struct nt_status ea_list_decode(
	struct span bytes, struct arena *a, struct ea_list *out, uint32_t *error_offset) WARN_UNUSED;
struct nt_status ea_name_list_decode(
	struct span bytes, struct arena *a, struct ea_name_list *out, uint32_t *error_offset) WARN_UNUSED;

// Appends the items from `first` on that fit whole, chained, 4-byte aligned; returns how many.
size_t ea_list_encode(const struct ea_list *list, size_t first, struct writer *w);
bool ea_name_list_encode(const struct ea_name_list *list, struct writer *w) WARN_UNUSED;
// Bytes of the whole list as FILE_FULL_EA_INFORMATION.
size_t ea_list_len(const struct ea_list *list);
// The "EaSize" of FileEaInformation, which counts as OS/2 did: 4 for the list and 4 + name + 1 + value each;
// 0 for none.
uint32_t ea_list_ea_size(const struct ea_list *list);

// 1 to 254 bytes, no control characters and none of \ / : * ? " < > | , + = [ ] ;
bool ea_name_valid(const char *name);
// Without case (ASCII).
bool ea_name_equal(const char *a, const char *b);

#endif
