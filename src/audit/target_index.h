// SPDX-License-Identifier: Apache-2.0
// Which targets are in the list already: a hash table of places in it.
#ifndef SIGNET_AUDIT_TARGET_INDEX_H
#define SIGNET_AUDIT_TARGET_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/targets.h"
#include "base/attributes.h"

struct target_index;
struct target_index *target_index_new(void) WARN_UNUSED;
void target_index_free(struct target_index *x);

// Names are the same whatever their case.
bool target_index_has(
	const struct target_index *x, const struct target *all, const struct target *t) WARN_UNUSED;
// all[at] is new. -ENOMEM.
int target_index_add(struct target_index *x, const struct target *all, size_t at) WARN_UNUSED;

#endif
