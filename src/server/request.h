// SPDX-License-Identifier: Apache-2.0
// One request of a frame, and what its handler needs: everything has been found and checked by the
// time a handler sees it (dispatch.c), so a handler decodes its body, acts, and writes its response.
#ifndef SIGNET_SERVER_REQUEST_H
#define SIGNET_SERVER_REQUEST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/nt_status.h"
#include "base/span.h"
#include "base/writer.h"
#include "server/connection_end.h"
#include "server/loop.h"
#include "wire/smb2/smb2_header.h"

struct access_token;
struct access_view;
struct command_rule;
struct connection;
struct open;
struct preauth_hash;
struct server;
struct session;
struct tree;
struct work;

enum request_state {
	REQUEST_RUNNING,
	REQUEST_PARKED,   // waits for something; an interim response went out
	REQUEST_RESUMING, // what it waited for came, or it was cancelled; its loop will go on with it
};

struct request {
	struct work *work;
	struct connection *conn;
	struct server *server;
	const struct command_rule *rule;
	struct smb2_header header; // with the session, tree and flags in force after compounding
	struct span message;       // the whole message, header first
	struct session *session;   // NULL before there is one
	struct tree *tree;
	struct access_view *view; // of the tree, as it was when the request began; NULL on IPC$
	struct open *open;
	struct arena *arena;
	struct writer *out; // where the response's body goes
	size_t out_start;   // offset of the response's header in out
	bool may_block;     // false on a loop: answer WOULD_BLOCK instead of waiting for a disk
	bool sealed;        // it came in a transform that verified
	bool keep_body;     // an error status goes out with the command's body that the handler wrote
	bool error_written; // the handler wrote the error body itself
	bool sign_reply;    // the response is signed even when the request was not
	bool has_step;      // it is the one that authenticates its session (session_begin_step)
	struct preauth_hash *preauth;    // the response enters this hash; NULL: none
	uint64_t async_id;               // 0: synchronous
	struct smb2_file_id new_file_id; // set by CREATE, for related requests after it
	bool has_new_file_id;

	// What is to be over before it is answered (HOLD).
	struct {
		struct session *session; // with a reference
		const char *reason;
		bool done;
	} closing;
	// SESSION_SETUP's outcome meanwhile.
	struct nt_status held_status;
	struct span held_token;

	// While parked (park.h).
	_Atomic enum request_state state;
	struct loop_task wake;
	struct request *parked_next;
	struct request *parked_prev;
	void (*cancel)(struct request *req); // stop waiting; must lead to request_wake
	struct nt_status (*resume)(struct request *req, struct nt_status woken);
	void *waiting_on;
	struct nt_status woken;
	bool waits_in_vain; // it may not wait: it is resumed at once
};

// A handler's answer that is not a status of the wire: run me again where I may block.
#define WOULD_BLOCK ((struct nt_status){ 0xFFFFFFFFu })
// Likewise: the connection is to be closed without an answer (work->end says why).
#define DISCONNECT ((struct nt_status){ 0xFFFFFFFEu })

// Likewise: run me again, on the loop, when req->closing is over.
#define HOLD ((struct nt_status){ 0xFFFFFFFDu })

// Has a session closed before the request is answered: the handler then returns HOLD.
void request_hold(struct request *req, struct session *s, const char *reason);
// Ends the connection without a reply, as the specification wants for what it calls "disconnect".
struct nt_status request_disconnect(struct request *req, enum connection_end end) WARN_UNUSED;
// Room for len more bytes of response body.
bool request_reserve(struct request *req, size_t len) WARN_UNUSED;
// The same for what a client asks with a buffer of up to len bytes; returns how many of them may be used, 0
// when there is no memory. Clients offer 8 MiB for answers of a few bytes, and all of an address's count
// together.
size_t request_reserve_answer(struct request *req, uint32_t len) WARN_UNUSED;
// -EAGAIN becomes WOULD_BLOCK, everything else as nt_status_of_errno.
struct nt_status request_status_of_errno(const struct request *req, int negative_errno) WARN_UNUSED;
// Who asks, for security descriptors: on a share with files.
const struct access_token *request_token(const struct request *req) WARN_UNUSED;
// CreditCharge against what a request wants to transfer (MS-SMB2 3.3.5.2.5).
bool request_credits_cover(const struct request *req, size_t send_len, size_t receive_len) WARN_UNUSED;

#endif
