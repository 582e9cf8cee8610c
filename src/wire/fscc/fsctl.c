// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/fsctl.h"

enum { FILE_RANGE_LEN = 16, FILE_REGION_LEN = 24 };

static bool range_ok(uint64_t offset, uint64_t length)
{
	return offset <= INT64_MAX && length <= INT64_MAX - offset;
}

static struct file_range reader_range(struct reader *r)
{
	struct file_range range;
	range.offset = reader_u64(r);
	range.length = reader_u64(r);
	reader_require(r, range_ok(range.offset, range.length), VERDICT_BAD_VALUE);
	return range;
}

static void writer_range(struct writer *w, const struct file_range *range)
{
	writer_u64(w, range->offset);
	writer_u64(w, range->length);
}

enum verdict fsctl_set_sparse_decode(struct span in, bool *set_sparse)
{
	*set_sparse = in.len == 0 || in.data[0] != 0;
	return VERDICT_OK;
}

void fsctl_set_sparse_encode(bool set_sparse, struct writer *w)
{
	writer_u8(w, set_sparse);
}

enum verdict fsctl_set_zero_data_decode(struct span in, struct file_range *out)
{
	struct reader r = reader_make(in);
	uint64_t offset = reader_u64(&r);
	uint64_t beyond = reader_u64(&r);
	reader_require(&r, offset <= beyond && beyond <= INT64_MAX, VERDICT_BAD_VALUE);
	if (reader_ok(&r))
		*out = (struct file_range){ .offset = offset, .length = beyond - offset };
	return reader_verdict(&r);
}

void fsctl_set_zero_data_encode(const struct file_range *range, struct writer *w)
{
	writer_u64(w, range->offset);
	writer_u64(w, range->offset + range->length);
}

enum verdict fsctl_file_range_decode(struct span in, struct file_range *out)
{
	struct reader r = reader_make(in);
	struct file_range range = reader_range(&r);
	if (reader_ok(&r))
		*out = range;
	return reader_verdict(&r);
}

void fsctl_file_range_encode(const struct file_range *range, struct writer *w)
{
	writer_range(w, range);
}

static struct file_range *reader_ranges(struct reader *r, struct arena *a, size_t count)
{
	struct file_range *items = reader_ok(r) ? arena_alloc(a, (count + 1) * sizeof(*items)) : NULL;
	if (items == NULL) {
		reader_fail(r, VERDICT_TOO_LONG);
		return NULL;
	}
	for (size_t i = 0; i < count && reader_ok(r); i++)
		items[i] = reader_range(r);
	return items;
}

enum verdict fsctl_file_ranges_decode(struct span out_bytes, struct arena *a, struct file_ranges *out)
{
	struct reader r = reader_make(out_bytes);
	size_t count = out_bytes.len / FILE_RANGE_LEN;
	reader_require(&r, out_bytes.len % FILE_RANGE_LEN == 0, VERDICT_BAD_SIZE);
	reader_require(&r, count <= FSCTL_RANGES_MAX, VERDICT_TOO_LONG);
	struct file_range *items = reader_ranges(&r, a, count);
	if (reader_ok(&r))
		*out = (struct file_ranges){ .items = items, .count = count };
	return reader_verdict(&r);
}

size_t fsctl_file_ranges_encode(const struct file_ranges *ranges, struct writer *w)
{
	size_t i = 0;
	for (; i < ranges->count && writer_left(w) >= FILE_RANGE_LEN; i++)
		writer_range(w, &ranges->items[i]);
	return i;
}

enum verdict fsctl_trim_decode(struct span in, struct arena *a, struct file_ranges *out)
{
	struct reader r = reader_make(in);
	reader_skip(&r, 4); // Key, reserved
	uint32_t count = reader_u32(&r);
	reader_require(&r, count <= FSCTL_TRIM_RANGES_MAX, VERDICT_TOO_LONG);
	reader_require(&r, reader_left(&r) / FILE_RANGE_LEN >= count, VERDICT_TRUNCATED);
	struct file_range *items = reader_ranges(&r, a, count);
	if (reader_ok(&r))
		*out = (struct file_ranges){ .items = items, .count = count };
	return reader_verdict(&r);
}

