// SPDX-License-Identifier: Apache-2.0
#include "base/utf16.h"

static bool is_high_surrogate(uint32_t c)
{
	return c >= 0xD800 && c <= 0xDBFF;
}

static bool is_low_surrogate(uint32_t c)
{
	return c >= 0xDC00 && c <= 0xDFFF;
}

size_t utf8_put(char out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

// How many bytes a lead byte announces, and the bits that it carries itself; 0: not a lead byte.
static size_t utf8_sequence_len(uint8_t lead, uint32_t *bits)
{
	if (lead < 0x80) {
		*bits = lead;
		return 1;
	}
	if (lead >= 0xC2 && lead <= 0xDF) {
		*bits = lead & 0x1Fu;
		return 2;
	}
	if (lead >= 0xE0 && lead <= 0xEF) {
		*bits = lead & 0x0Fu;
		return 3;
	}
	if (lead >= 0xF0 && lead <= 0xF4) {
		*bits = lead & 0x07u;
		return 4;
	}
	return 0;
}

uint32_t utf8_next(const char **cursor)
{
	static const uint32_t minimum[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = (const uint8_t *)*cursor;
	uint32_t c = 0;
	size_t len = utf8_sequence_len(p[0], &c);
	if (len == 0)
		return UTF8_INVALID;
	if (c == 0 && len == 1)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return UTF8_INVALID;
		c = c << 6 | (p[i] & 0x3Fu);
	}
	if (c < minimum[len] || c > 0x10FFFF)
		return UTF8_INVALID;
	*cursor += len;
	return c;
}

static uint32_t unit_at(struct span utf16, size_t unit)
{
	return (uint32_t)utf16.data[2 * unit] | (uint32_t)utf16.data[2 * unit + 1] << 8;
}

// The code point at *unit; moves past it. A surrogate without its partner is its own value.
static uint32_t utf16_next(struct span utf16, size_t *unit)
{
	uint32_t c = unit_at(utf16, (*unit)++);
	if (!is_high_surrogate(c) || *unit >= utf16.len / 2)
		return c;
	uint32_t low = unit_at(utf16, *unit);
	if (!is_low_surrogate(low))
		return c;
	(*unit)++;
	return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
}

char *utf16_to_utf8_raw(struct arena *a, struct span utf16, size_t *len)
{
	if (utf16.len % 2 != 0)
		return NULL;
	char *out = arena_alloc(a, utf16.len / 2 * 3 + 1); // a unit is 3 bytes at most, a pair 4
	if (out == NULL)
		return NULL;
	size_t n = 0;
	for (size_t unit = 0; unit < utf16.len / 2;)
		n += utf8_put(out + n, utf16_next(utf16, &unit));
	out[n] = '\0';
	*len = n;
	return out;
}

char *utf16_to_utf8(struct arena *a, struct span utf16)
{
	size_t len = 0;
	char *out = utf16_to_utf8_raw(a, utf16, &len);
	return out != NULL && memchr(out, 0, len) == NULL ? out : NULL;
}

size_t utf16_len_of_utf8(const char *text)
{
	size_t len = 0;
	for (;;) {
		uint32_t c = utf8_next(&text);
		if (c == UTF8_INVALID)
			return SIZE_MAX;
		if (c == 0)
			return len;
		len += c >= 0x10000 ? 4 : 2;
	}
}

bool writer_utf16(struct writer *w, const char *text)
{
	if (utf16_len_of_utf8(text) == SIZE_MAX)
		return false;
	for (uint32_t c = utf8_next(&text); c != 0; c = utf8_next(&text)) {
		if (c >= 0x10000) {
			writer_u16(w, (uint16_t)(0xD800 + ((c - 0x10000) >> 10)));
			c = 0xDC00 + ((c - 0x10000) & 0x3FF);
		}
		writer_u16(w, (uint16_t)c);
	}
	return true;
}

struct span utf16_from_utf8(struct arena *a, const char *text)
{
	size_t len = utf16_len_of_utf8(text);
	uint8_t *out = len == SIZE_MAX ? NULL : arena_alloc(a, len + 1);
	if (out == NULL)
		return span_make(NULL, 0);
	struct writer w = writer_make(out, len);
	(void)writer_utf16(&w, text);
	return span_make(out, len);
}
