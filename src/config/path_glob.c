// SPDX-License-Identifier: Apache-2.0
#include "config/path_glob.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf16.h"
#include "wire/fscc/name_upcase.h"

// Beyond all code points, so that no character is mistaken for one.
enum { ANY_CHARACTERS = 0x110000 + '*', ANY_CHARACTER = 0x110000 + '?' };

void path_glob_done(struct path_glob *g)
{
	for (size_t i = 0; i < g->part_count; i++)
		free(g->parts[i].tokens);
	free(g->parts);
	free(g->text);
	*g = (struct path_glob){ 0 };
}

// --- decoding ---------------------------------------------------------------------------------------

static const char *character_fault(uint32_t c)
{
	if (c == UTF8_INVALID)
		return "it is not UTF-8";
	if (c == '\\')
		return "names are separated by / here";
	if (c < ' ' || (c < 0x80 && strchr("\":<>|", (int)c) != NULL))
		return "no name can have \" : < > | or control characters";
	return NULL;
}

static const char *part_fault(const char *part, size_t len)
{
	if (len == 0)
		return "there is nothing between two /, or before the first; paths begin below the share";
	if ((len == 1 && part[0] == '.') || (len == 2 && memcmp(part, "..", 2) == 0))
		return ". and .. are no names";
	if (len > 2 && memmem(part, len, "**", 2) != NULL)
		return "** stands alone between two /";
	return NULL;
}

// The tokens of a component; false when it is too long.
static bool part_fill(struct path_glob_part *part, const char *text, size_t len, const char **why)
{
	const char *end = text + len;
	while (text < end) {
		uint32_t c = utf8_next(&text);
		*why = character_fault(c);
		if (*why == NULL && part->len == PATH_NAME_LEN_MAX)
			*why = "no name is that long";
		if (*why != NULL)
			return false;
		bool wild = c == '*' || c == '?';
		part->tokens[part->len++] = wild ? c + 0x110000 : name_upcase_code_point(c);
	}
	return true;
}

static int part_decode(struct path_glob *g, const char *text, size_t len, const char **why)
{
	*why = g->part_count == PATH_GLOB_PARTS_MAX ? "it has too many /" : part_fault(text, len);
	if (*why != NULL)
		return -EINVAL;
	struct path_glob_part *part = &g->parts[g->part_count];
	part->tokens = calloc(len, sizeof(*part->tokens));
	if (part->tokens == NULL)
		return -ENOMEM;
	g->part_count++;
	part->any_depth = len == 2 && memcmp(text, "**", 2) == 0;
	return part_fill(part, text, len, why) ? 0 : -EINVAL;
}

int path_glob_decode(const char *text, struct path_glob *out, const char **why)
{
	struct path_glob g = { .text = strdup(text) };
	size_t len = strlen(text);
	int rc = 0;
	*why = NULL;
	if (len > 1 && text[len - 1] == '/')
		len--; // "HR/" means the folder, which is covered whole anyway
	g.parts = calloc(PATH_GLOB_PARTS_MAX, sizeof(*g.parts));
	if (g.parts == NULL || g.text == NULL)
		rc = -ENOMEM;
	for (size_t at = 0; rc == 0 && at <= len;) {
		const char *slash = memchr(text + at, '/', len - at);
		size_t n = slash == NULL ? len - at : (size_t)(slash - (text + at));
		rc = part_decode(&g, text + at, n, why);
		at += n + 1;
	}
	if (rc == 0)
		*out = g;
	else
		path_glob_done(&g);
	return rc;
}

// --- matching ---------------------------------------------------------------------------------------

bool path_name_make(const char *name, size_t len, struct path_name *out)
{
	const char *end = name + len;
	out->len = 0;
	while (name < end) {
		uint32_t c = utf8_next(&name);
		if (c == 0 || c == UTF8_INVALID || out->len == PATH_NAME_LEN_MAX)
			return false;
		out->tokens[out->len++] = name_upcase_code_point(c);
	}
	return name == end && len > 0;
}

static bool token_matches(uint32_t token, uint32_t c)
{
	return token == c || (token == ANY_CHARACTER && c != ANY_CHARACTERS);
}

// Goes back to the last '*' only: what an earlier one could take, the last one can take too.
static bool tokens_match(const uint32_t *pattern, size_t pattern_len, const uint32_t *text, size_t len)
{
	size_t p = 0, star = SIZE_MAX, resume = 0;
	for (size_t t = 0; t < len;) {
		if (p < pattern_len && pattern[p] == ANY_CHARACTERS) {
			star = p++;
			resume = t;
		} else if (p < pattern_len && token_matches(pattern[p], text[t])) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++resume;
		} else {
			return false;
		}
	}
	while (p < pattern_len && pattern[p] == ANY_CHARACTERS)
		p++;
	return p == pattern_len;
}

static path_glob_states bit(size_t n)
{
	return (path_glob_states)1 << n;
}

// "**" may stand for nothing.
static path_glob_states with_skips(const struct path_glob *g, path_glob_states states)
{
	for (size_t i = 0; i < g->part_count; i++) {
		if ((states & bit(i)) != 0 && g->parts[i].any_depth)
			states |= bit(i + 1);
	}
	return states;
}

path_glob_states path_glob_begin(const struct path_glob *g)
{
	return with_skips(g, 1);
}

bool path_glob_covers(const struct path_glob *g, path_glob_states states)
{
	return (states & bit(g->part_count)) != 0;
}

path_glob_states path_glob_step(
	const struct path_glob *g, path_glob_states states, const struct path_name *name)
{
	path_glob_states next = states & bit(g->part_count);
	for (size_t i = 0; i < g->part_count; i++) {
		const struct path_glob_part *part = &g->parts[i];
		if ((states & bit(i)) == 0)
			continue;
		if (part->any_depth)
			next |= bit(i);
		else if (tokens_match(part->tokens, part->len, name->tokens, name->len))
			next |= bit(i + 1);
	}
	return with_skips(g, next);
}

// The other pattern's part takes the place of a name: its '*' is only had by a '*', its "**" by a "**".
static path_glob_states step_over(
	const struct path_glob *g, path_glob_states states, const struct path_glob_part *over)
{
	path_glob_states next = states & bit(g->part_count);
	for (size_t i = 0; i < g->part_count; i++) {
		const struct path_glob_part *part = &g->parts[i];
		if ((states & bit(i)) == 0)
			continue;
		if (part->any_depth)
			next |= bit(i);
		else if (!over->any_depth && tokens_match(part->tokens, part->len, over->tokens, over->len))
			next |= bit(i + 1);
	}
	return with_skips(g, next);
}

bool path_glob_is_within(const struct path_glob *inner, const struct path_glob *outer)
{
	path_glob_states states = path_glob_begin(outer);
	for (size_t i = 0; i < inner->part_count; i++)
		states = step_over(outer, states, &inner->parts[i]);
	return path_glob_covers(outer, states);
}
