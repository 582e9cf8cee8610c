// SPDX-License-Identifier: Apache-2.0
// File system controls (MS-FSCC 2.3): codes and the payloads that are about files. Those that are
// about SMB itself (copy chunks, validate negotiate, network interfaces) are in wire/smb2.
#ifndef SIGNET_WIRE_FSCC_FSCTL_H
#define SIGNET_WIRE_FSCC_FSCTL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/reader.h"
#include "base/writer.h"
#include "wire/dtyp/guid.h"

#define FSCTL_GET_COMPRESSION 0x0009003Cu
#define FSCTL_SET_COMPRESSION 0x0009C040u
#define FSCTL_FIND_FILES_BY_SID 0x0009008Fu
#define FSCTL_SET_OBJECT_ID 0x00090098u
#define FSCTL_GET_OBJECT_ID 0x0009009Cu
#define FSCTL_DELETE_OBJECT_ID 0x000900A0u
#define FSCTL_SET_REPARSE_POINT 0x000900A4u
#define FSCTL_GET_REPARSE_POINT 0x000900A8u
#define FSCTL_DELETE_REPARSE_POINT 0x000900ACu
#define FSCTL_CREATE_OR_GET_OBJECT_ID 0x000900C0u
#define FSCTL_SET_SPARSE 0x000900C4u
#define FSCTL_QUERY_ALLOCATED_RANGES 0x000940CFu
#define FSCTL_SET_ZERO_DATA 0x000980C8u
#define FSCTL_FILE_LEVEL_TRIM 0x00098208u
#define FSCTL_DUPLICATE_EXTENTS_TO_FILE 0x00098344u
#define FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX 0x000983E8u
#define FSCTL_GET_INTEGRITY_INFORMATION 0x0009027Cu
#define FSCTL_SET_INTEGRITY_INFORMATION 0x0009C280u
#define FSCTL_QUERY_FILE_REGIONS 0x00090284u

enum {
	COMPRESSION_FORMAT_NONE = 0,
	COMPRESSION_FORMAT_DEFAULT = 1,
	COMPRESSION_FORMAT_LZNT1 = 2,
	FSCTL_RANGES_MAX = 65536,     // ranges an answer may hold
	FSCTL_TRIM_RANGES_MAX = 4096, // ranges a trim request may hold
	REPARSE_DATA_LEN_MAX = 16384 - 8,
};

struct file_range {
	uint64_t offset; // bytes
	uint64_t length;
};

struct file_ranges {
	struct file_range *items;
	size_t count;
};

// The decoders accept exactly the structure, more bytes behind it are ignored as Windows does; all
// offsets and lengths are checked to be non-negative 64-bit signed numbers (VERDICT_BAD_VALUE), and
// offset + length not to exceed INT64_MAX.

// FSCTL_SET_SPARSE (2.3.69): an empty input means true.
enum verdict fsctl_set_sparse_decode(struct span in, bool *set_sparse) WARN_UNUSED;
void fsctl_set_sparse_encode(bool set_sparse, struct writer *w);

// FSCTL_SET_ZERO_DATA (2.3.71): as a range; beyond < offset: VERDICT_BAD_VALUE.
enum verdict fsctl_set_zero_data_decode(struct span in, struct file_range *out) WARN_UNUSED;
void fsctl_set_zero_data_encode(const struct file_range *range, struct writer *w);

// FSCTL_QUERY_ALLOCATED_RANGES (2.3.52): one range in, many out.
enum verdict fsctl_file_range_decode(struct span in, struct file_range *out) WARN_UNUSED;
void fsctl_file_range_encode(const struct file_range *range, struct writer *w);
enum verdict fsctl_file_ranges_decode(
	struct span out_bytes, struct arena *a, struct file_ranges *out) WARN_UNUSED;
// Writes as many as fit; fewer than count means BUFFER_OVERFLOW (or BUFFER_TOO_SMALL for none).
size_t fsctl_file_ranges_encode(const struct file_ranges *ranges, struct writer *w);

// FSCTL_FILE_LEVEL_TRIM (2.3.13, 2.3.14): ranges in, number of ranges processed out.
enum verdict fsctl_trim_decode(struct span in, struct arena *a, struct file_ranges *out) WARN_UNUSED;
bool fsctl_trim_encode(const struct file_ranges *ranges, struct writer *w) WARN_UNUSED;
void fsctl_trim_reply_encode(uint32_t ranges_processed, struct writer *w);

