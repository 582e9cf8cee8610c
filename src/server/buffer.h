// SPDX-License-Identifier: Apache-2.0
// Large buffers for frames and replies, kept in a few size classes so that a megabyte that was just
// used is used again while the caches still hold it. Thread-safe.
#ifndef SIGNET_SERVER_BUFFER_H
#define SIGNET_SERVER_BUFFER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

// What somebody's buffers come to, in bytes. Thread-safe; must outlive the buffers.
struct memory_account {
	atomic_size_t used;
	size_t max;
};

// Whether len more bytes are within the account's limit.
bool memory_account_has(struct memory_account *a, size_t len) WARN_UNUSED;
// Charges without asking, and takes back.
void memory_account_add(struct memory_account *a, size_t len);
void memory_account_sub(struct memory_account *a, size_t len);

struct buffer {
	struct buffer *next;            // in the pool's free list
	size_t cap;                     // bytes at data
	struct memory_account *account; // that it is charged to
	size_t class;                   // index of its size class, BUFFER_CLASSES when it is not pooled
	_Alignas(64) uint8_t data[];
};

enum { BUFFER_CLASSES = 4 };

struct buffer_pool {
	pthread_mutex_t lock;
	struct buffer *free[BUFFER_CLASSES];
	size_t free_count[BUFFER_CLASSES];
};

void buffer_pool_init(struct buffer_pool *p);
void buffer_pool_done(struct buffer_pool *p);
// A buffer of at least len bytes, not initialised, charged to the account without asking whether it
// has room; NULL when memory is out.
struct buffer *buffer_get(struct buffer_pool *p, struct memory_account *a, size_t len) WARN_UNUSED;
// Gives one back; NULL is fine.
void buffer_put(struct buffer_pool *p, struct buffer *b);

#endif
