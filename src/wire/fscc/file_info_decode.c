// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/file_info_codec.h"

#include "wire/fscc/chain.h"
#include "wire/fscc/name_wire.h"

enum { STREAM_ENTRY_LEN_MIN = 24, STREAMS_FIRST = 4, STREAMS_MAX = 8192 };

static struct file_times decode_times(struct reader *r)
{
	struct file_times times;
	times.creation = reader_u64(r);
	times.last_access = reader_u64(r);
	times.last_write = reader_u64(r);
	times.change = reader_u64(r);
	return times;
}

static const char *decode_name(struct reader *r, struct arena *a)
{
	uint32_t len = reader_u32(r);
	return reader_name(r, a, len);
}

void file_basic_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->times = decode_times(r);
	info->attributes = reader_u32(r);
	reader_skip(r, 4);
}

void file_standard_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->allocation_size = reader_u64(r);
	info->end_of_file = reader_u64(r);
	info->number_of_links = reader_u32(r);
	info->delete_pending = reader_u8(r) != 0;
	info->directory = reader_u8(r) != 0;
	reader_skip(r, 2);
}

void file_internal_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->index_number = reader_u64(r);
}

void file_ea_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->ea_size = reader_u32(r);
}

void file_access_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->access_flags = reader_u32(r);
}

void file_position_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->current_byte_offset = reader_u64(r);
}

void file_mode_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->mode = reader_u32(r);
}

void file_alignment_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->alignment_requirement = reader_u32(r);
}

void file_name_decode(struct reader *r, struct arena *a, struct fscc_file_info *info)
{
	info->name = decode_name(r, a);
}

void file_normalized_name_decode(struct reader *r, struct arena *a, struct fscc_file_info *info)
{
	info->normalized_name = decode_name(r, a);
}

void file_alternate_name_decode(struct reader *r, struct arena *a, struct fscc_file_info *info)
{
	info->alternate_name = decode_name(r, a);
}

void file_all_decode(struct reader *r, struct arena *a, struct fscc_file_info *info)
{
	file_basic_decode(r, a, info);
	file_standard_decode(r, a, info);
	file_internal_decode(r, a, info);
	file_ea_decode(r, a, info);
	file_access_decode(r, a, info);
	file_position_decode(r, a, info);
	file_mode_decode(r, a, info);
	file_alignment_decode(r, a, info);
	file_name_decode(r, a, info);
}

struct streams {
	struct file_stream_info *items;
	size_t count;
	size_t capacity;
};

static bool streams_grow(struct streams *s, struct arena *a)
{
	size_t capacity = s->capacity != 0 ? s->capacity * 2 : STREAMS_FIRST;
	struct file_stream_info *items =
		s->count < STREAMS_MAX ? arena_alloc(a, capacity * sizeof(*items)) : NULL;
	if (items == NULL)
		return false;
	if (s->count != 0)
		memcpy(items, s->items, s->count * sizeof(*items));
	s->items = items;
	s->capacity = capacity;
	return true;
}

static bool streams_add(struct streams *s, struct arena *a, const struct file_stream_info *stream)
{
	if (s->count == s->capacity && !streams_grow(s, a))
		return false;
	s->items[s->count++] = *stream;
	return true;
}

void file_stream_decode(struct reader *r, struct arena *a, struct fscc_file_info *info)
{
	struct streams streams = { 0 };
	struct reader entry;
	bool done = false;
	while (chain_next(r, &done, 8, STREAM_ENTRY_LEN_MIN, &entry)) {
		struct file_stream_info stream;
		reader_skip(&entry, 4);
		uint32_t name_len = reader_u32(&entry);
		stream.size = reader_u64(&entry);
		stream.allocation_size = reader_u64(&entry);
		stream.name = reader_name(&entry, a, name_len);
		reader_require(r, reader_ok(&entry), entry.verdict);
		if (reader_ok(r))
			reader_require(r, streams_add(&streams, a, &stream), VERDICT_TOO_LONG);
	}
	info->streams = streams.items;
	info->stream_count = streams.count;
}

void file_pipe_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->pipe.read_mode = reader_u32(r);
	info->pipe.completion_mode = reader_u32(r);
}

void file_pipe_local_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->pipe.type = reader_u32(r);
	info->pipe.configuration = reader_u32(r);
	info->pipe.maximum_instances = reader_u32(r);
	info->pipe.current_instances = reader_u32(r);
	info->pipe.inbound_quota = reader_u32(r);
	info->pipe.read_data_available = reader_u32(r);
	info->pipe.outbound_quota = reader_u32(r);
	info->pipe.write_quota_available = reader_u32(r);
	info->pipe.state = reader_u32(r);
	info->pipe.end = reader_u32(r);
}

void file_compression_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->compressed_file_size = reader_u64(r);
	info->compression_format = reader_u16(r);
	reader_skip(r, 6);
}

void file_network_open_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->times = decode_times(r);
	info->allocation_size = reader_u64(r);
	info->end_of_file = reader_u64(r);
	info->attributes = reader_u32(r);
	reader_skip(r, 4);
}

void file_attribute_tag_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->attributes = reader_u32(r);
	info->reparse_tag = reader_u32(r);
}

void file_standard_link_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	reader_skip(r, 4);
	info->number_of_links = reader_u32(r);
	info->delete_pending = reader_u8(r) != 0;
	info->directory = reader_u8(r) != 0;
	reader_skip(r, 2);
}

void file_id_decode(struct reader *r, UNUSED struct arena *a, struct fscc_file_info *info)
{
	info->volume_serial_number = reader_u64(r);
	reader_copy(r, info->file_id_128, sizeof(info->file_id_128));
}
