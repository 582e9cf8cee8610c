// SPDX-License-Identifier: Apache-2.0
// Any command's message by its number: for those who treat all commands alike.
#include "wire/smb2/smb2_command.h"

enum verdict smb2_request_decode(
	struct span message, const struct smb2_header *header, union smb2_request *out)
{
	switch (header->command) {
	case SMB2_NEGOTIATE:
		return smb2_negotiate_request_decode(message, &out->negotiate);
	case SMB2_SESSION_SETUP:
		return smb2_session_setup_request_decode(message, &out->session_setup);
	case SMB2_LOGOFF:
		return smb2_logoff_request_decode(message, &out->logoff);
	case SMB2_TREE_CONNECT:
		return smb2_tree_connect_request_decode(message, &out->tree_connect);
	case SMB2_TREE_DISCONNECT:
		return smb2_tree_disconnect_request_decode(message, &out->tree_disconnect);
	case SMB2_CREATE:
		return smb2_create_request_decode(message, &out->create);
	case SMB2_CLOSE:
		return smb2_close_request_decode(message, &out->close);
	case SMB2_FLUSH:
		return smb2_flush_request_decode(message, &out->flush);
	case SMB2_READ:
		return smb2_read_request_decode(message, &out->read);
	case SMB2_WRITE:
		return smb2_write_request_decode(message, &out->write);
	case SMB2_LOCK:
		return smb2_lock_request_decode(message, &out->lock);
	case SMB2_IOCTL:
		return smb2_ioctl_request_decode(message, &out->ioctl);
	case SMB2_CANCEL:
		return smb2_cancel_request_decode(message, &out->cancel);
	case SMB2_ECHO:
		return smb2_echo_request_decode(message, &out->echo);
	case SMB2_QUERY_DIRECTORY:
		return smb2_query_directory_request_decode(message, &out->query_directory);
	case SMB2_CHANGE_NOTIFY:
		return smb2_change_notify_request_decode(message, &out->change_notify);
	case SMB2_QUERY_INFO:
		return smb2_query_info_request_decode(message, &out->query_info);
	case SMB2_SET_INFO:
		return smb2_set_info_request_decode(message, &out->set_info);
	case SMB2_OPLOCK_BREAK:
		return smb2_oplock_break_request_decode(message, &out->oplock_break);
	default:
		return VERDICT_BAD_VALUE;
	}
}

static enum verdict decode_own_body(struct span message, uint16_t command, union smb2_response *out)
{
	switch (command) {
	case SMB2_NEGOTIATE:
		return smb2_negotiate_response_decode(message, &out->negotiate);
	case SMB2_SESSION_SETUP:
		return smb2_session_setup_response_decode(message, &out->session_setup);
	case SMB2_LOGOFF:
		return smb2_logoff_response_decode(message, &out->logoff);
	case SMB2_TREE_CONNECT:
		return smb2_tree_connect_response_decode(message, &out->tree_connect);
	case SMB2_TREE_DISCONNECT:
		return smb2_tree_disconnect_response_decode(message, &out->tree_disconnect);
	case SMB2_CREATE:
		return smb2_create_response_decode(message, &out->create);
	case SMB2_CLOSE:
		return smb2_close_response_decode(message, &out->close);
	case SMB2_FLUSH:
		return smb2_flush_response_decode(message, &out->flush);
	case SMB2_READ:
		return smb2_read_response_decode(message, &out->read);
	case SMB2_WRITE:
		return smb2_write_response_decode(message, &out->write);
	case SMB2_LOCK:
		return smb2_lock_response_decode(message, &out->lock);
	case SMB2_IOCTL:
		return smb2_ioctl_response_decode(message, &out->ioctl);
	case SMB2_ECHO:
		return smb2_echo_response_decode(message, &out->echo);
	case SMB2_QUERY_DIRECTORY:
		return smb2_query_directory_response_decode(message, &out->query_directory);
	case SMB2_CHANGE_NOTIFY:
		return smb2_change_notify_response_decode(message, &out->change_notify);
	case SMB2_QUERY_INFO:
		return smb2_query_info_response_decode(message, &out->query_info);
	case SMB2_SET_INFO:
		return smb2_set_info_response_decode(message, &out->set_info);
	case SMB2_OPLOCK_BREAK:
		return smb2_oplock_break_response_decode(message, &out->oplock_break);
	default:
		return VERDICT_BAD_VALUE;
	}
}

