// SPDX-License-Identifier: Apache-2.0
// A borrowed run of bytes: never owns, never outlives what it points into.
#ifndef SIGNET_BASE_SPAN_H
#define SIGNET_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const uint8_t *data; // may be NULL when len is 0
	size_t len;          // bytes
};

static inline struct span span_make(const void *data, size_t len)
{
	return (struct span){ .data = data, .len = len };
}

static inline struct span span_of_str(const char *text)
{
	return span_make(text, strlen(text));
}

static inline bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

#endif
