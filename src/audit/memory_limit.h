// SPDX-License-Identifier: Apache-2.0
// How much memory what hosts say may take: each host's limit is within that of all of them together. One
// thread's.
#ifndef SIGNET_AUDIT_MEMORY_LIMIT_H
#define SIGNET_AUDIT_MEMORY_LIMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct memory_limit {
	struct arena_account account; // for arena_charge_to
	struct memory_limit *above;   // what is taken here is taken there, too; NULL: nowhere
	size_t used, max;             // bytes
	bool reached;                 // something was refused
};

struct memory_limit memory_limit_make(size_t max, struct memory_limit *above);

#endif
