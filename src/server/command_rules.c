// SPDX-License-Identifier: Apache-2.0
#include "server/command_rules.h"

#include <stddef.h>

#include "base/attributes.h"
#include "wire/smb2/smb2_command.h"

#define NEEDS_ALL (NEEDS_SESSION | NEEDS_TREE | NEEDS_OPEN)

// CANCEL is not here: it has no response and is dealt with when it arrives (dispatch.c).
static const struct command_rule rules[SMB2_COMMANDS] = {
	[SMB2_NEGOTIATE] = { BEGINS_ON_LOOP, serve_negotiate },
	[SMB2_SESSION_SETUP] = { BEGINS_ON_LOOP, serve_session_setup },
	[SMB2_LOGOFF] = { NEEDS_SESSION | BEGINS_ON_LOOP, serve_logoff },
	[SMB2_TREE_CONNECT] = { NEEDS_SESSION | BEGINS_ON_LOOP, serve_tree_connect },
	[SMB2_TREE_DISCONNECT] = { NEEDS_SESSION | NEEDS_TREE | RUNS_ON_WORKER, serve_tree_disconnect },
	[SMB2_CREATE] = { NEEDS_SESSION | NEEDS_TREE, serve_create },
	[SMB2_CLOSE] = { NEEDS_ALL, serve_close },
	[SMB2_FLUSH] = { NEEDS_ALL | RUNS_ON_WORKER, serve_flush },
	[SMB2_READ] = { NEEDS_ALL, serve_read },
	[SMB2_WRITE] = { NEEDS_ALL, serve_write },
	[SMB2_LOCK] = { NEEDS_ALL | BEGINS_ON_LOOP, serve_lock },
	[SMB2_IOCTL] = { NEEDS_SESSION | NEEDS_TREE | MAY_LACK_OPEN, serve_ioctl },
	[SMB2_ECHO] = { NEEDS_NOTHING, serve_echo },
	[SMB2_QUERY_DIRECTORY] = { NEEDS_ALL | RUNS_ON_WORKER, serve_query_directory },
	[SMB2_CHANGE_NOTIFY] = { NEEDS_ALL | BEGINS_ON_LOOP, serve_change_notify },
	[SMB2_QUERY_INFO] = { NEEDS_ALL, serve_query_info },
	[SMB2_SET_INFO] = { NEEDS_ALL | RUNS_ON_WORKER, serve_set_info },
	[SMB2_OPLOCK_BREAK] = { NEEDS_SESSION | NEEDS_TREE, serve_oplock_break },
};

const struct command_rule *command_rule_find(uint16_t command)
{
	return command < ARRAY_LEN(rules) && rules[command].serve != NULL ? &rules[command] : NULL;
}
