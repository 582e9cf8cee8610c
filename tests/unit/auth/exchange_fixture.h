// SPDX-License-Identifier: Apache-2.0
// An exchange between the client of ntlm_peer.h and a server with some accounts: Alice (password
// Passw0rd-alice), bob without NTLM, carol, who is disabled. Included after test_support.h.
#ifndef SIGNET_TESTS_EXCHANGE_FIXTURE_H
#define SIGNET_TESTS_EXCHANGE_FIXTURE_H

#include "auth/exchange.h"
#include "ntlm_peer.h"
#include "state_fixture.h"

extern const struct auth_names exchange_names;

struct fixture {
	struct state_fixture state; // first: shares set-up and tear-down
	struct account_db *db;
	struct arena arena;
	struct auth_exchange_config config;
	struct auth_exchange *ex;
	struct ntlm_peer peer;
};

int exchange_setup(void **state);
int exchange_teardown(void **state);

// A whole exchange with the fixture's configuration and peer.
const struct auth_result *run(struct fixture *f);
// The same, and how it must end.
const struct auth_result *succeeds(struct fixture *f);
const struct auth_result *fails(struct fixture *f, enum auth_reason reason, uint32_t status);

#define EXCHANGE_TEST(name) cmocka_unit_test_setup_teardown(name, exchange_setup, exchange_teardown)

#endif
