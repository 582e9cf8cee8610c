// SPDX-License-Identifier: Apache-2.0
// Names as the structures of MS-FSCC carry them: UTF-16LE with their length elsewhere. Internal to this
// folder.
#ifndef SIGNET_WIRE_FSCC_NAME_WIRE_H
#define SIGNET_WIRE_FSCC_NAME_WIRE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/reader.h"
#include "base/writer.h"

// NULL is the empty name.
bool name_wire_ok(const char *name);
// Bytes on the wire; 0 for names that are not UTF-8.
uint32_t name_wire_len(const char *name);
// All of it, or as many whole units as fit and the writer's overflow.
void writer_name(struct writer *w, const char *name);
// The next len bytes; an odd length or a NUL inside: VERDICT_BAD_VALUE.
const char *reader_name(struct reader *r, struct arena *a, size_t len);

#endif
