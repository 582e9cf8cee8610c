// SPDX-License-Identifier: Apache-2.0
#include "session/nonce_memory.h"

#include <string.h>

bool nonce_memory_take(struct nonce_memory *m, struct span nonce)
{
	uint64_t count = m->taken < NONCES_REMEMBERED ? m->taken : NONCES_REMEMBERED;
	for (uint64_t i = 0; i < count; i++) {
		if (memcmp(m->nonces[i], nonce.data, nonce.len) == 0)
			return false;
	}
	memcpy(m->nonces[m->taken % NONCES_REMEMBERED], nonce.data, nonce.len);
	m->taken++;
	return true;
}
