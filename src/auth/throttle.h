// SPDX-License-Identifier: Apache-2.0
// Failed log-ons, counted by peer address, by account, and by both together: how long to hold back the
// answer, when an attempt is not even judged, and when a peer has too many authentications going on at
// once. All memory is fixed at the start; an old entry makes room for a new one. An IPv6 peer is its /64.
// Thread-safe.
//
// Nobody can lock out somebody else: an account is locked only towards the peer that guessed at it, and
// a peer that guesses at many accounts is slowed down only for those that never logged on from there.
#ifndef SIGNET_AUTH_THROTTLE_H
#define SIGNET_AUTH_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/attributes.h"

enum {
	THROTTLE_ENTRIES = 4096, // peers, accounts and pairs remembered, each
	THROTTLE_DELAY_MS =
		2000, // held back after a failure, as Windows does (InvalidAuthenticationDelayTimeInMs)
	THROTTLE_DELAY_MS_MAX = 10000, // with many failures in the window
	THROTTLE_STEP_FAILURES = 10,   // the delay grows by THROTTLE_DELAY_MS with each so many failures
	THROTTLE_WINDOW_MS = 300000,   // failures older than this are forgotten

	THROTTLE_LOCK_FAILURES = 10,   // wrong guesses at one account by one peer: the two are locked
	THROTTLE_LOCK_MS = 15000,      // the first time; twice as long after each further guess
	THROTTLE_LOCK_MS_MAX = 900000, // about a hundred guesses a day
	THROTTLE_SPRAY_FAILURES = 60,  // wrong guesses by one peer at any accounts, and then
	THROTTLE_SPRAY_MS = 10000,     // one in so many ms
};

struct throttle;

// in_progress_max: authentications that one peer may have going on at once. NULL when memory is out.
struct throttle *throttle_new(uint32_t in_progress_max) WARN_UNUSED;
void throttle_free(struct throttle *t);

// Before the first leg. False: this peer has as many as it may going on; answer
// INSUFFICIENT_RESOURCES and do not call throttle_end.
bool throttle_begin(struct throttle *t, const struct sockaddr_storage *peer) WARN_UNUSED;
// Once for each throttle_begin that gave true, when the exchange is over or abandoned.
void throttle_end(struct throttle *t, const struct sockaddr_storage *peer);

// May what this peer claims of the account be judged? Else it is to be refused whatever its proof says,
// and to look like a wrong password. account as in throttle_failure. now_ms is monotonic_ms().
bool throttle_admits(struct throttle *t, const struct sockaddr_storage *peer, const char *account,
	uint64_t now_ms) WARN_UNUSED;

// After a failure: counts it and gives the delay in ms before the answer should be sent. account is
// what the client claimed, without its domain, may be "". guess: it was judged, and the password was not
// proved, so that it counts towards the locks.
uint32_t throttle_failure(struct throttle *t, const struct sockaddr_storage *peer, const char *account,
	bool guess, uint64_t now_ms) WARN_UNUSED;
// After a success: forgets what this peer failed with this account, and remembers that the account is at
// home there. The peer's own count stays, so that one good account does not hide a password spray; so
// does the account's, so that a guesser elsewhere does not learn from his delay that it exists.
void throttle_success(
	struct throttle *t, const struct sockaddr_storage *peer, const char *account, uint64_t now_ms);

// Failures within the window: for events.
uint32_t throttle_peer_failures(
	struct throttle *t, const struct sockaddr_storage *peer, uint64_t now_ms) WARN_UNUSED;
uint32_t throttle_account_failures(struct throttle *t, const char *account, uint64_t now_ms) WARN_UNUSED;

#endif
