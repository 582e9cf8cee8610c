// SPDX-License-Identifier: Apache-2.0
// The data of a value in a .reg file: "text", dword:, hex: and hex(TYPE):.
#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "audit/lint/registry_reader.h"
#include "base/utf16.h"

// MS-DTYP and winnt.h: types of values.
enum { REG_SZ = 1, REG_EXPAND_SZ = 2, REG_BINARY = 3, REG_DWORD = 4, REG_MULTI_SZ = 7, REG_QWORD = 11 };

char *registry_quoted(struct registry_reader *r)
{
	const char *begin = r->at + 1;
	const char *p = begin;
	while (p < r->end && *p != '"')
		p += *p == '\\' && p + 1 < r->end ? 2 : 1;
	if (p >= r->end) {
		registry_fail(r, "a quotation mark has no partner");
		return NULL;
	}
	char *text = arena_alloc(r->settings->arena, (size_t)(p - begin) + 1);
	size_t len = 0;
	if (text == NULL) {
		r->settings->no_memory = r->failed = true;
		return NULL;
	}
	for (const char *c = begin; c < p; c++) {
		r->line += *c == '\n';
		if (*c == '\\')
			c++;
		if (*c != '\r' && *c != '\0')
			text[len++] = *c;
	}
	text[len] = '\0';
	r->at = p + 1;
	return text;
}

// Where hex data ends: the end of the first line that is not continued.
static const char *hex_end(const struct registry_reader *r)
{
	const char *p = r->at;
	for (; p < r->end && *p != '\n'; p++) {
		if (*p != '\\')
			continue;
		const char *after = p + 1;
		while (after < r->end && (*after == ' ' || *after == '\t' || *after == '\r'))
			after++;
		if (after < r->end && *after == '\n')
			p = after;
	}
	return p;
}

static bool is_between_bytes(char c)
{
	return c == ',' || c == '\\' || isspace((unsigned char)c);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Two digits, or one, between commas.
static const char *take_byte(const char *p, const char *end, uint8_t *byte)
{
	int high = hex_digit(*p);
	if (high < 0)
		return NULL;
	int low = p + 1 < end ? hex_digit(p[1]) : -1;
	*byte = (uint8_t)(low < 0 ? high : high * 16 + low);
	p += low < 0 ? 1 : 2;
	return p == end || is_between_bytes(*p) || *p == ';' ? p : NULL;
}

static bool take_bytes(struct registry_reader *r, struct span *out)
{
	const char *end = hex_end(r);
	uint8_t *bytes = arena_alloc(r->settings->arena, (size_t)(end - r->at) / 2 + 1);
	size_t len = 0;
	if (bytes == NULL) {
		r->settings->no_memory = r->failed = true;
		return false;
	}
	const char *p = r->at;
	while (p < end && *p != ';') {
		if (is_between_bytes(*p)) {
			r->line += *p++ == '\n';
			continue;
		}
		p = take_byte(p, end, &bytes[len++]);
		if (p == NULL) {
			registry_fail(r, "hexadecimal data needs two digits a byte, and commas between");
			return false;
		}
	}
	r->at = end;
	*out = span_make(bytes, len);
	return true;
}

// Without the NULs at the end, and line feeds for those between.
static char *join_texts(char *text, size_t len)
{
	while (len > 0 && text[len - 1] == '\0')
		len--;
	for (size_t i = 0; i < len; i++)
		text[i] = text[i] == '\0' ? '\n' : text[i];
	text[len] = '\0';
	return text;
}

// A code page that nobody knows: what is not ASCII cannot be told.
static char *text_of_code_page(struct registry_reader *r, struct span data)
{
	char *text = arena_alloc(r->settings->arena, data.len + 1);
	if (text == NULL)
		return NULL;
	for (size_t i = 0; i < data.len; i++)
		text[i] = data.data[i] < 0x80 ? (char)data.data[i] : '?';
	return join_texts(text, data.len);
}

static const char *text_of_bytes(struct registry_reader *r, struct span data)
{
	size_t len = 0;
	if (r->unicode && data.len % 2 != 0) {
		registry_fail(r, "a text in UTF-16 has an odd number of bytes");
		return NULL;
	}
	char *text =
		r->unicode ? utf16_to_utf8_raw(r->settings->arena, data, &len) : text_of_code_page(r, data);
	if (text != NULL && r->unicode)
		join_texts(text, len);
	if (text == NULL)
		r->settings->no_memory = r->failed = true;
	return text;
}

static const char *number_of_bytes(struct registry_reader *r, struct span data)
{
	uint64_t number = 0;
	for (size_t i = data.len < 8 ? data.len : 8; i > 0; i--)
		number = number << 8 | data.data[i - 1];
	return arena_printf(r->settings->arena, "%" PRIu64, number);
}

static const char *take_hex(struct registry_reader *r, unsigned long type)
{
	struct span data;
	if (!take_bytes(r, &data))
		return NULL;
	switch (type) {
	case REG_SZ:
	case REG_EXPAND_SZ:
	case REG_MULTI_SZ:
		return text_of_bytes(r, data);
	case REG_DWORD:
	case REG_QWORD:
		return number_of_bytes(r, data);
	default:
		return arena_printf(r->settings->arena, "(%zu bytes)", data.len);
	}
}

static const char *take_dword(struct registry_reader *r)
{
	uint32_t number = 0;
	size_t digits = 0;
	for (; r->at < r->end && hex_digit(*r->at) >= 0; r->at++, digits++)
		number = number << 4 | (uint32_t)hex_digit(*r->at);
	if (digits < 1 || digits > 8) {
		registry_fail(r, "dword: needs one to eight hexadecimal digits");
		return NULL;
	}
	return arena_printf(r->settings->arena, "%" PRIu32, number);
}

static bool take_word(struct registry_reader *r, const char *word)
{
	size_t len = strlen(word);
	if ((size_t)(r->end - r->at) < len || strncasecmp(r->at, word, len) != 0)
		return false;
	r->at += len;
	return true;
}

// "hex(TYPE):", TYPE in hexadecimal.
static const char *take_typed(struct registry_reader *r)
{
	unsigned long type = 0;
	size_t digits = 0;
	for (; r->at < r->end && hex_digit(*r->at) >= 0 && digits < 8; r->at++, digits++)
		type = type << 4 | (unsigned long)hex_digit(*r->at);
	if (digits == 0 || !take_word(r, "):")) {
		registry_fail(r, "hex( needs a type and '):'");
		return NULL;
	}
	return take_hex(r, type);
}

const char *registry_data(struct registry_reader *r)
{
	if (r->at < r->end && *r->at == '"')
		return registry_quoted(r);
	if (take_word(r, "dword:"))
		return take_dword(r);
	if (take_word(r, "hex("))
		return take_typed(r);
	if (take_word(r, "hex:"))
		return take_hex(r, REG_BINARY);
	if (take_word(r, "-"))
		return REGISTRY_DELETED;
	registry_fail(r, "data is \"TEXT\", dword:NUMBER, hex:BYTES, hex(TYPE):BYTES or -");
	return NULL;
}
