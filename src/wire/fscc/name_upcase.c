// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/name_upcase.h"

#include "base/utf16.h"
#include "wire/fscc/name_upcase_table.h"

uint16_t name_upcase_unit(uint16_t unit)
{
	return (uint16_t)(unit + name_upcase_pages[name_upcase_page_of[unit >> 8]][unit & 0xFF]);
}

uint32_t name_upcase_code_point(uint32_t code_point)
{
	return code_point < 0x10000 ? name_upcase_unit((uint16_t)code_point) : code_point;
}

// A name's next character as a number that sorts like its upper-cased UTF-16 units: the first unit,
// then the second. Bytes that are not UTF-8 come after all units. 0 at the end.
static uint64_t next_key(const char **cursor)
{
	uint32_t c = utf8_next(cursor);
	if (c == UTF8_INVALID) {
		uint8_t byte = (uint8_t) * (*cursor)++;
		return (0x10000ull + byte) << 16;
	}
	if (c < 0x10000)
		return (uint64_t)name_upcase_unit((uint16_t)c) << 16;
	return (uint64_t)(0xD800 + ((c - 0x10000) >> 10)) << 16 | (0xDC00 + ((c - 0x10000) & 0x3FF));
}

int name_compare(const char *a, const char *b)
{
	uint64_t x, y;
	do {
		x = next_key(&a);
		y = next_key(&b);
	} while (x == y && x != 0);
	return (x > y) - (x < y);
}

bool name_equal(const char *a, const char *b)
{
	return name_compare(a, b) == 0;
}

// SipHash-1-3 (Aumasson, Bernstein): one round a word, three at the end.
struct sip {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t v, unsigned bits)
{
	return v << bits | v >> (64 - bits);
}

static void sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static void sip_word(struct sip *s, uint64_t word)
{
	s->v3 ^= word;
	sip_round(s);
	s->v0 ^= word;
}

uint64_t name_hash(const char *name, const struct name_hash_key *key)
{
	struct sip s = { key->k0 ^ 0x736f6d6570736575ull, key->k1 ^ 0x646f72616e646f6dull,
		key->k0 ^ 0x6c7967656e657261ull, key->k1 ^ 0x7465646279746573ull };
	uint64_t word;
	// The keys are already distinct for distinct names, so each is a word; 0 ends the name.
	do {
		word = next_key(&name);
		sip_word(&s, word);
	} while (word != 0);
	s.v2 ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
