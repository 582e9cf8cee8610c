// SPDX-License-Identifier: Apache-2.0
#include "event/event_schema.h"

// clang-format off
#define SERVER_KINDS (EVENT_BIT(SERVER_START) | EVENT_BIT(SERVER_STOP) | EVENT_BIT(WALLS) | \
	EVENT_BIT(CONFIG_RELOAD) | EVENT_BIT(EVENTS_LOST))
#define OF_CONNECTION (~SERVER_KINDS & ALL_KINDS)
#define ALL_KINDS ((event_kinds)((1ull << EVENT_KIND_COUNT) - 1))
#define BEFORE_SESSIONS (EVENT_BIT(CONNECTION_OPEN) | EVENT_BIT(CONNECTION_CLOSE) | EVENT_BIT(NEGOTIATE))
// Those that can come before a session is there, or without one.
#define MAYBE_SESSION (EVENT_BIT(AUTHENTICATION) | EVENT_BIT(REFUSAL) | EVENT_BIT(POLICY_VIOLATION) | \
	EVENT_BIT(LIMIT) | EVENT_BIT(WEAKENED))
#define OF_SESSION (OF_CONNECTION & ~BEFORE_SESSIONS)
#define IN_SESSION (OF_SESSION & ~MAYBE_SESSION)
#define TREE_KINDS (EVENT_BIT(TREE_CONNECT) | EVENT_BIT(TREE_DISCONNECT))
#define OPENS (EVENT_BIT(FILE_OPEN) | EVENT_BIT(FILE_CREATE))
#define CHANGES (EVENT_BIT(FILE_RENAME) | EVENT_BIT(FILE_DELETE) | EVENT_BIT(FILE_ATTRIBUTES) | EVENT_BIT(FILE_ACL))
#define LOG_ONS (EVENT_BIT(AUTHENTICATION) | EVENT_BIT(SESSION_OPEN))
#define FILE_KINDS (OPENS | CHANGES | EVENT_BIT(FILE_CLOSE))
#define MAYBE_FILE (EVENT_BIT(REFUSAL) | EVENT_BIT(POLICY_VIOLATION) | EVENT_BIT(LIMIT) | EVENT_BIT(WEAKENED))
#define DECISIONS (EVENT_BIT(NEGOTIATE) | EVENT_BIT(AUTHENTICATION) | EVENT_BIT(TREE_CONNECT) | OPENS | CHANGES | \
	OF_SERVER)
#define OF_SERVER (EVENT_BIT(CONFIG_RELOAD) | EVENT_BIT(WALLS))
#define ENDS (EVENT_BIT(CONNECTION_CLOSE) | EVENT_BIT(SESSION_CLOSE) | EVENT_BIT(TREE_DISCONNECT) | \
	EVENT_BIT(FILE_CLOSE))

enum { NAME_MAX_BYTES = 600, PATH_MAX_BYTES = 8192, SHORT_MAX_BYTES = 120, DETAIL_MAX_BYTES = 1024 };

#define EVENT(field) .part = EVENT_PART_EVENT, .offset = offsetof(struct event, field)
#define CONNECTION(field) .part = EVENT_PART_CONNECTION, .offset = offsetof(struct event_connection, field)
#define SESSION(field) .part = EVENT_PART_SESSION, .offset = offsetof(struct event_session, field)

