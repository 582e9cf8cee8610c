// SPDX-License-Identifier: Apache-2.0
#include "audit/memory_limit.h"

// The account is the first member.
static struct memory_limit *limit_of(struct arena_account *account)
{
	return (struct memory_limit *)account;
}

static bool limit_take(struct arena_account *account, size_t len)
{
	struct memory_limit *l = limit_of(account);
	bool fits = l->used <= l->max && len <= l->max - l->used;
	if (!fits || (l->above != NULL && !limit_take(&l->above->account, len))) {
		l->reached = true;
		return false;
	}
	l->used += len;
	return true;
}

static void limit_give(struct arena_account *account, size_t len)
{
	struct memory_limit *l = limit_of(account);
	l->used -= len;
	if (l->above != NULL)
		limit_give(&l->above->account, len);
}

struct memory_limit memory_limit_make(size_t max, struct memory_limit *above)
{
	return (struct memory_limit){
		.account = { .take = limit_take, .give = limit_give },
		.above = above,
		.max = max,
	};
}
