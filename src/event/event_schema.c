// SPDX-License-Identifier: Apache-2.0
#include "event/event_schema.h"

#include <pthread.h>

// clang-format off
#define SERVER_KINDS (EVENT_BIT(SERVER_START) | EVENT_BIT(SERVER_STOP) | EVENT_BIT(WALLS) | \
	EVENT_BIT(CONFIG_RELOAD) | EVENT_BIT(EVENTS_LOST))
// What is only watched may have been seen from its middle on.
#define WATCHED (EVENT_BIT(SESSION) | EVENT_BIT(AUTH) | EVENT_BIT(FILE) | EVENT_BIT(RPC) | EVENT_BIT(ANOMALY))
#define WATCH_KINDS (WATCHED | EVENT_BIT(FINDING) | EVENT_BIT(CAPTURE))
#define SEEN (WATCHED | EVENT_BIT(NEGOTIATE) | EVENT_BIT(TREE_CONNECT))
#define OF_CONNECTION (~(SERVER_KINDS | EVENT_BIT(FINDING) | EVENT_BIT(CAPTURE)) & ALL_KINDS)
#define ALL_KINDS ((event_kinds)((1ull << EVENT_KIND_COUNT) - 1))
#define BEFORE_SESSIONS (EVENT_BIT(CONNECTION_OPEN) | EVENT_BIT(CONNECTION_CLOSE) | EVENT_BIT(NEGOTIATE))
// Those that can come before a session is there, or without one.
#define MAYBE_SESSION (EVENT_BIT(AUTHENTICATION) | EVENT_BIT(REFUSAL) | EVENT_BIT(POLICY_VIOLATION) | \
	EVENT_BIT(LIMIT) | EVENT_BIT(WEAKENED))
#define OF_SESSION (OF_CONNECTION & ~BEFORE_SESSIONS)
#define IN_SESSION (OF_SESSION & ~MAYBE_SESSION & ~WATCHED)
#define TREE_KINDS (EVENT_BIT(TREE_CONNECT) | EVENT_BIT(TREE_DISCONNECT))
#define OPENS (EVENT_BIT(FILE_OPEN) | EVENT_BIT(FILE_CREATE))
#define CHANGES (EVENT_BIT(FILE_RENAME) | EVENT_BIT(FILE_DELETE) | EVENT_BIT(FILE_ATTRIBUTES) | EVENT_BIT(FILE_ACL))
#define LOG_ONS (EVENT_BIT(AUTHENTICATION) | EVENT_BIT(SESSION_OPEN) | EVENT_BIT(AUTH) | EVENT_BIT(SESSION))
#define FILE_KINDS (OPENS | CHANGES | EVENT_BIT(FILE_CLOSE))
#define WATCHED_FILE (EVENT_BIT(FILE) | EVENT_BIT(RPC))
#define MAYBE_FILE (EVENT_BIT(REFUSAL) | EVENT_BIT(POLICY_VIOLATION) | EVENT_BIT(LIMIT) | EVENT_BIT(WEAKENED))
#define DECISIONS (EVENT_BIT(NEGOTIATE) | EVENT_BIT(AUTHENTICATION) | EVENT_BIT(TREE_CONNECT) | OPENS | CHANGES | \
	OF_SERVER)
#define OF_SERVER (EVENT_BIT(CONFIG_RELOAD) | EVENT_BIT(WALLS))
#define ENDS (EVENT_BIT(CONNECTION_CLOSE) | EVENT_BIT(SESSION_CLOSE) | EVENT_BIT(TREE_DISCONNECT) | \
	EVENT_BIT(FILE_CLOSE))

enum { NAME_MAX_BYTES = 600, PATH_MAX_BYTES = 8192, SHORT_MAX_BYTES = 120, DETAIL_MAX_BYTES = 1024 };

#define NAME(text) .name = (text), .json_name = ",\"" text "\":", .json_name_len = sizeof(text) + 3
#define EVENT(field) .part = EVENT_PART_EVENT, .offset = offsetof(struct event, field)
#define CONNECTION(field) .part = EVENT_PART_CONNECTION, .offset = offsetof(struct event_connection, field)
#define WIRE(field) .part = EVENT_PART_WIRE, .offset = offsetof(struct event_wire, field)
#define AUTH(field) .part = EVENT_PART_AUTH, .offset = offsetof(struct event_auth, field)
#define VERDICT(field) .part = EVENT_PART_VERDICT, .offset = offsetof(struct event_verdict, field)
#define VERDICTS(field, count) VERDICT(field), .count_offset = offsetof(struct event_verdict, count)
#define RPC(field) .part = EVENT_PART_RPC, .offset = offsetof(struct event_rpc, field)
#define CONTENT(field) .part = EVENT_PART_CONTENT, .offset = offsetof(struct event_content, field)
#define ALERT(field) .part = EVENT_PART_ALERT, .offset = offsetof(struct event_alert, field)
#define ALERTS(field, count) ALERT(field), .count_offset = offsetof(struct event_alert, count)
#define SESSION(field) .part = EVENT_PART_SESSION, .offset = offsetof(struct event_session, field)