// FSCTL_GET_COMPRESSION out, FSCTL_SET_COMPRESSION in (2.3.18, 2.3.67): a format.
enum verdict fsctl_compression_decode(struct span bytes, uint16_t *format) WARN_UNUSED;
void fsctl_compression_encode(uint16_t format, struct writer *w);

// FILE_OBJECTID_BUFFER (2.1.3): out of CREATE_OR_GET_OBJECT_ID and GET_OBJECT_ID.
struct fsctl_object_id {
	struct guid object_id;
	struct guid birth_volume_id;
	struct guid birth_object_id;
	struct guid domain_id; // null
};
enum verdict fsctl_object_id_decode(struct span bytes, struct fsctl_object_id *out) WARN_UNUSED;
void fsctl_object_id_encode(const struct fsctl_object_id *id, struct writer *w);

// SMB2_DUPLICATE_EXTENTS_DATA and _EX (2.3.8, 2.3.9.2).
struct fsctl_duplicate_extents {
	uint64_t source_file_id_persistent;
	uint64_t source_file_id_volatile;
	uint64_t source_offset;
	uint64_t target_offset;
	uint64_t byte_count;
	uint32_t flags; // _EX only
};
enum verdict fsctl_duplicate_extents_decode(
	struct span in, bool ex, struct fsctl_duplicate_extents *out) WARN_UNUSED;
void fsctl_duplicate_extents_encode(const struct fsctl_duplicate_extents *d, bool ex, struct writer *w);

// FSCTL_GET/SET_INTEGRITY_INFORMATION (2.3.22, 2.3.73).
struct fsctl_integrity {
	uint16_t checksum_algorithm;
	uint32_t flags;
	uint32_t checksum_chunk_size; // get only
	uint32_t cluster_size;        // get only
};
enum verdict fsctl_integrity_set_decode(struct span in, struct fsctl_integrity *out) WARN_UNUSED;
void fsctl_integrity_set_encode(const struct fsctl_integrity *i, struct writer *w);
enum verdict fsctl_integrity_get_decode(struct span bytes, struct fsctl_integrity *out) WARN_UNUSED;
void fsctl_integrity_get_encode(const struct fsctl_integrity *i, struct writer *w);

// FSCTL_QUERY_FILE_REGIONS (2.3.55, 2.3.56).
#define FILE_REGION_USAGE_VALID_CACHED_DATA 0x00000001u
#define FILE_REGION_USAGE_VALID_NONCACHED_DATA 0x00000002u
struct fsctl_file_region {
	struct file_range range;
	uint32_t usage;
};
// An empty input asks for the whole file: 0..INT64_MAX, valid cached data.
enum verdict fsctl_file_regions_request_decode(struct span in, struct fsctl_file_region *out) WARN_UNUSED;
void fsctl_file_regions_request_encode(const struct fsctl_file_region *region, struct writer *w);
// Writes header and as many regions as fit; returns how many. The header needs 16 bytes.
size_t fsctl_file_regions_encode(const struct fsctl_file_region *regions, size_t count, struct writer *w);
enum verdict fsctl_file_regions_decode(
	struct span bytes, struct arena *a, struct fsctl_file_region **regions, size_t *count) WARN_UNUSED;

// REPARSE_DATA_BUFFER and REPARSE_GUID_DATA_BUFFER (2.1.2.2, 2.1.2.3). data borrows.
struct fsctl_reparse {
	uint32_t tag;
	bool has_guid; // not a Microsoft tag
	struct guid guid;
	struct span data;
};
// VERDICT_BAD_SIZE: the length does not fit (IO_REPARSE_DATA_INVALID); VERDICT_BAD_VALUE: the tag is
// reserved (IO_REPARSE_TAG_INVALID).
enum verdict fsctl_reparse_decode(struct span bytes, struct fsctl_reparse *out) WARN_UNUSED;
void fsctl_reparse_encode(const struct fsctl_reparse *reparse, struct writer *w);

// The symbolic link in a reparse point's data (2.1.2.4). Names in the arena, UTF-8.
#define SYMLINK_FLAG_RELATIVE 0x00000001u
struct fsctl_symlink {
	const char *substitute_name;
	const char *print_name;
	uint32_t flags;
};
enum verdict fsctl_symlink_decode(struct span data, struct arena *a, struct fsctl_symlink *out) WARN_UNUSED;
bool fsctl_symlink_encode(const struct fsctl_symlink *symlink, struct writer *w) WARN_UNUSED;

#endif
