// SPDX-License-Identifier: Apache-2.0
// A server that logs on who has the password, and then is careless in the ways it is told to be: no real
// server that is at hand takes what these take.
#ifndef SIGNET_TESTS_UNIT_AUDIT_CARELESS_SERVER_H
#define SIGNET_TESTS_UNIT_AUDIT_CARELESS_SERVER_H

#include "auth/exchange.h"
#include "fake_server.h"

enum validation {
	VALIDATION_ENDS,    // ends the connection when the dialects are others (MS-SMB2 3.3.5.15.12)
	VALIDATION_IGNORES, // answers as if they had been the same
	VALIDATION_REFUSES, // with a status
	VALIDATION_LIES,    // answers with other values than those of NEGOTIATE
};

struct careless_server {
	struct fake_policy policy;
	const struct auth_exchange_config *auth;
	bool takes_any_signature; // of TREE_CONNECT
	bool needs_cipher;        // nobody is let in without
	bool closes_instead;      // of refusing with a status
	enum validation validation;
	uint16_t port;
	// Its own.
	int listener;
	pthread_t thread;
};

void careless_server_start(struct careless_server *s);
void careless_server_stop(struct careless_server *s);

#endif
