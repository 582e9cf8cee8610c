// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/fs_info.h"

#include "wire/dtyp/access_mask.h"
#include "wire/fscc/name_wire.h"

static void volume_encode(const struct fscc_fs_info *info, struct writer *w)
{
	writer_u64(w, info->volume_creation_time);
	writer_u32(w, info->volume_serial_number);
	writer_u32(w, name_wire_len(info->volume_label));
	writer_u8(w, info->supports_objects);
	writer_u8(w, 0);
	writer_name(w, info->volume_label);
}

static void volume_decode(struct reader *r, struct arena *a, struct fscc_fs_info *info)
{
	info->volume_creation_time = reader_u64(r);
	info->volume_serial_number = reader_u32(r);
	uint32_t len = reader_u32(r);
	info->supports_objects = reader_u8(r) != 0;
	reader_skip(r, 1);
	info->volume_label = reader_name(r, a, len);
}

static void size_encode(const struct fscc_fs_info *info, struct writer *w)
{
	writer_u64(w, info->total_units);
	writer_u64(w, info->available_units);
	writer_u32(w, info->sectors_per_unit);
	writer_u32(w, info->bytes_per_sector);
}

static void size_decode(struct reader *r, UNUSED struct arena *a, struct fscc_fs_info *info)
{
	info->total_units = reader_u64(r);
	info->available_units = reader_u64(r);
	info->sectors_per_unit = reader_u32(r);
	info->bytes_per_sector = reader_u32(r);
}

static void device_encode(const struct fscc_fs_info *info, struct writer *w)
{
	writer_u32(w, info->device_type);
	writer_u32(w, info->characteristics);
}

static void device_decode(struct reader *r, UNUSED struct arena *a, struct fscc_fs_info *info)
{
	info->device_type = reader_u32(r);
	info->characteristics = reader_u32(r);
}

static void attribute_encode(const struct fscc_fs_info *info, struct writer *w)
{
	writer_u32(w, info->attributes);
	writer_u32(w, info->maximum_component_length);
	writer_u32(w, name_wire_len(info->name));
	writer_name(w, info->name);
}

static void attribute_decode(struct reader *r, struct arena *a, struct fscc_fs_info *info)
{
	info->attributes = reader_u32(r);
	info->maximum_component_length = reader_u32(r);
	uint32_t len = reader_u32(r);
	info->name = reader_name(r, a, len);
}

static void control_encode(const struct fscc_fs_info *info, struct writer *w)
{
	writer_u64(w, info->control.free_space_start);
	writer_u64(w, info->control.free_space_threshold);
	writer_u64(w, info->control.free_space_stop);
	writer_u64(w, info->control.default_quota_threshold);
	writer_u64(w, info->control.default_quota_limit);
	writer_u32(w, info->control.flags);
	writer_u32(w, 0);
}

static void control_decode(struct reader *r, UNUSED struct arena *a, struct fscc_fs_info *info)
{
	info->control.free_space_start = reader_u64(r);
	info->control.free_space_threshold = reader_u64(r);
	info->control.free_space_stop = reader_u64(r);
	info->control.default_quota_threshold = reader_u64(r);
	info->control.default_quota_limit = reader_u64(r);
	info->control.flags = reader_u32(r);
	reader_skip(r, 4);
}

static void full_size_encode(const struct fscc_fs_info *info, struct writer *w)
{
	writer_u64(w, info->total_units);
	writer_u64(w, info->available_units);
	writer_u64(w, info->actual_available_units);
	writer_u32(w, info->sectors_per_unit);
	writer_u32(w, info->bytes_per_sector);
}

static void full_size_decode(struct reader *r, UNUSED struct arena *a, struct fscc_fs_info *info)
{
	info->total_units = reader_u64(r);
	info->available_units = reader_u64(r);
	info->actual_available_units = reader_u64(r);
	info->sectors_per_unit = reader_u32(r);
	info->bytes_per_sector = reader_u32(r);
}