bool fsctl_trim_encode(const struct file_ranges *ranges, struct writer *w)
{
	if (ranges->count > FSCTL_TRIM_RANGES_MAX)
		return false;
	writer_u32(w, 0);
	writer_u32(w, (uint32_t)ranges->count);
	for (size_t i = 0; i < ranges->count; i++)
		writer_range(w, &ranges->items[i]);
	return true;
}

void fsctl_trim_reply_encode(uint32_t ranges_processed, struct writer *w)
{
	writer_u32(w, ranges_processed);
}

enum verdict fsctl_compression_decode(struct span bytes, uint16_t *format)
{
	struct reader r = reader_make(bytes);
	uint16_t value = reader_u16(&r);
	if (reader_ok(&r))
		*format = value;
	return reader_verdict(&r);
}

void fsctl_compression_encode(uint16_t format, struct writer *w)
{
	writer_u16(w, format);
}

enum verdict fsctl_object_id_decode(struct span bytes, struct fsctl_object_id *out)
{
	struct reader r = reader_make(bytes);
	struct fsctl_object_id id;
	id.object_id = reader_guid(&r);
	id.birth_volume_id = reader_guid(&r);
	id.birth_object_id = reader_guid(&r);
	id.domain_id = reader_guid(&r);
	if (reader_ok(&r))
		*out = id;
	return reader_verdict(&r);
}

void fsctl_object_id_encode(const struct fsctl_object_id *id, struct writer *w)
{
	writer_guid(w, &id->object_id);
	writer_guid(w, &id->birth_volume_id);
	writer_guid(w, &id->birth_object_id);
	writer_guid(w, &id->domain_id);
}

// SMB2_DUPLICATE_EXTENTS_DATA_EX begins with its own size and ends with flags (MS-FSCC 2.3.9.2).
enum { DUPLICATE_EXTENTS_EX_LEN = 56 };

enum verdict fsctl_duplicate_extents_decode(struct span in, bool ex, struct fsctl_duplicate_extents *out)
{
	struct reader r = reader_make(in);
	struct fsctl_duplicate_extents d = { 0 };
	if (ex)
		reader_require(&r, reader_u64(&r) == DUPLICATE_EXTENTS_EX_LEN, VERDICT_BAD_SIZE);
	d.source_file_id_persistent = reader_u64(&r);
	d.source_file_id_volatile = reader_u64(&r);
	d.source_offset = reader_u64(&r);
	d.target_offset = reader_u64(&r);
	d.byte_count = reader_u64(&r);
	if (ex) {
		d.flags = reader_u32(&r);
		reader_skip(&r, 4);
	}
	reader_require(&r, range_ok(d.source_offset, d.byte_count), VERDICT_BAD_VALUE);
	reader_require(&r, range_ok(d.target_offset, d.byte_count), VERDICT_BAD_VALUE);
	if (reader_ok(&r))
		*out = d;
	return reader_verdict(&r);
}

void fsctl_duplicate_extents_encode(const struct fsctl_duplicate_extents *d, bool ex, struct writer *w)
{
	if (ex)
		writer_u64(w, DUPLICATE_EXTENTS_EX_LEN);
	writer_u64(w, d->source_file_id_persistent);
	writer_u64(w, d->source_file_id_volatile);
	writer_u64(w, d->source_offset);
	writer_u64(w, d->target_offset);
	writer_u64(w, d->byte_count);
	if (ex) {
		writer_u32(w, d->flags);
		writer_u32(w, 0);
	}
}

