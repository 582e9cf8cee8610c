// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_command.h"

static enum verdict negotiate_request_decode(struct span message, union smb2_request *out)
{
	return smb2_negotiate_request_decode(message, &out->negotiate);
}

static void negotiate_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_negotiate_request_encode(w, &m->negotiate);
}

static enum verdict negotiate_response_decode(struct span message, union smb2_response *out)
{
	return smb2_negotiate_response_decode(message, &out->negotiate);
}

static void negotiate_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_negotiate_response_encode(w, &m->negotiate);
}

static enum verdict session_setup_request_decode(struct span message, union smb2_request *out)
{
	return smb2_session_setup_request_decode(message, &out->session_setup);
}

static void session_setup_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_session_setup_request_encode(w, &m->session_setup);
}

static enum verdict session_setup_response_decode(struct span message, union smb2_response *out)
{
	return smb2_session_setup_response_decode(message, &out->session_setup);
}

static void session_setup_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_session_setup_response_encode(w, &m->session_setup);
}

static enum verdict logoff_request_decode(struct span message, union smb2_request *out)
{
	return smb2_logoff_request_decode(message, &out->logoff);
}

static void logoff_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_logoff_request_encode(w, &m->logoff);
}

static enum verdict logoff_response_decode(struct span message, union smb2_response *out)
{
	return smb2_logoff_response_decode(message, &out->logoff);
}

static void logoff_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_logoff_response_encode(w, &m->logoff);
}

static enum verdict tree_connect_request_decode(struct span message, union smb2_request *out)
{
	return smb2_tree_connect_request_decode(message, &out->tree_connect);
}

static void tree_connect_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_tree_connect_request_encode(w, &m->tree_connect);
}

static enum verdict tree_connect_response_decode(struct span message, union smb2_response *out)
{
	return smb2_tree_connect_response_decode(message, &out->tree_connect);
}

static void tree_connect_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_tree_connect_response_encode(w, &m->tree_connect);
}

static enum verdict tree_disconnect_request_decode(struct span message, union smb2_request *out)
{
	return smb2_tree_disconnect_request_decode(message, &out->tree_disconnect);
}

static void tree_disconnect_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_tree_disconnect_request_encode(w, &m->tree_disconnect);
}

static enum verdict tree_disconnect_response_decode(struct span message, union smb2_response *out)
{
	return smb2_tree_disconnect_response_decode(message, &out->tree_disconnect);
}

static void tree_disconnect_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_tree_disconnect_response_encode(w, &m->tree_disconnect);
}

static enum verdict create_request_decode(struct span message, union smb2_request *out)
{
	return smb2_create_request_decode(message, &out->create);
}

static void create_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_create_request_encode(w, &m->create);
}

static enum verdict create_response_decode(struct span message, union smb2_response *out)
{
	return smb2_create_response_decode(message, &out->create);
}

static void create_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_create_response_encode(w, &m->create);
}

static enum verdict close_request_decode(struct span message, union smb2_request *out)
{
	return smb2_close_request_decode(message, &out->close);
}

static void close_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_close_request_encode(w, &m->close);
}

static enum verdict close_response_decode(struct span message, union smb2_response *out)
{
	return smb2_close_response_decode(message, &out->close);
}

static void close_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_close_response_encode(w, &m->close);
}

static enum verdict flush_request_decode(struct span message, union smb2_request *out)
{
	return smb2_flush_request_decode(message, &out->flush);
}

static void flush_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_flush_request_encode(w, &m->flush);
}

static enum verdict flush_response_decode(struct span message, union smb2_response *out)
{
	return smb2_flush_response_decode(message, &out->flush);
}

static void flush_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_flush_response_encode(w, &m->flush);
}

static enum verdict read_request_decode(struct span message, union smb2_request *out)
{
	return smb2_read_request_decode(message, &out->read);
}

static void read_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_read_request_encode(w, &m->read);
}

static enum verdict read_response_decode(struct span message, union smb2_response *out)
{
	return smb2_read_response_decode(message, &out->read);
}

static void read_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_read_response_encode(w, &m->read);
}

static enum verdict write_request_decode(struct span message, union smb2_request *out)
{
	return smb2_write_request_decode(message, &out->write);
}

static void write_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_write_request_encode(w, &m->write);
}