enum verdict smb2_response_decode(
	struct span message, const struct smb2_header *header, union smb2_response *out, bool *is_error)
{
	bool error = smb2_response_is_error(header, message);
	enum verdict v = error ? smb2_error_response_decode(message, &out->error)
			       : decode_own_body(message, header->command, out);
	if (v == VERDICT_OK)
		*is_error = error;
	return v;
}

void smb2_request_encode(struct writer *w, uint16_t command, const union smb2_request *m)
{
	switch (command) {
	case SMB2_NEGOTIATE:
		smb2_negotiate_request_encode(w, &m->negotiate);
		return;
	case SMB2_SESSION_SETUP:
		smb2_session_setup_request_encode(w, &m->session_setup);
		return;
	case SMB2_LOGOFF:
		smb2_logoff_request_encode(w, &m->logoff);
		return;
	case SMB2_TREE_CONNECT:
		smb2_tree_connect_request_encode(w, &m->tree_connect);
		return;
	case SMB2_TREE_DISCONNECT:
		smb2_tree_disconnect_request_encode(w, &m->tree_disconnect);
		return;
	case SMB2_CREATE:
		smb2_create_request_encode(w, &m->create);
		return;
	case SMB2_CLOSE:
		smb2_close_request_encode(w, &m->close);
		return;
	case SMB2_FLUSH:
		smb2_flush_request_encode(w, &m->flush);
		return;
	case SMB2_READ:
		smb2_read_request_encode(w, &m->read);
		return;
	case SMB2_WRITE:
		smb2_write_request_encode(w, &m->write);
		return;
	case SMB2_LOCK:
		smb2_lock_request_encode(w, &m->lock);
		return;
	case SMB2_IOCTL:
		smb2_ioctl_request_encode(w, &m->ioctl);
		return;
	case SMB2_CANCEL:
		smb2_cancel_request_encode(w, &m->cancel);
		return;
	case SMB2_ECHO:
		smb2_echo_request_encode(w, &m->echo);
		return;
	case SMB2_QUERY_DIRECTORY:
		smb2_query_directory_request_encode(w, &m->query_directory);
		return;
	case SMB2_CHANGE_NOTIFY:
		smb2_change_notify_request_encode(w, &m->change_notify);
		return;
	case SMB2_QUERY_INFO:
		smb2_query_info_request_encode(w, &m->query_info);
		return;
	case SMB2_SET_INFO:
		smb2_set_info_request_encode(w, &m->set_info);
		return;
	case SMB2_OPLOCK_BREAK:
		smb2_oplock_break_encode(w, &m->oplock_break);
		return;
	default:
		return;
	}
}

void smb2_response_encode(struct writer *w, uint16_t command, const union smb2_response *m)
{
	switch (command) {
	case SMB2_NEGOTIATE:
		smb2_negotiate_response_encode(w, &m->negotiate);
		return;
	case SMB2_SESSION_SETUP:
		smb2_session_setup_response_encode(w, &m->session_setup);
		return;
	case SMB2_LOGOFF:
		smb2_logoff_response_encode(w, &m->logoff);
		return;
	case SMB2_TREE_CONNECT:
		smb2_tree_connect_response_encode(w, &m->tree_connect);
		return;
	case SMB2_TREE_DISCONNECT:
		smb2_tree_disconnect_response_encode(w, &m->tree_disconnect);
		return;
	case SMB2_CREATE:
		smb2_create_response_encode(w, &m->create);
		return;
	case SMB2_CLOSE:
		smb2_close_response_encode(w, &m->close);
		return;
	case SMB2_FLUSH:
		smb2_flush_response_encode(w, &m->flush);
		return;
	case SMB2_READ:
		smb2_read_response_encode(w, &m->read);
		return;
	case SMB2_WRITE:
		smb2_write_response_encode(w, &m->write);
		return;
	case SMB2_LOCK:
		smb2_lock_response_encode(w, &m->lock);
		return;
	case SMB2_IOCTL:
		smb2_ioctl_response_encode(w, &m->ioctl);
		return;
	case SMB2_ECHO:
		smb2_echo_response_encode(w, &m->echo);
		return;
	case SMB2_QUERY_DIRECTORY:
		smb2_query_directory_response_encode(w, &m->query_directory);
		return;
	case SMB2_CHANGE_NOTIFY:
		smb2_change_notify_response_encode(w, &m->change_notify);
		return;
	case SMB2_QUERY_INFO:
		smb2_query_info_response_encode(w, &m->query_info);
		return;
	case SMB2_SET_INFO:
		smb2_set_info_response_encode(w, &m->set_info);
		return;
	case SMB2_OPLOCK_BREAK:
		smb2_oplock_break_encode(w, &m->oplock_break);
		return;
	default:
		return;
	}
}
