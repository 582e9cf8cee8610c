// SPDX-License-Identifier: Apache-2.0
#include "session/preauth.h"

#include <string.h>

#include "crypto/hash.h"

void preauth_hash_init(struct preauth_hash *h)
{
	memset(h->value, 0, sizeof(h->value));
}

int preauth_hash_update(struct preauth_hash *h, struct span message)
{
	const struct span parts[] = { span_make(h->value, sizeof(h->value)), message };
	uint8_t next[PREAUTH_HASH_LEN];
	int err = sha512(parts, 2, next);
	if (err == 0)
		memcpy(h->value, next, sizeof(next));
	return err;
}