const struct event_field event_fields[] = {
	{ NAME("time"), EVENT(time_us), .type = EVENT_TYPE_TIME, .may = ALL_KINDS, .always = ALL_KINDS,
		.ecs = "@timestamp", .ocsf = "time", .help = "when it happened" },
	{ NAME("kind"), EVENT(kind), .type = EVENT_TYPE_KIND, .may = ALL_KINDS, .always = ALL_KINDS,
		.ecs = "event.action", .ocsf = "activity_name", .help = "what happened" },
	{ NAME("severity"), EVENT(severity), .type = EVENT_TYPE_SEVERITY, .may = ALL_KINDS, .always = ALL_KINDS,
		.ecs = "log.level", .ocsf = "severity", .help = "info, notice, warning or alert" },
	{ NAME("result"), EVENT(result), .type = EVENT_TYPE_RESULT, .may = ALL_KINDS & ~ENDS, .always = DECISIONS,
		.ecs = "event.outcome", .ocsf = "status", .help = "success or failure" },
	{ NAME("status"), EVENT(status), .type = EVENT_TYPE_STATUS, .may = OF_CONNECTION,
		.always = DECISIONS & ~OF_SERVER,
		.ecs = "error.code", .ocsf = "status_code", .help = "what the client was answered (NTSTATUS)" },
	{ NAME("reason"), EVENT(reason), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES, .may = ALL_KINDS,
		.always = EVENT_BIT(REFUSAL) | EVENT_BIT(POLICY_VIOLATION) | EVENT_BIT(WEAKENED),
		.ecs = "event.reason", .ocsf = "status_detail", .help = "why, in words of the program's own" },
	{ NAME("connection"), CONNECTION(id), .type = EVENT_TYPE_NUMBER64, .may = OF_CONNECTION, .always = 0,
		.ecs = "", .ocsf = "connection_info.uid",
		.help = "number of the connection since the server's start: ties its events together" },
	{ NAME("client_address"), CONNECTION(client_address), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_CONNECTION, .ecs = "source.ip", .ocsf = "src_endpoint.ip", .help = "the client's address" },
	{ NAME("client_port"), CONNECTION(client_port), .type = EVENT_TYPE_NUMBER16, .may = OF_CONNECTION,
		.ecs = "source.port", .ocsf = "src_endpoint.port", .help = "the client's port" },
	{ NAME("server_address"), CONNECTION(server_address), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_CONNECTION, .ecs = "destination.ip", .ocsf = "dst_endpoint.ip",
		.help = "the address that it connected to" },
	{ NAME("server_port"), CONNECTION(server_port), .type = EVENT_TYPE_NUMBER16, .may = OF_CONNECTION,
		.ecs = "destination.port", .ocsf = "dst_endpoint.port", .help = "the port that it connected to" },
	{ NAME("client_guid"), CONNECTION(client_guid), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_CONNECTION, .ecs = "", .ocsf = "src_endpoint.uid",
		.help = "what the client calls itself (MS-SMB2 2.2.3 ClientGuid); it can say anything" },
	{ NAME("dialect"), CONNECTION(dialect), .type = EVENT_TYPE_DIALECT, .may = OF_CONNECTION,
		.ecs = "", .ocsf = "dialect", .help = "version of SMB agreed on" },
	{ NAME("cipher"), CONNECTION(cipher), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_CONNECTION, .ecs = "", .ocsf = "", .help = "cipher agreed on" },
	{ NAME("signing"), CONNECTION(signing), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_CONNECTION, .ecs = "", .ocsf = "", .help = "signing algorithm agreed on" },
	{ NAME("session"), SESSION(id), .type = EVENT_TYPE_HEX64, .may = OF_SESSION, .always = IN_SESSION,
		.ecs = "", .ocsf = "session.uid", .help = "the protocol's SessionId" },
	{ NAME("account"), SESSION(account), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES, .may = OF_SESSION,
		.always = EVENT_BIT(AUTHENTICATION) | EVENT_BIT(SESSION_OPEN),
		.ecs = "user.name", .ocsf = "actor.user.name",
		.help = "who it is; of a failed authentication, who it claimed to be" },
	{ NAME("domain"), SESSION(domain), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES, .may = OF_SESSION,
		.ecs = "user.domain", .ocsf = "actor.user.domain", .help = "domain that the client said" },
	{ NAME("workstation"), SESSION(workstation), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = OF_SESSION, .ecs = "source.domain", .ocsf = "src_endpoint.hostname",
		.help = "name that the client gave itself; it can say anything" },
	{ NAME("mechanism"), SESSION(mechanism), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_SESSION, .always = EVENT_BIT(AUTHENTICATION), .ecs = "", .ocsf = "auth_protocol",
		.help = "how it authenticated" },
	{ NAME("principal"), SESSION(principal), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = LOG_ONS, .ecs = "user.full_name", .ocsf = "actor.user.full_name",
		.help = "Kerberos principal that a ticket proved" },
	{ NAME("service"), SESSION(service), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = LOG_ONS, .ecs = "", .ocsf = "service.name",
		.help = "what the ticket is for; on failure it can say anything" },
	{ NAME("ticket_encryption"), SESSION(ticket_encryption), .type = EVENT_TYPE_TEXT,
		.text_max = SHORT_MAX_BYTES, .may = LOG_ONS, .ecs = "", .ocsf = "",
		.help = "how the ticket is encrypted" },
	{ NAME("key_version"), SESSION(key_version), .type = EVENT_TYPE_NUMBER32, .may = LOG_ONS, .ecs = "",
		.ocsf = "", .help = "version of the service's key that the ticket needs" },
	{ NAME("encrypted"), SESSION(encrypted), .type = EVENT_TYPE_BOOL, .may = OF_SESSION,
		.always = IN_SESSION, .ecs = "", .ocsf = "", .help = "the session is sealed" },
	{ NAME("signed"), SESSION(signed_), .type = EVENT_TYPE_BOOL, .may = OF_SESSION, .always = IN_SESSION,
		.ecs = "", .ocsf = "", .help = "the session's requests must be signed or sealed" },
	{ NAME("command"), EVENT(command), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OF_CONNECTION, .ecs = "", .ocsf = "command", .help = "the request that it was about" },
	{ NAME("message_id"), EVENT(message_id), .type = EVENT_TYPE_NUMBER64, .may = OF_CONNECTION,
		.ecs = "", .ocsf = "", .help = "the request's MessageId" },
	{ NAME("share"), EVENT(share), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = TREE_KINDS | FILE_KINDS | MAYBE_FILE | WATCHED_FILE, .always = TREE_KINDS | FILE_KINDS,
		.ecs = "", .ocsf = "share", .help = "name of the share" },
	{ NAME("tree"), EVENT(tree_id), .type = EVENT_TYPE_NUMBER32, .may = TREE_KINDS | FILE_KINDS | MAYBE_FILE | WATCHED_FILE,
		.ecs = "", .ocsf = "tree_uid", .help = "the protocol's TreeId" },
	{ NAME("path"), EVENT(path), .type = EVENT_TYPE_TEXT, .text_max = PATH_MAX_BYTES,
		.may = FILE_KINDS | MAYBE_FILE | EVENT_BIT(FILE), .always = FILE_KINDS, .ecs = "file.path", .ocsf = "file.path",
		.help = "path in the share, / between its parts, a stream after a colon; the root is empty" },
	{ NAME("target_path"), EVENT(target_path), .type = EVENT_TYPE_TEXT, .text_max = PATH_MAX_BYTES,
		.may = EVENT_BIT(FILE_RENAME) | EVENT_BIT(FILE), .always = EVENT_BIT(FILE_RENAME), .ecs = "",
		.ocsf = "file_result.path", .help = "path after a rename" },
	{ NAME("file"), EVENT(file_id), .type = EVENT_TYPE_HEX64, .may = FILE_KINDS | MAYBE_FILE | EVENT_BIT(FILE),
		.ecs = "", .ocsf = "file.uid", .help = "number of the open: ties its events together" },
	{ NAME("directory"), EVENT(directory), .type = EVENT_TYPE_BOOL, .may = FILE_KINDS | EVENT_BIT(FILE), .always = 0,
		.ecs = "file.type", .ocsf = "file.type", .help = "it is a directory; left out when it is not" },
	{ NAME("access"), EVENT(access), .type = EVENT_TYPE_HEX32, .may = TREE_KINDS | OPENS | MAYBE_FILE | EVENT_BIT(FILE),
		.always = OPENS, .ecs = "", .ocsf = "access_mask",
		.help = "rights granted, or asked for in vain (access mask, MS-SMB2 2.2.13.1)" },
	{ NAME("disposition"), EVENT(disposition), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = OPENS | EVENT_BIT(FILE), .ecs = "", .ocsf = "open_type",
		.help = "what the open did: opened, created, overwritten, superseded" },
	{ NAME("change"), EVENT(change), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES, .may = CHANGES,
		.always = EVENT_BIT(FILE_ATTRIBUTES), .ecs = "", .ocsf = "",
		.help = "what changed: attributes, times, size, allocation, ea" },
	{ NAME("bytes_read"), EVENT(bytes_read), .type = EVENT_TYPE_NUMBER64, .unit = "bytes",
		.may = EVENT_BIT(FILE_CLOSE) | EVENT_BIT(CONNECTION_CLOSE) | EVENT_BIT(FILE),
		.always = EVENT_BIT(FILE_CLOSE) | EVENT_BIT(CONNECTION_CLOSE), .ecs = "destination.bytes",
		.ocsf = "traffic.bytes_in", .help = "bytes of files read through the open, or on the connection" },
	{ NAME("bytes_written"), EVENT(bytes_written), .type = EVENT_TYPE_NUMBER64, .unit = "bytes",
		.may = EVENT_BIT(FILE_CLOSE) | EVENT_BIT(CONNECTION_CLOSE) | EVENT_BIT(FILE),
		.always = EVENT_BIT(FILE_CLOSE) | EVENT_BIT(CONNECTION_CLOSE), .ecs = "source.bytes",
		.ocsf = "traffic.bytes_out", .help = "bytes of files written likewise" },
	{ NAME("duration_ms"), EVENT(duration_ms), .type = EVENT_TYPE_NUMBER64, .unit = "ms",
		.may = ENDS | EVENT_BIT(AUTHENTICATION) | EVENT_BIT(SESSION), .always = ENDS, .ecs = "event.duration (ns)", .ocsf = "duration",
		.help = "from the beginning to the end of what ended" },
	{ NAME("limit"), EVENT(limit), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = EVENT_BIT(LIMIT), .always = EVENT_BIT(LIMIT), .ecs = "rule.name", .ocsf = "policy.name",
		.help = "key of [server] in signet.conf(5) that was reached" },
	{ NAME("value"), EVENT(value), .type = EVENT_TYPE_NUMBER64, .may = EVENT_BIT(LIMIT),
		.always = EVENT_BIT(LIMIT), .ecs = "", .ocsf = "", .help = "the limit's value" },
	{ NAME("count"), EVENT(count), .type = EVENT_TYPE_NUMBER64, .may = EVENT_BIT(LIMIT) | EVENT_BIT(REFUSAL) | EVENT_BIT(EVENTS_LOST),
		.always = EVENT_BIT(EVENTS_LOST), .ecs = "", .ocsf = "count",
		.help = "how many events were lost; how often the limit was met, or the connection refused, since it was last told" },
	{ NAME("detail"), EVENT(detail), .type = EVENT_TYPE_TEXT, .text_max = DETAIL_MAX_BYTES, .may = ALL_KINDS,
		.ecs = "message", .ocsf = "message", .help = "more for people to read" },
	{ NAME("version"), EVENT(version), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = EVENT_BIT(SERVER_START), .always = EVENT_BIT(SERVER_START), .ecs = "service.version",
		.ocsf = "metadata.product.version", .help = "the program's version" },
	{ NAME("action"), EVENT(action), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES, .may = EVENT_BIT(FILE),
		.always = EVENT_BIT(FILE), .ecs = "", .ocsf = "activity_name",
		.help = "open, create, read, write, rename, delete, close or attributes" },
	{ NAME("flow"), WIRE(flow), .type = EVENT_TYPE_NUMBER64, .may = SEEN, .ecs = "network.community_id",
		.ocsf = "", .help = "number of the connection in the capture: ties its events together" },
	{ NAME("packet"), WIRE(packet), .type = EVENT_TYPE_NUMBER64, .may = SEEN, .ecs = "", .ocsf = "",
		.help = "number of the packet that completed it, from 1 in each file" },
	{ NAME("first_packet"), WIRE(first_packet), .type = EVENT_TYPE_NUMBER64, .may = SEEN, .ecs = "", .ocsf = "",
		.help = "number of the packet that it began with" },
	{ NAME("midstream"), WIRE(midstream), .type = EVENT_TYPE_BOOL, .may = SEEN, .ecs = "", .ocsf = "",
		.help = "the connection's beginning was not captured" },
	{ NAME("lossy"), WIRE(lossy), .type = EVENT_TYPE_BOOL, .may = SEEN, .ecs = "", .ocsf = "",
		.help = "bytes of the connection are missing in the capture" },
	{ NAME("capture"), WIRE(capture), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = SEEN | EVENT_BIT(CAPTURE), .ecs = "observer.ingress.interface.name", .ocsf = "",
		.help = "file or interface that it was seen in" },
	{ NAME("server_challenge"), AUTH(server_challenge), .type = EVENT_TYPE_KEY8, .may = EVENT_BIT(AUTH),
		.ecs = "", .ocsf = "", .help = "NTLM: the server's challenge; two connections with the same are one authentication" },
	{ NAME("nt_proof"), AUTH(nt_proof), .type = EVENT_TYPE_KEY16, .may = EVENT_BIT(AUTH),
		.ecs = "", .ocsf = "", .help = "NTLMv2: NTProofStr of the response" },
	{ NAME("target_name"), AUTH(target_name), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = EVENT_BIT(AUTH), .ecs = "", .ocsf = "", .help = "NTLM: whom the client believed to talk to (MsvAvTargetName)" },
	{ NAME("server_name"), AUTH(server_name), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = EVENT_BIT(AUTH), .ecs = "", .ocsf = "", .help = "NTLM: NetBIOS name that the challenge gives" },
	{ NAME("server_dns"), AUTH(server_dns), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = EVENT_BIT(AUTH), .ecs = "destination.domain", .ocsf = "dst_endpoint.hostname",
		.help = "NTLM: DNS name that the challenge gives" },
	{ NAME("server_domain"), AUTH(server_domain), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = EVENT_BIT(AUTH), .ecs = "", .ocsf = "", .help = "NTLM: domain that the challenge gives" },
	{ NAME("negotiate_flags"), AUTH(negotiate_flags), .type = EVENT_TYPE_HEX32, .may = EVENT_BIT(AUTH),
		.ecs = "", .ocsf = "", .help = "NTLM: flags of NEGOTIATE" },
	{ NAME("challenge_flags"), AUTH(challenge_flags), .type = EVENT_TYPE_HEX32, .may = EVENT_BIT(AUTH),
		.ecs = "", .ocsf = "", .help = "NTLM: flags of CHALLENGE" },
	{ NAME("authenticate_flags"), AUTH(authenticate_flags), .type = EVENT_TYPE_HEX32, .may = EVENT_BIT(AUTH),
		.ecs = "", .ocsf = "", .help = "NTLM: flags of AUTHENTICATE" },
	{ NAME("av_flags"), AUTH(av_flags), .type = EVENT_TYPE_HEX32, .may = EVENT_BIT(AUTH), .ecs = "", .ocsf = "",
		.help = "NTLM: MsvAvFlags" },
	{ NAME("mic"), AUTH(mic), .type = EVENT_TYPE_MIC, .may = EVENT_BIT(AUTH), .ecs = "", .ocsf = "",
		.help = "NTLM: none, missing (though announced), zero, present, verified or wrong" },
	{ NAME("channel_bindings"), AUTH(channel_bindings), .type = EVENT_TYPE_BOOL, .may = EVENT_BIT(AUTH),
		.ecs = "", .ocsf = "", .help = "NTLM: the client bound it to a TLS channel" },
	{ NAME("ticket_service"), AUTH(service), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES,
		.may = EVENT_BIT(AUTH), .ecs = "", .ocsf = "service.name", .help = "Kerberos: what the ticket is for" },
	{ NAME("realm"), AUTH(realm), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES, .may = EVENT_BIT(AUTH),
		.ecs = "", .ocsf = "", .help = "Kerberos: the ticket's realm" },
	{ NAME("encryption_type"), AUTH(ticket_encryption), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = EVENT_BIT(AUTH), .ecs = "", .ocsf = "", .help = "Kerberos: how the ticket is encrypted" },
	{ NAME("protocol"), AUTH(protocol), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES,
		.may = EVENT_BIT(AUTH), .ecs = "network.protocol", .ocsf = "", .help = "where it was seen: smb2, smb1, kerberos" },
	{ NAME("binding"), AUTH(binding), .type = EVENT_TYPE_BOOL, .may = EVENT_BIT(AUTH), .ecs = "", .ocsf = "",
		.help = "it bound another connection to a session that was there (multichannel)" },
	{ NAME("anonymous"), AUTH(anonymous), .type = EVENT_TYPE_BOOL, .may = EVENT_BIT(AUTH), .ecs = "", .ocsf = "",
		.help = "no account was named" },
	{ NAME("guest"), AUTH(guest), .type = EVENT_TYPE_BOOL, .may = EVENT_BIT(AUTH), .ecs = "", .ocsf = "",
		.help = "the server let it in as a guest" },
	{ NAME("grade"), VERDICT(grade), .type = EVENT_TYPE_LETTER, .may = EVENT_BIT(SESSION),
		.always = EVENT_BIT(SESSION), .ecs = "event.risk_score_norm", .ocsf = "",
		.help = "A (3.1.1, sealed, Kerberos) to F (SMB1, guest, in the clear); ? when its beginning was not seen" },
	{ NAME("reasons"), VERDICTS(reasons, reason_count), .type = EVENT_TYPE_TEXTS, .text_max = NAME_MAX_BYTES,
		.may = EVENT_BIT(SESSION), .always = EVENT_BIT(SESSION), .ecs = "", .ocsf = "", .help = "each point off the grade" },
	{ NAME("client_dialects"), VERDICTS(client_dialects, client_dialect_count), .type = EVENT_TYPE_DIALECTS,
		.may = EVENT_BIT(SESSION), .ecs = "", .ocsf = "client_dialects", .help = "versions that the client offered" },
	{ NAME("session_dialect"), VERDICT(dialect), .type = EVENT_TYPE_DIALECT, .may = EVENT_BIT(SESSION),
		.ecs = "", .ocsf = "dialect", .help = "version spoken" },
	{ NAME("client_requires_signing"), VERDICT(client_requires_signing), .type = EVENT_TYPE_YES,
		.may = EVENT_BIT(SESSION), .ecs = "", .ocsf = "", .help = "the client insists on signatures" },
	{ NAME("server_requires_signing"), VERDICT(server_requires_signing), .type = EVENT_TYPE_YES,
		.may = EVENT_BIT(SESSION), .ecs = "", .ocsf = "", .help = "the server insists on signatures" },
	{ NAME("client_offers_encryption"), VERDICT(client_offers_encryption), .type = EVENT_TYPE_YES,
		.may = EVENT_BIT(SESSION), .ecs = "", .ocsf = "", .help = "the client can encrypt" },
	{ NAME("server_offers_encryption"), VERDICT(server_offers_encryption), .type = EVENT_TYPE_YES,
		.may = EVENT_BIT(SESSION), .ecs = "", .ocsf = "", .help = "the server can encrypt" },
	{ NAME("preauth_integrity"), VERDICT(preauth_integrity), .type = EVENT_TYPE_YES, .may = EVENT_BIT(SESSION),
		.ecs = "", .ocsf = "", .help = "the negotiation is bound into the keys (3.1.1)" },
	{ NAME("negotiate_validated"), VERDICT(negotiate_validated), .type = EVENT_TYPE_YES, .may = EVENT_BIT(SESSION),
		.ecs = "", .ocsf = "", .help = "the negotiation was compared afterwards (3.0, 3.0.2)" },
	{ NAME("all_signed"), VERDICT(signed_), .type = EVENT_TYPE_YES, .may = EVENT_BIT(SESSION), .ecs = "", .ocsf = "",
		.help = "each ordinary request and answer was signed or sealed" },
	{ NAME("all_sealed"), VERDICT(sealed), .type = EVENT_TYPE_YES, .may = EVENT_BIT(SESSION), .ecs = "", .ocsf = "",
		.help = "each ordinary request and answer was sealed" },
	{ NAME("requests_signed"), VERDICT(requests_signed), .type = EVENT_TYPE_NUMBER64, .may = EVENT_BIT(SESSION),
		.ecs = "", .ocsf = "", .help = "ordinary requests with a signature" },
	{ NAME("requests_unsigned"), VERDICT(requests_unsigned), .type = EVENT_TYPE_NUMBER64, .may = EVENT_BIT(SESSION),
		.ecs = "", .ocsf = "", .help = "ordinary requests without" },
	{ NAME("requests_sealed"), VERDICT(requests_sealed), .type = EVENT_TYPE_NUMBER64, .may = EVENT_BIT(SESSION),
		.ecs = "", .ocsf = "", .help = "sealed frames from the client" },
	{ NAME("answers_signed"), VERDICT(answers_signed), .type = EVENT_TYPE_NUMBER64, .may = EVENT_BIT(SESSION),
		.ecs = "", .ocsf = "", .help = "ordinary answers with a signature" },
	{ NAME("answers_unsigned"), VERDICT(answers_unsigned), .type = EVENT_TYPE_NUMBER64, .may = EVENT_BIT(SESSION),
		.ecs = "", .ocsf = "", .help = "ordinary answers without" },
	{ NAME("answers_sealed"), VERDICT(answers_sealed), .type = EVENT_TYPE_NUMBER64, .may = EVENT_BIT(SESSION),
		.ecs = "", .ocsf = "", .help = "sealed frames from the server" },
	{ NAME("signatures_verified"), VERDICT(signatures_verified), .type = EVENT_TYPE_NUMBER64,
		.may = EVENT_BIT(SESSION), .ecs = "", .ocsf = "", .help = "signatures that were checked with a key and are right" },
	{ NAME("signatures_wrong"), VERDICT(signatures_wrong), .type = EVENT_TYPE_NUMBER64,
		.may = EVENT_BIT(SESSION), .ecs = "", .ocsf = "", .help = "signatures that are wrong" },
	{ NAME("decrypted"), VERDICT(decrypted), .type = EVENT_TYPE_BOOL, .may = EVENT_BIT(SESSION), .ecs = "", .ocsf = "",
		.help = "its seal was opened with a key that the sensor was given" },
	{ NAME("channel_of"), VERDICT(channel_of), .type = EVENT_TYPE_NUMBER64, .may = EVENT_BIT(SESSION), .ecs = "", .ocsf = "",
		.help = "this connection was bound to a session (multichannel) that began on that one" },
	{ NAME("bytes_to_server"), VERDICT(bytes_to_server), .type = EVENT_TYPE_NUMBER64, .unit = "bytes",
		.may = EVENT_BIT(SESSION), .ecs = "source.bytes", .ocsf = "traffic.bytes_out", .help = "of its connections, to the server" },
	{ NAME("bytes_to_client"), VERDICT(bytes_to_client), .type = EVENT_TYPE_NUMBER64, .unit = "bytes",
		.may = EVENT_BIT(SESSION), .ecs = "destination.bytes", .ocsf = "traffic.bytes_in", .help = "and to the client" },
	{ NAME("pipe"), RPC(pipe), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES, .may = EVENT_BIT(RPC),
		.ecs = "", .ocsf = "", .help = "named pipe; without one the call was made over TCP" },
	{ NAME("interface"), RPC(interface), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES, .may = EVENT_BIT(RPC),
		.ecs = "", .ocsf = "", .help = "name of the RPC interface" },
	{ NAME("uuid"), RPC(uuid), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES, .may = EVENT_BIT(RPC),
		.ecs = "", .ocsf = "dce_rpc.rpc_interface.rpc_interface_uuid", .help = "UUID of the RPC interface" },
	{ NAME("opnum"), RPC(opnum), .type = EVENT_TYPE_NUMBER16, .may = EVENT_BIT(RPC), .always = EVENT_BIT(RPC),
		.ecs = "", .ocsf = "dce_rpc.opnum", .help = "number of the call" },
	{ NAME("operation"), RPC(operation), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES, .may = EVENT_BIT(RPC),
		.ecs = "", .ocsf = "dce_rpc.command", .help = "name of the call" },
	{ NAME("argument"), RPC(argument), .type = EVENT_TYPE_TEXT, .text_max = NAME_MAX_BYTES, .may = EVENT_BIT(RPC),
		.ecs = "", .ocsf = "", .help = "a name among its arguments that counts: a path, a service" },
	{ NAME("rpc_sealed"), RPC(sealed), .type = EVENT_TYPE_BOOL, .may = EVENT_BIT(RPC), .ecs = "", .ocsf = "",
		.help = "the call's arguments are encrypted by the RPC itself" },
	{ NAME("read_entropy"), CONTENT(read_entropy), .type = EVENT_TYPE_REAL, .may = EVENT_BIT(FILE), .ecs = "file.pe.sections.entropy",
		.ocsf = "", .help = "bits a byte in a sample of what was read" },
	{ NAME("written_entropy"), CONTENT(written_entropy), .type = EVENT_TYPE_REAL, .may = EVENT_BIT(FILE), .ecs = "",
		.ocsf = "", .help = "bits a byte in a sample of what was written" },
	{ NAME("content_type"), CONTENT(type), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES, .may = EVENT_BIT(FILE),
		.ecs = "file.mime_type", .ocsf = "file.mime_type", .help = "what the first bytes written look like" },
	{ NAME("detection"), ALERT(detection), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES, .may = EVENT_BIT(FINDING),
		.always = EVENT_BIT(FINDING), .ecs = "rule.id", .ocsf = "finding_info.analytic.uid", .help = "which detector found it" },
	{ NAME("title"), ALERT(title), .type = EVENT_TYPE_TEXT, .text_max = DETAIL_MAX_BYTES, .may = EVENT_BIT(FINDING),
		.always = EVENT_BIT(FINDING), .ecs = "rule.name", .ocsf = "finding_info.title", .help = "what it found, in a sentence" },
	{ NAME("technique"), ALERT(technique), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES, .may = EVENT_BIT(FINDING),
		.ecs = "threat.technique.id", .ocsf = "attacks.technique.uid", .help = "ATT&CK technique" },
	{ NAME("outcome"), ALERT(outcome), .type = EVENT_TYPE_TEXT, .text_max = SHORT_MAX_BYTES, .may = EVENT_BIT(FINDING),
		.ecs = "", .ocsf = "", .help = "succeeded, blocked or failed, where that can be told" },
	{ NAME("flows"), ALERTS(flows, flow_count), .type = EVENT_TYPE_NUMBERS, .may = EVENT_BIT(FINDING),
		.always = EVENT_BIT(FINDING), .ecs = "", .ocsf = "", .help = "connections that it is about" },
	{ NAME("hosts"), ALERTS(hosts, host_count), .type = EVENT_TYPE_TEXTS, .text_max = SHORT_MAX_BYTES,
		.may = EVENT_BIT(FINDING), .always = EVENT_BIT(FINDING), .ecs = "related.ip", .ocsf = "", .help = "addresses, the attacker's first" },
	{ NAME("accounts"), ALERTS(accounts, account_count), .type = EVENT_TYPE_TEXTS, .text_max = NAME_MAX_BYTES,
		.may = EVENT_BIT(FINDING), .always = EVENT_BIT(FINDING), .ecs = "related.user", .ocsf = "", .help = "accounts concerned" },
	{ NAME("evidence"), ALERTS(evidence, evidence_count), .type = EVENT_TYPE_EVIDENCE, .text_max = NAME_MAX_BYTES,
		.may = EVENT_BIT(FINDING), .always = EVENT_BIT(FINDING), .ecs = "", .ocsf = "evidences", .help = "values that prove it, and where they can be seen" },
	{ NAME("first_time"), ALERT(first_us), .type = EVENT_TYPE_TIME, .may = EVENT_BIT(FINDING), .ecs = "event.start",
		.ocsf = "start_time", .help = "when it began" },
	{ NAME("last_time"), ALERT(last_us), .type = EVENT_TYPE_TIME, .may = EVENT_BIT(FINDING), .ecs = "event.end",
		.ocsf = "end_time", .help = "when it was last seen" },
	{ NAME("incident"), ALERT(incident), .type = EVENT_TYPE_NUMBER64, .may = EVENT_BIT(FINDING), .ecs = "",
		.ocsf = "finding_info.uid", .help = "alerts of one story share it" },
	{ NAME("repeated"), ALERT(count), .type = EVENT_TYPE_NUMBER64, .may = EVENT_BIT(FINDING), .ecs = "", .ocsf = "count",
		.help = "how often what it counts was seen, since the alert before it if that was the same; what stands (how sessions are protected) is told again after 1, 2, 4, 8 and 16 hours, then daily" },
};
// clang-format on

