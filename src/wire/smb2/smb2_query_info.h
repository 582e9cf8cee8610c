// SPDX-License-Identifier: Apache-2.0
// QUERY_INFO (MS-SMB2 2.2.37, 2.2.38).
#ifndef SIGNET_WIRE_SMB2_SMB2_QUERY_INFO_H
#define SIGNET_WIRE_SMB2_SMB2_QUERY_INFO_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_QUERY_INFO_REQUEST_SIZE = 41,
	SMB2_QUERY_INFO_RESPONSE_SIZE = 9,

	SMB2_0_INFO_FILE = 0x01, // of SET_INFO, too
	SMB2_0_INFO_FILESYSTEM = 0x02,
	SMB2_0_INFO_SECURITY = 0x03,
	SMB2_0_INFO_QUOTA = 0x04,
};

#define OWNER_SECURITY_INFORMATION 0x00000001u // AdditionalInformation of SET_INFO, too
#define GROUP_SECURITY_INFORMATION 0x00000002u
#define DACL_SECURITY_INFORMATION 0x00000004u
#define SACL_SECURITY_INFORMATION 0x00000008u
#define LABEL_SECURITY_INFORMATION 0x00000010u
#define ATTRIBUTE_SECURITY_INFORMATION 0x00000020u
#define SCOPE_SECURITY_INFORMATION 0x00000040u
#define BACKUP_SECURITY_INFORMATION 0x00010000u

// Flags of a query for extended attributes.
#define SL_RESTART_SCAN 0x00000001u
#define SL_RETURN_SINGLE_ENTRY 0x00000002u
#define SL_INDEX_SPECIFIED 0x00000004u

struct smb2_query_info_request {
	uint8_t info_type;
	uint8_t file_info_class;
	uint32_t output_buffer_length;
	struct span input;
	uint32_t additional_information;
	uint32_t flags;
	struct smb2_file_id file_id;
};

struct smb2_query_info_response {
	struct span output;
};

enum verdict smb2_query_info_request_decode(
	struct span message, struct smb2_query_info_request *out) WARN_UNUSED;
void smb2_query_info_request_encode(struct writer *w, const struct smb2_query_info_request *m);
enum verdict smb2_query_info_response_decode(
	struct span message, struct smb2_query_info_response *out) WARN_UNUSED;
void smb2_query_info_response_encode(struct writer *w, const struct smb2_query_info_response *m);

// Without a copy: begin, put the information behind, end.
size_t smb2_query_info_response_begin(struct writer *w);
void smb2_query_info_response_end(struct writer *w, size_t begun);

#endif
