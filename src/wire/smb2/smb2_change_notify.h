// SPDX-License-Identifier: Apache-2.0
// CHANGE_NOTIFY (MS-SMB2 2.2.35, 2.2.36). The entries are FILE_NOTIFY_INFORMATION (MS-FSCC 2.7.1).
#ifndef SIGNET_WIRE_SMB2_SMB2_CHANGE_NOTIFY_H
#define SIGNET_WIRE_SMB2_SMB2_CHANGE_NOTIFY_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_CHANGE_NOTIFY_REQUEST_SIZE = 32,
	SMB2_CHANGE_NOTIFY_RESPONSE_SIZE = 9,
	SMB2_WATCH_TREE = 0x0001,
};

#define FILE_NOTIFY_CHANGE_FILE_NAME 0x00000001u
#define FILE_NOTIFY_CHANGE_DIR_NAME 0x00000002u
#define FILE_NOTIFY_CHANGE_ATTRIBUTES 0x00000004u
#define FILE_NOTIFY_CHANGE_SIZE 0x00000008u
#define FILE_NOTIFY_CHANGE_LAST_WRITE 0x00000010u
#define FILE_NOTIFY_CHANGE_LAST_ACCESS 0x00000020u
#define FILE_NOTIFY_CHANGE_CREATION 0x00000040u
#define FILE_NOTIFY_CHANGE_EA 0x00000080u
#define FILE_NOTIFY_CHANGE_SECURITY 0x00000100u
#define FILE_NOTIFY_CHANGE_STREAM_NAME 0x00000200u
#define FILE_NOTIFY_CHANGE_STREAM_SIZE 0x00000400u
#define FILE_NOTIFY_CHANGE_STREAM_WRITE 0x00000800u

struct smb2_change_notify_request {
	uint16_t flags;
	uint32_t output_buffer_length;
	struct smb2_file_id file_id;
	uint32_t completion_filter;
};

struct smb2_change_notify_response {
	struct span output;
};

enum verdict smb2_change_notify_request_decode(
	struct span message, struct smb2_change_notify_request *out) WARN_UNUSED;
void smb2_change_notify_request_encode(struct writer *w, const struct smb2_change_notify_request *m);
enum verdict smb2_change_notify_response_decode(
	struct span message, struct smb2_change_notify_response *out) WARN_UNUSED;
void smb2_change_notify_response_encode(struct writer *w, const struct smb2_change_notify_response *m);

// Without a copy: begin, put the entries behind, end.
size_t smb2_change_notify_response_begin(struct writer *w);
void smb2_change_notify_response_end(struct writer *w, size_t begun);

#endif
