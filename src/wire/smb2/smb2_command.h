// SPDX-License-Identifier: Apache-2.0
// The one table of SMB2's commands: number, name, sizes, where the FileId is, and how any request or
// response is decoded by those who treat all of them alike (the sensor, the fuzzer, generic checks).
#ifndef SIGNET_WIRE_SMB2_SMB2_COMMAND_H
#define SIGNET_WIRE_SMB2_SMB2_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/smb2/smb2_cancel.h"
#include "wire/smb2/smb2_change_notify.h"
#include "wire/smb2/smb2_close.h"
#include "wire/smb2/smb2_create.h"
#include "wire/smb2/smb2_echo.h"
#include "wire/smb2/smb2_error.h"
#include "wire/smb2/smb2_flush.h"
#include "wire/smb2/smb2_header.h"
#include "wire/smb2/smb2_ioctl.h"
#include "wire/smb2/smb2_lock.h"
#include "wire/smb2/smb2_logoff.h"
#include "wire/smb2/smb2_negotiate.h"
#include "wire/smb2/smb2_oplock_break.h"
#include "wire/smb2/smb2_query_directory.h"
#include "wire/smb2/smb2_query_info.h"
#include "wire/smb2/smb2_read.h"
#include "wire/smb2/smb2_session_setup.h"
#include "wire/smb2/smb2_set_info.h"
#include "wire/smb2/smb2_tree_connect.h"
#include "wire/smb2/smb2_tree_disconnect.h"
#include "wire/smb2/smb2_write.h"

enum smb2_command {
	SMB2_NEGOTIATE = 0x0000,
	SMB2_SESSION_SETUP = 0x0001,
	SMB2_LOGOFF = 0x0002,
	SMB2_TREE_CONNECT = 0x0003,
	SMB2_TREE_DISCONNECT = 0x0004,
	SMB2_CREATE = 0x0005,
	SMB2_CLOSE = 0x0006,
	SMB2_FLUSH = 0x0007,
	SMB2_READ = 0x0008,
	SMB2_WRITE = 0x0009,
	SMB2_LOCK = 0x000A,
	SMB2_IOCTL = 0x000B,
	SMB2_CANCEL = 0x000C,
	SMB2_ECHO = 0x000D,
	SMB2_QUERY_DIRECTORY = 0x000E,
	SMB2_CHANGE_NOTIFY = 0x000F,
	SMB2_QUERY_INFO = 0x0010,
	SMB2_SET_INFO = 0x0011,
	SMB2_OPLOCK_BREAK = 0x0012,
	SMB2_COMMANDS,
};

union smb2_request {
	struct smb2_negotiate_request negotiate;
	struct smb2_session_setup_request session_setup;
	struct smb2_logoff_request logoff;
	struct smb2_tree_connect_request tree_connect;
	struct smb2_tree_disconnect_request tree_disconnect;
	struct smb2_create_request create;
	struct smb2_close_request close;
	struct smb2_flush_request flush;
	struct smb2_read_request read;
	struct smb2_write_request write;
	struct smb2_lock_request lock;
	struct smb2_ioctl_request ioctl;
	struct smb2_cancel_request cancel;
	struct smb2_echo_request echo;
	struct smb2_query_directory_request query_directory;
	struct smb2_change_notify_request change_notify;
	struct smb2_query_info_request query_info;
	struct smb2_set_info_request set_info;
	struct smb2_oplock_break oplock_break;
};

union smb2_response {
	struct smb2_error_response error;
	struct smb2_negotiate_response negotiate;
	struct smb2_session_setup_response session_setup;
	struct smb2_logoff_response logoff;
	struct smb2_tree_connect_response tree_connect;
	struct smb2_tree_disconnect_response tree_disconnect;
	struct smb2_create_response create;
	struct smb2_close_response close;
	struct smb2_flush_response flush;
	struct smb2_read_response read;
	struct smb2_write_response write;
	struct smb2_lock_response lock;
	struct smb2_ioctl_response ioctl;
	struct smb2_echo_response echo;
	struct smb2_query_directory_response query_directory;
	struct smb2_change_notify_response change_notify;
	struct smb2_query_info_response query_info;
	struct smb2_set_info_response set_info;
	struct smb2_oplock_break oplock_break;
};

struct smb2_command_info {
	const char *name;           // "tree_connect"
	uint16_t request_size;      // StructureSize
	uint16_t response_size;     // 0: there is no response
	uint16_t file_id_offset;    // of a request, from its header; 0: no FileId
	bool several_request_sizes; // OPLOCK_BREAK: oplock or lease
};

// NULL for a number that is no command.
const struct smb2_command_info *smb2_command_info(uint16_t command);
// "tree_connect", or "unknown".
const char *smb2_command_name(uint16_t command);

// StructureSize of a request against the table: VERDICT_TRUNCATED, VERDICT_BAD_SIZE, VERDICT_BAD_VALUE
// for a number that is no command. What a server checks before it dispatches.
enum verdict smb2_request_size_check(struct span message, const struct smb2_header *header) WARN_UNUSED;
// The FileId of a request that has one; false when it has none or is too short.
bool smb2_request_file_id(
	struct span message, const struct smb2_header *header, struct smb2_file_id *out) WARN_UNUSED;

// Any message by the command in its header; VERDICT_BAD_VALUE for a number that is no command.
enum verdict smb2_request_decode(
	struct span message, const struct smb2_header *header, union smb2_request *out) WARN_UNUSED;
// *is_error says whether out->error was filled (see smb2_response_is_error).
enum verdict smb2_response_decode(struct span message, const struct smb2_header *header,
	union smb2_response *out, bool *is_error) WARN_UNUSED;
// The body behind a header already written; nothing for a number that is no command.
void smb2_request_encode(struct writer *w, uint16_t command, const union smb2_request *m);
void smb2_response_encode(struct writer *w, uint16_t command, const union smb2_response *m);

#endif