static void object_id_encode(const struct fscc_fs_info *info, struct writer *w)
{
	writer_guid(w, &info->object_id);
	writer_bytes(w, info->extended_info, sizeof(info->extended_info));
}

static void object_id_decode(struct reader *r, UNUSED struct arena *a, struct fscc_fs_info *info)
{
	info->object_id = reader_guid(r);
	reader_copy(r, info->extended_info, sizeof(info->extended_info));
}

static void sector_size_encode(const struct fscc_fs_info *info, struct writer *w)
{
	writer_u32(w, info->sector_size.logical_bytes);
	writer_u32(w, info->sector_size.physical_bytes_atomicity);
	writer_u32(w, info->sector_size.physical_bytes_performance);
	writer_u32(w, info->sector_size.effective_physical_bytes);
	writer_u32(w, info->sector_size.flags);
	writer_u32(w, info->sector_size.byte_offset_alignment);
	writer_u32(w, info->sector_size.byte_offset_partition);
}

static void sector_size_decode(struct reader *r, UNUSED struct arena *a, struct fscc_fs_info *info)
{
	info->sector_size.logical_bytes = reader_u32(r);
	info->sector_size.physical_bytes_atomicity = reader_u32(r);
	info->sector_size.physical_bytes_performance = reader_u32(r);
	info->sector_size.effective_physical_bytes = reader_u32(r);
	info->sector_size.flags = reader_u32(r);
	info->sector_size.byte_offset_alignment = reader_u32(r);
	info->sector_size.byte_offset_partition = reader_u32(r);
}

// The least a buffer must have is the padded size of the C structure, as in file_info.c.
static const struct fs_info_class classes[] = {
	{ FS_VOLUME_INFORMATION, "FileFsVolumeInformation", 24, 0, volume_encode, volume_decode },
	{ FS_SIZE_INFORMATION, "FileFsSizeInformation", 24, 0, size_encode, size_decode },
	{ FS_DEVICE_INFORMATION, "FileFsDeviceInformation", 8, 0, device_encode, device_decode },
	{ FS_ATTRIBUTE_INFORMATION, "FileFsAttributeInformation", 16, 0, attribute_encode, attribute_decode },
	{ FS_CONTROL_INFORMATION, "FileFsControlInformation", 48, FILE_READ_DATA, control_encode,
		control_decode },
	{ FS_FULL_SIZE_INFORMATION, "FileFsFullSizeInformation", 32, 0, full_size_encode, full_size_decode },
	{ FS_OBJECT_ID_INFORMATION, "FileFsObjectIdInformation", 64, 0, object_id_encode, object_id_decode },
	{ FS_SECTOR_SIZE_INFORMATION, "FileFsSectorSizeInformation", 28, 0, sector_size_encode,
		sector_size_decode },
};

const struct fs_info_class *fs_info_class_find(uint8_t level)
{
	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		if (classes[i].level == level)
			return &classes[i];
	}
	return NULL;
}

struct nt_status fs_info_encode(uint8_t level, const struct fscc_fs_info *info, struct writer *w)
{
	const struct fs_info_class *class = fs_info_class_find(level);
	if (!class)
		return STATUS(INVALID_INFO_CLASS);
	if (writer_left(w) < class->fixed_len)
		return STATUS(INFO_LENGTH_MISMATCH);
	if (!name_wire_ok(info->volume_label) || !name_wire_ok(info->name))
		return STATUS(OBJECT_NAME_INVALID);
	class->encode(info, w);
	if (writer_ok(w))
		return STATUS(SUCCESS);
	writer_rewind(w, w->pos); // what was written is to be sent
	return STATUS(BUFFER_OVERFLOW);
}

enum verdict fs_info_decode(uint8_t level, struct span bytes, struct arena *a, struct fscc_fs_info *info)
{
	const struct fs_info_class *class = fs_info_class_find(level);
	if (!class)
		return VERDICT_BAD_VALUE;
	struct reader r = reader_make(bytes);
	struct fscc_fs_info decoded = *info;
	class->decode(&r, a, &decoded);
	if (reader_ok(&r))
		*info = decoded;
	return reader_verdict(&r);
}
