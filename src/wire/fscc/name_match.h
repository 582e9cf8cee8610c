// SPDX-License-Identifier: Apache-2.0
// Search patterns (MS-FSA 2.1.4.4): * ? and the DOS ones < > ", without case. Time is bounded by
// pattern length times name length, whatever the pattern.
#ifndef SIGNET_WIRE_FSCC_NAME_MATCH_H
#define SIGNET_WIRE_FSCC_NAME_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/nt_status.h"

enum {
	NAME_PATTERN_LEN_MAX = 512, // UTF-16 units
};

// A pattern made ready for many names. Lives in the arena; read-only, thread-safe.
struct name_pattern {
	bool match_all;     // "*", "*.*", ""
	bool has_wildcards; // otherwise it is one name: look it up instead of walking the directory
	size_t len;
	const uint32_t *tokens; // upper-cased UTF-16 units, wildcards by themselves
};

// OBJECT_NAME_INVALID: not UTF-8, too long, or has a character that neither names nor patterns may
// have ('\', '/', ':', '|', control characters); NO_MEMORY.
struct nt_status name_pattern_compile(
	const char *pattern, struct arena *a, struct name_pattern *out) WARN_UNUSED;
bool name_pattern_match(const struct name_pattern *pattern, const char *name);

// Has * ? < > or ".
bool name_has_wildcards(const char *name);

#endif
