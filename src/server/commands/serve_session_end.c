// SPDX-License-Identifier: Apache-2.0
// LOGOFF (MS-SMB2 3.3.5.6), TREE_DISCONNECT (3.3.5.8) and ECHO (3.3.5.17): the small ones.
#include "server/command_rules.h"
#include "server/connection.h"
#include "server/request.h"
#include "server/session.h"
#include "server/tree.h"
#include "wire/smb2/smb2_command.h"

struct nt_status serve_logoff(struct request *req)
{
	if (!req->closing.done) {
		request_hold(req, req->session, "logoff");
		return HOLD;
	}
	smb2_logoff_response_encode(req->out, &(struct smb2_logoff_response){ 0 });
	return STATUS(SUCCESS);
}

struct nt_status serve_tree_disconnect(struct request *req)
{
	tree_close(req->tree, "tree_disconnect");
	smb2_tree_disconnect_response_encode(req->out, &(struct smb2_tree_disconnect_response){ 0 });
	return STATUS(SUCCESS);
}

struct nt_status serve_echo(struct request *req)
{
	if (req->conn->state != CONNECTION_NEGOTIATED)
		return request_disconnect(req, CONNECTION_END_PROTOCOL);
	smb2_echo_response_encode(req->out, &(struct smb2_echo_response){ 0 });
	return STATUS(SUCCESS);
}
