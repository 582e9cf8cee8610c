// SPDX-License-Identifier: Apache-2.0
#include "server/refusal.h"

#include "event/event_sink.h"
#include "server/connection.h"
#include "server/request.h"
#include "server/server.h"
#include "server/session.h"
#include "wire/smb2/smb2_command.h"

static void emit_of_request(
	enum event_kind kind, const struct request *req, const char *reason, struct nt_status status)
{
	struct event e = {
		.kind = kind,
		.connection = &req->conn->about,
		.session = req->session == NULL ? NULL : session_about(req->session),
		.result = EVENT_FAILURE,
		.reason = reason,
		.status = status,
		.command = smb2_command_name(req->header.command),
		.message_id = req->header.message_id,
	};
	event_emit(req->server->events, &e);
}

void refusal_emit(const struct request *req, const char *reason, struct nt_status status)
{
	emit_of_request(EVENT_REFUSAL, req, reason, status);
}

void violation_emit_request(const struct request *req, const char *reason, struct nt_status status)
{
	emit_of_request(EVENT_POLICY_VIOLATION, req, reason, status);
}

void violation_emit(const struct connection *c, const struct session *s, const char *reason)
{
	struct event e = {
		.kind = EVENT_POLICY_VIOLATION,
		.connection = &c->about,
		.session = s == NULL ? NULL : session_about(s),
		.result = EVENT_FAILURE,
		.reason = reason,
	};
	event_emit(c->server->events, &e);
}