const struct event_field event_fields[] = {
	{ .name = "time", EVENT(time_us), .type = EVENT_TYPE_TIME, .may = ALL_KINDS, .always = ALL_KINDS,
		.ecs = "@timestamp", .ocsf = "time", .help = "when it happened" },
	{ .name = "kind", EVENT(kind), .type = EVENT_TYPE_KIND, .may = ALL_KINDS, .always = ALL_KINDS,
		.ecs = "event.action", .ocsf = "activity_name", .help = "what happened" },
	{ .name = "severity", EVENT(severity), .type = EVENT_TYPE_SEVERITY, .may = ALL_KINDS, .always = ALL_KINDS,
		.ecs = "log.level", .ocsf = "severity", .help = "info, notice, warning or alert" },
	{ .name = "result", EVENT(result), .type = EVENT_TYPE_RESULT, .may = ALL_KINDS & ~ENDS, .always = DECISIONS,
		.ecs = "event.outcome", .ocsf = "status", .help = "success or failure" },
	{ .name = "status", EVENT(status), .type = EVENT_TYPE_STATUS, .may = OF_CONNECTION,
		.always = DECISIONS & ~OF_SERVER,
		.ecs = "error.code", .ocsf = "status_code", .help = "what the client was answered (NTSTATUS)" },
	{ .name = "reason", EVENT(reason), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES, .may = ALL_KINDS,
		.always = EVENT_BIT(REFUSAL) | EVENT_BIT(POLICY_VIOLATION) | EVENT_BIT(WEAKENED),
		.ecs = "event.reason", .ocsf = "status_detail", .help = "why, in words of the program's own" },
	{ .name = "connection", CONNECTION(id), .type = EVENT_TYPE_NUMBER64, .may = OF_CONNECTION, .always = 0,
		.ecs = "", .ocsf = "connection_info.uid",
		.help = "number of the connection since the server's start: ties its events together" },
	{ .name = "client_address", CONNECTION(client_address), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_CONNECTION, .ecs = "source.ip", .ocsf = "src_endpoint.ip", .help = "the client's address" },
	{ .name = "client_port", CONNECTION(client_port), .type = EVENT_TYPE_NUMBER16, .may = OF_CONNECTION,
		.ecs = "source.port", .ocsf = "src_endpoint.port", .help = "the client's port" },
	{ .name = "server_address", CONNECTION(server_address), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_CONNECTION, .ecs = "destination.ip", .ocsf = "dst_endpoint.ip",
		.help = "the address that it connected to" },
	{ .name = "server_port", CONNECTION(server_port), .type = EVENT_TYPE_NUMBER16, .may = OF_CONNECTION,
		.ecs = "destination.port", .ocsf = "dst_endpoint.port", .help = "the port that it connected to" },
	{ .name = "client_guid", CONNECTION(client_guid), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_CONNECTION, .ecs = "", .ocsf = "src_endpoint.uid",
		.help = "what the client calls itself (MS-SMB2 2.2.3 ClientGuid); it can say anything" },
	{ .name = "dialect", CONNECTION(dialect), .type = EVENT_TYPE_DIALECT, .may = OF_CONNECTION,
		.ecs = "", .ocsf = "dialect", .help = "version of SMB agreed on" },
	{ .name = "cipher", CONNECTION(cipher), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_CONNECTION, .ecs = "", .ocsf = "", .help = "cipher agreed on" },
	{ .name = "signing", CONNECTION(signing), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_CONNECTION, .ecs = "", .ocsf = "", .help = "signing algorithm agreed on" },
	{ .name = "session", SESSION(id), .type = EVENT_TYPE_HEX64, .may = OF_SESSION, .always = IN_SESSION,
		.ecs = "", .ocsf = "session.uid", .help = "the protocol's SessionId" },
	{ .name = "account", SESSION(account), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES, .may = OF_SESSION,
		.always = EVENT_BIT(AUTHENTICATION) | EVENT_BIT(SESSION_OPEN),
		.ecs = "user.name", .ocsf = "actor.user.name",
		.help = "who it is; of a failed authentication, who it claimed to be" },
	{ .name = "domain", SESSION(domain), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES, .may = OF_SESSION,
		.ecs = "user.domain", .ocsf = "actor.user.domain", .help = "domain that the client said" },
	{ .name = "workstation", SESSION(workstation), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = OF_SESSION, .ecs = "source.domain", .ocsf = "src_endpoint.hostname",
		.help = "name that the client gave itself; it can say anything" },
	{ .name = "mechanism", SESSION(mechanism), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_SESSION, .always = EVENT_BIT(AUTHENTICATION), .ecs = "", .ocsf = "auth_protocol",
		.help = "how it authenticated" },
	{ .name = "principal", SESSION(principal), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = LOG_ONS, .ecs = "user.full_name", .ocsf = "actor.user.full_name",
		.help = "Kerberos principal that a ticket proved" },
	{ .name = "service", SESSION(service), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = LOG_ONS, .ecs = "", .ocsf = "service.name",
		.help = "what the ticket is for; on failure it can say anything" },
	{ .name = "ticket_encryption", SESSION(ticket_encryption), .type = EVENT_TYPE_TEXT,
		.text_max = SHORT_MAX_BYTES, .may = LOG_ONS, .ecs = "", .ocsf = "",
		.help = "how the ticket is encrypted" },
	{ .name = "key_version", SESSION(key_version), .type = EVENT_TYPE_NUMBER32, .may = LOG_ONS, .ecs = "",
		.ocsf = "", .help = "version of the service's key that the ticket needs" },
	{ .name = "encrypted", SESSION(encrypted), .type = EVENT_TYPE_BOOL, .may = OF_SESSION,
		.always = IN_SESSION, .ecs = "", .ocsf = "", .help = "the session is sealed" },
	{ .name = "signed", SESSION(signed_), .type = EVENT_TYPE_BOOL, .may = OF_SESSION, .always = IN_SESSION,
		.ecs = "", .ocsf = "", .help = "the session's requests must be signed or sealed" },
	{ .name = "command", EVENT(command), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_CONNECTION, .ecs = "", .ocsf = "command", .help = "the request that it was about" },
	{ .name = "message_id", EVENT(message_id), .type = EVENT_TYPE_NUMBER64, .may = OF_CONNECTION,
		.ecs = "", .ocsf = "", .help = "the request's MessageId" },
	{ .name = "share", EVENT(share), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = TREE_KINDS | FILE_KINDS | MAYBE_FILE, .always = TREE_KINDS | FILE_KINDS,
		.ecs = "", .ocsf = "share", .help = "name of the share" },
	{ .name = "tree", EVENT(tree_id), .type = EVENT_TYPE_NUMBER32, .may = TREE_KINDS | FILE_KINDS | MAYBE_FILE,
		.ecs = "", .ocsf = "tree_uid", .help = "the protocol's TreeId" },
	{ .name = "path", EVENT(path), .type = EVENT_TYPE_TEXT, .text_max = PATH_MAX_BYTES,
		.may = FILE_KINDS | MAYBE_FILE, .always = FILE_KINDS, .ecs = "file.path", .ocsf = "file.path",
		.help = "path in the share, / between its parts, a stream after a colon; the root is empty" },
	{ .name = "target_path", EVENT(target_path), .type = EVENT_TYPE_TEXT, .text_max = PATH_MAX_BYTES,
		.may = EVENT_BIT(FILE_RENAME), .always = EVENT_BIT(FILE_RENAME), .ecs = "",
		.ocsf = "file_result.path", .help = "path after a rename" },
	{ .name = "file", EVENT(file_id), .type = EVENT_TYPE_HEX64, .may = FILE_KINDS | MAYBE_FILE,
		.ecs = "", .ocsf = "file.uid", .help = "number of the open: ties its events together" },
	{ .name = "directory", EVENT(directory), .type = EVENT_TYPE_BOOL, .may = FILE_KINDS, .always = 0,
		.ecs = "file.type", .ocsf = "file.type", .help = "it is a directory; left out when it is not" },
	{ .name = "access", EVENT(access), .type = EVENT_TYPE_HEX32, .may = TREE_KINDS | OPENS | MAYBE_FILE,
		.always = OPENS, .ecs = "", .ocsf = "access_mask",
		.help = "rights granted, or asked for in vain (access mask, MS-SMB2 2.2.13.1)" },
	{ .name = "disposition", EVENT(disposition), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OPENS, .ecs = "", .ocsf = "open_type",
		.help = "what the open did: opened, created, overwritten, superseded" },
	{ .name = "change", EVENT(change), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES, .may = CHANGES,
		.always = EVENT_BIT(FILE_ATTRIBUTES), .ecs = "", .ocsf = "",
		.help = "what changed: attributes, times, size, allocation, ea" },
	{ .name = "bytes_read", EVENT(bytes_read), .type = EVENT_TYPE_NUMBER64, .unit = "bytes",
		.may = EVENT_BIT(FILE_CLOSE) | EVENT_BIT(CONNECTION_CLOSE),
		.always = EVENT_BIT(FILE_CLOSE) | EVENT_BIT(CONNECTION_CLOSE), .ecs = "destination.bytes",
		.ocsf = "traffic.bytes_in", .help = "bytes of files read through the open, or on the connection" },
	{ .name = "bytes_written", EVENT(bytes_written), .type = EVENT_TYPE_NUMBER64, .unit = "bytes",
		.may = EVENT_BIT(FILE_CLOSE) | EVENT_BIT(CONNECTION_CLOSE),
		.always = EVENT_BIT(FILE_CLOSE) | EVENT_BIT(CONNECTION_CLOSE), .ecs = "source.bytes",
		.ocsf = "traffic.bytes_out", .help = "bytes of files written likewise" },
	{ .name = "duration_ms", EVENT(duration_ms), .type = EVENT_TYPE_NUMBER64, .unit = "ms",
		.may = ENDS | EVENT_BIT(AUTHENTICATION), .always = ENDS, .ecs = "event.duration (ns)", .ocsf = "duration",
		.help = "from the beginning to the end of what ended" },
	{ .name = "limit", EVENT(limit), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = EVENT_BIT(LIMIT), .always = EVENT_BIT(LIMIT), .ecs = "rule.name", .ocsf = "policy.name",
		.help = "key of [server] in signet.conf(5) that was reached" },
	{ .name = "value", EVENT(value), .type = EVENT_TYPE_NUMBER64, .may = EVENT_BIT(LIMIT),
		.always = EVENT_BIT(LIMIT), .ecs = "", .ocsf = "", .help = "the limit's value" },
	{ .name = "count", EVENT(count), .type = EVENT_TYPE_NUMBER64, .may = EVENT_BIT(LIMIT) | EVENT_BIT(REFUSAL) | EVENT_BIT(EVENTS_LOST),
		.always = EVENT_BIT(EVENTS_LOST), .ecs = "", .ocsf = "count",
		.help = "how many events were lost; how often the limit was met, or the connection refused, since it was last told" },
	{ .name = "detail", EVENT(detail), .type = EVENT_TYPE_TEXT, .text_max = DETAIL_MAX_BYTES, .may = ALL_KINDS,
		.ecs = "message", .ocsf = "message", .help = "more for people to read" },
	{ .name = "version", EVENT(version), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = EVENT_BIT(SERVER_START), .always = EVENT_BIT(SERVER_START), .ecs = "service.version",
		.ocsf = "metadata.product.version", .help = "the program's version" },
};
// clang-format on

