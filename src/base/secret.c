// SPDX-License-Identifier: Apache-2.0
#include "base/secret.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

void secret_wipe_bytes(void *data, size_t len)
{
	explicit_bzero(data, len);
}

void secret_wipe(struct secret *s)
{
	explicit_bzero(s, sizeof(*s));
}

void secret_set(struct secret *s, const void *data, size_t len)
{
	s->len = len > SECRET_LEN_MAX ? SECRET_LEN_MAX : len;
	memcpy(s->bytes, data, s->len);
}

bool secret_equal(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *x = a;
	const volatile uint8_t *y = b;
	uint8_t diff = 0;
	for (size_t i = 0; i < len; i++)
		diff |= (uint8_t)(x[i] ^ y[i]);
	return diff == 0;
}

void *secret_pages_new(size_t len)
{
	// cppcheck-suppress invalidFunctionArg ; anonymous memory has no descriptor
	void *pages = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED)
		return NULL;
	(void)madvise(pages, len, MADV_DONTDUMP);
	(void)mlock(pages, len);
	return pages;
}

void secret_pages_free(void *pages, size_t len)
{
	if (pages == NULL)
		return;
	secret_wipe_bytes(pages, len);
	(void)munmap(pages, len);
}

void random_bytes(void *out, size_t len)
{
	uint8_t *p = out;
	while (len > 0) {
		ssize_t n = getrandom(p, len, 0);
		if (n <= 0)
			abort();
		p += n;
		len -= (size_t)n;
	}
}
