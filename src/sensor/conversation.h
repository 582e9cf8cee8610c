// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: one TCP connection that speaks SMB, as far as it was seen. Its messages go
// through observe.h, a file a command.
#ifndef SIGNET_SENSOR_CONVERSATION_H
#define SIGNET_SENSOR_CONVERSATION_H

#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

#include "capture/flow_table.h"
#include "event/event.h"
#include "sensor/emitter.h"
#include "sensor/sensor.h"
#include "sensor/smb_stream.h"
#include "session/preauth.h"
#include "wire/smb2/smb2_header.h"

struct sensor;
struct legs;
struct smb1_watch;
struct watched_session;
struct session_budget;

enum { CLIENT_DIALECTS_MAX = 8 };

// What both sides said before anybody authenticated.
struct negotiated {
	bool request_seen, response_seen;
	bool by_smb1; // it began with an SMB1 NEGOTIATE
	uint16_t client_dialects[CLIENT_DIALECTS_MAX];
	size_t client_dialect_count;
	uint16_t client_security_mode, server_security_mode;
	uint32_t client_capabilities, server_capabilities;
	uint8_t client_guid[SMB2_GUID_LEN], server_guid[SMB2_GUID_LEN];
	bool client_offers_cipher; // an encryption context with a cipher in it (3.1.1)
	uint16_t dialect;
	uint16_t cipher;
	uint16_t signing_algorithm;
	uint16_t client_contexts, client_ciphers, client_signing_algorithms; // how many were offered
	uint64_t client_hash, server_hash;                                   // of the messages' bytes
	uint64_t client_salt; // hash of the preauth context's salt
	uint64_t request_packet;
	bool told;                // the NEGOTIATE event went out
	enum event_yes validated; // FSCTL_VALIDATE_NEGOTIATE_INFO
};

// A request whose answer did not come yet.
struct pending {
	uint64_t message_id;
	uint16_t command;
	bool related;
	bool is_signed;
	uint64_t session_id;
	uint32_t tree_id;
	uint64_t packet;
	uint64_t time_us;
	struct smb2_file_id file_id;
	char *name;           // CREATE: path; SET_INFO: the new one; TREE_CONNECT: share
	uint32_t access;      // CREATE: desired
	uint32_t options;     // CREATE: CreateOptions; SET_INFO: information class; IOCTL: control code
	uint32_t disposition; // CREATE; SET_INFO of a disposition: whether to delete
	uint64_t offset;      // READ, WRITE
	uint32_t len;         // WRITE: bytes; READ: bytes asked for
	// SMB1: what is done to the file of that name (constant text); a transaction's function, and its
	// level in the upper half.
	const char *action;
	bool directory;
	uint32_t function;
	UT_hash_handle hh;
};

struct conversation {
	struct sensor *sensor;
	struct sensor_emitter *emitter;
	struct flow *flow;
	struct flow_names names;
	struct endpoint named_client; // whom names were made for
	struct event_connection about;
	struct negotiated negotiated;
	struct preauth_hash preauth; // of the connection (3.1.1)
	bool preauth_broken;         // a message that belongs to it was not seen
	struct smb_stream streams[2];
	struct watched_session *sessions; // uthash by SessionId
	uint32_t session_count;
	struct pending *pending; // uthash by MessageId
	uint32_t pending_count;
	struct session_budget *budget; // of opens and trees, of all sessions
	struct smb1_watch *smb1;
	struct legs *legs; // with another connection that carries the same session; NULL: none
	bool lossy;

	// The message that is being looked at.
	enum flow_side from;
	bool sealed;                       // it lay in a seal that was opened with a key
	struct watched_session *sealed_by; // whose seal it was
	struct smb2_file_id chain_file;    // of the CREATE before it in its compound
	bool chain_has_file;
};

// NULL when memory is out.
struct conversation *conversation_new(struct sensor *s, struct sensor_emitter *e, struct flow *f) WARN_UNUSED;
// Tells of everything that ends with it.
void conversation_end(struct conversation *c);
// Tells `to` what each of its sessions was worth so far.
void conversation_tell_sessions(struct conversation *c, struct sensor_emitter *to);
void conversation_free(struct conversation *c);
void conversation_data(struct conversation *c, enum flow_side from, struct span bytes);
void conversation_gap(struct conversation *c, enum flow_side from, uint64_t len);

// The time and number of the packet that is being handled.
uint64_t conversation_now(const struct conversation *c);
uint64_t conversation_packet(const struct conversation *c);
// Where an event was seen, from a packet on (0: this one).
struct event_wire conversation_wire(const struct conversation *c, uint64_t first_packet);
// Emits with connection, wire and time filled in; the session where there is one.
void conversation_emit(struct conversation *c, const struct watched_session *s, const struct event *e,
	uint64_t first_packet);
void conversation_anomaly(struct conversation *c, const char *reason, const char *detail);
// The NEGOTIATE event, with what is known of both messages (observe_negotiate.c).
void conversation_tell_negotiate(
	struct conversation *c, struct nt_status status, enum event_result result, const char *reason);

struct pending *pending_add(struct conversation *c, const struct smb2_header *h); // NULL: too many
struct pending *pending_find(struct conversation *c, uint64_t message_id);
void pending_remove(struct conversation *c, struct pending *p);

// UTF-16LE of the wire as UTF-8 with '/' between parts, malloc'ed; NULL when memory is out.
char *text_of_utf16(struct span utf16);

#endif
