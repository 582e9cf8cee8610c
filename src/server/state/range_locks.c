// SPDX-License-Identifier: Apache-2.0
#include "server/state/range_locks.h"

#include <stdlib.h>

#include "server/state/range_tree.h"

void range_locks_init(struct range_locks *locks)
{
	*locks = (struct range_locks){ .random = (uint32_t)((uintptr_t)locks >> 4) | 1 };
}

void range_locks_done(struct range_locks *locks)
{
	range_tree_free(locks->root);
	locks->root = NULL;
	locks->count = 0;
}

void range_lock_owner_init(struct range_lock_owner *owner)
{
	*owner = (struct range_lock_owner){ 0 };
}

// MS-FSA 2.1.5.8: a range may end with the last byte of 2^64, not beyond it.
static bool range_wraps(const struct range_lock_element *e)
{
	return e->length != 0 && e->offset + e->length - 1 < e->offset;
}

static bool ranges_valid(const struct range_lock_element *elements, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (range_wraps(&elements[i]))
			return false;
	}
	return true;
}

// xorshift32: the treap needs priorities without a pattern, not secrets.
static uint32_t next_random(struct range_locks *locks)
{
	uint32_t x = locks->random;
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	locks->random = x;
	return x;
}

static void owner_link(struct range_lock_owner *owner, struct range_lock *lock)
{
	lock->owner_prev = NULL;
	lock->owner_next = owner->first;
	if (owner->first != NULL)
		owner->first->owner_prev = lock;
	owner->first = lock;
	owner->count++;
}

static void owner_unlink(struct range_lock_owner *owner, struct range_lock *lock)
{
	if (lock->owner_prev != NULL)
		lock->owner_prev->owner_next = lock->owner_next;
	else
		owner->first = lock->owner_next;
	if (lock->owner_next != NULL)
		lock->owner_next->owner_prev = lock->owner_prev;
	owner->count--;
}

static struct nt_status lock_one(
	struct range_locks *locks, struct range_lock_owner *owner, const struct range_lock_element *e)
{
	enum range_access access = e->exclusive ? RANGE_LOCK_EXCLUSIVE : RANGE_LOCK_SHARED;
	if (range_tree_conflicts(locks->root, owner, e->offset, e->length, access))
		return STATUS(LOCK_NOT_GRANTED);
	if (owner->count == RANGE_LOCKS_PER_OPEN_MAX || locks->count == RANGE_LOCKS_PER_FILE_MAX)
		return STATUS(INSUFFICIENT_RESOURCES);
	struct range_lock *lock = malloc(sizeof(*lock));
	if (lock == NULL)
		return STATUS(INSUFFICIENT_RESOURCES);
	*lock = (struct range_lock){
		.offset = e->offset,
		.length = e->length,
		.exclusive = e->exclusive,
		.owner = owner,
		.priority = next_random(locks),
		.sequence = locks->next_sequence++,
	};
	locks->root = range_tree_insert(locks->root, lock);
	locks->count++;
	owner_link(owner, lock);
	return STATUS(SUCCESS);
}

// Removes a lock that equals the key; of several equal ones any will do.
static bool remove_equal(struct range_locks *locks, const struct range_lock *key)
{
	struct range_lock *removed = NULL;
	locks->root = range_tree_remove(locks->root, key, &removed);
	if (removed == NULL)
		return false;
	locks->count--;
	owner_unlink(removed->owner, removed);
	free(removed);
	return true;
}

static struct range_lock key_of(
	struct range_lock_owner *owner, const struct range_lock_element *e, bool exclusive)
{
	return (struct range_lock){
		.offset = e->offset, .length = e->length, .exclusive = exclusive, .owner = owner
	};
}

static struct nt_status waiter_queue(struct range_locks *locks, struct range_lock_owner *owner,
	const struct range_lock_element *element, struct range_lock_waiter *waiter)
{
	if (locks->waiter_count == RANGE_WAITERS_PER_FILE_MAX)
		return STATUS(INSUFFICIENT_RESOURCES);
	waiter->element = *element;
	waiter->owner = owner;
	waiter->queued = true;
	waiter->next = NULL;
	waiter->prev = locks->last_waiter;
	if (locks->last_waiter != NULL)
		locks->last_waiter->next = waiter;
	else
		locks->first_waiter = waiter;
	locks->last_waiter = waiter;
	locks->waiter_count++;
	return STATUS(PENDING);
}

