// SPDX-License-Identifier: Apache-2.0
#include "server/admit.h"

#include <string.h>

#include "server/access_view.h"
#include "server/command_rules.h"
#include "server/connection.h"
#include "server/open.h"
#include "server/refusal.h"
#include "server/server.h"
#include "server/session.h"
#include "server/tree.h"
#include "server/work.h"
#include "session/signing.h"
#include "wire/smb2/smb2_command.h"

static bool is_related(const struct request *req)
{
	return (req->header.flags & SMB2_FLAGS_RELATED_OPERATIONS) != 0;
}

// Answers and then ends the connection: whoever skips or breaks a protection is not to go on.
static struct nt_status refuse_and_end(
	struct request *req, const char *reason, enum connection_end end, struct nt_status status)
{
	violation_emit_request(req, reason, status);
	req->work->finish_after = true;
	req->work->end = end;
	return status;
}

// A related request takes session and tree from the one before it (MS-SMB2 3.3.5.2.7.2).
static struct nt_status admit_relation(struct request *req)
{
	struct work *w = req->work;
	if (!is_related(req)) {
		memset(&w->previous, 0, sizeof(w->previous)); // a chain begins anew
		return STATUS(SUCCESS);
	}
	w->previous.is_nothing |= w->current == 0;
	if (w->previous.is_nothing)
		return STATUS(SUCCESS); // refused once its session is known
	req->header.session_id = w->previous.session_id;
	req->header.tree_id = w->previous.tree_id;
	return STATUS(SUCCESS);
}

static struct nt_status admit_signature(struct request *req)
{
	struct session *s = req->session;
	bool is_signed = (req->header.flags & SMB2_FLAGS_SIGNED) != 0;
	if (req->sealed)
		return STATUS(SUCCESS); // the seal has authenticated it (MS-SMB2 3.3.5.2.4)
	if (s->encrypt && req->header.command != SMB2_SESSION_SETUP)
		return refuse_and_end(req, "unsealed_request", CONNECTION_END_POLICY, STATUS(ACCESS_DENIED));
	if (!is_signed && (s->must_sign || s->encrypt))
		return refuse_and_end(req, "unsigned_request", CONNECTION_END_POLICY, STATUS(ACCESS_DENIED));
	if (is_signed && message_verify(s->sign_key, SENT_BY_CLIENT, req->message) != 0)
		return refuse_and_end(req, "wrong_signature", CONNECTION_END_TAMPERED, STATUS(ACCESS_DENIED));
	if (is_signed)
		atomic_store(&s->key_shown, true);
	return STATUS(SUCCESS);
}

// An account that a reload has removed or shut out loses its sessions with their next request.
static struct nt_status admit_account(struct request *req)
{
	struct session *s = req->session;
	if (session_is_admitted(s))
		return STATUS(SUCCESS);
	refusal_emit(req, "account_no_longer_admitted", STATUS(USER_SESSION_DELETED));
	if (!req->work->on_worker) // or else within a second (sessions_check_time)
		session_close(s, "account_no_longer_admitted", req->conn->loop, NULL);
	return STATUS(USER_SESSION_DELETED);
}

// What an expired session may still do is end things, and authenticate again (MS-SMB2 3.3.5.2.9).
static struct nt_status admit_expiry(struct request *req)
{
	struct session *s = req->session;
	switch (req->header.command) {
	case SMB2_SESSION_SETUP:
	case SMB2_LOGOFF:
	case SMB2_CLOSE:
	case SMB2_LOCK:
	case SMB2_CANCEL:
		return STATUS(SUCCESS);
	default:
		break;
	}
	if (!session_is_expired(s))
		return STATUS(SUCCESS);
	if (!atomic_exchange(&s->expiry_told, true))
		refusal_emit(req, "session_expired", STATUS(NETWORK_SESSION_EXPIRED));
	return STATUS(NETWORK_SESSION_EXPIRED);
}

// It was never this connection's, or is no longer (MS-SMB2 3.3.5.2.9).
static struct nt_status refuse_unknown_session(struct request *req)
{
	if (!atomic_exchange(&req->conn->unknown_session_told, true))
		refusal_emit(req, "no_such_session", STATUS(USER_SESSION_DELETED));
	return STATUS(USER_SESSION_DELETED);
}

