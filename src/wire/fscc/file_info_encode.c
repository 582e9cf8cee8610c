// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/file_info_codec.h"

#include "wire/fscc/chain.h"
#include "wire/fscc/name_wire.h"

static void encode_times(const struct file_times *times, struct writer *w)
{
	writer_u64(w, times->creation);
	writer_u64(w, times->last_access);
	writer_u64(w, times->last_write);
	writer_u64(w, times->change);
}

static void encode_name(const char *name, struct writer *w)
{
	writer_u32(w, name_wire_len(name));
	writer_name(w, name);
}

void file_basic_encode(const struct fscc_file_info *info, struct writer *w)
{
	encode_times(&info->times, w);
	writer_u32(w, info->attributes);
	writer_u32(w, 0);
}

void file_standard_encode(const struct fscc_file_info *info, struct writer *w)
{
	writer_u64(w, info->allocation_size);
	writer_u64(w, info->end_of_file);
	writer_u32(w, info->number_of_links);
	writer_u8(w, info->delete_pending);
	writer_u8(w, info->directory);
	writer_u16(w, 0);
}

void file_internal_encode(const struct fscc_file_info *info, struct writer *w)
{
	writer_u64(w, info->index_number);
}

void file_ea_encode(const struct fscc_file_info *info, struct writer *w)
{
	writer_u32(w, info->ea_size);
}

void file_access_encode(const struct fscc_file_info *info, struct writer *w)
{
	writer_u32(w, info->access_flags);
}

void file_position_encode(const struct fscc_file_info *info, struct writer *w)
{
	writer_u64(w, info->current_byte_offset);
}

void file_mode_encode(const struct fscc_file_info *info, struct writer *w)
{
	writer_u32(w, info->mode);
}

void file_alignment_encode(const struct fscc_file_info *info, struct writer *w)
{
	writer_u32(w, info->alignment_requirement);
}

void file_name_encode(const struct fscc_file_info *info, struct writer *w)
{
	encode_name(info->name, w);
}

void file_normalized_name_encode(const struct fscc_file_info *info, struct writer *w)
{
	encode_name(info->normalized_name, w);
}

void file_alternate_name_encode(const struct fscc_file_info *info, struct writer *w)
{
	encode_name(info->alternate_name, w);
}

void file_all_encode(const struct fscc_file_info *info, struct writer *w)
{
	file_basic_encode(info, w);
	file_standard_encode(info, w);
	file_internal_encode(info, w);
	file_ea_encode(info, w);
	file_access_encode(info, w);
	file_position_encode(info, w);
	file_mode_encode(info, w);
	file_alignment_encode(info, w);
	file_name_encode(info, w);
}

void file_stream_encode(const struct fscc_file_info *info, struct writer *w)
{
	struct chain chain = { .w = w, .alignment = 8, .start = w->pos, .last = w->pos };
	for (size_t i = 0; i < info->stream_count; i++) {
		const struct file_stream_info *stream = &info->streams[i];
		size_t before = w->pos, entry = chain_open(&chain);
		writer_u32(w, 0);
		writer_u32(w, name_wire_len(stream->name));
		writer_u64(w, stream->size);
		writer_u64(w, stream->allocation_size);
		writer_name(w, stream->name);
		if (!chain_close(&chain, before, entry)) {
			w->overflow = true; // whole entries only, and the caller learns of the others
			return;
		}
	}
}

void file_pipe_encode(const struct fscc_file_info *info, struct writer *w)
{
	writer_u32(w, info->pipe.read_mode);
	writer_u32(w, info->pipe.completion_mode);
}

void file_pipe_local_encode(const struct fscc_file_info *info, struct writer *w)
{
	writer_u32(w, info->pipe.type);
	writer_u32(w, info->pipe.configuration);
	writer_u32(w, info->pipe.maximum_instances);
	writer_u32(w, info->pipe.current_instances);
	writer_u32(w, info->pipe.inbound_quota);
	writer_u32(w, info->pipe.read_data_available);
	writer_u32(w, info->pipe.outbound_quota);
	writer_u32(w, info->pipe.write_quota_available);
	writer_u32(w, info->pipe.state);
	writer_u32(w, info->pipe.end);
}

void file_compression_encode(const struct fscc_file_info *info, struct writer *w)
{
	writer_u64(w, info->compressed_file_size);
	writer_u16(w, info->compression_format);
	writer_zeros(w, 6); // shifts, which only a compressed file has, and Reserved
}

void file_network_open_encode(const struct fscc_file_info *info, struct writer *w)
{
	encode_times(&info->times, w);
	writer_u64(w, info->allocation_size);
	writer_u64(w, info->end_of_file);
	writer_u32(w, info->attributes);
	writer_u32(w, 0);
}

void file_attribute_tag_encode(const struct fscc_file_info *info, struct writer *w)
{
	writer_u32(w, info->attributes);
	writer_u32(w, info->reparse_tag);
}

void file_standard_link_encode(const struct fscc_file_info *info, struct writer *w)
{
	writer_u32(w, info->number_of_links); // accessible
	writer_u32(w, info->number_of_links); // total
	writer_u8(w, info->delete_pending);
	writer_u8(w, info->directory);
	writer_u16(w, 0);
}

void file_id_encode(const struct fscc_file_info *info, struct writer *w)
{
	writer_u64(w, info->volume_serial_number);
	writer_bytes(w, info->file_id_128, sizeof(info->file_id_128));
}
