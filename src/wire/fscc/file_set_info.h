// SPDX-License-Identifier: Apache-2.0
// What SET_INFO changes of a file (MS-FSCC 2.4), decoded to and encoded from a tagged value.
#ifndef SIGNET_WIRE_FSCC_FILE_SET_INFO_H
#define SIGNET_WIRE_FSCC_FILE_SET_INFO_H

#include "wire/fscc/ea_list.h"
#include "wire/fscc/file_info.h"

// FileDispositionInformationEx (MS-FSCC 2.4.12).
#define FILE_DISPOSITION_DELETE 0x01u
#define FILE_DISPOSITION_POSIX_SEMANTICS 0x02u
#define FILE_DISPOSITION_FORCE_IMAGE_SECTION_CHECK 0x04u
#define FILE_DISPOSITION_ON_CLOSE 0x08u
#define FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE 0x10u
// FileRenameInformationEx (MS-FSCC 2.4.43).
#define FILE_RENAME_REPLACE_IF_EXISTS 0x01u
#define FILE_RENAME_POSIX_SEMANTICS 0x02u
#define FILE_RENAME_IGNORE_READONLY_ATTRIBUTE 0x40u

struct file_rename_info { // Rename, RenameEx, Link
	bool replace_if_exists;
	uint32_t flags;          // RenameEx; for the others REPLACE_IF_EXISTS or 0
	uint64_t root_directory; // must be 0 over the network; the server checks
	const char *name;        // UTF-8; relative to the share's root, or ":stream[:$DATA]"
};

struct file_set_info {
	uint8_t level; // enum file_info_level: says which member is meant
	union {
		struct {
			struct file_times times; // FILE_TIME_KEEP, _FREEZE, _THAW or a time
			uint32_t attributes;     // 0: keep
		} basic;
		struct file_rename_info rename; // Rename, RenameEx, Link
		struct {
			bool delete_pending; // Disposition, and FILE_DISPOSITION_DELETE of flags
			uint32_t flags;      // DispositionEx
		} disposition;
		struct ea_list full_ea;
		uint64_t position;
		uint32_t mode;
		uint64_t length; // Allocation, EndOfFile, ValidDataLength: bytes
		const char *short_name;
		struct {
			uint32_t read_mode, completion_mode;
		} pipe;
	} u;
};

// FILE_WRITE_ATTRIBUTES, DELETE, FILE_WRITE_DATA, FILE_WRITE_EA or 0: what the open must have been
// granted (MS-SMB2 3.3.5.21.1). false when level cannot be set.
bool file_set_info_access(uint8_t level, uint32_t *access_needed) WARN_UNUSED;

// SUCCESS; INVALID_INFO_CLASS; INFO_LENGTH_MISMATCH: shorter than the fixed part or the name;
// INVALID_PARAMETER: values that no file can take (times below -2, negative lengths, an odd or NUL
// holding name); EA_LIST_INCONSISTENT; NO_MEMORY.
struct nt_status file_set_info_decode(
	uint8_t level, struct span bytes, struct arena *a, struct file_set_info *out) WARN_UNUSED;
// false: unknown level or a name that is not UTF-8. Overflow is the writer's.
bool file_set_info_encode(const struct file_set_info *info, struct writer *w) WARN_UNUSED;

#endif
