// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: a session, its tree connects and its opens, as they were seen.
#ifndef SIGNET_SENSOR_WATCHED_SESSION_H
#define SIGNET_SENSOR_WATCHED_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

#include "sensor/auth_watch.h"
#include "detect/content.h"
#include "sensor/conversation.h"
#include "sensor/unlock.h"

struct rpc_watch;
struct shared_session;

// How messages of one side were protected. Ordinary ones only: those that are signed even in sessions
// without signing (SESSION_SETUP; on 3.x TREE_CONNECT and FSCTL_VALIDATE_NEGOTIATE_INFO) do not count.
struct protection_counts {
	uint64_t signed_, unsigned_, sealed;
};

struct watched_tree {
	uint32_t id;
	char *share;
	bool is_pipe;
	UT_hash_handle hh;
};

struct watched_open {
	struct smb2_file_id id;
	char *share;
	char *path;
	bool is_pipe;
	bool directory;
	bool delete_on_close;
	bool told_read, told_write;
	uint32_t access;
	uint64_t opened_us, packet;
	uint64_t bytes_read, bytes_written;
	struct content_sample read_content, written_content;
	struct rpc_watch *rpc;
	UT_hash_handle hh;
};

struct watched_session {
	uint64_t id;
	struct conversation *conversation;
	bool established; // SESSION_SETUP succeeded, or it was used without that having been seen
	bool beginning_seen;
	bool adopted; // ... and only answers that say so are its proof
	bool binding; // another connection of a session that is elsewhere
	bool guest, anonymous, encrypt_required;
	uint64_t opened_us, first_packet;
	uint64_t challenge_packet, authenticate_packet;
	struct auth_watch *auth;
	struct preauth_hash preauth;
	struct session_secrets *channel_secrets; // of a binding log-on, which sign; NULL: no key
	unsigned int authentications;            // that ended
	// As the last authentication said; owned.
	char *account, *domain, *workstation, *principal;
	const char *mechanism; // constant text
	struct event_session about;
	struct protection_counts counts[2]; // by flow_side
	uint64_t signatures_verified, signatures_wrong;
	uint64_t wrong_packet; // the first with a wrong one; 0: none
	bool decrypted;
	struct shared_session *shared; // with its other connections: trees, opens, keys
	UT_hash_handle hh;
};

struct watched_session *watched_session_find(const struct conversation *c, uint64_t id);
// Made when it is not there; NULL: too many, or memory is out.
struct watched_session *watched_session_get(struct conversation *c, uint64_t id) WARN_UNUSED;
// Tells what it was worth (and closes what is open on it), and forgets it.
void watched_session_end(struct watched_session *s, const char *reason);
// Tells what it was worth so far.
void watched_session_tell(struct watched_session *s, const char *reason);
void watched_session_renumber(struct watched_session *s, uint64_t id);
void watched_session_forget(struct watched_session *s); // without a word
// Whether it began on another connection, which was seen.
bool watched_session_is_bound(const struct watched_session *s);
// It turned out to be another connection of a session that is there, whose binding was not seen.
void watched_session_bound(struct watched_session *s);
// It ends on all of its connections: what is open is closed, and no other connection joins it.
void watched_session_close_all(struct watched_session *s, const char *reason);
// What its messages on this connection are signed with, and what they are sealed with; NULL: no key.
const struct session_secrets *watched_session_signing(const struct watched_session *s);
const struct session_secrets *watched_session_sealing(const struct watched_session *s);
// What the exchange showed becomes the session's identity.
void watched_session_identify(struct watched_session *s);
// A signature was wrong; s: NULL: of no session.
void watched_session_note_wrong(struct watched_session *s, uint64_t packet);
// A Kerberos client's name, "alice@EXAMPLE.ORG", once a key showed it; "": it did not.
void watched_session_name_client(struct watched_session *s, const char *principal);

struct watched_tree *watched_tree_find(struct watched_session *s, uint32_t id);
struct watched_tree *watched_tree_add(struct watched_session *s, uint32_t id, const char *share);
void watched_tree_remove(struct watched_session *s, struct watched_tree *t);

struct watched_open *watched_open_find(struct watched_session *s, struct smb2_file_id id);
struct watched_open *watched_open_add(struct watched_session *s, struct smb2_file_id id);
// "superseded", "opened", "created", "overwritten" (MS-SMB2 2.2.14, MS-SMB 2.2.4.9.2); NULL for others.
const char *create_action_name(uint32_t create_action);
// Tells that it was opened, or refused with this status (then it need not be in the session).
void watched_open_tell(struct watched_session *s, const struct watched_open *o, struct nt_status status,
	const char *disposition, uint64_t first_packet);
// Tells of its close, and forgets it.
void watched_open_close(struct watched_session *s, struct watched_open *o, const char *reason);
// A FILE event about an open; bytes and content are of the open when with_figures.
void watched_open_emit(struct watched_session *s, const struct watched_open *o, const char *action,
	struct nt_status status, const char *target_path, bool with_figures);

#endif
