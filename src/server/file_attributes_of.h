// SPDX-License-Identifier: Apache-2.0
// What several commands answer about a file: attributes, times and sizes, from one place.
#ifndef SIGNET_SERVER_FILE_ATTRIBUTES_OF_H
#define SIGNET_SERVER_FILE_ATTRIBUTES_OF_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/nt_status.h"
#include "storage/dos_attributes.h"
#include "wire/fscc/file_attributes.h"
#include "storage/file_times.h"

struct open;

struct file_facts {
	struct file_times times;
	uint64_t allocation_size; // bytes, of the stream
	uint64_t end_of_file;
	uint32_t attributes; // FILE_ATTRIBUTE_*
	uint32_t number_of_links;
	uint64_t index_number;
	bool delete_pending;
	bool directory;
};

// Attributes and creation time of what fd is.
struct nt_status file_attributes_load(int fd, struct dos_attributes *out) WARN_UNUSED;
// Of a file whose attributes are known.
void file_facts_fill(
	const struct statx *stat, const struct dos_attributes *attributes, struct file_facts *out);
// Of a file that was looked up: fd for its attributes, stat for the rest.
struct nt_status file_facts_of_node(int fd, const struct statx *stat, struct file_facts *out) WARN_UNUSED;
// Of an open, sizes of its stream.
struct nt_status file_facts_of_open(struct open *o, struct file_facts *out) WARN_UNUSED;
// The same with what was just read of it.
struct nt_status file_facts_of_new_open(struct open *o, const struct statx *stat,
	const struct dos_attributes *attributes, struct file_facts *out) WARN_UNUSED;

#endif
