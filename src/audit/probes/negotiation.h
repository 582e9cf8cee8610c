// SPDX-License-Identifier: Apache-2.0
// One NEGOTIATE of SMB2 on a connection of its own, and what came back: what the probes of dialects,
// ciphers, signing and compression are made of.
#ifndef SIGNET_AUDIT_PROBES_NEGOTIATION_H
#define SIGNET_AUDIT_PROBES_NEGOTIATION_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/probe.h"
#include "wire/smb2/smb2_negotiate.h"
#include "wire/smb2/smb2_negotiate_contexts.h"

struct negotiation_question {
	uint16_t dialect; // offered alone
	bool no_preauth;  // of 3.1.1: without PREAUTH_INTEGRITY_CAPABILITIES
	// Of 3.1.1; a list that is empty is not offered. SHA-512 and a salt are added.
	struct smb2_negotiate_ids ciphers, signings, compressions, rdma_transforms;
};

enum negotiation_outcome {
	NEGOTIATION_UNCLEAR, // no answer, or one that cannot be understood
	NEGOTIATION_CLOSED,  // the server took the connection and ended it without an answer
	NEGOTIATION_REFUSED, // with a status, or by choosing what was not offered
	NEGOTIATION_ACCEPTED,
};

struct negotiation_answer {
	enum negotiation_outcome outcome;
	const char *words;  // what came back, for evidence; unclear: why. Lives in the facts' arena
	int64_t skew_100ns; // the server's clock minus ours in the middle of the round trip
	size_t salt_len;    // of PREAUTH_INTEGRITY_CAPABILITIES
	struct smb2_negotiate_response message;  // spans are empty, likewise in contexts
	struct smb2_negotiate_contexts contexts; // of 3.1.1
};

// All algorithms there are, RDMA's transforms too; reversed: the last first.
struct negotiation_question negotiation_question_all(bool reversed);
// 0 with *out complete; -ECANCELED: the host's time is up, or it has had enough. Another fault of dialling
// or waiting is an outcome, not an error.
int negotiation_ask(
	struct probe *p, const struct negotiation_question *q, struct negotiation_answer *out) WARN_UNUSED;

#endif
