// SPDX-License-Identifier: Apache-2.0
// TREE_CONNECT (MS-SMB2 3.3.5.7).
#include "wire/smb2/smb2_tree_connect.h"

#include <string.h>

#include "base/utf16.h"
#include "event/event_sink.h"
#include "server/command_rules.h"
#include "server/connection.h"
#include "server/policy.h"
#include "server/refusal.h"
#include "server/server.h"
#include "server/session.h"
#include "server/session_user.h"
#include "server/share.h"
#include "server/tree.h"
#include "server/work.h"
#include "wire/dtyp/access_mask.h"

// \\server\share: the part behind the last separator.
static const char *share_name_of(const char *path)
{
	const char *name = path == NULL ? NULL : strrchr(path, '\\');
	return name == NULL ? path : name + 1;
}

static void emit_tree_connect(const struct request *req, const char *share, uint32_t tree_id,
	struct nt_status status, const char *reason)
{
	struct event e = {
		.kind = EVENT_TREE_CONNECT,
		.connection = &req->conn->about,
		.session = &req->session->about,
		.result = nt_status_ok(status) ? EVENT_SUCCESS : EVENT_FAILURE,
		.status = status,
		.reason = reason,
		.share = share,
		.tree_id = tree_id,
	};
	event_emit(req->server->events, &e);
}

// What keeps this session from this share; NULL: nothing.
static const char *obstacle(const struct request *req, const struct share *share)
{
	if (share->is_ipc)
		return NULL;
	struct session_user *user CLEANUP(session_user_put) = session_user_get(req->session);
	if (config_share_access(share->config, user->identity) == SHARE_ACCESS_NONE)
		return "user_not_admitted";
	if (!config_share_admits(share->config, (const struct sockaddr *)&req->conn->peer))
		return "network_not_admitted";
	return NULL;
}

static struct nt_status connect_tree(struct request *req, struct policy *p, struct share *share)
{
	bool limited = false;
	bool encrypt = share_requires_encryption(share, p->config);
	if (encrypt && !req->session->encrypt) {
		emit_tree_connect(req, share->name, 0, STATUS(ACCESS_DENIED), "encryption_required");
		return STATUS(ACCESS_DENIED);
	}
	struct tree *t = tree_new(req->session, share_ref(share), &limited);
	if (t == NULL) {
		if (limited)
			server_limit_reached(req->server, req->conn, "max_trees_per_session",
				req->server->limits.max_trees_per_session);
		return STATUS(INSUFFICIENT_RESOURCES);
	}
	struct nt_status status = tree_refresh(t);
	if (nt_status_ok(status)) {
		req->tree = t;
		req->header.tree_id = t->id;
		return status;
	}
	tree_close(t, "refused");
	tree_unref(t);
	return status;
}

static void write_response(struct request *req)
{
	struct share *share = tree_share(req->tree);
	struct smb2_tree_connect_response m = {
		.share_type = share->is_ipc ? SMB2_SHARE_TYPE_PIPE : SMB2_SHARE_TYPE_DISK,
		.share_flags = share->is_ipc ? SMB2_SHAREFLAG_NO_CACHING : SMB2_SHAREFLAG_MANUAL_CACHING,
		.maximal_access =
			share->is_ipc ? FILE_ALL_ACCESS : tree_access_mask(req->tree) & FILE_ALL_ACCESS,
	};
	if (req->session->encrypt)
		m.share_flags |= SMB2_SHAREFLAG_ENCRYPT_DATA;
	if (!share->is_ipc && share->config->access_based_enumeration)
		m.share_flags |= SMB2_SHAREFLAG_ACCESS_BASED_DIRECTORY_ENUM;
	smb2_tree_connect_response_encode(req->out, &m);
	emit_tree_connect(req, share->name, req->tree->id, STATUS(SUCCESS), NULL);
	share_unref(share);
}

static struct nt_status find_and_connect(struct request *req, struct policy *p, const char *name)
{
	struct share *share = policy_share_find(p, name);
	if (share == NULL) {
		emit_tree_connect(req, name, 0, STATUS(BAD_NETWORK_NAME), "no_such_share");
		return STATUS(BAD_NETWORK_NAME);
	}
	bool needs_user = req->server->acts_as_users && !share->is_ipc;
	const char *why = obstacle(req, share);
	if (why == NULL && needs_user && !session_has_unix_user(req->session)) {
		if (!req->may_block)
			return WOULD_BLOCK; // the name service may have to be asked
		why = session_find_unix_user(req->session);
	}
	if (why != NULL) {
		emit_tree_connect(req, share->name, 0, STATUS(ACCESS_DENIED), why);
		return STATUS(ACCESS_DENIED);
	}
	return connect_tree(req, p, share);
}

struct nt_status serve_tree_connect(struct request *req)
{
	struct smb2_tree_connect_request m;
	bool is_signed = (req->header.flags & SMB2_FLAGS_SIGNED) != 0;
	// 3.1.1 has it signed or sealed whatever else was agreed on (MS-SMB2 3.3.5.7).
	if (req->conn->dialect == SMB2_DIALECT_311 && !is_signed && !req->sealed) {
		violation_emit_request(req, "unprotected_tree_connect", STATUS(ACCESS_DENIED));
		return request_disconnect(req, CONNECTION_END_POLICY);
	}
	if (smb2_tree_connect_request_decode(req->message, &m) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	const char *name = share_name_of(utf16_to_utf8(req->arena, m.path));
	if (name == NULL)
		return STATUS(BAD_NETWORK_NAME);
	struct policy *p = server_policy(req->server);
	struct nt_status status = find_and_connect(req, p, name);
	policy_unref(p);
	if (nt_status_ok(status))
		write_response(req);
	return status;
}
