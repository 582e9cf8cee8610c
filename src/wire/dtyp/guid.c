// SPDX-License-Identifier: Apache-2.0
#include "wire/dtyp/guid.h"

#include <stdio.h>
#include <string.h>

#include "base/secret.h"

// Where each byte of the text comes from: the first three fields are little endian on the wire.
static const uint8_t text_order[GUID_LEN] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };

struct guid reader_guid(struct reader *r)
{
	struct guid g = { 0 };
	reader_copy(r, g.bytes, GUID_LEN);
	return g;
}

void writer_guid(struct writer *w, const struct guid *g)
{
	writer_bytes(w, g->bytes, GUID_LEN);
}

bool guid_equal(const struct guid *a, const struct guid *b)
{
	return memcmp(a->bytes, b->bytes, GUID_LEN) == 0;
}

bool guid_is_null(const struct guid *g)
{
	static const struct guid null_guid;
	return guid_equal(g, &null_guid);
}

struct guid guid_random(void)
{
	struct guid g = { 0 };
	random_bytes(g.bytes, GUID_LEN);
	g.bytes[7] = (uint8_t)((g.bytes[7] & 0x0F) | 0x40); // version 4 (RFC 4122 4.4)
	g.bytes[8] = (uint8_t)((g.bytes[8] & 0x3F) | 0x80);
	return g;
}

static bool dash_before(size_t index)
{
	return index == 4 || index == 6 || index == 8 || index == 10;
}

void guid_to_text(const struct guid *g, char out[GUID_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	char *p = out;
	for (size_t i = 0; i < GUID_LEN; i++) {
		uint8_t byte = g->bytes[text_order[i]];
		if (dash_before(i))
			*p++ = '-';
		*p++ = digits[byte >> 4];
		*p++ = digits[byte & 0x0F];
	}
	*p = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool guid_from_text(const char *text, struct guid *out)
{
	struct guid g = { 0 };
	bool braces = *text == '{';
	if (braces)
		text++;
	for (size_t i = 0; i < GUID_LEN; i++) {
		if (dash_before(i) && *text++ != '-')
			return false;
		int high = hex_value(text[0]);
		int low = high < 0 ? -1 : hex_value(text[1]);
		if (low < 0)
			return false;
		g.bytes[text_order[i]] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	if (strcmp(text, braces ? "}" : "") != 0)
		return false;
	*out = g;
	return true;
}
