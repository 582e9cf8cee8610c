// SPDX-License-Identifier: Apache-2.0
// One authentication on two connections: finds the second leg, waits for what came of it, and tells the
// honest from the rest. Used by ntlm_relay and kerberos_relay, whose keys differ and whose judgement is
// their own.
#ifndef SIGNET_DETECT_RELAY_PAIRS_H
#define SIGNET_DETECT_RELAY_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

#include "detect/detector.h"

enum {
	RELAY_EXCHANGES_MAX = 8192, // authentications that are remembered
	RELAY_KEY_MAX = 128,
	RELAY_TEXT_MAX = 128,
	RELAY_ADDRESS_MAX = 64,
	RELAY_SECOND_LEG_S = 5,      // that a single leg waits for another
	RELAY_OUTCOME_S = 10,        // from the log-on until what was done with it is told
	RELAY_OUTCOME_SILENT_S = 30, // when nothing at all was done with it
};

// An authentication as one connection showed it; texts are "" when not known.
struct relay_leg {
	uint64_t flow, session_id, time_us;
	uint64_t packet, challenge_packet, authenticate_packet;
	char client[RELAY_ADDRESS_MAX], server[RELAY_ADDRESS_MAX];
	uint16_t client_port, server_port, dialect;
	uint64_t client_negotiate_hash, server_negotiate_hash;
	uint8_t client_guid[16], server_guid[16];
	uint8_t server_challenge[8], nt_proof[16];
	uint32_t negotiate_flags, challenge_flags, authenticate_flags;
	enum event_mic mic;
	bool midstream;
	bool unfinished; // no answer was seen
	char account[RELAY_TEXT_MAX], mechanism[16], protocol[16];
	char target_name[RELAY_TEXT_MAX], server_name[RELAY_TEXT_MAX], server_dns[RELAY_TEXT_MAX];
	char service[RELAY_TEXT_MAX];
	struct nt_status status;
	bool success;
	// What came after it.
	uint64_t trees, trees_refused, uses; // uses: files and pipes
	uint64_t first_use_packet, refused_packet;
	struct nt_status refused_status;
	bool ended;
};

struct relay_exchange {
	struct relay_leg legs[2];
	size_t count;
	uint64_t last_us;
	bool settled;
};

enum relay_kind {
	RELAY_NONE,      // one leg
	RELAY_SAME_FLOW, // the same connection, captured twice
	RELAY_NAT,       // one connection with its addresses translated
	RELAY_FORWARDED, // somebody passes bytes on as they are
	RELAY_CHANGED,   // somebody passes them on and changed the negotiation
	RELAY_RELAYED,   // two sessions: somebody else's log-on was used
};

struct relay_pairs;

// key: writes what the same authentication has in common on all legs; false: the event has none.
struct relay_pairs_user {
	bool (*key)(const struct event *e, char key[RELAY_KEY_MAX]);
	void (*settled)(void *context, const struct relay_exchange *x, uint64_t now_us);
	void *context;
};

struct relay_pairs *relay_pairs_new(
	const struct detect_settings *settings, const struct relay_pairs_user *user) WARN_UNUSED;
void relay_pairs_free(struct relay_pairs *p); // NULL is fine
void relay_pairs_event(struct relay_pairs *p, const struct event *e);
void relay_pairs_tick(struct relay_pairs *p, uint64_t now_us);
void relay_pairs_finish(struct relay_pairs *p);

enum relay_kind relay_kind_of(const struct relay_exchange *x);
// Which leg the victim opened; the other one leads to the target.
size_t relay_victim_of(const struct relay_exchange *x);
// "succeeded", "authenticated" (and nothing was seen after it), "blocked" or "failed".
const char *relay_outcome(const struct relay_leg *target);

#endif
