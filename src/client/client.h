// SPDX-License-Identifier: Apache-2.0
// A small SMB 2/3 client for audits, tests and load: connections that share one event loop, any number
// of requests in flight on each, signed or sealed.
//
// Two ways to use it. Asynchronous: client_send_<command> queues a request, client_loop_step moves
// bytes and calls the completion of each request exactly once, also when the connection is lost.
// Blocking: client_<command> sends one and runs the loop until it is answered; completions of other
// requests may be called meanwhile.
//
// Results are never mixed: functions return 0 or a negative errno (a fault: connection lost, protocol
// broken by the server, no memory), and the server's answer is a struct nt_status of its own.
//
// Not thread-safe: a loop and its clients belong to one thread; different loops are independent.
// Inside of a completion anything may be sent, but no client or loop may be freed.
#ifndef SIGNET_CLIENT_CLIENT_H
#define SIGNET_CLIENT_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/nt_status.h"
#include "base/span.h"
#include "wire/smb2/smb2_header.h"
#include "wire/smb2/smb2_negotiate.h"
#include "wire/smb2/smb2_negotiate_contexts.h"

struct client_loop;
struct client;

// NULL when memory or file descriptors are out.
struct client_loop *client_loop_new(void) WARN_UNUSED;
// All its clients must have been freed.
void client_loop_free(struct client_loop *loop);
// Sends what is queued, waits up to timeout_ms (-1: without limit) for something to arrive, and calls
// completions. 0, or a negative errno when waiting itself failed; a lost connection is not a fault of
// the loop but of that connection's requests.
int client_loop_step(struct client_loop *loop, int timeout_ms) WARN_UNUSED;

// How the loop waits for a descriptor, also while connecting: until it has one of poll's events (1), until
// the time is over (0), or a negative errno, which ends what was waited for. Without one it is poll(): who
// has something else to do meanwhile gives one.
typedef int (*client_wait)(void *context, int fd, short events, int timeout_ms);
void client_loop_set_wait(struct client_loop *loop, client_wait wait, void *context);

// A connected socket that does not block, or a negative errno; the loop does not know it. local: as
// client_options.local_address.
int client_dial(struct client_loop *loop, const char *host, uint16_t port, const char *local,
	int timeout_ms) WARN_UNUSED;

// What came back. All spans are borrowed: in a completion until it returns, from a blocking call until
// the next call that runs the loop.
struct client_reply {
	int fault;                 // 0, or a negative errno: then nothing else is set
	struct smb2_header header; // header.status is the server's answer
	struct span message;       // the whole single message, from its header
};

typedef void (*client_done)(void *context, const struct client_reply *reply);

struct client_options {
	uint16_t dialects[8]; // in the order offered
	uint16_t dialect_count;
	uint16_t security_mode; // SMB2_NEGOTIATE_SIGNING_*
	uint32_t capabilities;
	struct smb2_negotiate_ids ciphers; // none: no encryption at all
	struct smb2_negotiate_ids signing; // none: no signing context
	bool sign;                         // all requests after authentication
	bool seal;                // likewise; the server's demand does it, too. With either, a log-on
				  // that ends as guest or without a cipher is a fault
	uint16_t credits_max;     // how many to ask for
	int timeout_ms;           // of blocking calls; no answer for so long is -ETIMEDOUT
	uint32_t receive_len_max; // frames beyond it end the connection
	// For audits: the client's own copy of the negotiation differs from what was sent, as if somebody had
	// changed it on the way, and the end of SESSION_SETUP is not verified: its keys of 3.1.1 are wrong.
	bool transcript_altered;
	const char *local_address; // IPv4 to connect from, borrowed for client_connect; NULL: any
	// For audits, which look at what a server does wrong: answers need no signature, nothing is
	// validated.
	bool lenient;
	// Called for what nobody asked for (oplock and lease breaks); may be NULL.
	client_done unsolicited;
	void *unsolicited_context;
};

// 3.1.1 alone, all ciphers and signing algorithms with the AES-128 GCM and GMAC first, signing and
// sealing on.
struct client_options client_options_default(void);

// TCP and NEGOTIATE, blocking. options are copied. *status is what NEGOTIATE was answered with; unless
// that is success there is no client (*out is NULL).
int client_connect(struct client_loop *loop, const struct client_options *options, const char *host,
	uint16_t port, struct client **out, struct nt_status *status) WARN_UNUSED;