static enum verdict write_response_decode(struct span message, union smb2_response *out)
{
	return smb2_write_response_decode(message, &out->write);
}

static void write_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_write_response_encode(w, &m->write);
}

static enum verdict lock_request_decode(struct span message, union smb2_request *out)
{
	return smb2_lock_request_decode(message, &out->lock);
}

static void lock_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_lock_request_encode(w, &m->lock);
}

static enum verdict lock_response_decode(struct span message, union smb2_response *out)
{
	return smb2_lock_response_decode(message, &out->lock);
}

static void lock_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_lock_response_encode(w, &m->lock);
}

static enum verdict ioctl_request_decode(struct span message, union smb2_request *out)
{
	return smb2_ioctl_request_decode(message, &out->ioctl);
}

static void ioctl_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_ioctl_request_encode(w, &m->ioctl);
}

static enum verdict ioctl_response_decode(struct span message, union smb2_response *out)
{
	return smb2_ioctl_response_decode(message, &out->ioctl);
}

static void ioctl_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_ioctl_response_encode(w, &m->ioctl);
}

static enum verdict cancel_request_decode(struct span message, union smb2_request *out)
{
	return smb2_cancel_request_decode(message, &out->cancel);
}

static void cancel_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_cancel_request_encode(w, &m->cancel);
}

static enum verdict echo_request_decode(struct span message, union smb2_request *out)
{
	return smb2_echo_request_decode(message, &out->echo);
}

static void echo_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_echo_request_encode(w, &m->echo);
}

static enum verdict echo_response_decode(struct span message, union smb2_response *out)
{
	return smb2_echo_response_decode(message, &out->echo);
}

static void echo_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_echo_response_encode(w, &m->echo);
}

static enum verdict query_directory_request_decode(struct span message, union smb2_request *out)
{
	return smb2_query_directory_request_decode(message, &out->query_directory);
}

static void query_directory_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_query_directory_request_encode(w, &m->query_directory);
}

static enum verdict query_directory_response_decode(struct span message, union smb2_response *out)
{
	return smb2_query_directory_response_decode(message, &out->query_directory);
}

static void query_directory_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_query_directory_response_encode(w, &m->query_directory);
}

static enum verdict change_notify_request_decode(struct span message, union smb2_request *out)
{
	return smb2_change_notify_request_decode(message, &out->change_notify);
}

static void change_notify_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_change_notify_request_encode(w, &m->change_notify);
}

static enum verdict change_notify_response_decode(struct span message, union smb2_response *out)
{
	return smb2_change_notify_response_decode(message, &out->change_notify);
}

static void change_notify_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_change_notify_response_encode(w, &m->change_notify);
}

static enum verdict query_info_request_decode(struct span message, union smb2_request *out)
{
	return smb2_query_info_request_decode(message, &out->query_info);
}

static void query_info_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_query_info_request_encode(w, &m->query_info);
}

static enum verdict query_info_response_decode(struct span message, union smb2_response *out)
{
	return smb2_query_info_response_decode(message, &out->query_info);
}

static void query_info_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_query_info_response_encode(w, &m->query_info);
}

static enum verdict set_info_request_decode(struct span message, union smb2_request *out)
{
	return smb2_set_info_request_decode(message, &out->set_info);
}

static void set_info_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_set_info_request_encode(w, &m->set_info);
}

static enum verdict set_info_response_decode(struct span message, union smb2_response *out)
{
	return smb2_set_info_response_decode(message, &out->set_info);
}

static void set_info_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_set_info_response_encode(w, &m->set_info);
}

static enum verdict oplock_break_request_decode(struct span message, union smb2_request *out)
{
	return smb2_oplock_break_request_decode(message, &out->oplock_break);
}

static void oplock_break_request_encode(struct writer *w, const union smb2_request *m)
{
	smb2_oplock_break_encode(w, &m->oplock_break);
}

static enum verdict oplock_break_response_decode(struct span message, union smb2_response *out)
{
	return smb2_oplock_break_response_decode(message, &out->oplock_break);
}

static void oplock_break_response_encode(struct writer *w, const union smb2_response *m)
{
	smb2_oplock_break_encode(w, &m->oplock_break);
}

