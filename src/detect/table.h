// SPDX-License-Identifier: Apache-2.0
// What detectors remember: entries by a text key, so many at most; for a new one the one that was untouched
// the longest makes room.
#ifndef SIGNET_DETECT_TABLE_H
#define SIGNET_DETECT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct detect_table;

// Entries have entry_len bytes, zeros when they are made; drop (may be NULL) is called before one goes.
struct detect_table *detect_table_new(
	size_t entry_len, size_t max, void (*drop)(void *entry, const char *key)) WARN_UNUSED;
void detect_table_free(struct detect_table *t); // NULL is fine
// The entry of key, made if it is not there (NULL when memory is out); it is the last touched now.
void *detect_table_get(struct detect_table *t, const char *key) WARN_UNUSED;
void *detect_table_find(struct detect_table *t, const char *key); // NULL: not there; does not touch it
void detect_table_remove(struct detect_table *t, const char *key);
size_t detect_table_count(const struct detect_table *t);
// Each entry, the longest untouched first; fn may remove the entry that it is called with and no other.
void detect_table_each(
	struct detect_table *t, void (*fn)(void *context, const char *key, void *entry), void *context);

// "a|b|c" in a buffer: keys of several parts.
const char *detect_key(char *buffer, size_t len, const char *a, const char *b, const char *c);

#endif
