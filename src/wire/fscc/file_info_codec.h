// SPDX-License-Identifier: Apache-2.0
// The encoder and the decoder of each information class, for the table in file_info.c. Internal to this
// folder.
#ifndef SIGNET_WIRE_FSCC_FILE_INFO_CODEC_H
#define SIGNET_WIRE_FSCC_FILE_INFO_CODEC_H

#include "base/reader.h"
#include "wire/fscc/file_info.h"

void file_basic_encode(const struct fscc_file_info *info, struct writer *w);
void file_standard_encode(const struct fscc_file_info *info, struct writer *w);
void file_internal_encode(const struct fscc_file_info *info, struct writer *w);
void file_ea_encode(const struct fscc_file_info *info, struct writer *w);
void file_access_encode(const struct fscc_file_info *info, struct writer *w);
void file_name_encode(const struct fscc_file_info *info, struct writer *w);
void file_position_encode(const struct fscc_file_info *info, struct writer *w);
void file_mode_encode(const struct fscc_file_info *info, struct writer *w);
void file_alignment_encode(const struct fscc_file_info *info, struct writer *w);
void file_all_encode(const struct fscc_file_info *info, struct writer *w);
void file_alternate_name_encode(const struct fscc_file_info *info, struct writer *w);
void file_stream_encode(const struct fscc_file_info *info, struct writer *w);
void file_pipe_encode(const struct fscc_file_info *info, struct writer *w);
void file_pipe_local_encode(const struct fscc_file_info *info, struct writer *w);
void file_compression_encode(const struct fscc_file_info *info, struct writer *w);
void file_network_open_encode(const struct fscc_file_info *info, struct writer *w);
void file_attribute_tag_encode(const struct fscc_file_info *info, struct writer *w);
void file_normalized_name_encode(const struct fscc_file_info *info, struct writer *w);
void file_standard_link_encode(const struct fscc_file_info *info, struct writer *w);
void file_id_encode(const struct fscc_file_info *info, struct writer *w);

void file_basic_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_standard_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_internal_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_ea_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_access_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_name_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_position_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_mode_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_alignment_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_all_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_alternate_name_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_stream_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_pipe_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_pipe_local_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_compression_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_network_open_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_attribute_tag_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_normalized_name_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_standard_link_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);
void file_id_decode(struct reader *r, struct arena *a, struct fscc_file_info *info);

#endif
