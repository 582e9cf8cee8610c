// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_ioctl_payloads.h"

struct fsctl_row {
	uint32_t ctl_code;
	const char *name;
};

static const struct fsctl_row fsctl_rows[] = {
	{ FSCTL_CREATE_OR_GET_OBJECT_ID, "create_or_get_object_id" },
	{ FSCTL_DELETE_OBJECT_ID, "delete_object_id" },
	{ FSCTL_DELETE_REPARSE_POINT, "delete_reparse_point" },
	{ FSCTL_DFS_GET_REFERRALS, "dfs_get_referrals" },
	{ FSCTL_DFS_GET_REFERRALS_EX, "dfs_get_referrals_ex" },
	{ FSCTL_DUPLICATE_EXTENTS_TO_FILE, "duplicate_extents_to_file" },
	{ FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX, "duplicate_extents_to_file_ex" },
	{ FSCTL_FILESYSTEM_GET_STATISTICS, "filesystem_get_statistics" },
	{ FSCTL_FILE_LEVEL_TRIM, "file_level_trim" },
	{ FSCTL_FIND_FILES_BY_SID, "find_files_by_sid" },
	{ FSCTL_GET_COMPRESSION, "get_compression" },
	{ FSCTL_GET_INTEGRITY_INFORMATION, "get_integrity_information" },
	{ FSCTL_GET_NTFS_VOLUME_DATA, "get_ntfs_volume_data" },
	{ FSCTL_GET_OBJECT_ID, "get_object_id" },
	{ FSCTL_GET_REPARSE_POINT, "get_reparse_point" },
	{ FSCTL_IS_PATHNAME_VALID, "is_pathname_valid" },
	{ FSCTL_LMR_REQUEST_RESILIENCY, "lmr_request_resiliency" },
	{ FSCTL_OFFLOAD_READ, "offload_read" },
	{ FSCTL_OFFLOAD_WRITE, "offload_write" },
	{ FSCTL_PIPE_PEEK, "pipe_peek" },
	{ FSCTL_PIPE_TRANSCEIVE, "pipe_transceive" },
	{ FSCTL_PIPE_WAIT, "pipe_wait" },
	{ FSCTL_QUERY_ALLOCATED_RANGES, "query_allocated_ranges" },
	{ FSCTL_QUERY_FILE_REGIONS, "query_file_regions" },
	{ FSCTL_QUERY_NETWORK_INTERFACE_INFO, "query_network_interface_info" },
	{ FSCTL_READ_FILE_USN_DATA, "read_file_usn_data" },
	{ FSCTL_SET_COMPRESSION, "set_compression" },
	{ FSCTL_SET_INTEGRITY_INFORMATION, "set_integrity_information" },
	{ FSCTL_SET_OBJECT_ID, "set_object_id" },
	{ FSCTL_SET_OBJECT_ID_EXTENDED, "set_object_id_extended" },
	{ FSCTL_SET_REPARSE_POINT, "set_reparse_point" },
	{ FSCTL_SET_SPARSE, "set_sparse" },
	{ FSCTL_SET_ZERO_DATA, "set_zero_data" },
	{ FSCTL_SRV_COPYCHUNK, "srv_copychunk" },
	{ FSCTL_SRV_COPYCHUNK_WRITE, "srv_copychunk_write" },
	{ FSCTL_SRV_ENUMERATE_SNAPSHOTS, "srv_enumerate_snapshots" },
	{ FSCTL_SRV_READ_HASH, "srv_read_hash" },
	{ FSCTL_SRV_REQUEST_RESUME_KEY, "srv_request_resume_key" },
	{ FSCTL_VALIDATE_NEGOTIATE_INFO, "validate_negotiate_info" },
	{ FSCTL_WRITE_USN_CLOSE_RECORD, "write_usn_close_record" },
};

const char *fsctl_name(uint32_t ctl_code)
{
	for (size_t i = 0; i < ARRAY_LEN(fsctl_rows); i++) {
		if (fsctl_rows[i].ctl_code == ctl_code)
			return fsctl_rows[i].name;
	}
	return NULL;
}
