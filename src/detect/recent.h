// SPDX-License-Identifier: Apache-2.0
// Private to this folder: whether something happened so often within so long, by the times of the last ones.
#ifndef SIGNET_DETECT_RECENT_H
#define SIGNET_DETECT_RECENT_H

#include <stdbool.h>
#include <stdint.h>

enum { RECENT_MAX = 4096 }; // times that are remembered; higher thresholds are treated as this

struct recent {
	uint64_t *times; // ring; malloc'ed with the first
	uint32_t cap, len, next;
};

// One more; returns whether with it `many` of them lie within window_us.
bool recent_add(struct recent *r, uint32_t many, uint64_t window_us, uint64_t now_us);
// The last one did not count after all.
void recent_take_back(struct recent *r);
void recent_free(struct recent *r);

#endif
