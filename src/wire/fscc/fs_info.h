// SPDX-License-Identifier: Apache-2.0
// What QUERY_INFO says about a share's file system (MS-FSCC 2.5).
#ifndef SIGNET_WIRE_FSCC_FS_INFO_H
#define SIGNET_WIRE_FSCC_FS_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/nt_status.h"
#include "base/reader.h"
#include "base/writer.h"
#include "wire/dtyp/guid.h"

enum fs_info_level {
	FS_VOLUME_INFORMATION = 1,
	FS_LABEL_INFORMATION = 2,
	FS_SIZE_INFORMATION = 3,
	FS_DEVICE_INFORMATION = 4,
	FS_ATTRIBUTE_INFORMATION = 5,
	FS_CONTROL_INFORMATION = 6,
	FS_FULL_SIZE_INFORMATION = 7,
	FS_OBJECT_ID_INFORMATION = 8,
	FS_SECTOR_SIZE_INFORMATION = 11,
};

// FileSystemAttributes (MS-FSCC 2.5.1).
#define FS_CASE_SENSITIVE_SEARCH 0x00000001u
#define FS_CASE_PRESERVED_NAMES 0x00000002u
#define FS_UNICODE_ON_DISK 0x00000004u
#define FS_PERSISTENT_ACLS 0x00000008u
#define FS_FILE_COMPRESSION 0x00000010u
#define FS_VOLUME_QUOTAS 0x00000020u
#define FS_SUPPORTS_SPARSE_FILES 0x00000040u
#define FS_SUPPORTS_REPARSE_POINTS 0x00000080u
#define FS_SUPPORTS_OBJECT_IDS 0x00010000u
#define FS_SUPPORTS_ENCRYPTION 0x00020000u
#define FS_NAMED_STREAMS 0x00040000u
#define FS_READ_ONLY_VOLUME 0x00080000u
#define FS_SUPPORTS_HARD_LINKS 0x00400000u
#define FS_SUPPORTS_EXTENDED_ATTRIBUTES 0x00800000u
#define FS_SUPPORTS_BLOCK_REFCOUNTING 0x08000000u

#define FS_DEVICE_DISK 0x00000007u
#define FS_DEVICE_NAMED_PIPE 0x00000011u
#define FS_CHARACTERISTIC_IS_MOUNTED 0x00000020u

struct fscc_fs_info {
	uint64_t volume_creation_time; // FILETIME
	uint32_t volume_serial_number;
	bool supports_objects;
	const char *volume_label; // UTF-8; NULL: empty
	// In allocation units of sectors_per_unit * bytes_per_sector bytes.
	uint64_t total_units;
	uint64_t available_units;        // to the caller
	uint64_t actual_available_units; // to anybody
	uint32_t sectors_per_unit;
	uint32_t bytes_per_sector;
	uint32_t device_type;
	uint32_t characteristics;
	uint32_t attributes;               // FS_*
	uint32_t maximum_component_length; // characters
	const char *name;                  // "NTFS"
	struct {
		uint64_t free_space_start, free_space_threshold, free_space_stop;
		uint64_t default_quota_threshold, default_quota_limit;
		uint32_t flags;
	} control;
	struct guid object_id;
	uint8_t extended_info[48];
	struct {
		uint32_t logical_bytes, physical_bytes_atomicity, physical_bytes_performance,
			effective_physical_bytes, flags, byte_offset_alignment, byte_offset_partition;
	} sector_size;
};

struct fs_info_class {
	uint8_t level;          // enum fs_info_level
	const char *name;       // "FileFsVolumeInformation"
	uint16_t fixed_len;     // the output buffer must have at least this
	uint32_t access_needed; // of the open
	void (*encode)(const struct fscc_fs_info *info, struct writer *w);
	void (*decode)(struct reader *r, struct arena *a, struct fscc_fs_info *info);
};

// NULL when level cannot be queried.
const struct fs_info_class *fs_info_class_find(uint8_t level);
// Outcomes as file_info_encode.
struct nt_status fs_info_encode(uint8_t level, const struct fscc_fs_info *info, struct writer *w) WARN_UNUSED;
enum verdict fs_info_decode(
	uint8_t level, struct span bytes, struct arena *a, struct fscc_fs_info *info) WARN_UNUSED;

#endif
