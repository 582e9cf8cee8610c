// SPDX-License-Identifier: Apache-2.0
// The byte-range locks of one file (stream): MS-FSA 2.1.4.10 and 2.1.5.8 to 2.1.5.10, with the arrays
// and the waiting of MS-SMB2 3.3.5.14.
//
// Not thread-safe: struct range_locks is embedded in the per-file object and all functions run under
// that object's mutex. An open embeds a struct range_lock_owner; a request that may wait embeds a
// struct range_lock_waiter. Nothing here calls back: what was granted comes out as a list, to be
// completed after the mutex is released.
#ifndef SIGNET_SERVER_STATE_RANGE_LOCKS_H
#define SIGNET_SERVER_STATE_RANGE_LOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/nt_status.h"

enum {
	RANGE_LOCKS_PER_OPEN_MAX = 16384, // granted locks of one open
	RANGE_LOCKS_PER_FILE_MAX = 65536, // granted locks of one file
	RANGE_WAITERS_PER_FILE_MAX = 1024,
};

struct range_lock; // one granted lock, private

struct range_locks {
	struct range_lock *root; // treap by (offset, length, sequence) with the subtree's furthest ends
	size_t count;
	uint64_t next_sequence;
	uint32_t random; // priorities of the treap
	struct range_lock_waiter *first_waiter;
	struct range_lock_waiter *last_waiter;
	size_t waiter_count;
};

// The part of an open that owns locks.
struct range_lock_owner {
	struct range_lock *first;
	size_t count;
};

// One element of an SMB2 LOCK array.
struct range_lock_element {
	uint64_t offset;
	uint64_t length; // may be 0
	bool exclusive;  // ignored by unlock
};

// A lock request that waits. It must stay where it is until it was granted, cancelled or its owner
// removed.
struct range_lock_waiter {
	struct range_lock_element element;
	struct range_lock_owner *owner; // non-NULL while queued or granted
	void *user;                     // the caller's own
	bool queued;
	struct range_lock_waiter *next;
	struct range_lock_waiter *prev;
};

void range_locks_init(struct range_locks *locks);
// Frees all locks; no waiter may be queued and no owner used any more.
void range_locks_done(struct range_locks *locks);
void range_lock_owner_init(struct range_lock_owner *owner);

// Locks all elements or none (MS-SMB2 3.3.5.14.2).
// SUCCESS; LOCK_NOT_GRANTED on a conflict; INVALID_LOCK_RANGE when a range wraps around 2^64;
// INSUFFICIENT_RESOURCES at a limit or without memory.
// With a waiter (only with count 1; NULL means fail immediately), a conflict queues it and is PENDING.
struct nt_status range_locks_lock(struct range_locks *locks, struct range_lock_owner *owner,
	const struct range_lock_element *elements, size_t count,
	struct range_lock_waiter *waiter) WARN_UNUSED;

// Unlocks element after element; each must match a lock of this owner exactly in offset and length;
// of several the exclusive one goes first (MS-FSA 2.1.5.9). RANGE_NOT_LOCKED at the first that
// matches none; those before it stay unlocked (MS-SMB2 3.3.5.14.1). Call range_locks_grant() after
// it, whatever the result.
struct nt_status range_locks_unlock(struct range_locks *locks, struct range_lock_owner *owner,
	const struct range_lock_element *elements, size_t count) WARN_UNUSED;

// Grants what waiters can now be granted, first come first, and returns them as a list by next
// (NULL: none): each is to be completed with SUCCESS. One whose limit is reached meanwhile stays.
struct range_lock_waiter *range_locks_grant(struct range_locks *locks) WARN_UNUSED;

// Takes a waiter out of the queue: true, and the caller completes it with CANCELLED; false when it
// is not queued (granted already, or never queued).
bool range_locks_cancel(struct range_locks *locks, struct range_lock_waiter *waiter) WARN_UNUSED;

// Close: removes all locks of the owner and takes its waiters out of the queue; these come back as a
// list by next, to be completed with RANGE_NOT_LOCKED (as Windows does for a close). Call
// range_locks_grant() after it.
struct range_lock_waiter *range_locks_remove_owner(
	struct range_locks *locks, struct range_lock_owner *owner) WARN_UNUSED;

// Whether a read or write of the owner must fail with FILE_LOCK_CONFLICT (MS-FSA 2.1.5.3, 2.1.5.4).
bool range_locks_read_conflicts(const struct range_locks *locks, const struct range_lock_owner *owner,
	uint64_t offset, uint64_t length);
bool range_locks_write_conflicts(const struct range_locks *locks, const struct range_lock_owner *owner,
	uint64_t offset, uint64_t length);

#endif
