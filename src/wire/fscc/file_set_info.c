// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/file_set_info.h"

#include "wire/dtyp/access_mask.h"
#include "wire/fscc/file_info_codec.h"
#include "wire/fscc/name_wire.h"

typedef struct nt_status set_decode(struct reader *r, struct arena *a, struct file_set_info *out);
typedef void set_encode(const struct file_set_info *info, struct writer *w);

struct set_class {
	uint8_t level;
	uint8_t fixed_len;
	uint32_t access_needed;
	set_decode *decode;
	set_encode *encode;
};

// A time is a positive 64-bit number or one of the three special ones (MS-FSCC 2.4.7).
static bool time_ok(uint64_t time)
{
	return time <= INT64_MAX || time == FILE_TIME_FREEZE || time == FILE_TIME_THAW;
}

static struct nt_status basic_decode(struct reader *r, UNUSED struct arena *a, struct file_set_info *out)
{
	struct file_times *times = &out->u.basic.times;
	times->creation = reader_u64(r);
	times->last_access = reader_u64(r);
	times->last_write = reader_u64(r);
	times->change = reader_u64(r);
	out->u.basic.attributes = reader_u32(r);
	if (!time_ok(times->creation) || !time_ok(times->last_access) || !time_ok(times->last_write) ||
		!time_ok(times->change))
		return STATUS(INVALID_PARAMETER);
	return STATUS(SUCCESS);
}

static void basic_encode(const struct file_set_info *info, struct writer *w)
{
	struct fscc_file_info file = { .times = info->u.basic.times, .attributes = info->u.basic.attributes };
	file_basic_encode(&file, w);
}

// MS-FSCC 2.4.42.2: a flag, 7 reserved bytes, RootDirectory, the name; FileRenameInformationEx has
// 4 bytes of flags there (2.4.43).
static struct nt_status rename_decode(struct reader *r, struct arena *a, struct file_set_info *out)
{
	struct file_rename_info *rename = &out->u.rename;
	uint32_t flags = reader_u32(r);
	reader_skip(r, 4);
	rename->root_directory = reader_u64(r);
	uint32_t len = reader_u32(r);
	if (out->level != FILE_RENAME_INFORMATION_EX)
		flags = (flags & 0xFF) ? FILE_RENAME_REPLACE_IF_EXISTS : 0;
	rename->flags = flags;
	rename->replace_if_exists = flags & FILE_RENAME_REPLACE_IF_EXISTS;
	if (len > reader_left(r))
		return STATUS(INFO_LENGTH_MISMATCH);
	rename->name = reader_name(r, a, len);
	return len > 0 && reader_ok(r) ? STATUS(SUCCESS) : STATUS(INVALID_PARAMETER);
}

static void rename_encode(const struct file_set_info *info, struct writer *w)
{
	const struct file_rename_info *rename = &info->u.rename;
	size_t start = w->pos;
	if (info->level == FILE_RENAME_INFORMATION_EX)
		writer_u32(w, rename->flags);
	else
		writer_u32(w, rename->replace_if_exists);
	writer_u32(w, 0);
	writer_u64(w, rename->root_directory);
	writer_u32(w, name_wire_len(rename->name));
	writer_name(w, rename->name);
	if (w->pos - start < 24) // the structure's padded size, below which Windows refuses
		writer_zeros(w, 24 - (w->pos - start));
}

static struct nt_status disposition_decode(
	struct reader *r, UNUSED struct arena *a, struct file_set_info *out)
{
	out->u.disposition.delete_pending = reader_u8(r) != 0;
	out->u.disposition.flags = out->u.disposition.delete_pending ? FILE_DISPOSITION_DELETE : 0;
	return STATUS(SUCCESS);
}

static void disposition_encode(const struct file_set_info *info, struct writer *w)
{
	writer_u8(w, info->u.disposition.delete_pending);
}

static struct nt_status disposition_ex_decode(
	struct reader *r, UNUSED struct arena *a, struct file_set_info *out)
{
	out->u.disposition.flags = reader_u32(r);
	out->u.disposition.delete_pending = out->u.disposition.flags & FILE_DISPOSITION_DELETE;
	return STATUS(SUCCESS);
}

static void disposition_ex_encode(const struct file_set_info *info, struct writer *w)
{
	writer_u32(w, info->u.disposition.flags);
}

static struct nt_status full_ea_decode(struct reader *r, struct arena *a, struct file_set_info *out)
{
	return ea_list_decode(reader_rest(r), a, &out->u.full_ea, NULL);
}

static void full_ea_encode(const struct file_set_info *info, struct writer *w)
{
	if (ea_list_encode(&info->u.full_ea, 0, w) < info->u.full_ea.count)
		w->overflow = true;
}

static struct nt_status length_decode(struct reader *r, UNUSED struct arena *a, struct file_set_info *out)
{
	out->u.length = reader_u64(r);
	return out->u.length <= INT64_MAX ? STATUS(SUCCESS) : STATUS(INVALID_PARAMETER);
}

static void length_encode(const struct file_set_info *info, struct writer *w)
{
	writer_u64(w, info->u.length);
}

