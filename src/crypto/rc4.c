// SPDX-License-Identifier: Apache-2.0
#include "crypto/rc4.h"

#include "base/secret.h"

static void swap(uint8_t *a, uint8_t *b)
{
	uint8_t was = *a;
	*a = *b;
	*b = was;
}

void rc4_init(struct rc4 *c, struct span key)
{
	c->i = 0;
	c->j = 0;
	for (size_t i = 0; i < sizeof(c->state); i++)
		c->state[i] = (uint8_t)i;
	uint8_t j = 0;
	for (size_t i = 0; i < sizeof(c->state); i++) {
		j = (uint8_t)(j + c->state[i] + key.data[i % key.len]);
		swap(&c->state[i], &c->state[j]);
	}
}

void rc4_done(struct rc4 *c)
{
	secret_wipe_bytes(c, sizeof(*c));
}

void rc4_apply(struct rc4 *c, uint8_t *data, size_t len)
{
	for (size_t n = 0; n < len; n++) {
		c->i = (uint8_t)(c->i + 1);
		c->j = (uint8_t)(c->j + c->state[c->i]);
		swap(&c->state[c->i], &c->state[c->j]);
		data[n] ^= c->state[(uint8_t)(c->state[c->i] + c->state[c->j])];
	}
}
