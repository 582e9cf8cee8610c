// SPDX-License-Identifier: Apache-2.0
// Keys and what they come from: wiped when they are done with, compared in constant time.
#ifndef SIGNET_BASE_SECRET_H
#define SIGNET_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

enum { SECRET_LEN_MAX = 64 };

struct secret {
	uint8_t bytes[SECRET_LEN_MAX];
	size_t len;
};

// Overwrites memory in a way the compiler may not leave out.
void secret_wipe_bytes(void *data, size_t len);
void secret_wipe(struct secret *s);
// Longer than SECRET_LEN_MAX is cut; callers that care check first.
void secret_set(struct secret *s, const void *data, size_t len);
static inline struct span secret_span(const struct secret *s)
{
	return span_make(s->bytes, s->len);
}
// In time that depends on the length alone.
bool secret_equal(const void *a, const void *b, size_t len);
// Zeroed pages of their own for what has to stay secret for long: left out of core dumps and, if the
// limit for locked memory allows, of swap. NULL when memory is out.
void *secret_pages_new(size_t len) WARN_UNUSED;
// With the same length; wipes. NULL is fine.
void secret_pages_free(void *pages, size_t len);
// Cryptographically random bytes; ends the program when the kernel has none, for nothing is safe then.
void random_bytes(void *out, size_t len);

// struct secret key SECRET_SCOPED = {}; is wiped when its scope ends.
#define SECRET_SCOPED CLEANUP(secret_wipe)

#endif
