// SPDX-License-Identifier: Apache-2.0
#include "session/nonce.h"

#include <errno.h>

#include "base/writer.h"

void nonce_counter_init(struct nonce_counter *c)
{
	atomic_init(&c->next, 0);
}

int nonce_counter_take(struct nonce_counter *c, uint8_t nonce[SEAL_NONCE_LEN_MAX])
{
	// Order does not matter, only that each value goes to one thread. Beyond the limit the counter
	// goes on, which takes 2^64 further calls to wrap.
	uint64_t value = atomic_fetch_add_explicit(&c->next, 1, memory_order_relaxed);
	if (value >= NONCE_COUNT_MAX)
		return -EOVERFLOW;
	struct writer w = writer_make(nonce, SEAL_NONCE_LEN_MAX);
	writer_u64(&w, value);
	writer_zeros(&w, SEAL_NONCE_LEN_MAX - sizeof(value));
	return 0;
}
