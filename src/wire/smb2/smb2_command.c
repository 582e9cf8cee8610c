// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_command.h"

// name, StructureSize of request and response, offset of the request's FileId
static const struct smb2_command_info command_table[SMB2_COMMANDS] = {
	[SMB2_NEGOTIATE] = { "negotiate", SMB2_NEGOTIATE_REQUEST_SIZE, SMB2_NEGOTIATE_RESPONSE_SIZE, 0,
		false },
	[SMB2_SESSION_SETUP] = { "session_setup", SMB2_SESSION_SETUP_REQUEST_SIZE,
		SMB2_SESSION_SETUP_RESPONSE_SIZE, 0, false },
	[SMB2_LOGOFF] = { "logoff", SMB2_LOGOFF_REQUEST_SIZE, SMB2_LOGOFF_RESPONSE_SIZE, 0, false },
	[SMB2_TREE_CONNECT] = { "tree_connect", SMB2_TREE_CONNECT_REQUEST_SIZE,
		SMB2_TREE_CONNECT_RESPONSE_SIZE, 0, false },
	[SMB2_TREE_DISCONNECT] = { "tree_disconnect", SMB2_TREE_DISCONNECT_REQUEST_SIZE,
		SMB2_TREE_DISCONNECT_RESPONSE_SIZE, 0, false },
	[SMB2_CREATE] = { "create", SMB2_CREATE_REQUEST_SIZE, SMB2_CREATE_RESPONSE_SIZE, 0, false },
	[SMB2_CLOSE] = { "close", SMB2_CLOSE_REQUEST_SIZE, SMB2_CLOSE_RESPONSE_SIZE, 72, false },
	[SMB2_FLUSH] = { "flush", SMB2_FLUSH_REQUEST_SIZE, SMB2_FLUSH_RESPONSE_SIZE, 72, false },
	[SMB2_READ] = { "read", SMB2_READ_REQUEST_SIZE, SMB2_READ_RESPONSE_SIZE, 80, false },
	[SMB2_WRITE] = { "write", SMB2_WRITE_REQUEST_SIZE, SMB2_WRITE_RESPONSE_SIZE, 80, false },
	[SMB2_LOCK] = { "lock", SMB2_LOCK_REQUEST_SIZE, SMB2_LOCK_RESPONSE_SIZE, 72, false },
	[SMB2_IOCTL] = { "ioctl", SMB2_IOCTL_REQUEST_SIZE, SMB2_IOCTL_RESPONSE_SIZE, 72, false },
	[SMB2_CANCEL] = { "cancel", SMB2_CANCEL_REQUEST_SIZE, 0, 0, false },
	[SMB2_ECHO] = { "echo", SMB2_ECHO_REQUEST_SIZE, SMB2_ECHO_RESPONSE_SIZE, 0, false },
	[SMB2_QUERY_DIRECTORY] = { "query_directory", SMB2_QUERY_DIRECTORY_REQUEST_SIZE,
		SMB2_QUERY_DIRECTORY_RESPONSE_SIZE, 72, false },
	[SMB2_CHANGE_NOTIFY] = { "change_notify", SMB2_CHANGE_NOTIFY_REQUEST_SIZE,
		SMB2_CHANGE_NOTIFY_RESPONSE_SIZE, 72, false },
	[SMB2_QUERY_INFO] = { "query_info", SMB2_QUERY_INFO_REQUEST_SIZE, SMB2_QUERY_INFO_RESPONSE_SIZE, 88,
		false },
	[SMB2_SET_INFO] = { "set_info", SMB2_SET_INFO_REQUEST_SIZE, SMB2_SET_INFO_RESPONSE_SIZE, 80, false },
	[SMB2_OPLOCK_BREAK] = { "oplock_break", SMB2_OPLOCK_BREAK_SIZE, SMB2_OPLOCK_BREAK_SIZE, 72, true },
};

const struct smb2_command_info *smb2_command_info(uint16_t command)
{
	return command < SMB2_COMMANDS ? &command_table[command] : NULL;
}

const char *smb2_command_name(uint16_t command)
{
	const struct smb2_command_info *info = smb2_command_info(command);
	return info != NULL ? info->name : "unknown";
}

static uint16_t read_structure_size(struct reader *r)
{
	reader_skip(r, SMB2_HEADER_LEN);
	return reader_u16(r);
}

static bool request_size_fits(const struct smb2_command_info *info, uint16_t size)
{
	if (size == info->request_size)
		return true;
	return info->several_request_sizes && size == SMB2_LEASE_BREAK_ACK_SIZE;
}

enum verdict smb2_request_size_check(struct span message, const struct smb2_header *header)
{
	const struct smb2_command_info *info = smb2_command_info(header->command);
	if (info == NULL)
		return VERDICT_BAD_VALUE;
	struct reader r = reader_make(message);
	uint16_t size = read_structure_size(&r);
	reader_require(&r, request_size_fits(info, size), VERDICT_BAD_SIZE);
	return reader_verdict(&r);
}

bool smb2_request_file_id(struct span message, const struct smb2_header *header, struct smb2_file_id *out)
{
	const struct smb2_command_info *info = smb2_command_info(header->command);
	if (info == NULL || info->file_id_offset == 0)
		return false;
	struct reader r = reader_make(message);
	uint16_t size = read_structure_size(&r);
	reader_require(&r, size == info->request_size, VERDICT_BAD_SIZE);
	reader_seek(&r, info->file_id_offset);
	struct smb2_file_id id = smb2_file_id_read(&r);
	if (reader_ok(&r))
		*out = id;
	return reader_ok(&r);
}
