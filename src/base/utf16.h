// SPDX-License-Identifier: Apache-2.0
// UTF-16LE, as on the wire, to and from UTF-8, as in this program and on its file systems.
//
// Windows' names are any sequence of 16-bit units, lone surrogates included. Those become the three
// bytes that the same scheme gives (WTF-8), so that each name survives the way there and back.
// A UTF-8 name from the file system that is not valid has no UTF-16 form and is an error.
#ifndef SIGNET_BASE_UTF16_H
#define SIGNET_BASE_UTF16_H

#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/writer.h"

// NUL-terminated UTF-8 in the arena; NULL when the length is odd, a NUL unit is inside, or memory
// is out.
char *utf16_to_utf8(struct arena *a, struct span utf16) WARN_UNUSED;
// As above, but NUL units are kept as bytes and *len says how long the text is.
char *utf16_to_utf8_raw(struct arena *a, struct span utf16, size_t *len) WARN_UNUSED;
// UTF-16LE in the arena, no terminator; data is NULL when text is not valid or memory is out.
struct span utf16_from_utf8(struct arena *a, const char *text) WARN_UNUSED;
// Bytes that text takes as UTF-16LE; SIZE_MAX when it is not valid UTF-8/WTF-8.
size_t utf16_len_of_utf8(const char *text);
// Appends text as UTF-16LE; false when text is not valid (nothing written). Overflow is the writer's.
bool writer_utf16(struct writer *w, const char *text);

// The next code point of a NUL-terminated text (lone surrogates as their value); moves *cursor.
// 0 at the end, UTF8_INVALID for bytes that are neither.
#define UTF8_INVALID 0xFFFFFFFFu
uint32_t utf8_next(const char **cursor);
// Writes a code point as UTF-8; returns the bytes written (1 to 4).
size_t utf8_put(char out[4], uint32_t code_point);

#endif
