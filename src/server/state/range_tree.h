// SPDX-License-Identifier: Apache-2.0
// The tree behind range_locks: a treap ordered by range and owner in which each node knows how far
// its subtree's ranges reach, so that a conflict among thousands of locks is found in a few steps.
// Recursive, with an expected depth of a few times log2 of the locks.
#ifndef SIGNET_SERVER_STATE_RANGE_TREE_H
#define SIGNET_SERVER_STATE_RANGE_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

struct range_lock_owner;

struct range_lock {
	uint64_t offset;
	uint64_t length;
	struct range_lock_owner *owner;
	bool exclusive;
	uint32_t priority; // of the treap: random
	uint64_t sequence; // tells equal locks apart, so that many of them make no long branch
	const struct range_lock *furthest; // of this subtree, by last byte; NULL: all overlap nothing
	const struct range_lock *furthest_exclusive; // of its exclusive locks
	struct range_lock *left;
	struct range_lock *right;
	struct range_lock *owner_next; // range_locks' own
	struct range_lock *owner_prev;
};

enum range_access {
	RANGE_READ,
	RANGE_WRITE,
	RANGE_LOCK_SHARED,
	RANGE_LOCK_EXCLUSIVE,
};

// Both give the new root. What to remove is given as a key: offset, length, owner and exclusive; of
// several equal nodes any is taken out into *removed, which stays as it was without one.
struct range_lock *range_tree_insert(struct range_lock *root, struct range_lock *lock) WARN_UNUSED;
struct range_lock *range_tree_remove(
	struct range_lock *root, const struct range_lock *key, struct range_lock **removed) WARN_UNUSED;
void range_tree_free(struct range_lock *root);

// MS-FSA 2.1.4.10
bool range_tree_conflicts(const struct range_lock *root, const struct range_lock_owner *owner,
	uint64_t offset, uint64_t length, enum range_access access);

#endif
