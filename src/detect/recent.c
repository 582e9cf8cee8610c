// SPDX-License-Identifier: Apache-2.0
#include "detect/recent.h"

#include <stdlib.h>

bool recent_add(struct recent *r, uint32_t many, uint64_t window_us, uint64_t now_us)
{
	if (r->times == NULL) {
		r->cap = many < RECENT_MAX ? many : RECENT_MAX;
		r->times = calloc(r->cap, sizeof(*r->times));
		if (r->times == NULL)
			return false;
	}
	r->times[r->next] = now_us;
	r->next = (r->next + 1) % r->cap;
	if (r->len < r->cap)
		r->len++;
	// When it is full, the next place is that of the oldest.
	return r->len == r->cap && now_us <= r->times[r->next] + window_us;
}

void recent_take_back(struct recent *r)
{
	if (r->len == 0)
		return;
	r->len--;
	r->next = (r->next + r->cap - 1) % r->cap;
}

void recent_free(struct recent *r)
{
	free(r->times);
	*r = (struct recent){ .times = NULL };
}
