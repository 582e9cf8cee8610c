// SPDX-License-Identifier: Apache-2.0
// ERROR Response (MS-SMB2 2.2.2): the body of most answers whose status is not success.
#ifndef SIGNET_WIRE_SMB2_SMB2_ERROR_H
#define SIGNET_WIRE_SMB2_SMB2_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nt_status.h"
#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_ERROR_RESPONSE_SIZE = 9,
	SMB2_ERROR_ID_DEFAULT = 0x00000000,
	SMB2_ERROR_ID_SHARE_REDIRECT = 0x72645253,
	SMB2_SYMLINK_FLAG_RELATIVE = 0x00000001,
};

struct smb2_error_response {
	uint8_t error_context_count; // 3.1.1: ErrorData is that many contexts
	struct span error_data;
};

// The symbolic link error (2.2.2.2.1), with STATUS_STOPPED_ON_SYMLINK.
struct smb2_symlink_error {
	uint16_t unparsed_path_length; // bytes at the end of the requested name behind the link
	uint32_t flags;
	struct span substitute_name; // UTF-16
	struct span print_name;      // UTF-16
};

enum verdict smb2_error_response_decode(struct span message, struct smb2_error_response *out) WARN_UNUSED;
// With no data one zero byte goes out for it, as StructureSize 9 has it.
void smb2_error_response_encode(struct writer *w, const struct smb2_error_response *m);
// One error context of 3.1.1 (2.2.2.1) around data, e.g. the four bytes of BUFFER_TOO_SMALL.
void smb2_error_context_encode(struct writer *w, uint32_t error_id, struct span data);
enum verdict smb2_error_context_decode(struct span bytes, uint32_t *error_id, struct span *data) WARN_UNUSED;

void smb2_symlink_error_encode(struct writer *w, const struct smb2_symlink_error *m);
enum verdict smb2_symlink_error_decode(struct span data, struct smb2_symlink_error *out) WARN_UNUSED;

// Whether a response with this status has an error body rather than the command's own (2.2.2 names
// the exceptions: MORE_PROCESSING_REQUIRED of SESSION_SETUP, BUFFER_OVERFLOW of QUERY_INFO, IOCTL and
// READ, INVALID_PARAMETER of a copychunk IOCTL with a full body, NOTIFY_ENUM_DIR of CHANGE_NOTIFY).
bool smb2_response_is_error(const struct smb2_header *header, struct span message);

#endif
