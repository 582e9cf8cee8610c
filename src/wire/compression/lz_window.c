// SPDX-License-Identifier: Apache-2.0
#include "wire/compression/lz_window.h"

bool lz_window_literal(struct lz_window *w, uint8_t byte)
{
	if (w->pos >= w->len)
		return false;
	w->bytes[w->pos++] = byte;
	return true;
}

bool lz_window_bytes(struct lz_window *w, struct span bytes)
{
	if (bytes.len > w->len - w->pos)
		return false;
	if (bytes.len > 0)
		memcpy(w->bytes + w->pos, bytes.data, bytes.len);
	w->pos += bytes.len;
	return true;
}

bool lz_window_match(struct lz_window *w, size_t distance, size_t len)
{
	if (distance == 0 || distance > w->pos || len > w->len - w->pos)
		return false;
	uint8_t *to = w->bytes + w->pos;
	w->pos += len;
	if (distance >= len) {
		memcpy(to, to - distance, len);
		return true;
	}
	for (size_t i = 0; i < len; i++)
		to[i] = to[i - distance];
	return true;
}
