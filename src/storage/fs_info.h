// SPDX-License-Identifier: Apache-2.0
// What the FileFs*Information classes (MS-FSCC 2.5) say of the file system under a share.
#ifndef SIGNET_STORAGE_FS_INFO_H
#define SIGNET_STORAGE_FS_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "wire/fscc/fs_info.h"

// What clients are told: with anything else Windows shows no security page and disables features.
#define FS_INFO_TYPE_NAME "NTFS"
// A volume label has at most 32 characters (MS-FSCC 2.5.9 leaves it to the file system; NTFS' limit).
#define FS_INFO_LABEL_MAX 32u

struct fs_info {
	uint64_t total_units;     // allocation units of sectors_per_unit * bytes_per_sector bytes
	uint64_t available_units; // to this caller (quota and reserve respected)
	uint64_t free_units;      // actually free
	uint32_t sectors_per_unit;
	uint32_t bytes_per_sector; // 512: what every client knows
	uint32_t attributes;       // FS_* of MS-FSCC 2.5.1; streams and EAs only where they can be kept
	uint32_t name_max;         // MaximumComponentNameLength, in characters
	uint32_t serial;           // VolumeSerialNumber, the same after a restart
	uint8_t object_id[16];     // FileFsObjectIdInformation, the same after a restart
	uint64_t volume_id;        // the same for all of one file system (MS-FSCC 2.4.24 FileIdInformation)
	uint64_t create_time;      // FILETIME; the share's root directory's birth
	bool read_only;
	char label[FS_INFO_LABEL_MAX * 4 + 1]; // UTF-8, cut to FS_INFO_LABEL_MAX characters
};

// root_fd: the share's root (O_PATH allowed); label: what clients see as the volume's name.
int fs_info_load(int root_fd, const char *label, struct fs_info *out) WARN_UNUSED;

#endif
