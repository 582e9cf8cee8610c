// SPDX-License-Identifier: Apache-2.0
// The structures of MS-FSCC that come from a peer. The first byte chooses the decoder, the second the
// information class; what decodes to a set request is written and read again.
#include <stdint.h>
#include <stdlib.h>

#include "wire/fscc/dir_info.h"
#include "wire/fscc/ea_list.h"
#include "wire/fscc/file_set_info.h"
#include "wire/fscc/fs_info.h"
#include "wire/fscc/fsctl.h"
#include "wire/fscc/notify_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_set_info(uint8_t level, struct span in, struct arena *a)
{
	struct file_set_info info, again;
	if (!nt_status_ok(file_set_info_decode(level, in, a, &info)))
		return;
	size_t cap = in.len * 2 + 64;
	uint8_t *bytes = arena_alloc(a, cap);
	struct writer w = writer_make(bytes, cap);
	if (!bytes || !file_set_info_encode(&info, &w) || !writer_ok(&w))
		abort();
	if (!nt_status_ok(file_set_info_decode(level, span_make(bytes, w.pos), a, &again)))
		abort();
}

static void try_eas(struct span in, struct arena *a)
{
	struct ea_list list;
	struct ea_name_list names;
	uint32_t offset;
	if (nt_status_ok(ea_list_decode(in, a, &list, &offset)) && ea_list_len(&list) > in.len + 3)
		abort();
	(void)nt_status_ok(ea_name_list_decode(in, a, &names, &offset));
}

static void try_lists(uint8_t level, struct span in, struct arena *a)
{
	struct dir_walk walk = dir_walk_begin(in, level);
	struct notify_walk notify = notify_walk_begin(in);
	struct dir_info entry;
	uint32_t action;
	const char *name;
	while (dir_walk_next(&walk, a, &entry)) {
	}
	while (notify_walk_next(&notify, a, &action, &name)) {
	}
}

static void try_infos(uint8_t level, struct span in, struct arena *a)
{
	struct fscc_file_info file = { 0 };
	struct fscc_fs_info fs = { 0 };
	(void)(file_info_decode(level, in, a, &file) == VERDICT_OK);
	(void)(fs_info_decode(level, in, a, &fs) == VERDICT_OK);
}

static void try_fsctls(struct span in, struct arena *a)
{
	struct file_range range;
	struct file_ranges ranges;
	struct fsctl_file_region region, *regions;
	struct fsctl_duplicate_extents extents;
	struct fsctl_object_id id;
	struct fsctl_integrity integrity;
	struct fsctl_reparse reparse;
	struct fsctl_symlink symlink;
	bool sparse;
	uint16_t format;
	size_t count;
	(void)(fsctl_set_sparse_decode(in, &sparse) | fsctl_set_zero_data_decode(in, &range) |
		fsctl_file_range_decode(in, &range) | fsctl_file_ranges_decode(in, a, &ranges) |
		fsctl_trim_decode(in, a, &ranges) | fsctl_compression_decode(in, &format) |
		fsctl_object_id_decode(in, &id) | fsctl_duplicate_extents_decode(in, false, &extents) |
		fsctl_duplicate_extents_decode(in, true, &extents) |
		fsctl_integrity_set_decode(in, &integrity) | fsctl_integrity_get_decode(in, &integrity) |
		fsctl_file_regions_request_decode(in, &region) |
		fsctl_file_regions_decode(in, a, &regions, &count) | fsctl_symlink_decode(in, a, &symlink));
	if (fsctl_reparse_decode(in, &reparse) == VERDICT_OK)
		(void)(fsctl_symlink_decode(reparse.data, a, &symlink) == VERDICT_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	if (size < 2)
		return 0;
	arena_init(&a, NULL, 0);
	struct span in = span_make(data + 2, size - 2);
	switch (data[0] % 5) {
	case 0:
		try_set_info(data[1], in, &a);
		break;
	case 1:
		try_eas(in, &a);
		break;
	case 2:
		try_lists(data[1], in, &a);
		break;
	case 3:
		try_infos(data[1], in, &a);
		break;
	default:
		try_fsctls(in, &a);
		break;
	}
	arena_reset(&a);
	return 0;
}
