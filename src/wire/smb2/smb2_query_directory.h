// SPDX-License-Identifier: Apache-2.0
// QUERY_DIRECTORY (MS-SMB2 2.2.33, 2.2.34). Information classes are MS-FSCC 2.4's.
#ifndef SIGNET_WIRE_SMB2_SMB2_QUERY_DIRECTORY_H
#define SIGNET_WIRE_SMB2_SMB2_QUERY_DIRECTORY_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_QUERY_DIRECTORY_REQUEST_SIZE = 33,
	SMB2_QUERY_DIRECTORY_RESPONSE_SIZE = 9,

	SMB2_RESTART_SCANS = 0x01,
	SMB2_RETURN_SINGLE_ENTRY = 0x02,
	SMB2_INDEX_SPECIFIED = 0x04,
	SMB2_REOPEN = 0x10,
};

struct smb2_query_directory_request {
	uint8_t file_information_class;
	uint8_t flags;
	uint32_t file_index;
	struct smb2_file_id file_id;
	struct span search_pattern; // UTF-16
	uint32_t output_buffer_length;
};

struct smb2_query_directory_response {
	struct span output;
};

enum verdict smb2_query_directory_request_decode(
	struct span message, struct smb2_query_directory_request *out) WARN_UNUSED;
void smb2_query_directory_request_encode(struct writer *w, const struct smb2_query_directory_request *m);
enum verdict smb2_query_directory_response_decode(
	struct span message, struct smb2_query_directory_response *out) WARN_UNUSED;
void smb2_query_directory_response_encode(struct writer *w, const struct smb2_query_directory_response *m);

// Without a copy: begin, put the entries behind, end.
size_t smb2_query_directory_response_begin(struct writer *w);
void smb2_query_directory_response_end(struct writer *w, size_t begun);

#endif