static const struct smb2_command_info command_table[SMB2_COMMANDS] = {
	[SMB2_NEGOTIATE] = { .name = "negotiate",
		.request_size = SMB2_NEGOTIATE_REQUEST_SIZE,
		.response_size = SMB2_NEGOTIATE_RESPONSE_SIZE,
		.request_decode = negotiate_request_decode,
		.request_encode = negotiate_request_encode,
		.response_decode = negotiate_response_decode,
		.response_encode = negotiate_response_encode,
	},
	[SMB2_SESSION_SETUP] = { .name = "session_setup",
		.request_size = SMB2_SESSION_SETUP_REQUEST_SIZE,
		.response_size = SMB2_SESSION_SETUP_RESPONSE_SIZE,
		.request_decode = session_setup_request_decode,
		.request_encode = session_setup_request_encode,
		.response_decode = session_setup_response_decode,
		.response_encode = session_setup_response_encode,
	},
	[SMB2_LOGOFF] = { .name = "logoff",
		.request_size = SMB2_LOGOFF_REQUEST_SIZE,
		.response_size = SMB2_LOGOFF_RESPONSE_SIZE,
		.request_decode = logoff_request_decode,
		.request_encode = logoff_request_encode,
		.response_decode = logoff_response_decode,
		.response_encode = logoff_response_encode,
	},
	[SMB2_TREE_CONNECT] = { .name = "tree_connect",
		.request_size = SMB2_TREE_CONNECT_REQUEST_SIZE,
		.response_size = SMB2_TREE_CONNECT_RESPONSE_SIZE,
		.request_decode = tree_connect_request_decode,
		.request_encode = tree_connect_request_encode,
		.response_decode = tree_connect_response_decode,
		.response_encode = tree_connect_response_encode,
	},
	[SMB2_TREE_DISCONNECT] = { .name = "tree_disconnect",
		.request_size = SMB2_TREE_DISCONNECT_REQUEST_SIZE,
		.response_size = SMB2_TREE_DISCONNECT_RESPONSE_SIZE,
		.request_decode = tree_disconnect_request_decode,
		.request_encode = tree_disconnect_request_encode,
		.response_decode = tree_disconnect_response_decode,
		.response_encode = tree_disconnect_response_encode,
	},
	[SMB2_CREATE] = { .name = "create",
		.request_size = SMB2_CREATE_REQUEST_SIZE,
		.response_size = SMB2_CREATE_RESPONSE_SIZE,
		.request_decode = create_request_decode,
		.request_encode = create_request_encode,
		.response_decode = create_response_decode,
		.response_encode = create_response_encode,
	},
	[SMB2_CLOSE] = { .name = "close",
		.request_size = SMB2_CLOSE_REQUEST_SIZE,
		.response_size = SMB2_CLOSE_RESPONSE_SIZE,
		.file_id_offset = 72,
		.request_decode = close_request_decode,
		.request_encode = close_request_encode,
		.response_decode = close_response_decode,
		.response_encode = close_response_encode,
	},
	[SMB2_FLUSH] = { .name = "flush",
		.request_size = SMB2_FLUSH_REQUEST_SIZE,
		.response_size = SMB2_FLUSH_RESPONSE_SIZE,
		.file_id_offset = 72,
		.request_decode = flush_request_decode,
		.request_encode = flush_request_encode,
		.response_decode = flush_response_decode,
		.response_encode = flush_response_encode,
	},
	[SMB2_READ] = { .name = "read",
		.request_size = SMB2_READ_REQUEST_SIZE,
		.response_size = SMB2_READ_RESPONSE_SIZE,
		.file_id_offset = 80,
		.request_decode = read_request_decode,
		.request_encode = read_request_encode,
		.response_decode = read_response_decode,
		.response_encode = read_response_encode,
	},
	[SMB2_WRITE] = { .name = "write",
		.request_size = SMB2_WRITE_REQUEST_SIZE,
		.response_size = SMB2_WRITE_RESPONSE_SIZE,
		.file_id_offset = 80,
		.request_decode = write_request_decode,
		.request_encode = write_request_encode,
		.response_decode = write_response_decode,
		.response_encode = write_response_encode,
	},
	[SMB2_LOCK] = { .name = "lock",
		.request_size = SMB2_LOCK_REQUEST_SIZE,
		.response_size = SMB2_LOCK_RESPONSE_SIZE,
		.file_id_offset = 72,
		.request_decode = lock_request_decode,
		.request_encode = lock_request_encode,
		.response_decode = lock_response_decode,
		.response_encode = lock_response_encode,
	},
	[SMB2_IOCTL] = { .name = "ioctl",
		.request_size = SMB2_IOCTL_REQUEST_SIZE,
		.response_size = SMB2_IOCTL_RESPONSE_SIZE,
		.file_id_offset = 72,
		.request_decode = ioctl_request_decode,
		.request_encode = ioctl_request_encode,
		.response_decode = ioctl_response_decode,
		.response_encode = ioctl_response_encode,
	},
	[SMB2_CANCEL] = { .name = "cancel",
		.request_size = SMB2_CANCEL_REQUEST_SIZE,
		.request_decode = cancel_request_decode,
		.request_encode = cancel_request_encode,
	},
	[SMB2_ECHO] = { .name = "echo",
		.request_size = SMB2_ECHO_REQUEST_SIZE,
		.response_size = SMB2_ECHO_RESPONSE_SIZE,
		.request_decode = echo_request_decode,
		.request_encode = echo_request_encode,
		.response_decode = echo_response_decode,
		.response_encode = echo_response_encode,
	},
	[SMB2_QUERY_DIRECTORY] = { .name = "query_directory",
		.request_size = SMB2_QUERY_DIRECTORY_REQUEST_SIZE,
		.response_size = SMB2_QUERY_DIRECTORY_RESPONSE_SIZE,
		.file_id_offset = 72,
		.request_decode = query_directory_request_decode,
		.request_encode = query_directory_request_encode,
		.response_decode = query_directory_response_decode,
		.response_encode = query_directory_response_encode,
	},
	[SMB2_CHANGE_NOTIFY] = { .name = "change_notify",
		.request_size = SMB2_CHANGE_NOTIFY_REQUEST_SIZE,
		.response_size = SMB2_CHANGE_NOTIFY_RESPONSE_SIZE,
		.file_id_offset = 72,
		.request_decode = change_notify_request_decode,
		.request_encode = change_notify_request_encode,
		.response_decode = change_notify_response_decode,
		.response_encode = change_notify_response_encode,
	},
	[SMB2_QUERY_INFO] = { .name = "query_info",
		.request_size = SMB2_QUERY_INFO_REQUEST_SIZE,
		.response_size = SMB2_QUERY_INFO_RESPONSE_SIZE,
		.file_id_offset = 88,
		.request_decode = query_info_request_decode,
		.request_encode = query_info_request_encode,
		.response_decode = query_info_response_decode,
		.response_encode = query_info_response_encode,
	},
	[SMB2_SET_INFO] = { .name = "set_info",
		.request_size = SMB2_SET_INFO_REQUEST_SIZE,
		.response_size = SMB2_SET_INFO_RESPONSE_SIZE,
		.file_id_offset = 80,
		.request_decode = set_info_request_decode,
		.request_encode = set_info_request_encode,
		.response_decode = set_info_response_decode,
		.response_encode = set_info_response_encode,
	},
	[SMB2_OPLOCK_BREAK] = { .name = "oplock_break",
		.request_size = SMB2_OPLOCK_BREAK_SIZE,
		.response_size = SMB2_OPLOCK_BREAK_SIZE,
		.file_id_offset = 72,
		.several_request_sizes = true,
		.request_decode = oplock_break_request_decode,
		.request_encode = oplock_break_request_encode,
		.response_decode = oplock_break_response_decode,
		.response_encode = oplock_break_response_encode,
	},
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

enum verdict smb2_request_decode(
	struct span message, const struct smb2_header *header, union smb2_request *out)
{
	const struct smb2_command_info *info = smb2_command_info(header->command);
	return info != NULL ? info->request_decode(message, out) : VERDICT_BAD_VALUE;
}

enum verdict smb2_response_decode(
	struct span message, const struct smb2_header *header, union smb2_response *out, bool *is_error)
{
	const struct smb2_command_info *info = smb2_command_info(header->command);
	if (info == NULL || info->response_decode == NULL)
		return VERDICT_BAD_VALUE;
	bool error = smb2_response_is_error(header, message);
	enum verdict v = error ? smb2_error_response_decode(message, &out->error)
			       : info->response_decode(message, out);
	if (v == VERDICT_OK)
		*is_error = error;
	return v;
}
