// SPDX-License-Identifier: Apache-2.0
#include "audit/finding_index.h"

#include <string.h>

#include "base/fnv1a.h"

// Buckets are a power of two, doubled when there are as many findings. Most hosts have few.
enum { BUCKETS_FIRST = 16 };

struct finding_index {
	size_t bucket_count, count;
	struct audit_finding **buckets; // chained by same_bucket
};

// An attacker who makes collisions on purpose slows only the report about himself, and must know
// nothing but gain nothing: the number of shares that are looked at is limited.
static size_t finding_hash(const struct check *check, const char *subject)
{
	uint64_t hash = fnv1a(FNV1A_START, span_make((const uint8_t *)check->id, strlen(check->id) + 1));
	hash = fnv1a(hash, span_of_str(subject ? subject : ""));
	return (size_t)(hash ^ hash >> 32);
}

static bool subject_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

struct audit_finding *finding_index_find(
	const struct audit_subject *s, const struct check *check, const char *subject)
{
	const struct finding_index *index = s->index;
	struct audit_finding *f;

	if (!index)
		return NULL;
	f = index->buckets[finding_hash(check, subject) & (index->bucket_count - 1)];
	while (f && !(f->check == check && subject_same(f->subject, subject)))
		f = f->same_bucket;
	return f;
}

static void bucket_put(struct finding_index *index, struct audit_finding *f)
{
	struct audit_finding **bucket =
		&index->buckets[finding_hash(f->check, f->subject) & (index->bucket_count - 1)];

	f->same_bucket = *bucket;
	*bucket = f;
}

static bool index_resize(struct arena *a, struct finding_index *index, size_t bucket_count)
{
	struct finding_index larger = { .bucket_count = bucket_count, .count = index->count };
	struct audit_finding *next;

	larger.buckets = arena_zalloc(a, bucket_count * sizeof(*larger.buckets));
	if (!larger.buckets)
		return false;
	for (size_t i = 0; i < index->bucket_count; i++) {
		for (struct audit_finding *f = index->buckets[i]; f; f = next) {
			next = f->same_bucket;
			bucket_put(&larger, f);
		}
	}
	*index = larger;
	return true;
}

bool finding_index_add(struct arena *a, struct audit_subject *s, struct audit_finding *f)
{
	struct finding_index *index = s->index;

	if (!index) {
		index = arena_zalloc(a, sizeof(*index));
		if (!index || !index_resize(a, index, BUCKETS_FIRST))
			return false;
		s->index = index;
	}
	if (index->count >= index->bucket_count && !index_resize(a, index, index->bucket_count * 2))
		return false;
	bucket_put(index, f);
	index->count++;
	return true;
}
