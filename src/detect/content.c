// SPDX-License-Identifier: Apache-2.0
#include "detect/content.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/attributes.h"

enum { ENTROPY_LEN_MIN = 256 };

static const struct magic {
	const char *type;
	uint8_t len;
	uint8_t bytes[8];
} magics[] = {
	{ "pe", 2, { 'M', 'Z' } },
	{ "elf", 4, { 0x7f, 'E', 'L', 'F' } },
	{ "zip", 4, { 'P', 'K', 3, 4 } },
	{ "gzip", 2, { 0x1f, 0x8b } },
	{ "pdf", 4, { '%', 'P', 'D', 'F' } },
	{ "ole", 8, { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 } },
	{ "png", 4, { 0x89, 'P', 'N', 'G' } },
	{ "jpeg", 3, { 0xff, 0xd8, 0xff } },
	{ "7z", 6, { '7', 'z', 0xbc, 0xaf, 0x27, 0x1c } },
	{ "rar", 4, { 'R', 'a', 'r', '!' } },
	{ "registry_hive", 4, { 'r', 'e', 'g', 'f' } },
	{ "minidump", 4, { 'M', 'D', 'M', 'P' } },
	{ "lnk", 4, { 'L', 0, 0, 0 } },
};

static const uint8_t ese_magic[] = { 0xef, 0xcd, 0xab, 0x89 }; // after a checksum

static const char *type_of(struct span bytes)
{
	for (size_t i = 0; i < ARRAY_LEN(magics); i++)
		if (bytes.len >= magics[i].len && memcmp(bytes.data, magics[i].bytes, magics[i].len) == 0)
			return magics[i].type;
	bool ese = bytes.len >= 8 && memcmp(bytes.data + 4, ese_magic, sizeof(ese_magic)) == 0;
	return ese ? "ese_database" : NULL;
}

void content_add(struct content_sample *c, uint64_t offset, struct span bytes)
{
	if (offset == 0 && bytes.len > 0 && c->type == NULL)
		c->type = type_of(bytes);
	size_t room = CONTENT_SAMPLE_MAX - 1 - c->len;
	size_t take = bytes.len < room ? bytes.len : room;
	for (size_t i = 0; i < take; i++)
		c->counts[bytes.data[i]]++;
	c->len += (uint32_t)take;
}

// Of n bytes with counts c: log2(n) - sum(c * log2(c)) / n.
double content_entropy(const struct content_sample *c)
{
	double sum = 0;
	if (c->len < ENTROPY_LEN_MIN)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(c->counts); i++) {
		double count = c->counts[i];
		if (count > 1)
			sum += count * log2(count);
	}
	return log2(c->len) - sum / c->len;
}
