// SPDX-License-Identifier: Apache-2.0
// The entries of QUERY_DIRECTORY's answers (MS-FSCC 2.4.10 and those like it): a chain, each entry
// 8-byte aligned.
#ifndef SIGNET_WIRE_FSCC_DIR_INFO_H
#define SIGNET_WIRE_FSCC_DIR_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reader.h"
#include "wire/fscc/file_info.h"

struct dir_info {
	uint32_t file_index; // meaningless on file systems that sort; 0
	struct file_times times;
	uint64_t end_of_file;
	uint64_t allocation_size;
	uint32_t attributes;
	uint32_t ea_size;     // classes with EaSize give the reparse tag instead, for reparse points
	uint32_t reparse_tag; // (MS-FSCC 2.4.18)
	uint64_t file_id;
	uint8_t file_id_128[16];
	const char *name;       // UTF-8, one component
	const char *short_name; // 8.3 or NULL
};

// The bytes of an entry before its name; 0: not a directory class.
size_t dir_info_fixed_len(uint8_t level);

// One answer under construction in a writer, whose capacity is the client's output buffer.
struct dir_info_list {
	struct writer *w;
	uint8_t level;
	size_t start; // where the list begins in the writer: alignment counts from here
	size_t last;  // the last whole entry
	size_t count; // whole entries
};

enum dir_append {
	DIR_APPEND_OK,
	DIR_APPEND_FULL,     // did not fit; the writer ends with the last whole entry
	DIR_APPEND_BAD_NAME, // not UTF-8; nothing written, skip it
};

// level must be one for which dir_info_fixed_len() is not 0.
struct dir_info_list dir_info_begin(struct writer *w, uint8_t level);
enum dir_append dir_info_append(struct dir_info_list *list, const struct dir_info *entry) WARN_UNUSED;

// Walks an answer: true with the next entry (names in the arena), false at the end or on a fault;
// afterwards reader_verdict(&walk.r) tells which.
struct dir_walk {
	struct reader r;
	uint8_t level;
	bool done;
};
struct dir_walk dir_walk_begin(struct span bytes, uint8_t level);
bool dir_walk_next(struct dir_walk *walk, struct arena *a, struct dir_info *out) WARN_UNUSED;

#endif