static struct nt_status position_decode(struct reader *r, UNUSED struct arena *a, struct file_set_info *out)
{
	out->u.position = reader_u64(r);
	return out->u.position <= INT64_MAX ? STATUS(SUCCESS) : STATUS(INVALID_PARAMETER);
}

static void position_encode(const struct file_set_info *info, struct writer *w)
{
	writer_u64(w, info->u.position);
}

static struct nt_status mode_decode(struct reader *r, UNUSED struct arena *a, struct file_set_info *out)
{
	out->u.mode = reader_u32(r);
	return STATUS(SUCCESS);
}

static void mode_encode(const struct file_set_info *info, struct writer *w)
{
	writer_u32(w, info->u.mode);
}

static struct nt_status short_name_decode(struct reader *r, struct arena *a, struct file_set_info *out)
{
	uint32_t len = reader_u32(r);
	if (len > reader_left(r))
		return STATUS(INFO_LENGTH_MISMATCH);
	out->u.short_name = reader_name(r, a, len);
	return reader_ok(r) ? STATUS(SUCCESS) : STATUS(INVALID_PARAMETER);
}

static void short_name_encode(const struct file_set_info *info, struct writer *w)
{
	writer_u32(w, name_wire_len(info->u.short_name));
	writer_name(w, info->u.short_name);
}

static struct nt_status pipe_decode(struct reader *r, UNUSED struct arena *a, struct file_set_info *out)
{
	out->u.pipe.read_mode = reader_u32(r);
	out->u.pipe.completion_mode = reader_u32(r);
	return STATUS(SUCCESS);
}

static void pipe_encode(const struct file_set_info *info, struct writer *w)
{
	writer_u32(w, info->u.pipe.read_mode);
	writer_u32(w, info->u.pipe.completion_mode);
}

// The rights of MS-SMB2 3.3.5.21.1 and MS-FSA 2.1.5.15.
static const struct set_class classes[] = {
	{ FILE_BASIC_INFORMATION, 40, FILE_WRITE_ATTRIBUTES, basic_decode, basic_encode },
	{ FILE_RENAME_INFORMATION, 20, ACCESS_DELETE, rename_decode, rename_encode },
	{ FILE_LINK_INFORMATION, 20, 0, rename_decode, rename_encode },
	{ FILE_DISPOSITION_INFORMATION, 1, ACCESS_DELETE, disposition_decode, disposition_encode },
	{ FILE_POSITION_INFORMATION, 8, 0, position_decode, position_encode },
	{ FILE_FULL_EA_INFORMATION, 0, FILE_WRITE_EA, full_ea_decode, full_ea_encode },
	{ FILE_MODE_INFORMATION, 4, 0, mode_decode, mode_encode },
	{ FILE_ALLOCATION_INFORMATION, 8, FILE_WRITE_DATA, length_decode, length_encode },
	{ FILE_END_OF_FILE_INFORMATION, 8, FILE_WRITE_DATA, length_decode, length_encode },
	{ FILE_PIPE_INFORMATION, 8, FILE_WRITE_ATTRIBUTES, pipe_decode, pipe_encode },
	{ FILE_VALID_DATA_LENGTH_INFORMATION, 8, FILE_WRITE_DATA, length_decode, length_encode },
	{ FILE_SHORT_NAME_INFORMATION, 4, ACCESS_DELETE, short_name_decode, short_name_encode },
	{ FILE_DISPOSITION_INFORMATION_EX, 4, ACCESS_DELETE, disposition_ex_decode, disposition_ex_encode },
	{ FILE_RENAME_INFORMATION_EX, 20, ACCESS_DELETE, rename_decode, rename_encode },
};

static const struct set_class *class_find(uint8_t level)
{
	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		if (classes[i].level == level)
			return &classes[i];
	}
	return NULL;
}

bool file_set_info_access(uint8_t level, uint32_t *access_needed)
{
	const struct set_class *class = class_find(level);
	if (class)
		*access_needed = class->access_needed;
	return class != NULL;
}

struct nt_status file_set_info_decode(
	uint8_t level, struct span bytes, struct arena *a, struct file_set_info *out)
{
	const struct set_class *class = class_find(level);
	if (!class)
		return STATUS(INVALID_INFO_CLASS);
	if (bytes.len < class->fixed_len)
		return STATUS(INFO_LENGTH_MISMATCH);
	struct reader r = reader_make(bytes);
	struct file_set_info info = { .level = level };
	struct nt_status status = class->decode(&r, a, &info);
	if (nt_status_ok(status))
		*out = info;
	return status;
}

static bool names_ok(const struct file_set_info *info)
{
	switch (info->level) {
	case FILE_RENAME_INFORMATION:
	case FILE_RENAME_INFORMATION_EX:
	case FILE_LINK_INFORMATION:
		return name_wire_ok(info->u.rename.name);
	case FILE_SHORT_NAME_INFORMATION:
		return name_wire_ok(info->u.short_name);
	default:
		return true;
	}
}

bool file_set_info_encode(const struct file_set_info *info, struct writer *w)
{
	const struct set_class *class = class_find(info->level);
	if (!class || !names_ok(info))
		return false;
	class->encode(info, w);
	return true;
}
