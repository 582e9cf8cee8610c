// SPDX-License-Identifier: Apache-2.0
// Patterns of [access] rules: two patterns and a path, with a NUL after each. What a pattern covers has to
// follow the path alone, whatever its case, and hold for all below; what is said to be within it, too.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf16.h"
#include "config/path_glob.h"
#include "wire/fscc/name_upcase.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

// Walks the path; *valid is false when a component of it is no name.
static bool covers(const struct path_glob *g, const char *path, bool *valid)
{
	path_glob_states states = path_glob_begin(g);
	*valid = true;
	while (*path != '\0') {
		struct path_name name;
		size_t len = strcspn(path, "/");
		*valid = path_name_make(path, len, &name);
		if (!*valid)
			return false;
		bool before = path_glob_covers(g, states);
		states = path_glob_step(g, states, &name);
		require(!before || path_glob_covers(g, states));
		require(g->part_count >= 63 || states >> (g->part_count + 1) == 0);
		path += len + (path[len] == '/' ? 1 : 0);
	}
	return path_glob_covers(g, states);
}

static char *upper(struct arena *a, const char *text)
{
	char *out = arena_alloc(a, strlen(text) * 3 + 1);
	require(out != NULL);
	char *end = out;
	for (uint32_t c = utf8_next(&text); c != 0 && c != UTF8_INVALID; c = utf8_next(&text))
		end += utf8_put(end, name_upcase_code_point(c));
	*end = '\0';
	return out;
}

static void compare(
	const struct path_glob *one, const struct path_glob *other, const char *path, struct arena *a)
{
	bool valid;
	bool by_one = covers(one, path, &valid);
	if (!valid)
		return;
	bool by_other = covers(other, path, &valid);
	require(covers(one, upper(a, path), &valid) == by_one);
	require(!path_glob_is_within(one, other) || !by_one || by_other);
	require(path_glob_is_within(one, one));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct path_glob one;
	struct path_glob other;
	const char *why;
	arena_init(&a, NULL, 0);
	char *text = arena_alloc(&a, size + 3);
	require(text != NULL);
	memcpy(text, data, size);
	memset(text + size, 0, 3);
	const char *second = text + strlen(text) + 1;
	const char *path = second + strlen(second) + 1;
	if (path_glob_decode(text, &one, &why) == 0) {
		if (path_glob_decode(second, &other, &why) == 0) {
			compare(&one, &other, path, &a);
			compare(&other, &one, path, &a);
			path_glob_done(&other);
		}
		path_glob_done(&one);
	}
	arena_reset(&a);
	return 0;
}
