// SPDX-License-Identifier: Apache-2.0
// The insides of a connection, for the files of this folder alone.
#ifndef SIGNET_CLIENT_CLIENT_STATE_H
#define SIGNET_CLIENT_CLIENT_STATE_H

#include "client/client.h"
#include "client/client_output.h"
#include "client/client_table.h"
#include "crypto/crypto.h"
#include "session/nonce.h"
#include "session/preauth.h"
#include "session/session_keys.h"

struct client_loop {
	int epoll;
	client_wait wait; // NULL: poll
	void *wait_context;
	struct client *dirty;              // clients with something to send
	struct client_output *spare;       // blocks to use again
	struct client_request *spare_rows; // requests to use again
	unsigned spare_count;
};

// Bytes received: frames from start to end; what is before start may still be borrowed by a caller.
struct client_input {
	uint8_t *bytes;
	size_t cap;
	size_t start;
	size_t end;
	int low_water; // SO_RCVLOWAT as it stands; 0: as the socket was made
};

struct client {
	struct client_loop *loop;
	int fd;
	int fault;
	bool dirty;
	struct client *next_dirty;
	uint32_t events; // what epoll watches for
	struct client_options options;
	char *host;
	uint32_t capabilities; // as sent in NEGOTIATE
	struct client_facts facts;
	uint8_t *negotiate_token; // facts.negotiate_token's bytes

	uint64_t next_message_id;
	uint32_t credits;
	struct client_table table;          // sent, not answered
	struct client_output_queue pending; // waiting for credits
	struct client_output_queue sending;
	struct client_output *open; // being built
	bool compound;
	int compound_fault;
	struct client_input input;

	bool established; // authenticated: signing and sealing apply
	bool signing;
	bool sealing;
	bool validating; // the negotiation is being validated: signed in any case
	bool validated;
	uint64_t session_id;
	struct preauth_hash preauth;
	struct session_keys keys;
	struct sign_key *sign_key;
	struct seal_key *seal_key; // client to server
	struct seal_key *open_key; // server to client
	struct nonce_counter nonces;
};

// client_loop.c

// As poll() of one descriptor, by the loop's own way of waiting.
int client_loop_wait(struct client_loop *loop, int fd, short events, int timeout_ms) WARN_UNUSED;

// client_request.c

// Starts a request: header written, to be followed by the body through the writer that is returned,
// then client_request_end. room is an upper bound of the body's bytes; charge the credits it costs.
// NULL: *fault says why.
struct writer *client_request_begin(struct client *c, uint32_t tree_id, uint16_t command, size_t room,
	uint16_t charge, client_done done, void *context, int *fault) WARN_UNUSED;
int client_request_end(struct client *c) WARN_UNUSED;
// Drops a block that was never sent; its requests are not completed.
void client_output_forget(struct client *c, struct client_output *o);
// Sends what credits allow.
void client_pending_start(struct client *c);
// The credits that so many bytes of payload cost (MS-SMB2 3.2.4.1.5).
uint16_t client_charge(const struct client *c, size_t bytes);

// client_protect.c

// Signs and seals a block as the session asks, and puts the frame's length before it.
int client_output_protect(struct client *c, struct client_output *o) WARN_UNUSED;
int client_keys_install(struct client *c, struct span session_key) WARN_UNUSED;
void client_keys_drop(struct client *c);

// client_validate.c

// Asks the server over the protected session what was negotiated (MS-SMB2 3.2.5.5), once a connection;
// 3.1.1 needs none, its keys depend on it. -EPROTO: somebody changed it on the way.
int client_negotiation_validate(struct client *c, uint32_t tree_id) WARN_UNUSED;

// client_receive.c

// Reads what is there and dispatches it. A negative errno ends the connection.
int client_receive(struct client *c) WARN_UNUSED;

// client_connection.c
void client_mark_dirty(struct client *c);
// Ends the connection and completes all requests with fault.
void client_fail(struct client *c, int fault);
int client_transmit(struct client *c) WARN_UNUSED;

#endif