const size_t event_field_count = ARRAY_LEN(event_fields);

const struct event_kind_info event_kind_infos[EVENT_KIND_COUNT] = {
#define X(NAME, name, severity, category, type, ocsf, help)                                                  \
	[EVENT_##NAME] = { #name, EVENT_##severity, category, type, ocsf, help },
	EVENT_KIND_LIST(X)
#undef X
};

const char *event_kind_name(enum event_kind kind)
{
	return event_kind_infos[kind].name;
}

const char *event_severity_name(enum event_severity severity)
{
	static const char *const names[] = { "default", "info", "notice", "warning", "alert" };
	return names[severity];
}

const char *event_type_name(enum event_type type)
{
	static const char *const names[] = {
		[EVENT_TYPE_TIME] = "time",
		[EVENT_TYPE_KIND] = "kind",
		[EVENT_TYPE_SEVERITY] = "severity",
		[EVENT_TYPE_RESULT] = "result",
		[EVENT_TYPE_TEXT] = "text",
		[EVENT_TYPE_NUMBER64] = "number",
		[EVENT_TYPE_NUMBER32] = "number",
		[EVENT_TYPE_NUMBER16] = "number",
		[EVENT_TYPE_HEX64] = "hex",
		[EVENT_TYPE_HEX32] = "hex",
		[EVENT_TYPE_BOOL] = "bool",
		[EVENT_TYPE_DIALECT] = "dialect",
		[EVENT_TYPE_STATUS] = "status",
	};
	return names[type];
}

enum event_severity event_severity_of(const struct event *e)
{
	enum event_severity normal = event_kind_infos[e->kind].severity;
	if (e->severity != EVENT_DEFAULT_SEVERITY)
		return e->severity;
	// A refused open is everyday life; a failed authentication is worth a look.
	if (e->kind == EVENT_AUTHENTICATION && e->result == EVENT_FAILURE)
		return EVENT_WARNING;
	return normal == EVENT_INFO && e->result == EVENT_FAILURE ? EVENT_NOTICE : normal;
}
