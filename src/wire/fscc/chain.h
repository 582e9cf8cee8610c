// SPDX-License-Identifier: Apache-2.0
// Lists whose entries begin with NextEntryOffset, as most of MS-FSCC's: the last entry has 0, and
// nothing is padded behind it. Internal to this folder.
#ifndef SIGNET_WIRE_FSCC_CHAIN_H
#define SIGNET_WIRE_FSCC_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reader.h"
#include "base/writer.h"

struct chain {
	struct writer *w;
	size_t alignment;
	size_t start; // alignment counts from here
	size_t last;  // the last whole entry
	size_t count;
};

// Pads up to the new entry and returns where it begins; the caller writes it, NextEntryOffset 0 first.
size_t chain_open(struct chain *c);
// Links the entry; false: it did not fit, and the writer is back at before, what its pos was before
// chain_open.
bool chain_close(struct chain *c, size_t before, size_t entry) WARN_UNUSED;

// One entry's bytes, NextEntryOffset included; false at the end or when r failed. min_len is the
// least an entry can take, so that a chain always moves forward.
bool chain_next(
	struct reader *r, bool *done, size_t alignment, size_t min_len, struct reader *entry) WARN_UNUSED;

#endif