static void waiter_unqueue(struct range_locks *locks, struct range_lock_waiter *waiter)
{
	if (waiter->prev != NULL)
		waiter->prev->next = waiter->next;
	else
		locks->first_waiter = waiter->next;
	if (waiter->next != NULL)
		waiter->next->prev = waiter->prev;
	else
		locks->last_waiter = waiter->prev;
	waiter->queued = false;
	waiter->next = NULL;
	waiter->prev = NULL;
	locks->waiter_count--;
}

struct nt_status range_locks_lock(struct range_locks *locks, struct range_lock_owner *owner,
	const struct range_lock_element *elements, size_t count, struct range_lock_waiter *waiter)
{
	if (!ranges_valid(elements, count))
		return STATUS(INVALID_LOCK_RANGE);
	for (size_t i = 0; i < count; i++) {
		struct nt_status status = lock_one(locks, owner, &elements[i]);
		if (nt_status_ok(status))
			continue;
		// MS-SMB2 3.3.5.14.2: what was locked by this request is unlocked again.
		while (i-- > 0) {
			struct range_lock key = key_of(owner, &elements[i], elements[i].exclusive);
			(void)remove_equal(locks, &key);
		}
		bool wait = waiter != NULL && count == 1 && nt_status_equal(status, STATUS(LOCK_NOT_GRANTED));
		return wait ? waiter_queue(locks, owner, &elements[0], waiter) : status;
	}
	return STATUS(SUCCESS);
}

struct nt_status range_locks_unlock(struct range_locks *locks, struct range_lock_owner *owner,
	const struct range_lock_element *elements, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct range_lock exclusive = key_of(owner, &elements[i], true);
		struct range_lock shared = key_of(owner, &elements[i], false);
		if (range_wraps(&elements[i]))
			return STATUS(INVALID_LOCK_RANGE);
		if (!remove_equal(locks, &exclusive) && !remove_equal(locks, &shared))
			return STATUS(RANGE_NOT_LOCKED);
	}
	return STATUS(SUCCESS);
}

// Moves a waiter from the queue to the end of a list.
static void waiter_move(
	struct range_locks *locks, struct range_lock_waiter *waiter, struct range_lock_waiter ***tail)
{
	waiter_unqueue(locks, waiter);
	**tail = waiter;
	*tail = &waiter->next;
}

struct range_lock_waiter *range_locks_grant(struct range_locks *locks)
{
	struct range_lock_waiter *granted = NULL;
	struct range_lock_waiter **tail = &granted;
	struct range_lock_waiter *next;
	// Granting only adds locks: who was passed over once cannot be granted later in this pass.
	for (struct range_lock_waiter *waiter = locks->first_waiter; waiter != NULL; waiter = next) {
		next = waiter->next;
		if (nt_status_ok(lock_one(locks, waiter->owner, &waiter->element)))
			waiter_move(locks, waiter, &tail);
	}
	return granted;
}

bool range_locks_cancel(struct range_locks *locks, struct range_lock_waiter *waiter)
{
	if (!waiter->queued)
		return false;
	waiter_unqueue(locks, waiter);
	return true;
}

struct range_lock_waiter *range_locks_remove_owner(struct range_locks *locks, struct range_lock_owner *owner)
{
	while (owner->first != NULL) {
		struct range_lock key = *owner->first;
		(void)remove_equal(locks, &key);
	}
	struct range_lock_waiter *ended = NULL;
	struct range_lock_waiter **tail = &ended;
	struct range_lock_waiter *next;
	for (struct range_lock_waiter *waiter = locks->first_waiter; waiter != NULL; waiter = next) {
		next = waiter->next;
		if (waiter->owner == owner)
			waiter_move(locks, waiter, &tail);
	}
	return ended;
}

bool range_locks_read_conflicts(const struct range_locks *locks, const struct range_lock_owner *owner,
	uint64_t offset, uint64_t length)
{
	return range_tree_conflicts(locks->root, owner, offset, length, RANGE_READ);
}

bool range_locks_write_conflicts(const struct range_locks *locks, const struct range_lock_owner *owner,
	uint64_t offset, uint64_t length)
{
	return range_tree_conflicts(locks->root, owner, offset, length, RANGE_WRITE);
}
