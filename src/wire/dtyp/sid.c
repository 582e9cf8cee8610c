// SPDX-License-Identifier: Apache-2.0
#include "wire/dtyp/sid.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SID(authority, count, ...)                                                                           \
	{                                                                                                    \
		.identifier_authority = (authority), .sub_authority_count = (count),                         \
		.sub_authority = { __VA_ARGS__ },                                                            \
	}

const struct sid sid_null = SID(0, 1, 0);
const struct sid sid_everyone = SID(1, 1, 0);
const struct sid sid_creator_owner = SID(3, 1, 0);
const struct sid sid_creator_group = SID(3, 1, 1);
const struct sid sid_owner_rights = SID(3, 1, 4);
const struct sid sid_network = SID(5, 1, 2);
const struct sid sid_anonymous = SID(5, 1, 7);
const struct sid sid_authenticated_users = SID(5, 1, 11);
const struct sid sid_system = SID(5, 1, 18);
const struct sid sid_builtin_administrators = SID(5, 2, 32, 544);
const struct sid sid_builtin_users = SID(5, 2, 32, 545);
const struct sid sid_builtin_guests = SID(5, 2, 32, 546);

#define AUTHORITY_MAX 0xFFFFFFFFFFFFull

struct sid reader_sid(struct reader *r)
{
	struct sid s = { 0 };
	uint8_t revision = reader_u8(r);
	uint8_t count = reader_u8(r);
	reader_require(r, revision == SID_REVISION, VERDICT_BAD_VALUE);
	reader_require(r, count <= SID_SUB_AUTHORITY_MAX, VERDICT_TOO_LONG);
	uint64_t high = reader_u16_be(r);
	uint64_t low = reader_u32_be(r);
	for (uint8_t i = 0; i < count && reader_ok(r); i++)
		s.sub_authority[i] = reader_u32(r);
	if (!reader_ok(r))
		return (struct sid){ 0 };
	s.identifier_authority = high << 32 | low;
	s.sub_authority_count = count;
	return s;
}

void writer_sid(struct writer *w, const struct sid *s)
{
	writer_u8(w, SID_REVISION);
	writer_u8(w, s->sub_authority_count);
	writer_u16_be(w, (uint16_t)(s->identifier_authority >> 32));
	writer_u32_be(w, (uint32_t)s->identifier_authority);
	for (uint8_t i = 0; i < s->sub_authority_count; i++)
		writer_u32(w, s->sub_authority[i]);
}

size_t sid_len(const struct sid *s)
{
	return SID_WIRE_LEN_MIN + (size_t)4 * s->sub_authority_count;
}

static bool sid_prefix_equal(const struct sid *a, const struct sid *b, size_t count)
{
	return a->identifier_authority == b->identifier_authority &&
	       a->sub_authority_count == b->sub_authority_count &&
	       memcmp(a->sub_authority, b->sub_authority, count * sizeof(a->sub_authority[0])) == 0;
}

bool sid_equal(const struct sid *a, const struct sid *b)
{
	return sid_prefix_equal(a, b, a->sub_authority_count);
}

bool sid_same_domain(const struct sid *a, const struct sid *b)
{
	return a->sub_authority_count > 0 && sid_prefix_equal(a, b, (size_t)a->sub_authority_count - 1);
}

uint32_t sid_rid(const struct sid *s)
{
	return s->sub_authority_count ? s->sub_authority[s->sub_authority_count - 1] : 0;
}

bool sid_with_rid(const struct sid *domain, uint32_t rid, struct sid *out)
{
	if (domain->sub_authority_count >= SID_SUB_AUTHORITY_MAX)
		return false;
	struct sid s = *domain;
	s.sub_authority[s.sub_authority_count++] = rid;
	*out = s;
	return true;
}

void sid_to_text(const struct sid *s, char out[SID_TEXT_SIZE])
{
	// MS-DTYP 2.4.2.1: decimal below 2^32, else "0x" and twelve digits.
	int n;
	if (s->identifier_authority > UINT32_MAX)
		n = snprintf(out, SID_TEXT_SIZE, "S-1-0x%012" PRIX64, s->identifier_authority);
	else
		n = snprintf(out, SID_TEXT_SIZE, "S-1-%" PRIu64, s->identifier_authority);
	for (uint8_t i = 0; i < s->sub_authority_count; i++)
		n += snprintf(out + n, SID_TEXT_SIZE - (size_t)n, "-%" PRIu32, s->sub_authority[i]);
}

// A number of digits alone (strtoull would take signs and blanks) up to max.
static bool parse_number(const char **text, int base, uint64_t max, uint64_t *out)
{
	const char *digits = base == 16 ? "0123456789abcdefABCDEF" : "0123456789";
	size_t len = strspn(*text, digits);
	if (len == 0 || len > 14)
		return false;
	uint64_t v = strtoull(*text, NULL, base);
	*text += len;
	*out = v;
	return v <= max;
}

bool sid_from_text(const char *text, struct sid *out)
{
	struct sid s = { 0 };
	uint64_t v;
	if (strncasecmp(text, "S-1-", 4) != 0)
		return false;
	text += 4;
	bool hex = strncasecmp(text, "0x", 2) == 0;
	if (hex)
		text += 2;
	if (!parse_number(&text, hex ? 16 : 10, AUTHORITY_MAX, &s.identifier_authority))
		return false;
	while (*text == '-') {
		text++;
		if (s.sub_authority_count == SID_SUB_AUTHORITY_MAX ||
			!parse_number(&text, 10, UINT32_MAX, &v))
			return false;
		s.sub_authority[s.sub_authority_count++] = (uint32_t)v;
	}
	if (*text != '\0')
		return false;
	*out = s;
	return true;
}
