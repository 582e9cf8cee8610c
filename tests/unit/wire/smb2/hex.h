// SPDX-License-Identifier: Apache-2.0
// Bytes out of hexadecimal text, in an allocation of exactly their size so that a sanitizer sees a read
// beyond the end.
#ifndef SIGNET_TESTS_HEX_H
#define SIGNET_TESTS_HEX_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "base/span.h"

static inline uint8_t hex_digit(char c)
{
	return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

// The caller frees the result.
static inline uint8_t *hex_bytes(const char *hex, size_t *len)
{
	*len = strlen(hex) / 2;
	uint8_t *bytes = malloc(*len);
	if (bytes == NULL)
		abort();
	for (size_t i = 0; i < *len; i++)
		bytes[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
	return bytes;
}

// A copy of the first len bytes, as above.
static inline uint8_t *exact_copy(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len == 0 ? 1 : len);
	if (copy == NULL)
		abort();
	memcpy(copy, data, len);
	return copy;
}

#endif
