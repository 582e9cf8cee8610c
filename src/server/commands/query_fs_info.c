// SPDX-License-Identifier: Apache-2.0
// QUERY_INFO of the file system under a share (MS-SMB2 3.3.5.20.2, MS-FSCC 2.5).
#include "server/commands/query_info.h"

#include <string.h>

#include "server/open.h"
#include "server/request.h"
#include "server/share.h"
#include "storage/fs_info.h"
#include "wire/fscc/fs_info.h"

static void describe(const struct fs_info *fs, struct fscc_fs_info *out)
{
	*out = (struct fscc_fs_info){
		.volume_creation_time = fs->create_time,
		.volume_serial_number = fs->serial,
		.volume_label = fs->label,
		.total_units = fs->total_units,
		.available_units = fs->available_units,
		.actual_available_units = fs->free_units,
		.sectors_per_unit = fs->sectors_per_unit,
		.bytes_per_sector = fs->bytes_per_sector,
		.device_type = FS_DEVICE_DISK,
		.characteristics = FS_CHARACTERISTIC_IS_MOUNTED,
		.attributes = fs->attributes,
		.maximum_component_length = fs->name_max,
		.name = FS_INFO_TYPE_NAME,
		.control = { .default_quota_threshold = UINT64_MAX, .default_quota_limit = UINT64_MAX },
		.sector_size = {
			.logical_bytes = fs->bytes_per_sector,
			.physical_bytes_atomicity = fs->bytes_per_sector,
			.physical_bytes_performance = fs->bytes_per_sector,
			.effective_physical_bytes = fs->bytes_per_sector,
			.flags = 3, // aligned device, partition aligned on it (MS-FSCC 2.5.7)
		},
	};
	memcpy(&out->object_id, fs->object_id, sizeof(out->object_id));
}

struct nt_status query_fs_info(struct request *req, const struct smb2_query_info_request *m, struct writer *w)
{
	struct open *o = req->open;
	struct fs_info fs;
	struct fscc_fs_info info;
	if (o->share->is_ipc)
		return STATUS(INVALID_DEVICE_REQUEST);
	const struct fs_info_class *class = fs_info_class_find(m->file_info_class);
	if (class == NULL)
		return STATUS(INVALID_INFO_CLASS);
	if (m->output_buffer_length < class->fixed_len)
		return STATUS(INFO_LENGTH_MISMATCH);
	if ((o->granted_access & class->access_needed) != class->access_needed)
		return STATUS(ACCESS_DENIED);
	if (!req->may_block) // statfs of a remote file system may wait for it
		return WOULD_BLOCK;
	int err = fs_info_load(share_root_fd(o->share->root), o->share->name, &fs);
	if (err != 0)
		return nt_status_of_errno(err);
	describe(&fs, &info);
	return fs_info_encode(m->file_info_class, &info, w);
}
