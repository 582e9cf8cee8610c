// SPDX-License-Identifier: Apache-2.0
#include "event/event_reasons.h"

#include <string.h>

#include "auth/auth_reason.h"

#define OTHER(KIND)                                                                                          \
	{                                                                                                    \
		EVENT_##KIND, "other", "none of these: a fault of the program's table"                       \
	}

// Rows of a kind stand together, "other" last.
const struct event_reason event_reasons[] = {
	{ EVENT_CONNECTION_CLOSE, "closed_by_client", "" },
	{ EVENT_CONNECTION_CLOSE, "server_stop", "the server stops" },
	{ EVENT_CONNECTION_CLOSE, "io_error", "the socket failed" },
	{ EVENT_CONNECTION_CLOSE, "protocol_violation", "what SMB answers by hanging up" },
	{ EVENT_CONNECTION_CLOSE, "policy_violation", "unsigned or unsealed after authentication" },
	{ EVENT_CONNECTION_CLOSE, "integrity_failure", "a signature or seal that does not verify" },
	{ EVENT_CONNECTION_CLOSE, "timeout", "a limit of time" },
	{ EVENT_CONNECTION_CLOSE, "limit", "another limit, or memory is out" },
	{ EVENT_CONNECTION_CLOSE, "session_replaced", "" },
	{ EVENT_CONNECTION_CLOSE, "refused", "watched: nobody listens there" },
	{ EVENT_CONNECTION_CLOSE, "no_answer", "watched: attempts that nobody answered" },
	OTHER(CONNECTION_CLOSE),

	{ EVENT_NEGOTIATE, "no_common_dialect", "no dialect that is allowed here was offered" },
	{ EVENT_NEGOTIATE, "refused", "watched: the server refused" },
	{ EVENT_NEGOTIATE, "unanswered", "watched: the connection ended before an answer came" },
	{ EVENT_NEGOTIATE, "lanman", "watched: SMB1, a LAN Manager dialect" },
	{ EVENT_NEGOTIATE, "core", "watched: SMB1, its first dialect" },
	OTHER(NEGOTIATE),

#define X(name, text) { EVENT_AUTHENTICATION, text, "" },
	AUTH_REASON_LIST(X)
#undef X
		{ EVENT_AUTHENTICATION, "encryption_required", "the client cannot encrypt" },
	{ EVENT_AUTHENTICATION, "another_user", "a session was to change its user" },
	OTHER(AUTHENTICATION),

	{ EVENT_SESSION_CLOSE, "logoff", "" },
	{ EVENT_SESSION_CLOSE, "closed_by_client", "its connection ended; likewise the next seven" },
	{ EVENT_SESSION_CLOSE, "server_stop", "" },
	{ EVENT_SESSION_CLOSE, "io_error", "" },
	{ EVENT_SESSION_CLOSE, "protocol_violation", "" },
	{ EVENT_SESSION_CLOSE, "policy_violation", "" },
	{ EVENT_SESSION_CLOSE, "integrity_failure", "" },
	{ EVENT_SESSION_CLOSE, "timeout", "" },
	{ EVENT_SESSION_CLOSE, "limit", "" },
	{ EVENT_SESSION_CLOSE, "session_replaced", "" },
	{ EVENT_SESSION_CLOSE, "replaced_by_reconnect", "its owner named it as his previous one" },
	{ EVENT_SESSION_CLOSE, "account_no_longer_admitted", "" },
	{ EVENT_SESSION_CLOSE, "reauthentication_failed", "" },
	{ EVENT_SESSION_CLOSE, "authentication_timeout", "" },
	{ EVENT_SESSION_CLOSE, "session_key_not_shown", "no request made with its key came in time" },
	OTHER(SESSION_CLOSE),

	{ EVENT_TREE_CONNECT, "no_such_share", "" },
	{ EVENT_TREE_CONNECT, "user_not_admitted", "not among the share's users" },
	{ EVENT_TREE_CONNECT, "network_not_admitted", "the share's networks leave the address out" },
	{ EVENT_TREE_CONNECT, "encryption_required", "the client cannot encrypt" },
	{ EVENT_TREE_CONNECT, "no_unix_user",
		"identity = unix, and this machine knows no user of that name" },
	{ EVENT_TREE_CONNECT, "unix_user_is_root", "identity = unix, and the user has id 0" },
	{ EVENT_TREE_CONNECT, "unix_user_unknown", "identity = unix, and the name service failed" },
	OTHER(TREE_CONNECT),

	{ EVENT_FILE_OPEN, "access_rule", "an [access] section, which detail names" },
	OTHER(FILE_OPEN),

	{ EVENT_FILE_RENAME, "access_rule", "likewise, of either name or of what is in the folder" },
	OTHER(FILE_RENAME),

	{ EVENT_REFUSAL, "network_not_admitted", "the address may not connect" },
	{ EVENT_REFUSAL, "smb1", "the client speaks nothing newer" },
	{ EVENT_REFUSAL, "account_no_longer_admitted", "removed or shut out since it logged on" },
	{ EVENT_REFUSAL, "share_no_longer_admitted", "taken away by a reload" },
	{ EVENT_REFUSAL, "open_no_longer_admitted", "a reload took rights that the open was granted" },
	{ EVENT_REFUSAL, "session_expired", "as its ticket did; until it authenticates again" },
	{ EVENT_REFUSAL, "authentication_in_progress", "two at once on one session" },
	{ EVENT_REFUSAL, "session_key_not_shown",
		"a session ended without one request made with its key: relayed, or broken off" },
	{ EVENT_REFUSAL, "no_such_session",
		"a request named a session that its connection does not have: told once a connection" },
	{ EVENT_REFUSAL, "session_binding", "a session of another connection was to be joined" },
	OTHER(REFUSAL),

	{ EVENT_POLICY_VIOLATION, "unsealed_request", "on a session that is sealed" },
	{ EVENT_POLICY_VIOLATION, "unsigned_request", "where signing is required" },
	{ EVENT_POLICY_VIOLATION, "wrong_signature", "" },
	{ EVENT_POLICY_VIOLATION, "wrong_seal", "the seal does not verify: changed, or another key" },
	{ EVENT_POLICY_VIOLATION, "nonce_repeated", "one key sealed twice with it" },
	{ EVENT_POLICY_VIOLATION, "malformed_transform", "" },
	{ EVENT_POLICY_VIOLATION, "sealed_without_session", "for a session that is not this connection's" },
	{ EVENT_POLICY_VIOLATION, "sealed_for_another_session", "the header names another than the seal" },
	{ EVENT_POLICY_VIOLATION, "malformed_frame", "" },
	{ EVENT_POLICY_VIOLATION, "frame_too_long", "" },
	{ EVENT_POLICY_VIOLATION, "not_smb2", "" },
	{ EVENT_POLICY_VIOLATION, "message_id_replayed", "" },
	{ EVENT_POLICY_VIOLATION, "message_id_not_granted", "" },
	{ EVENT_POLICY_VIOLATION, "second_negotiate", "" },
	{ EVENT_POLICY_VIOLATION, "negotiation_does_not_validate", "it was changed on the way" },
	{ EVENT_POLICY_VIOLATION, "unprotected_tree_connect", "" },
	OTHER(POLICY_VIOLATION),

	{ EVENT_WEAKENED, "session_not_encrypted", "" },
	{ EVENT_WEAKENED, "session_not_signed", "" },
	{ EVENT_WEAKENED, "legacy_dialect", "older than 3.1.1" },
	{ EVENT_WEAKENED, "ntlm_without_mic", "ntlm_mic = if_sent, and the client sent none" },
	{ EVENT_WEAKENED, "ntlm_without_target_name",
		"ntlm_target_name = if_sent, and the client did not say whom it means" },
	OTHER(WEAKENED),

	{ EVENT_LIMIT, "max_connections", "" },
	{ EVENT_LIMIT, "max_connections_per_peer", "" },
	{ EVENT_LIMIT, "max_sessions", "" },
	{ EVENT_LIMIT, "max_sessions_per_connection", "" },
	{ EVENT_LIMIT, "max_trees_per_session", "" },
	{ EVENT_LIMIT, "max_opens", "" },
	{ EVENT_LIMIT, "max_opens_per_session", "" },
	{ EVENT_LIMIT, "max_requests_per_connection", "" },
	{ EVENT_LIMIT, "max_memory_per_peer", "told once a second for each address" },
	{ EVENT_LIMIT, "max_authentications_per_peer", "" },
	{ EVENT_LIMIT, "authentication_timeout", "" },
	{ EVENT_LIMIT, "idle_timeout", "" },
	{ EVENT_LIMIT, "send_timeout", "" },
	{ EVENT_LIMIT, "frame_receive_time", "a frame that was begun did not come whole: fixed" },
	OTHER(LIMIT),

	// Of a watch, all of them.
	{ EVENT_ANOMALY, "not_smb", "the bytes of a known SMB connection are something else" },
	{ EVENT_ANOMALY, "memory", "a message was not kept: memory is out" },
	{ EVENT_ANOMALY, "unknown_protocol", "a frame with an unknown first word" },
	{ EVENT_ANOMALY, "wrong_direction", "a request from the server, or an answer from the client" },
	{ EVENT_ANOMALY, "negotiate_changed", "what one side says it negotiated is not what came by" },
	{ EVENT_ANOMALY, "signature_wrong", "by the keys given, a signature does not verify" },
	{ EVENT_ANOMALY, "signature_refused", "a side refuses a signature" },
	{ EVENT_ANOMALY, "seal_wrong", "by the keys given, a seal does not open" },
	{ EVENT_ANOMALY, "legs_differ", "the same message came by twice, once changed" },
	{ EVENT_ANOMALY, "malformed_negotiate", "" },
	{ EVENT_ANOMALY, "malformed_session_setup", "" },
	{ EVENT_ANOMALY, "malformed_tree_connect", "" },
	{ EVENT_ANOMALY, "malformed_create", "" },
	{ EVENT_ANOMALY, "malformed_write", "" },
	{ EVENT_ANOMALY, "malformed_compound", "a chain of requests whose lengths do not fit" },
	{ EVENT_ANOMALY, "malformed_compression", "" },
	{ EVENT_ANOMALY, "malformed_transform", "" },
	{ EVENT_ANOMALY, "malformed_smb1", "" },
	{ EVENT_ANOMALY, "malformed_andx", "SMB1: a chain of commands that does not fit" },
	{ EVENT_ANOMALY, "malformed_kerberos", "" },
	OTHER(ANOMALY),
};

const size_t event_reason_count = ARRAY_LEN(event_reasons);
_Static_assert(ARRAY_LEN(event_reasons) <= EVENT_REASONS_MAX, "each reason has a counter");

int event_reason_of(const struct event *e)
{
	const char *said = e->kind == EVENT_LIMIT ? e->limit : e->reason;
	int other = EVENT_REASON_NONE;
	for (size_t i = 0; said != NULL && i < event_reason_count; i++) {
		if (event_reasons[i].kind != e->kind)
			continue;
		if (strcmp(event_reasons[i].name, said) == 0)
			return (int)i;
		other = (int)i;
	}
	return other;
}