const size_t event_field_count = ARRAY_LEN(event_fields);

// The table turned round, once: a line is written for each event, and most kinds have few of the fields.
static struct layout {
	size_t count;
	uint8_t fields[ARRAY_LEN(event_fields)]; // their places in the table
} layouts[EVENT_KIND_COUNT];
static pthread_once_t layouts_once = PTHREAD_ONCE_INIT;
_Static_assert(ARRAY_LEN(event_fields) <= UINT8_MAX, "a place in the table is one byte");

static void make_layouts(void)
{
	for (size_t kind = 0; kind < EVENT_KIND_COUNT; kind++)
		for (size_t i = 0; i < ARRAY_LEN(event_fields); i++)
			if ((event_fields[i].may >> kind & 1) != 0)
				layouts[kind].fields[layouts[kind].count++] = (uint8_t)i;
}

const uint8_t *event_fields_of(enum event_kind kind, size_t *count)
{
	(void)pthread_once(&layouts_once, make_layouts);
	*count = layouts[kind].count;
	return layouts[kind].fields;
}

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
		[EVENT_TYPE_LETTER] = "letter",
		[EVENT_TYPE_YES] = "bool",
		[EVENT_TYPE_MIC] = "text",
		[EVENT_TYPE_REAL] = "real",
		[EVENT_TYPE_KEY8] = "key",
		[EVENT_TYPE_KEY16] = "key",
		[EVENT_TYPE_TEXTS] = "texts",
		[EVENT_TYPE_NUMBERS] = "numbers",
		[EVENT_TYPE_DIALECTS] = "dialects",
		[EVENT_TYPE_EVIDENCE] = "evidence",
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
