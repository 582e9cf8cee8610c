// SPDX-License-Identifier: Apache-2.0
#include "detect/content.h"

#include <math.h>
#include <pthread.h>
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

// In turns into four tables: one that holds the same byte again and again would wait for itself.
static void count_bytes(uint16_t counts[256], const uint8_t *bytes, size_t len)
{
	enum { TURNS = 4, WORTH_LEN = 512 };
	uint16_t more[TURNS - 1][256];
	size_t i = 0;
	if (len >= WORTH_LEN) {
		memset(more, 0, sizeof(more));
		for (; i + TURNS <= len; i += TURNS) {
			counts[bytes[i]]++;
			more[0][bytes[i + 1]]++;
			more[1][bytes[i + 2]]++;
			more[2][bytes[i + 3]]++;
		}
		for (size_t value = 0; value < 256; value++)
			counts[value] =
				(uint16_t)(counts[value] + more[0][value] + more[1][value] + more[2][value]);
	}
	for (; i < len; i++)
		counts[bytes[i]]++;
}

void content_add(struct content_sample *c, uint64_t offset, struct span bytes)
{
	if (offset == 0 && bytes.len > 0 && c->type == NULL)
		c->type = type_of(bytes);
	size_t room = CONTENT_SAMPLE_MAX - 1 - c->len;
	size_t take = bytes.len < room ? bytes.len : room;
	count_bytes(c->counts, bytes.data, take);
	c->len += (uint32_t)take;
}

// --- entropy ----------------------------------------------------------------------------------------

// A logarithm takes longer than all else here, and counts beyond these are rare.
enum { WEIGHTS = 256 };

static double weights[WEIGHTS]; // c * log2(c)

static void fill_weights(void)
{
	for (int count = 2; count < WEIGHTS; count++)
		weights[count] = count * log2(count);
}

static double weight_of(uint16_t count)
{
	return count < WEIGHTS ? weights[count] : count * log2(count);
}

// Of n bytes with counts c: log2(n) - sum(c * log2(c)) / n. In four sums, as one would wait for itself.
double content_entropy(const struct content_sample *c)
{
	enum { TURNS = 4 };
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	double sums[TURNS] = { 0 };
	if (c->len < ENTROPY_LEN_MIN)
		return 0;
	(void)pthread_once(&once, fill_weights);
	for (size_t i = 0; i < ARRAY_LEN(c->counts); i += TURNS)
		for (size_t turn = 0; turn < TURNS; turn++)
			sums[turn] += weight_of(c->counts[i + turn]);
	return log2(c->len) - (sums[0] + sums[1] + (sums[2] + sums[3])) / c->len;
}
