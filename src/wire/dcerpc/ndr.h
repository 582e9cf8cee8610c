// SPDX-License-Identifier: Apache-2.0
// NDR 2.0, the transfer syntax of DCE/RPC (C706 14), little endian: aligned primitives, unique
// pointers, conformant-varying strings and conformant arrays.
//
// Deferral is written out by the caller: first the fixed parts of all elements with their referents,
// then the pointees in the same order (C706 14.3.12.3). All alignment counts from the stub's start.
#ifndef SIGNET_WIRE_DCERPC_NDR_H
#define SIGNET_WIRE_DCERPC_NDR_H

#include "base/arena.h"
#include "base/reader.h"
#include "base/writer.h"

enum {
	NDR_STRING_UNITS_MAX = 0x8000, // 16-bit units of one string, its NUL included
};

// Reading: the struct reader's buffer must start at the stub.
uint8_t ndr_read_u8(struct reader *r);
uint16_t ndr_read_u16(struct reader *r);
uint32_t ndr_read_u32(struct reader *r);
uint64_t ndr_read_u64(struct reader *r); // a hyper: aligned to 8
// A unique pointer's referent: whether the pointee follows.
bool ndr_read_pointer(struct reader *r);
// Conformant max_count of an array, at most limit (VERDICT_TOO_LONG).
uint32_t ndr_read_count(struct reader *r, uint32_t limit);
// [string] wchar_t *, the pointee: UTF-8 in the arena. NULL once the reader failed: odd counts, no
// terminating NUL, text that is not UTF-16 without NULs, memory out.
char *ndr_read_string(struct reader *r, struct arena *a);
// [unique, string] wchar_t *: referent and pointee together, as top-level arguments are; NULL for a
// null pointer as well.
char *ndr_read_string_pointer(struct reader *r, struct arena *a);

// Writing
struct ndr_writer {
	struct writer *w;
	size_t origin;          // where the stub starts in w
	uint32_t next_referent; // 0x00020000, +4 for each, as Windows counts them
};

struct ndr_writer ndr_writer_make(struct writer *w);
void ndr_write_align(struct ndr_writer *n, size_t alignment);
void ndr_write_u8(struct ndr_writer *n, uint8_t v);
void ndr_write_u16(struct ndr_writer *n, uint16_t v);
void ndr_write_u32(struct ndr_writer *n, uint32_t v);
void ndr_write_u64(struct ndr_writer *n, uint64_t v);
// A unique pointer's referent: a new one, or null.
void ndr_write_pointer(struct ndr_writer *n, bool present);
// Conformant-varying string with its NUL: max_count, offset, actual_count, text. Text that has no
// UTF-16 form or is longer than NDR_STRING_UNITS_MAX is written as the empty string.
void ndr_write_string(struct ndr_writer *n, const char *text);
void ndr_write_string_pointer(struct ndr_writer *n, const char *text_or_null);

#endif
