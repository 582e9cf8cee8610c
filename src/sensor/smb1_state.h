// SPDX-License-Identifier: Apache-2.0
// Private to smb1_*.c: one command of an SMB1 message, and what is remembered between them.
#ifndef SIGNET_SENSOR_SMB1_STATE_H
#define SIGNET_SENSOR_SMB1_STATE_H

#include "sensor/observe.h"
#include "sensor/smb1_signing.h"
#include "sensor/smb1_watch.h"
#include "sensor/watched_session.h"
#include "wire/smb1/smb1_file.h"
#include "wire/smb1/smb1_logon.h"
#include "wire/smb1/smb1_message.h"
#include "wire/smb1/smb1_negotiate.h"

enum {
	SMB1_PASSWORD_LEN_MAX = 512, // of a response that is looked at
	SMB1_NO_FID = 0xFFFF,
	SMB1_GATHER_LEN = 4096, // of the parameters, and of the data, of a request in several messages
};

// Bytes of a message that is gone; malloc'ed.
struct smb1_copy {
	uint8_t *data;
	size_t len;
};

// What a SESSION_SETUP without extended security said; it has no second round.
struct smb1_basic_logon {
	bool set;
	const char *mechanism;
	char *account, *domain; // malloc'ed
	bool lm_response;
	bool has_nt_proof;
	uint8_t nt_proof[16];
	struct smb1_copy nt_response, account_utf16, domain_utf16; // for who has keys
};

// A TRANSACTION2 that goes on in other messages (MS-CIFS 2.2.4.47): the beginning of it, which is looked at.
struct smb1_gather {
	uint16_t pid, mid, function;
	size_t parameters_total, data_total, parameters_got, data_got;
	uint8_t parameters[SMB1_GATHER_LEN], data[SMB1_GATHER_LEN];
};

struct smb1_watch {
	struct conversation *conversation;
	bool passwords_in_clear;
	bool has_challenge;
	uint8_t challenge[SMB1_CHALLENGE_LEN];
	struct smb1_basic_logon basic;
	struct smb1_gather *gather;   // the one that is in progress; NULL: none
	bool has_signer;              // a session whose key signs the connection
	struct smb1_signing *signing; // by that key; NULL: not known
	uint16_t chain_fid;           // of the open before it in its chain; SMB1_NO_FID: none
};

struct smb1_message {
	struct smb1_watch *watch;
	struct conversation *c;
	struct smb1_header header;
	struct span message;
	size_t len; // of the message, which may be there in part
	struct smb1_block block;
	bool unicode;
	struct watched_session *session; // NULL: none of that Uid yet
	struct pending *pending;         // answers: their request; requests: where to note it; may be NULL
};

void smb1_basic_logon_done(struct smb1_basic_logon *b);
// Text of the wire as UTF-8 with '/' between parts, malloc'ed; NULL when memory is out.
char *smb1_text(struct span text, bool unicode);
void smb1_malformed(struct smb1_message *m);
// The request of the same PID and MID that waits; NULL: none.
struct pending *smb1_pending_find(const struct smb1_message *m, uint8_t command);

struct smb2_file_id smb1_file_id(uint16_t fid);
struct watched_open *smb1_find_open(struct smb1_message *m, uint16_t fid);
// Which the request was about that this answers; NULL: not seen.
struct watched_open *smb1_open_answered(struct smb1_message *m);
// An open is asked for; v: whether its request could be read.
void smb1_note_create(struct smb1_message *m, enum verdict v, const struct smb1_create *request);
// It was answered; v: whether what a granted one says could be read.
void smb1_open_done(struct smb1_message *m, enum verdict v, const struct smb1_create_answer *a);
// A request that named a file (smb1_note_create) was answered, and nothing is open by it.
void smb1_looked_at(struct smb1_message *m);
// Without the slash that it begins with, in place.
char *smb1_path_of(char *name);
// Something is done to a file by its name, with another one (empty: none); action: constant text.
void smb1_note_names(struct smb1_message *m, const char *action, struct span first, struct span second);
// The same with texts, which it takes.
void smb1_note_paths(struct smb1_message *m, const char *action, char *first, char *second);
// It was answered.
void smb1_tell_names(struct smb1_message *m);

// What keys make of the exchange that ended: its proofs, and the connection's signatures (smb1_unlock.c).
enum event_mic smb1_unlock(struct smb1_message *m, struct watched_session *s);
// Judges the message's signature, if there is a key.
void smb1_check_signature(struct smb1_message *m);
void smb1_note_responses(struct smb1_basic_logon *b, const struct smb1_session_setup *s, bool unicode);

void smb1_on_negotiate(struct smb1_message *m);
void smb1_on_negotiate_answer(struct smb1_message *m);
void smb1_on_session_setup(struct smb1_message *m);
void smb1_on_session_setup_answer(struct smb1_message *m);
void smb1_on_logoff_answer(struct smb1_message *m);
void smb1_on_tree_connect(struct smb1_message *m);
void smb1_on_tree_connect_answer(struct smb1_message *m);
void smb1_on_tree_disconnect_answer(struct smb1_message *m);
void smb1_on_nt_create(struct smb1_message *m);
void smb1_on_nt_create_answer(struct smb1_message *m);
void smb1_on_open(struct smb1_message *m);
void smb1_on_open_answer(struct smb1_message *m);
void smb1_on_read(struct smb1_message *m);
void smb1_on_read_answer(struct smb1_message *m);
void smb1_on_write(struct smb1_message *m);
void smb1_on_write_answer(struct smb1_message *m);
void smb1_on_close(struct smb1_message *m);
void smb1_on_close_answer(struct smb1_message *m);
void smb1_on_old_open(struct smb1_message *m); // OPEN, CREATE, CREATE_NEW
void smb1_on_old_open_answer(struct smb1_message *m);
void smb1_on_old_read(struct smb1_message *m);
void smb1_on_old_read_answer(struct smb1_message *m);
void smb1_on_old_write(struct smb1_message *m);
void smb1_on_old_write_answer(struct smb1_message *m);
void smb1_on_names(struct smb1_message *m); // RENAME, DELETE, SET_INFORMATION and directories
void smb1_on_nt_rename(struct smb1_message *m);
void smb1_on_trans2(struct smb1_message *m);
void smb1_on_trans2_secondary(struct smb1_message *m);
void smb1_on_trans2_answer(struct smb1_message *m);
void smb1_on_nt_transact(struct smb1_message *m);
void smb1_on_nt_transact_answer(struct smb1_message *m);
void smb1_on_transaction(struct smb1_message *m);
void smb1_on_transaction_secondary(struct smb1_message *m);

#endif
