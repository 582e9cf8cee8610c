// SPDX-License-Identifier: Apache-2.0
// Private to this folder: how many different ones (accounts, hosts) there were within so long.
#ifndef SIGNET_DETECT_DISTINCT_H
#define SIGNET_DETECT_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISTINCT_MAX = 1024 }; // that are remembered; the one that was seen last the longest ago makes room

struct distinct_item {
	char *name;
	uint64_t last_us;
	uint64_t count;
	uint64_t packet;         // of the first time
	uint64_t settled_packet; // its user's: what it was about came to a good end there; 0: not
};

struct distinct {
	struct distinct_item *items; // malloc'ed
	size_t count, cap;
};

// Once more; items not seen for window_us are forgotten. NULL when memory is out.
struct distinct_item *distinct_add(
	struct distinct *d, const char *name, uint64_t packet, uint64_t window_us, uint64_t now_us);
struct distinct_item *distinct_find(struct distinct *d, const char *name);
void distinct_free(struct distinct *d);

#endif
