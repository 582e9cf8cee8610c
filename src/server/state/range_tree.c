// SPDX-License-Identifier: Apache-2.0
#include "server/state/range_tree.h"

#include <stddef.h>
#include <stdlib.h>

// {0, 0} overlaps nothing; its last byte would wrap.
static bool range_is_void(uint64_t offset, uint64_t length)
{
	return offset == 0 && length == 0;
}

// The last byte; of an empty range the one before it, as MS-FSA 2.1.4.10 computes it: so an empty
// lock conflicts with ranges that begin before it and end after it.
static uint64_t range_last(uint64_t offset, uint64_t length)
{
	return range_is_void(offset, length) ? 0 : offset + length - 1;
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int range_compare(const struct range_lock *a, const struct range_lock *b)
{
	int order = compare_u64(a->offset, b->offset);
	if (order == 0)
		order = compare_u64(a->length, b->length);
	if (order == 0)
		order = compare_u64((uintptr_t)a->owner, (uintptr_t)b->owner);
	return order != 0 ? order : (int)a->exclusive - (int)b->exclusive;
}

static int range_order(const struct range_lock *a, const struct range_lock *b)
{
	int order = range_compare(a, b);
	return order != 0 ? order : compare_u64(a->sequence, b->sequence);
}

static uint64_t lock_last(const struct range_lock *lock)
{
	return range_last(lock->offset, lock->length);
}

static const struct range_lock *further(const struct range_lock *a, const struct range_lock *b)
{
	if (a == NULL || b == NULL)
		return a != NULL ? a : b;
	return lock_last(a) >= lock_last(b) ? a : b;
}

static void range_update_from(struct range_lock *n, const struct range_lock *child)
{
	if (child == NULL)
		return;
	n->furthest = further(n->furthest, child->furthest);
	n->furthest_exclusive = further(n->furthest_exclusive, child->furthest_exclusive);
}

static void range_update(struct range_lock *n)
{
	n->furthest = range_is_void(n->offset, n->length) ? NULL : n;
	n->furthest_exclusive = n->exclusive ? n->furthest : NULL;
	range_update_from(n, n->left);
	range_update_from(n, n->right);
}

// Parts a tree into what is less than the key and the rest.
static void range_split(struct range_lock *root, const struct range_lock *key, struct range_lock **less,
	struct range_lock **rest)
{
	if (root == NULL) {
		*less = NULL;
		*rest = NULL;
		return;
	}
	if (range_order(root, key) < 0) {
		range_split(root->right, key, &root->right, rest);
		*less = root;
	} else {
		range_split(root->left, key, less, &root->left);
		*rest = root;
	}
	range_update(root);
}

static struct range_lock *range_merge(struct range_lock *a, struct range_lock *b)
{
	if (a == NULL || b == NULL)
		return a != NULL ? a : b;
	struct range_lock *top = a->priority > b->priority ? a : b;
	if (top == a)
		a->right = range_merge(a->right, b);
	else
		b->left = range_merge(a, b->left);
	range_update(top);
	return top;
}

struct range_lock *range_tree_insert(struct range_lock *root, struct range_lock *lock)
{
	if (root == NULL || lock->priority > root->priority) {
		range_split(root, lock, &lock->left, &lock->right);
		range_update(lock);
		return lock;
	}
	if (range_order(lock, root) < 0)
		root->left = range_tree_insert(root->left, lock);
	else
		root->right = range_tree_insert(root->right, lock);
	range_update(root);
	return root;
}

struct range_lock *range_tree_remove(
	struct range_lock *root, const struct range_lock *key, struct range_lock **removed)
{
	if (root == NULL)
		return NULL;
	int order = range_compare(key, root);
	if (order == 0) {
		*removed = root;
		return range_merge(root->left, root->right);
	}
	if (order < 0)
		root->left = range_tree_remove(root->left, key, removed);
	else
		root->right = range_tree_remove(root->right, key, removed);
	range_update(root);
	return root;
}

void range_tree_free(struct range_lock *root)
{
	if (root == NULL)
		return;
	range_tree_free(root->left);
	range_tree_free(root->right);
	free(root);
}

struct range_query {
	const struct range_lock_owner *owner;
	uint64_t offset;
	uint64_t last;
	enum range_access access;
};

// Whether an overlapping lock forbids the access.
static bool lock_forbids(const struct range_lock *lock, const struct range_query *q)
{
	bool own = lock->owner == q->owner;
	switch (q->access) {
	case RANGE_LOCK_EXCLUSIVE: // not even one's own locks may be below it
		return true;
	case RANGE_WRITE: // one's own shared lock forbids it as well
		return !lock->exclusive || !own;
	case RANGE_READ:
	case RANGE_LOCK_SHARED:
		return lock->exclusive && !own;
	}
	return true;
}

static bool node_conflicts(const struct range_lock *n, const struct range_query *q)
{
	return !range_is_void(n->offset, n->length) && n->offset <= q->last &&
	       range_last(n->offset, n->length) >= q->offset && lock_forbids(n, q);
}

static bool subtree_conflicts(const struct range_lock *n, const struct range_query *q)
{
	bool exclusive_only = q->access == RANGE_READ || q->access == RANGE_LOCK_SHARED;
	while (n != NULL) {
		const struct range_lock *furthest = exclusive_only ? n->furthest_exclusive : n->furthest;
		if (furthest == NULL || lock_last(furthest) < q->offset)
			return false;
		if (subtree_conflicts(n->left, q) || node_conflicts(n, q))
			return true;
		if (n->offset > q->last)
			return false; // all to the right begin even later
		n = n->right;
	}
	return false;
}

bool range_tree_conflicts(const struct range_lock *root, const struct range_lock_owner *owner,
	uint64_t offset, uint64_t length, enum range_access access)
{
	bool io = access == RANGE_READ || access == RANGE_WRITE;
	if (range_is_void(offset, length) || (io && length == 0))
		return false; // empty reads and writes end before locks are looked at (MS-FSA 2.1.5.3)
	struct range_query q = { owner, offset, range_last(offset, length), access };
	if (q.last < offset && length != 0)
		q.last = UINT64_MAX; // I/O beyond the end of all files: for the caller to refuse
	return subtree_conflicts(root, &q);
}
