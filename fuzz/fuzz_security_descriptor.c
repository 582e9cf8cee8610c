// SPDX-License-Identifier: Apache-2.0
// A self-relative security descriptor: what decodes is written and read again the same.
#include <stdint.h>
#include <stdlib.h>

#include "auth/access/sd_inherit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

// Twice the same through the wire. Overlapping parts are unfolded, so the first text may be longer
// than what came, and no longer within the limit.
static void round_trip(const struct security_descriptor *sd, struct arena *a)
{
	size_t len = security_descriptor_len(sd);
	uint8_t *bytes = arena_alloc(a, len);
	struct security_descriptor again;
	require(bytes != NULL);
	struct writer w = writer_make(bytes, len);
	security_descriptor_encode(sd, &w);
	require(writer_ok(&w) && w.pos == len);
	if (len > SECURITY_DESCRIPTOR_LEN_MAX)
		return;
	require(security_descriptor_decode(span_make(bytes, len), a, &again) == VERDICT_OK);
	require(security_descriptor_equal(sd, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct security_descriptor sd, child;
	struct access_token token = { .user = sid_builtin_users, .primary_group = sid_builtin_users };
	arena_init(&a, NULL, 0);
	if (security_descriptor_decode(span_make(data, size), &a, &sd) == VERDICT_OK) {
		uint32_t granted = 0, maximal = access_maximal(&sd, &token);
		round_trip(&sd, &a);
		require(nt_status_ok(access_check(&sd, &token, maximal, &granted)) && granted == maximal);
		struct sd_inherit_args args = { &sd, size % 2 ? &sd : NULL, &token, size % 3 == 0 };
		if (sd_inherit(&args, &a, &child))
			(void)access_maximal_file(&child, &sd, &token);
	}
	arena_reset(&a);
	return 0;
}
