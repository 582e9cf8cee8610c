// SPDX-License-Identifier: Apache-2.0
// What happened, in one model for everything that watches SMB: the server tells it of its own
// clients, the sensor of others' traffic, and the same detectors read both.
//
// An event is a flat record: its kind, and the fields that the kind has (event_schema.h). To emit
// one, fill a struct event (what is not set is left out) and hand it to event_emit (event_sink.h).
// Everything is borrowed for the time of that call; nothing is allocated.
#ifndef SIGNET_EVENT_EVENT_H
#define SIGNET_EVENT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/nt_status.h"
#include "base/writer.h"
#include "event/event_watch.h"

// X(NAME, name, severity, ECS event.category, ECS event.type, OCSF class, description)
#define EVENT_KIND_LIST(X)                                                                                   \
	X(SERVER_START, server_start, INFO, "process", "start", "application_lifecycle",                     \
		"the server listens")                                                                        \
	X(SERVER_STOP, server_stop, INFO, "process", "end", "application_lifecycle", "the server ends")      \
	X(WALLS, walls, NOTICE, "process", "info", "application_lifecycle",                                  \
		"the server's own walls went up; detail names those that stand, and with result failure "    \
		"those that are missing")                                                                    \
	X(CONFIG_RELOAD, config_reload, NOTICE, "configuration", "change", "device_config_state_change",     \
		"a changed configuration is in force, or was refused whole (result)")                        \
	X(CONNECTION_OPEN, connection_open, INFO, "network", "start", "network_activity",                    \
		"a client connected")                                                                        \
	X(CONNECTION_CLOSE, connection_close, INFO, "network", "end", "network_activity",                    \
		"a connection ended; reason says why")                                                       \
	X(NEGOTIATE, negotiate, INFO, "network", "protocol", "smb_activity",                                 \
		"dialect and algorithms were agreed on, or nothing acceptable was offered")                  \
	X(AUTHENTICATION, authentication, NOTICE, "authentication", "start", "authentication",               \
		"an attempt to authenticate ended")                                                          \
	X(SESSION_OPEN, session_open, INFO, "session", "start", "smb_activity", "a session can be used")     \
	X(SESSION_CLOSE, session_close, INFO, "session", "end", "smb_activity",                              \
		"a session ended: logoff, its connection's end, expiry, or replaced by its owner")           \
	X(TREE_CONNECT, tree_connect, INFO, "network", "access", "smb_activity",                             \
		"a session connected to a share, or was refused it")                                         \
	X(TREE_DISCONNECT, tree_disconnect, INFO, "network", "end", "smb_activity",                          \
		"a session let go of a share")                                                               \
	X(FILE_OPEN, file_open, INFO, "file", "access", "file_activity",                                     \
		"a file or directory that existed was opened, or an open was refused")                       \
	X(FILE_CREATE, file_create, INFO, "file", "creation", "file_activity",                               \
		"an open made the file or directory, or replaced its content (disposition)")                 \
	X(FILE_CLOSE, file_close, INFO, "file", "access", "file_activity",                                   \
		"an open ended; bytes read and written through it")                                          \
	X(FILE_RENAME, file_rename, INFO, "file", "change", "file_activity",                                 \
		"a file or directory got another name (target_path)")                                        \
	X(FILE_DELETE, file_delete, INFO, "file", "deletion", "file_activity",                               \
		"a file or directory was deleted")                                                           \
	X(FILE_ATTRIBUTES, file_attributes, INFO, "file", "change", "file_activity",                         \
		"attributes, times, size or extended attributes were set (change says which)")               \
	X(FILE_ACL, file_acl, NOTICE, "file", "change", "file_activity", "a security descriptor was set")    \
	X(REFUSAL, refusal, NOTICE, "network", "denied", "smb_activity",                                     \
		"a request was refused for a reason of security other than the file's own rights")           \
	X(POLICY_VIOLATION, policy_violation, WARNING, "intrusion_detection", "denied", "smb_activity",      \
		"a client broke what was agreed on (unsigned, unsealed, wrong signature, malformed); its "   \
		"connection ends")                                                                           \
	X(WEAKENED, weakened, WARNING, "configuration", "info", "smb_activity",                              \
		"a client got in with less than the server can ask for (reason says what)")                  \
	X(LIMIT, limit, WARNING, "network", "denied", "smb_activity", "a limit was reached (limit, value)")  \
	X(SESSION, session, INFO, "session", "info", "smb_activity",                                         \
		"watched: what a session was worth, when it ended or the capture did")                       \
	X(AUTH, auth, INFO, "authentication", "info", "authentication",                                      \
		"watched: an attempt to authenticate, with what both sides showed")                          \
	X(FILE, file, INFO, "file", "info", "file_activity",                                                 \
		"watched: something was done with a file (action)")                                          \
	X(RPC, rpc, INFO, "network", "info", "dce_rpc_activity",                                             \
		"watched: a call on a named pipe or over TCP")                                               \
	X(ANOMALY, anomaly, NOTICE, "network", "info", "smb_activity",                                       \
		"watched: bytes that are not as the specification has them (reason)")                        \
	X(CAPTURE, capture, NOTICE, "host", "info", "application_lifecycle",                                 \
		"the sensor's own input: its end and figures, damage, packets lost, limits reached")         \
	X(FINDING, alert, ALERT, "intrusion_detection", "indicator", "detection_finding",                    \
		"a detector found something (detection)")                                                    \
	X(EVENTS_LOST, events_lost, WARNING, "host", "info", "application_lifecycle",                        \
		"events were dropped because they could not be written fast enough (count)")

