// SPDX-License-Identifier: Apache-2.0
// Patterns of paths below a share, as an administrator writes them: "HR/**", "**/*.key", "drop/?".
//
// '/' between components; in a component '*' stands for any characters and '?' for one, a component
// "**" for any number of components, none included. Case does not matter, by Windows' own table, so
// a pattern matches whatever spelling of a name leads to the file.
// A pattern covers what it matches and, where that is a folder, everything in it: "HR", "HR/**" and
// "HR/" are the same, and nobody forgets the files below.
//
// Paths are walked component by component, so that a listing goes one step for each of its names.
// Time is bounded by pattern length times name length, whatever the pattern. Read-only once decoded,
// thread-safe.
#ifndef SIGNET_CONFIG_PATH_GLOB_H
#define SIGNET_CONFIG_PATH_GLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum {
	PATH_GLOB_PARTS_MAX = 32,
	PATH_NAME_LEN_MAX = 255, // characters of a component
};

struct path_glob_part {
	bool any_depth;   // "**"
	uint32_t *tokens; // upper-cased characters and wildcards; owned
	size_t len;
};

struct path_glob {
	char *text; // as written; owned
	struct path_glob_part *parts;
	size_t part_count;
};

// 0; -EINVAL with *why what is wrong with text (a sentence's end); -ENOMEM.
int path_glob_decode(const char *text, struct path_glob *out, const char **why) WARN_UNUSED;
void path_glob_done(struct path_glob *g);

// A component made ready for many patterns.
struct path_name {
	uint32_t tokens[PATH_NAME_LEN_MAX];
	size_t len;
};
// False when it is no name that a client could see (not UTF-8, or too long).
bool path_name_make(const char *name, size_t len, struct path_name *out) WARN_UNUSED;

// How far a walk has matched: bit n: the first n parts have. 0: neither this path nor what is below
// it will be covered. Bit part_count: covered, which it stays further down.
typedef uint64_t path_glob_states;
path_glob_states path_glob_begin(const struct path_glob *g); // at the share's root
path_glob_states path_glob_step(
	const struct path_glob *g, path_glob_states states, const struct path_name *name);
bool path_glob_covers(const struct path_glob *g, path_glob_states states);

// Whether outer certainly covers all that inner does. False may also mean that it is hard to say.
bool path_glob_is_within(const struct path_glob *inner, const struct path_glob *outer);

#endif
