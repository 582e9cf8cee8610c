// SPDX-License-Identifier: Apache-2.0
// A set of names that can be found without regard to case (Windows' upper-case table). Compact: eight
// bytes a name beside its text. Adding and removing are idempotent and O(1). Not thread-safe.
#ifndef SIGNET_STORAGE_NAME_TABLE_H
#define SIGNET_STORAGE_NAME_TABLE_H

#include <stddef.h>

#include "base/attributes.h"

struct name_table;

struct name_table *name_table_new(void) WARN_UNUSED; // NULL: no memory
void name_table_free(struct name_table *table);      // NULL is fine

int name_table_add(struct name_table *table, const char *name) WARN_UNUSED; // 0, -ENOMEM
void name_table_remove(struct name_table *table, const char *name);         // this exact spelling

// The same spelling if it is there, else the first in byte order that is equal without case; NULL:
// none. Until the table changes.
const char *name_table_find(const struct name_table *table, const char *name);

size_t name_table_count(const struct name_table *table);
size_t name_table_bytes(const struct name_table *table);

#endif
