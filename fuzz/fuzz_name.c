// SPDX-License-Identifier: Apache-2.0
// Names and patterns: a pattern, a NUL and a name, which are also taken as paths and streams.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/fscc/name_match.h"
#include "wire/fscc/name_upcase.h"
#include "wire/fscc/name_valid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void try_path(const char *text, struct arena *a)
{
	struct path_parts parts, again;
	const char *stream;
	if (nt_status_ok(stream_name_parse(text, a, &stream)))
		require(stream_wire_name(stream, a) != NULL);
	if (!nt_status_ok(path_parse(text, a, &parts)))
		return;
	// A good path is made of good components, and stays the same path.
	require(!strchr(parts.path, ':') && parts.path[0] != '\\' && !strstr(parts.path, "\\\\"));
	require(nt_status_ok(path_parse(parts.path, a, &again)) && strcmp(parts.path, again.path) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct name_hash_key key = { 1, 2 };
	struct name_pattern pattern;
	struct arena a;
	arena_init(&a, NULL, 0);
	char *text = arena_strndup(&a, (const char *)data, size);
	require(text != NULL);
	size_t first = strlen(text);
	const char *name = first < size ? text + first + 1 : text;
	if (nt_status_ok(name_pattern_compile(text, &a, &pattern))) {
		bool matches = name_pattern_match(&pattern, name);
		require(!matches || pattern.has_wildcards || name_equal(text, name));
	}
	int order = name_compare(text, name);
	require(order == -name_compare(name, text));
	require(order != 0 || name_hash(text, &key) == name_hash(name, &key));
	try_path(text, &a);
	try_path(name, &a);
	arena_reset(&a);
	return 0;
}