// Closes the connection; completions of what is in flight are called with -ECANCELED.
void client_free(struct client *c);

// What was agreed on; the session's part is there after client_log_in.
struct client_facts {
	uint16_t dialect;
	uint16_t cipher;            // SMB2_CIPHER_*; NONE without one
	uint16_t signing_algorithm; // SMB2_SIGNING_*
	uint16_t security_mode;     // the server's
	uint32_t capabilities;      // the server's
	uint32_t max_transact_size; // bytes
	uint32_t max_read_size;
	uint32_t max_write_size;
	uint8_t server_guid[SMB2_GUID_LEN];
	uint8_t client_guid[SMB2_GUID_LEN];      // as sent in NEGOTIATE
	struct smb2_negotiate_contexts contexts; // without borrowed spans
	struct span negotiate_token; // the SPNEGO token of NEGOTIATE's answer, as the client lives
	uint64_t session_id;
	uint16_t session_flags;    // SMB2_SESSION_FLAG_*
	int32_t ticket_encryption; // of the service's Kerberos ticket (RFC 3961); 0: none was used
};

const struct client_facts *client_facts(const struct client *c);
// 0 while the connection works, else the negative errno that ended it.
int client_fault(const struct client *c);
// Requests that were sent or queued and not yet answered.
uint32_t client_in_flight(const struct client *c);

// How somebody proves who he is. All but NTLMv2 and Kerberos are for audits: a server should refuse them.
enum client_proof {
	CLIENT_PROOF_NTLMV2,
	CLIENT_PROOF_NTLMV2_NO_MIC,  // with neither a MIC nor the flag that announces one
	CLIENT_PROOF_NTLMV1_SESSION, // NTLM2 session response: NTLMv1 with extended session security
	CLIENT_PROOF_NTLMV1,
	CLIENT_PROOF_LM,        // for passwords of up to 14 ASCII characters; others are -EINVAL
	CLIENT_PROOF_ANONYMOUS, // none: a null session; user, password and domain are not used
	CLIENT_PROOF_KERBEROS,  // with the tickets of the credential cache; user and password are not used
};

struct client_credentials {
	const char *user; // UTF-8
	const char *password;
	const char *domain;      // NULL: none
	const char *workstation; // NULL: none
	// NULL: cifs/<host as given to client_connect>. Kerberos gets its ticket for it.
	const char *target_name;
	enum client_proof proof;
	// Kerberos may have to wait for a KDC: runs run(work), on another thread if it likes. 0: it has
	// returned; else a negative errno, drop(work) is called when nobody runs it, and the caller has
	// nothing to do with it any more. NULL: it is called as it is.
	int (*run_blocking)(void *runner, void (*run)(void *work), void (*drop)(void *work), void *work);
	void *runner;
};

// SESSION_SETUP in SPNEGO, blocking. Afterwards requests are signed and sealed as the options and the
// server's session flags say. *status is the last answer; not success: no session. -EKEYREJECTED: Kerberos
// has no ticket to show (nothing was sent).
int client_log_in(
	struct client *c, const struct client_credentials *who, struct nt_status *status) WARN_UNUSED;
// SESSION_SETUP with NTLM's NEGOTIATE and no more: whether, and with which CHALLENGE, the server goes on.
// Nobody logs on. *challenge is the NTLM message, borrowed until the loop runs again; empty: there is none.
int client_ask_challenge(struct client *c, struct span *challenge, struct nt_status *status) WARN_UNUSED;
int client_log_off(struct client *c, struct nt_status *status) WARN_UNUSED;

// share is UTF-8, without the server's name. *share_flags may be NULL.
int client_tree_connect(struct client *c, const char *share, uint32_t *tree_id, uint32_t *share_flags,
	struct nt_status *status) WARN_UNUSED;
int client_tree_disconnect(struct client *c, uint32_t tree_id, struct nt_status *status) WARN_UNUSED;

// Turns sealing or signing of this connection's further requests on or off: for tests and audits that
// try what a server lets pass. Sealing needs a cipher.
void client_set_sealing(struct client *c, bool on);
void client_set_signing(struct client *c, bool on);

#endif
