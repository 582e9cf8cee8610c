// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/name_match.h"

#include <string.h>

#include "base/utf16.h"
#include "wire/fscc/name_upcase.h"

// The longest name as Windows counts it, which is also the most bytes of a name on Linux.
enum { NAME_UNITS = 255 };

// Text as upper-cased UTF-16 units, which is what "?" counts. Returns how many; max + 1 when there are
// more, or when text is not UTF-8.
static size_t units_of(const char *text, uint32_t *units, size_t max)
{
	size_t n = 0;
	for (;;) {
		uint32_t c = utf8_next(&text);
		if (c == 0)
			return n;
		if (c == UTF8_INVALID || n + (c >= 0x10000 ? 2 : 1) > max)
			return max + 1;
		if (c >= 0x10000) {
			units[n++] = 0xD800 + ((c - 0x10000) >> 10);
			c = 0xDC00 + ((c - 0x10000) & 0x3FF);
		}
		units[n++] = name_upcase_unit((uint16_t)c);
	}
}

bool name_has_wildcards(const char *name)
{
	return strpbrk(name, "*?<>\"") != NULL;
}

static bool has_illegal(const char *pattern)
{
	for (const char *p = pattern; *p; p++) {
		if ((unsigned char)*p < 0x20 || strchr("\\/:|", *p))
			return true;
	}
	return false;
}

struct nt_status name_pattern_compile(const char *pattern, struct arena *a, struct name_pattern *out)
{
	struct name_pattern compiled = { 0 };
	if (has_illegal(pattern))
		return STATUS(OBJECT_NAME_INVALID);
	// MS-FSA 2.1.4.4 part 1; an empty pattern is "*" (MS-FSA 2.1.5.6.3).
	compiled.match_all = !*pattern || strcmp(pattern, "*") == 0 || strcmp(pattern, "*.*") == 0;
	compiled.has_wildcards = compiled.match_all || name_has_wildcards(pattern);
	uint32_t *tokens = arena_alloc(a, NAME_PATTERN_LEN_MAX * sizeof(*tokens));
	if (!tokens)
		return STATUS(NO_MEMORY);
	compiled.len = units_of(pattern, tokens, NAME_PATTERN_LEN_MAX);
	if (compiled.len > NAME_PATTERN_LEN_MAX)
		return STATUS(OBJECT_NAME_INVALID);
	compiled.tokens = tokens;
	*out = compiled;
	return STATUS(SUCCESS);
}

// Which positions of the pattern can be reached: state j means that tokens 0 to j-1 have matched.
struct states {
	bool at[NAME_PATTERN_LEN_MAX + 1];
};

// What one character of the name does in state j (MS-FSA 2.1.4.4 part 2). Moving on without it stays in
// `now`, which is walked upwards, so that chains of such moves end in the same walk.
static void step(uint32_t token, size_t j, uint32_t c, bool last_dot, struct states *now, struct states *next)
{
	switch (token) {
	case '*':
		next->at[j] = true;
		now->at[j + 1] = true;
		break;
	case '<': // DOS_STAR: as *, but the last dot is for what follows
		if (!last_dot)
			next->at[j] = true;
		now->at[j + 1] = true;
		break;
	case '>': // DOS_QM: any character but a dot, which it steps aside for
		if (c == '.')
			now->at[j + 1] = true;
		else
			next->at[j + 1] = true;
		break;
	case '"': // DOS_DOT
		if (c == '.')
			next->at[j + 1] = true;
		break;
	case '?':
		next->at[j + 1] = true;
		break;
	default:
		if (token == c)
			next->at[j + 1] = true;
		break;
	}
}

// At the end of the name these match nothing.
static bool matches_nothing(uint32_t token)
{
	return token == '*' || token == '<' || token == '>' || token == '"';
}

static size_t last_dot_of(const uint32_t *name, size_t len)
{
	while (len > 0 && name[len - 1] != '.')
		len--;
	return len ? len - 1 : SIZE_MAX;
}

static bool match_units(const struct name_pattern *p, const uint32_t *name, size_t len)
{
	struct states states[2];
	size_t dot = last_dot_of(name, len), width = p->len + 1;
	memset(states[0].at, 0, width);
	states[0].at[0] = true;
	for (size_t i = 0; i < len; i++) {
		struct states *now = &states[i % 2], *next = &states[(i + 1) % 2];
		memset(next->at, 0, width);
		for (size_t j = 0; j < p->len; j++) {
			if (now->at[j])
				step(p->tokens[j], j, name[i], i == dot, now, next);
		}
	}
	bool *at = states[len % 2].at;
	for (size_t j = 0; j < p->len; j++) {
		if (at[j] && matches_nothing(p->tokens[j]))
			at[j + 1] = true;
	}
	return at[p->len];
}

bool name_pattern_match(const struct name_pattern *pattern, const char *name)
{
	uint32_t units[NAME_UNITS];
	if (pattern->match_all)
		return true;
	size_t len = units_of(name, units, NAME_UNITS);
	if (len > NAME_UNITS)
		return false;
	if (!pattern->has_wildcards)
		return len == pattern->len && memcmp(units, pattern->tokens, len * sizeof(units[0])) == 0;
	return len > 0 && match_units(pattern, units, len);
}
