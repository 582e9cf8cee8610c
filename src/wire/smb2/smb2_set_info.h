// SPDX-License-Identifier: Apache-2.0
// SET_INFO (MS-SMB2 2.2.39, 2.2.40). InfoType and AdditionalInformation as in smb2_query_info.h.
#ifndef SIGNET_WIRE_SMB2_SMB2_SET_INFO_H
#define SIGNET_WIRE_SMB2_SMB2_SET_INFO_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_SET_INFO_REQUEST_SIZE = 33,
	SMB2_SET_INFO_RESPONSE_SIZE = 2,
};

struct smb2_set_info_request {
	uint8_t info_type;
	uint8_t file_info_class;
	uint32_t additional_information;
	struct smb2_file_id file_id;
	struct span buffer;
};

struct smb2_set_info_response {
	uint8_t unused; // the response is its StructureSize alone
};

enum verdict smb2_set_info_request_decode(struct span message, struct smb2_set_info_request *out) WARN_UNUSED;
void smb2_set_info_request_encode(struct writer *w, const struct smb2_set_info_request *m);
enum verdict smb2_set_info_response_decode(
	struct span message, struct smb2_set_info_response *out) WARN_UNUSED;
void smb2_set_info_response_encode(struct writer *w, const struct smb2_set_info_response *m);

#endif