enum verdict fsctl_integrity_set_decode(struct span in, struct fsctl_integrity *out)
{
	struct reader r = reader_make(in);
	struct fsctl_integrity i = { 0 };
	i.checksum_algorithm = reader_u16(&r);
	reader_skip(&r, 2);
	i.flags = reader_u32(&r);
	if (reader_ok(&r))
		*out = i;
	return reader_verdict(&r);
}

void fsctl_integrity_set_encode(const struct fsctl_integrity *i, struct writer *w)
{
	writer_u16(w, i->checksum_algorithm);
	writer_u16(w, 0);
	writer_u32(w, i->flags);
}

enum verdict fsctl_integrity_get_decode(struct span bytes, struct fsctl_integrity *out)
{
	struct reader r = reader_make(bytes);
	struct fsctl_integrity i = { 0 };
	i.checksum_algorithm = reader_u16(&r);
	reader_skip(&r, 2);
	i.flags = reader_u32(&r);
	i.checksum_chunk_size = reader_u32(&r);
	i.cluster_size = reader_u32(&r);
	if (reader_ok(&r))
		*out = i;
	return reader_verdict(&r);
}

void fsctl_integrity_get_encode(const struct fsctl_integrity *i, struct writer *w)
{
	fsctl_integrity_set_encode(i, w);
	writer_u32(w, i->checksum_chunk_size);
	writer_u32(w, i->cluster_size);
}

static struct fsctl_file_region reader_region(struct reader *r)
{
	struct fsctl_file_region region;
	region.range = reader_range(r);
	region.usage = reader_u32(r);
	reader_skip(r, 4);
	return region;
}

enum verdict fsctl_file_regions_request_decode(struct span in, struct fsctl_file_region *out)
{
	struct reader r = reader_make(in);
	struct fsctl_file_region region = { .range = { 0, INT64_MAX },
		.usage = FILE_REGION_USAGE_VALID_CACHED_DATA };
	if (in.len > 0)
		region = reader_region(&r);
	if (reader_ok(&r))
		*out = region;
	return reader_verdict(&r);
}

void fsctl_file_regions_request_encode(const struct fsctl_file_region *region, struct writer *w)
{
	writer_range(w, &region->range);
	writer_u32(w, region->usage);
	writer_u32(w, 0);
}

size_t fsctl_file_regions_encode(const struct fsctl_file_region *regions, size_t count, struct writer *w)
{
	writer_u32(w, 0); // Flags
	writer_u32(w, (uint32_t)count);
	size_t written = writer_reserve(w, 4);
	writer_u32(w, 0);
	size_t i = 0;
	for (; i < count && writer_left(w) >= FILE_REGION_LEN; i++)
		fsctl_file_regions_request_encode(&regions[i], w);
	writer_patch_u32(w, written, (uint32_t)i);
	return i;
}

static struct fsctl_file_region *reader_regions(struct reader *r, struct arena *a, size_t count)
{
	struct fsctl_file_region *items = reader_ok(r) ? arena_alloc(a, (count + 1) * sizeof(*items)) : NULL;
	if (items == NULL) {
		reader_fail(r, VERDICT_TOO_LONG);
		return NULL;
	}
	for (size_t i = 0; i < count && reader_ok(r); i++)
		items[i] = reader_region(r);
	return items;
}

enum verdict fsctl_file_regions_decode(
	struct span bytes, struct arena *a, struct fsctl_file_region **regions, size_t *count)
{
	struct reader r = reader_make(bytes);
	reader_skip(&r, 8); // Flags, TotalRegionEntryCount
	uint32_t n = reader_u32(&r);
	reader_skip(&r, 4);
	reader_require(&r, n <= reader_left(&r) / FILE_REGION_LEN, VERDICT_TRUNCATED);
	struct fsctl_file_region *items = reader_regions(&r, a, n);
	if (reader_ok(&r)) {
		*regions = items;
		*count = n;
	}
	return reader_verdict(&r);
}