static struct nt_status admit_session(struct request *req)
{
	bool needed = req->rule == NULL || (req->rule->needs & NEEDS_SESSION) != 0;
	if (req->sealed && req->work->unsealed->id != req->header.session_id)
		return refuse_and_end(
			req, "sealed_for_another_session", CONNECTION_END_TAMPERED, STATUS(ACCESS_DENIED));
	if (req->header.session_id == 0 && !needed)
		return STATUS(SUCCESS);
	req->session = session_find(req->conn, req->header.session_id);
	if (req->session == NULL)
		return needed ? refuse_unknown_session(req) : STATUS(SUCCESS);
	enum session_state state = atomic_load(&req->session->state);
	if (state == SESSION_IN_PROGRESS)
		return needed ? STATUS(ACCESS_DENIED) : STATUS(SUCCESS);
	if (state == SESSION_CLOSED)
		return STATUS(USER_SESSION_DELETED);
	struct nt_status status = admit_signature(req);
	if (nt_status_ok(status))
		status = admit_account(req);
	return nt_status_ok(status) ? admit_expiry(req) : status;
}

// Judged after the session, so that what is not protected is not answered for its other faults.
static struct nt_status admit_command(struct request *req)
{
	if (req->header.command == SMB2_NEGOTIATE && req->conn->dialect != 0) { // MS-SMB2 3.3.5.4
		violation_emit_request(req, "second_negotiate", STATUS(SUCCESS));
		return request_disconnect(req, CONNECTION_END_PROTOCOL);
	}
	bool relates_to_nothing = req->work->previous.is_nothing; // MS-SMB2 3.3.5.2.7.2
	return req->rule == NULL || relates_to_nothing ? STATUS(INVALID_PARAMETER) : STATUS(SUCCESS);
}

static struct nt_status admit_tree(struct request *req)
{
	if ((req->rule->needs & NEEDS_TREE) == 0)
		return STATUS(SUCCESS);
	req->tree = tree_find(req->session, req->header.tree_id);
	if (req->tree == NULL)
		return STATUS(NETWORK_NAME_DELETED); // MS-SMB2 3.3.5.2.11
	struct nt_status status = tree_refresh(req->tree);
	if (!nt_status_ok(status))
		refusal_emit(req, "share_no_longer_admitted", status);
	else
		req->view = tree_view(req->tree);
	return status;
}

// What a reload has taken from an open is not done through it any more, whatever it was opened for.
static struct nt_status admit_access(struct request *req)
{
	if (req->open == NULL || req->header.command == SMB2_CLOSE)
		return STATUS(SUCCESS);
	bool narrowed = false;
	struct nt_status status = open_narrow(req->open, req->view, &narrowed);
	if (narrowed)
		refusal_emit(req, "open_no_longer_admitted", status);
	return status;
}

static struct nt_status admit_open(struct request *req)
{
	struct work *w = req->work;
	bool optional = (req->rule->needs & MAY_LACK_OPEN) != 0;
	struct smb2_file_id id;
	if ((req->rule->needs & (NEEDS_OPEN | MAY_LACK_OPEN)) == 0)
		return STATUS(SUCCESS);
	if (!smb2_request_file_id(req->message, &req->header, &id))
		return STATUS(INVALID_PARAMETER);
	if (is_related(req)) {
		if (nt_status_is_error(w->previous.create_status))
			return w->previous.create_status;
		if (!w->previous.has_file_id)
			return optional ? STATUS(SUCCESS) : STATUS(INVALID_HANDLE);
		id = w->previous.file_id;
	}
	req->open = open_find(req->session, id);
	if (req->open != NULL && req->open->tree != req->tree) {
		open_unref(req->open);
		req->open = NULL;
	}
	w->previous.file_id = id;
	w->previous.has_file_id = true;
	return req->open != NULL || optional ? STATUS(SUCCESS) : STATUS(FILE_CLOSED);
}

struct nt_status admit_cancel(struct request *req)
{
	return admit_session(req);
}

struct nt_status admit_request(struct request *req)
{
	static struct nt_status (*const steps[])(struct request *) = {
		admit_relation,
		admit_session,
		admit_command,
		admit_tree,
		admit_open,
		admit_access,
	};
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct nt_status status = steps[i](req);
		if (!nt_status_ok(status))
			return status;
	}
	return STATUS(SUCCESS);
}
