// SPDX-License-Identifier: Apache-2.0
// What most detectors are made of: tables that are bounded by the settings, and stories that are told when
// they have settled. A detector says in a plan what it keeps, and begins, ticks, finishes and ends alike.
#ifndef SIGNET_DETECT_MEMORY_H
#define SIGNET_DETECT_MEMORY_H

#include <stdint.h>

#include "base/attributes.h"
#include "detect/detector.h"

enum { MEMORY_TABLES_MAX = 3 };

// A table, kept in the state's member at `offset`, a struct detect_table *.
struct memory_table {
	size_t offset;
	size_t entry_len; // 0: there is no such table
	uint32_t part;    // one in so many of table_entries_max; 0: all
	void (*drop)(void *entry, const char *key);
};

struct memory_plan {
	size_t state_len; // of a structure that begins with a struct memory; zeros when it is made
	struct memory_table tables[MEMORY_TABLES_MAX];
	const struct detector *teller; // of stories; NULL: there are none
	uint32_t quiet_s, hold_s;      // story.h
};

struct memory {
	struct detect_context context;
	struct stories *stories;
	const struct memory_plan *plan; // outlives it
};

// The state; NULL when memory is out.
void *memory_begin(const struct detect_context *context, const struct memory_plan *plan) WARN_UNUSED;
// As struct detector has them; the state begins with a struct memory.
void memory_tick(void *state, uint64_t now_us);
void memory_finish(void *state);
void memory_end(void *state);

#endif