enum event_kind {
#define X(NAME, ...) EVENT_##NAME,
	EVENT_KIND_LIST(X)
#undef X
		EVENT_KIND_COUNT
};

enum event_severity { EVENT_DEFAULT_SEVERITY, EVENT_INFO, EVENT_NOTICE, EVENT_WARNING, EVENT_ALERT };
enum event_result { EVENT_NO_RESULT, EVENT_SUCCESS, EVENT_FAILURE };

// What all events of a connection share: kept by the connection, pointed to by its events.
struct event_connection {
	uint64_t id;                // 1, 2, ... since the server's start; 0: left out
	const char *client_address; // without port; IPv4-mapped written as IPv4
	uint16_t client_port;
	const char *server_address;
	uint16_t server_port;
	uint16_t dialect;        // MS-SMB2 2.2.4 DialectRevision; 0 until negotiated
	const char *cipher;      // "AES-128-GCM"; NULL without
	const char *signing;     // algorithm: "AES-GMAC", "AES-CMAC", "HMAC-SHA256"
	const char *client_guid; // text form
};

// What all events of a session share: kept by the session.
struct event_session {
	uint64_t id;             // the protocol's SessionId
	const char *account;     // the name as stored; before success: as the client claims
	const char *domain;      // as the client said
	const char *workstation; // as the client said
	const char *mechanism;   // "ntlmv2", "kerberos"
	const char *principal;   // Kerberos: who the ticket is of, with its realm; NULL without
	const char *service;     // Kerberos: what the ticket is for, as it says itself
	const char *ticket_encryption;
	uint32_t key_version; // of the service's key that the ticket names; 0: none
	bool encrypted;       // the session is sealed
	bool signed_;         // its requests must be signed (or sealed)
};

struct event {
	enum event_kind kind;
	enum event_severity severity; // EVENT_DEFAULT_SEVERITY: by kind and result
	enum event_result result;     // EVENT_NO_RESULT: by status
	uint64_t time_us;             // since 1970 UTC; 0: now
	const struct event_connection *connection;
	const struct event_session *session;

	struct nt_status status; // what the client was answered; left out when SUCCESS and result is unset
	const char *reason;      // a word or short clause from the code, not from the client
	const char *command;     // "CREATE": the request it was about
	uint64_t message_id;

	const char *share;
	uint32_t tree_id;
	const char *path;        // below the share, '/' between parts, stream after ':'
	const char *target_path; // FILE_RENAME: the new one
	uint64_t file_id;        // volatile part of the protocol's FileId: ties open to close
	bool directory;
	uint32_t access; // granted (refused: desired) access mask, MS-SMB2 2.2.13.1
	const char
		*disposition; // FILE_OPEN and FILE_CREATE: "opened", "created", "overwritten", "superseded"
	const char *change;   // FILE_ATTRIBUTES: "attributes", "times", "size", "allocation", "ea"
	uint64_t bytes_read;  // through this open (FILE_CLOSE) or connection (CONNECTION_CLOSE)
	uint64_t bytes_written;
	uint64_t duration_ms; // from open to close: of a file, session or connection

	const char *limit;   // the key of [server] that was reached
	uint64_t value;      // its value
	uint64_t count;      // EVENTS_LOST: how many; LIMIT, REFUSAL: how often since the last such event
	const char *detail;  // free text for people: listen addresses, the configuration's first error
	const char *version; // SERVER_START: the program's

	// From looking closely (event_watch.h); NULL without.
	const char
		*action; // FILE: "open", "create", "read", "write", "rename", "delete", "close", "attributes"
	const struct event_wire *wire;
	const struct event_negotiation *negotiation;
	const struct event_auth *auth;
	const struct event_verdict *verdict;
	const struct event_rpc *rpc;
	const struct event_content *content;
	const struct event_alert *alert;
};

const char *event_kind_name(enum event_kind kind);

// The event as one line of JSON (with newline), always valid UTF-8: bytes that are no Unicode text
// (lone surrogates included) appear as \xHH, JSON-escaped. Texts longer than their field's limit
// (event_schema.h) are cut, with "…" at their end. False when the writer is too small;
// EVENT_JSON_MAX bytes always hold an event.
bool event_write_json(const struct event *e, struct writer *w) WARN_UNUSED;

enum { EVENT_JSON_MAX = 32 * 1024 };

// The same line. Half of it says which connection and session it was, as the line before did: `common`
// remembers that text and the values it was made of. For one thread.
struct event_json_common;
struct event_json_common *event_json_common_new(void) WARN_UNUSED; // NULL when memory is out
void event_json_common_free(struct event_json_common *common);     // NULL is fine
bool event_write_json_after(
	struct event_json_common *common, const struct event *e, struct writer *w) WARN_UNUSED;

#endif
