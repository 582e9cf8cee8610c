// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/file_info.h"

#include "wire/dtyp/access_mask.h"
#include "wire/fscc/file_info_codec.h"
#include "wire/fscc/name_wire.h"

// The least a buffer must have is the size of the C structure with its padding, as Windows checks it
// (which is more than the fixed fields, where a name follows).
static const struct file_info_class classes[] = {
	{ FILE_BASIC_INFORMATION, "FileBasicInformation", 40, FILE_READ_ATTRIBUTES, file_basic_encode,
		file_basic_decode },
	{ FILE_STANDARD_INFORMATION, "FileStandardInformation", 24, 0, file_standard_encode,
		file_standard_decode },
	{ FILE_INTERNAL_INFORMATION, "FileInternalInformation", 8, 0, file_internal_encode,
		file_internal_decode },
	{ FILE_EA_INFORMATION, "FileEaInformation", 4, 0, file_ea_encode, file_ea_decode },
	{ FILE_ACCESS_INFORMATION, "FileAccessInformation", 4, 0, file_access_encode, file_access_decode },
	{ FILE_NAME_INFORMATION, "FileNameInformation", 8, 0, file_name_encode, file_name_decode },
	{ FILE_POSITION_INFORMATION, "FilePositionInformation", 8, 0, file_position_encode,
		file_position_decode },
	{ FILE_MODE_INFORMATION, "FileModeInformation", 4, 0, file_mode_encode, file_mode_decode },
	{ FILE_ALIGNMENT_INFORMATION, "FileAlignmentInformation", 4, 0, file_alignment_encode,
		file_alignment_decode },
	{ FILE_ALL_INFORMATION, "FileAllInformation", 104, FILE_READ_ATTRIBUTES, file_all_encode,
		file_all_decode },
	{ FILE_ALTERNATE_NAME_INFORMATION, "FileAlternateNameInformation", 8, 0, file_alternate_name_encode,
		file_alternate_name_decode },
	{ FILE_STREAM_INFORMATION, "FileStreamInformation", 32, 0, file_stream_encode, file_stream_decode },
	{ FILE_PIPE_INFORMATION, "FilePipeInformation", 8, FILE_READ_ATTRIBUTES, file_pipe_encode,
		file_pipe_decode },
	{ FILE_PIPE_LOCAL_INFORMATION, "FilePipeLocalInformation", 40, FILE_READ_ATTRIBUTES,
		file_pipe_local_encode, file_pipe_local_decode },
	{ FILE_COMPRESSION_INFORMATION, "FileCompressionInformation", 16, 0, file_compression_encode,
		file_compression_decode },
	{ FILE_NETWORK_OPEN_INFORMATION, "FileNetworkOpenInformation", 56, FILE_READ_ATTRIBUTES,
		file_network_open_encode, file_network_open_decode },
	{ FILE_ATTRIBUTE_TAG_INFORMATION, "FileAttributeTagInformation", 8, FILE_READ_ATTRIBUTES,
		file_attribute_tag_encode, file_attribute_tag_decode },
	{ FILE_NORMALIZED_NAME_INFORMATION, "FileNormalizedNameInformation", 8, 0,
		file_normalized_name_encode, file_normalized_name_decode },
	{ FILE_STANDARD_LINK_INFORMATION, "FileStandardLinkInformation", 12, 0, file_standard_link_encode,
		file_standard_link_decode },
	{ FILE_ID_INFORMATION, "FileIdInformation", 24, 0, file_id_encode, file_id_decode },
};

const struct file_info_class *file_info_class_find(uint8_t level)
{
	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		if (classes[i].level == level)
			return &classes[i];
	}
	return NULL;
}

static bool streams_ok(const struct fscc_file_info *info)
{
	for (size_t i = 0; i < info->stream_count; i++) {
		if (!name_wire_ok(info->streams[i].name))
			return false;
	}
	return true;
}

static bool names_ok(uint8_t level, const struct fscc_file_info *info)
{
	switch (level) {
	case FILE_NAME_INFORMATION:
	case FILE_ALL_INFORMATION:
		return name_wire_ok(info->name);
	case FILE_NORMALIZED_NAME_INFORMATION:
		return name_wire_ok(info->normalized_name);
	case FILE_ALTERNATE_NAME_INFORMATION:
		return name_wire_ok(info->alternate_name);
	case FILE_STREAM_INFORMATION:
		return streams_ok(info);
	default:
		return true;
	}
}

struct nt_status file_info_encode(uint8_t level, const struct fscc_file_info *info, struct writer *w)
{
	const struct file_info_class *class = file_info_class_find(level);
	if (!class)
		return STATUS(INVALID_INFO_CLASS);
	if (writer_left(w) < class->fixed_len)
		return STATUS(INFO_LENGTH_MISMATCH);
	if (!names_ok(level, info))
		return STATUS(OBJECT_NAME_INVALID);
	class->encode(info, w);
	if (writer_ok(w))
		return STATUS(SUCCESS);
	writer_rewind(w, w->pos); // what was written is to be sent
	return STATUS(BUFFER_OVERFLOW);
}

enum verdict file_info_decode(uint8_t level, struct span bytes, struct arena *a, struct fscc_file_info *info)
{
	const struct file_info_class *class = file_info_class_find(level);
	if (!class)
		return VERDICT_BAD_VALUE;
	struct reader r = reader_make(bytes);
	struct fscc_file_info decoded = *info;
	class->decode(&r, a, &decoded);
	if (reader_ok(&r))
		*info = decoded;
	return reader_verdict(&r);
}
