// SPDX-License-Identifier: Apache-2.0
#include "server/buffer.h"

#include <stdlib.h>
#include <sys/mman.h>

// The classes leave room for headers above the usual payload sizes; a pool keeps at most so many of
// each, so that a burst does not stay in memory for ever.
static const struct {
	size_t cap;
	size_t keep;
} buffer_classes[BUFFER_CLASSES] = {
	{ 8u << 10, 256 },
	{ (64u << 10) + 4096, 64 },
	{ (1u << 20) + 4096, 32 },
	{ (8u << 20) + 8192, 2 },
};

// From here on a buffer is pages of its own, which the kernel has back at once. What the C library is given
// back it keeps, for each of its arenas: with some threads that is a multiple of what is in use.
enum { PAGES_LEN_MIN = 4 << 20 };

static size_t whole_len(size_t cap)
{
	return (sizeof(struct buffer) + cap + 63) / 64 * 64;
}

static void *memory_new(size_t len)
{
	if (len < PAGES_LEN_MIN)
		return aligned_alloc(64, len);
	// cppcheck-suppress invalidFunctionArg ; -1 is what an anonymous mapping takes
	void *pages = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	// cppcheck-suppress memleak ; there is none where it failed
	return pages != MAP_FAILED ? pages : NULL;
}

static void buffer_free(struct buffer *b)
{
	size_t len = b != NULL ? whole_len(b->cap) : 0;
	if (len < PAGES_LEN_MIN)
		free(b);
	else
		(void)munmap(b, len);
}

void buffer_pool_init(struct buffer_pool *p)
{
	*p = (struct buffer_pool){ 0 };
	pthread_mutex_init(&p->lock, NULL);
}

void buffer_pool_done(struct buffer_pool *p)
{
	for (size_t i = 0; i < BUFFER_CLASSES; i++) {
		struct buffer *next;
		for (struct buffer *b = p->free[i]; b != NULL; b = next) {
			next = b->next;
			buffer_free(b);
		}
	}
	pthread_mutex_destroy(&p->lock);
}

static size_t class_of(size_t len)
{
	size_t i = 0;
	while (i < BUFFER_CLASSES && buffer_classes[i].cap < len)
		i++;
	return i;
}

static struct buffer *pool_take(struct buffer_pool *p, size_t class)
{
	pthread_mutex_lock(&p->lock);
	struct buffer *b = p->free[class];
	if (b != NULL) {
		p->free[class] = b->next;
		p->free_count[class]--;
	}
	pthread_mutex_unlock(&p->lock);
	return b;
}

bool memory_account_has(struct memory_account *a, size_t len)
{
	size_t used = atomic_load_explicit(&a->used, memory_order_relaxed);
	return used < a->max && len <= a->max - used;
}

void memory_account_add(struct memory_account *a, size_t len)
{
	atomic_fetch_add_explicit(&a->used, len, memory_order_relaxed);
}

void memory_account_sub(struct memory_account *a, size_t len)
{
	atomic_fetch_sub_explicit(&a->used, len, memory_order_relaxed);
}

static struct buffer *buffer_new(size_t class, size_t len)
{
	size_t cap = class < BUFFER_CLASSES ? buffer_classes[class].cap : len;
	struct buffer *b = memory_new(whole_len(cap));
	if (b != NULL)
		*b = (struct buffer){ .cap = cap, .class = class };
	return b;
}

struct buffer *buffer_get(struct buffer_pool *p, struct memory_account *a, size_t len)
{
	size_t class = class_of(len);
	struct buffer *b = class < BUFFER_CLASSES ? pool_take(p, class) : NULL;
	if (b == NULL)
		b = buffer_new(class, len);
	if (b == NULL)
		return NULL;
	b->account = a;
	memory_account_add(a, b->cap);
	return b;
}

void buffer_put(struct buffer_pool *p, struct buffer *b)
{
	if (b == NULL)
		return;
	memory_account_sub(b->account, b->cap);
	b->account = NULL;
	size_t class = b->class;
	if (class < BUFFER_CLASSES) {
		pthread_mutex_lock(&p->lock);
		if (p->free_count[class] < buffer_classes[class].keep) {
			b->next = p->free[class];
			p->free[class] = b;
			p->free_count[class]++;
			b = NULL;
		}
		pthread_mutex_unlock(&p->lock);
	}
	buffer_free(b);
}
