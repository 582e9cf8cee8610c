// SPDX-License-Identifier: Apache-2.0
// What QUERY_INFO says about a file: every information class (MS-FSCC 2.4) that can be asked for,
// encoded from, and decoded to, one description of the file.
#ifndef SIGNET_WIRE_FSCC_FILE_INFO_H
#define SIGNET_WIRE_FSCC_FILE_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/nt_status.h"
#include "base/span.h"
#include "base/writer.h"

// MS-FSCC 2.4, also those of QUERY_DIRECTORY and SET_INFO.
enum file_info_level {
	FILE_DIRECTORY_INFORMATION = 1,
	FILE_FULL_DIRECTORY_INFORMATION = 2,
	FILE_BOTH_DIRECTORY_INFORMATION = 3,
	FILE_BASIC_INFORMATION = 4,
	FILE_STANDARD_INFORMATION = 5,
	FILE_INTERNAL_INFORMATION = 6,
	FILE_EA_INFORMATION = 7,
	FILE_ACCESS_INFORMATION = 8,
	FILE_NAME_INFORMATION = 9,
	FILE_RENAME_INFORMATION = 10,
	FILE_LINK_INFORMATION = 11,
	FILE_NAMES_INFORMATION = 12,
	FILE_DISPOSITION_INFORMATION = 13,
	FILE_POSITION_INFORMATION = 14,
	FILE_FULL_EA_INFORMATION = 15,
	FILE_MODE_INFORMATION = 16,
	FILE_ALIGNMENT_INFORMATION = 17,
	FILE_ALL_INFORMATION = 18,
	FILE_ALLOCATION_INFORMATION = 19,
	FILE_END_OF_FILE_INFORMATION = 20,
	FILE_ALTERNATE_NAME_INFORMATION = 21,
	FILE_STREAM_INFORMATION = 22,
	FILE_PIPE_INFORMATION = 23,
	FILE_PIPE_LOCAL_INFORMATION = 24,
	FILE_PIPE_REMOTE_INFORMATION = 25,
	FILE_COMPRESSION_INFORMATION = 28,
	FILE_NETWORK_OPEN_INFORMATION = 34,
	FILE_ATTRIBUTE_TAG_INFORMATION = 35,
	FILE_ID_BOTH_DIRECTORY_INFORMATION = 37,
	FILE_ID_FULL_DIRECTORY_INFORMATION = 38,
	FILE_VALID_DATA_LENGTH_INFORMATION = 39,
	FILE_SHORT_NAME_INFORMATION = 40,
	FILE_NORMALIZED_NAME_INFORMATION = 48,
	FILE_STANDARD_LINK_INFORMATION = 54,
	FILE_ID_INFORMATION = 59,
	FILE_ID_EXTD_DIRECTORY_INFORMATION = 60,
	FILE_ID_EXTD_BOTH_DIRECTORY_INFORMATION = 63,
	FILE_DISPOSITION_INFORMATION_EX = 64,
	FILE_RENAME_INFORMATION_EX = 65,
	FILE_ID_64_EXTD_DIRECTORY_INFORMATION = 78,
	FILE_ID_64_EXTD_BOTH_DIRECTORY_INFORMATION = 79,
};

// FILETIMEs (MS-DTYP 2.3.3). In FileBasicInformation as set: 0 keep, FILE_TIME_FREEZE no longer
// updated through this handle, FILE_TIME_THAW updated again (MS-FSCC 2.4.7).
struct file_times {
	uint64_t creation;
	uint64_t last_access;
	uint64_t last_write;
	uint64_t change;
};
#define FILE_TIME_KEEP 0u
#define FILE_TIME_FREEZE UINT64_MAX
#define FILE_TIME_THAW (UINT64_MAX - 1)

struct file_stream_info {
	const char *name; // UTF-8 as on the wire: "::$DATA", ":name:$DATA"
	uint64_t size;
	uint64_t allocation_size;
};

// Names are UTF-8, '\' between components; NULL is the empty name. Borrowed by the encoder, in the
// arena for the decoder. A class uses what it has a field for.
struct fscc_file_info {
	struct file_times times;
	uint64_t allocation_size;
	uint64_t end_of_file;
	uint32_t attributes; // FILE_ATTRIBUTE_*
	uint32_t number_of_links;
	bool delete_pending;
	bool directory;
	uint64_t index_number; // the file's 64-bit id
	uint64_t volume_serial_number;
	uint8_t file_id_128[16];
	uint32_t ea_size;
	uint32_t access_flags; // granted to the open
	uint64_t current_byte_offset;
	uint32_t mode;
	uint32_t alignment_requirement;
	const char *name;            // Name, All: "\dir\file[:stream]" from the share's root
	const char *normalized_name; // NormalizedName: "dir\file[:stream]", no '\' in front
	const char *alternate_name;  // 8.3 name
	const struct file_stream_info *streams;
	size_t stream_count;
	uint32_t reparse_tag;
	uint64_t compressed_file_size;
	uint16_t compression_format;
	struct {
		uint32_t read_mode, completion_mode;
		uint32_t type, configuration, maximum_instances, current_instances;
		uint32_t inbound_quota, read_data_available, outbound_quota, write_quota_available;
		uint32_t state, end;
	} pipe;
};

// One row a class: what the server checks before it collects anything.
struct file_info_class {
	uint8_t level;          // enum file_info_level
	const char *name;       // "FileBasicInformation"
	uint16_t fixed_len;     // the output buffer must have at least this
	uint32_t access_needed; // of the open: FILE_READ_ATTRIBUTES, FILE_READ_EA or 0 (MS-SMB2 3.3.5.20.1)
	void (*encode)(const struct fscc_file_info *info, struct writer *w);
	void (*decode)(struct reader *r, struct arena *a, struct fscc_file_info *info);
};

// NULL when level cannot be queried through this table. FileFullEaInformation is not here: ea_list.h.
const struct file_info_class *file_info_class_find(uint8_t level);

// Writes one class; the writer's capacity is the client's output buffer.
// SUCCESS; INVALID_INFO_CLASS; INFO_LENGTH_MISMATCH: less than fixed_len is left, nothing written;
// BUFFER_OVERFLOW: what fits of the variable part is written (MS-SMB2 3.3.5.20.1), send it;
// OBJECT_NAME_INVALID: a name is not UTF-8.
struct nt_status file_info_encode(
	uint8_t level, const struct fscc_file_info *info, struct writer *w) WARN_UNUSED;
// The reverse, for clients and sensors; fields the class has not are left alone.
enum verdict file_info_decode(
	uint8_t level, struct span bytes, struct arena *a, struct fscc_file_info *info) WARN_UNUSED;

#endif
