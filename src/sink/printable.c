// SPDX-License-Identifier: Apache-2.0
#include "sink/printable.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

// The code point at text and its length; length 1 and false when it is no valid UTF-8.
static bool take(const unsigned char *text, uint32_t *code, size_t *len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = text[0];
	*len = 1;
	*code = first;
	if (first < 0x80)
		return true;
	size_t n = first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
	if (n == 0 || first >= 0xf8)
		return false;
	uint32_t c = first & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) { // a NUL is no continuation, so the end is not passed
		if ((text[i] & 0xc0) != 0x80)
			return false;
		c = c << 6 | (text[i] & 0x3fu);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return false;
	*code = c;
	*len = n;
	return true;
}

static bool is_steering(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

static size_t put_one(const unsigned char *text, char piece[16], size_t *taken)
{
	uint32_t code;
	if (!take(text, &code, taken))
		return (size_t)snprintf(piece, 16, "\\x%02x", text[0]);
	if (is_steering(code))
		return (size_t)snprintf(piece, 16, code < 0x80 ? "\\x%02x" : "\\u{%x}", code);
	memcpy(piece, text, *taken);
	return *taken;
}

const char *printable(const char *text, char *out, size_t size)
{
	const unsigned char *at = (const unsigned char *)(text == NULL ? "" : text);
	size_t used = 0, whole = 0, taken; // whole: what may stay when an ellipsis follows
	char piece[16];
	while (*at != '\0') {
		size_t len = put_one(at, piece, &taken);
		if (used + len + 1 > size) {
			memcpy(out + whole, "...", 4);
			return out;
		}
		memcpy(out + used, piece, len);
		used += len;
		if (used + 4 <= size)
			whole = used;
		at += taken;
	}
	out[used] = '\0';
	return out;
}
