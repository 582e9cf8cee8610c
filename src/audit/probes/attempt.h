// SPDX-License-Identifier: Apache-2.0
// A request that lacks what should be required, in a session of the audit's account: tried by a client that
// could encrypt, and by one that cannot, for some servers demand only of the former what he can do.
#ifndef SIGNET_AUDIT_PROBES_ATTEMPT_H
#define SIGNET_AUDIT_PROBES_ATTEMPT_H

#include <stdbool.h>

#include "audit/probe.h"

enum attempt_protection {
	ATTEMPT_PLAIN,           // what is tried; with ciphers offered
	ATTEMPT_WITHOUT_CIPHERS, // likewise, of a client that offers none
	ATTEMPT_SEALED,          // as it should be: what a refusal is measured by
};

struct attempt {
	enum attempt_protection protection;
	bool has_session;
	bool has_cipher;
	const char *command; // the last one
	int fault;
	struct nt_status status;
};

// Logs on, runs act in the session, and ends it. a->command, fault and status are act's; without a session
// those of the log-on.
void attempt_make(struct probe *p, enum attempt_protection protection,
	void (*act)(struct client *c, struct attempt *a, void *context), void *context, struct attempt *a);

bool attempt_let_in(const struct attempt *a);
// By a status, or by the end of the connection (MS-SMB2 3.3.5.2.4, 3.3.5.2.9, 3.3.5.7).
bool attempt_refused(const struct attempt *a);
// "SMB2 TREE_CONNECT, STATUS_ACCESS_DENIED (0xC0000022)"
const char *attempt_words(struct probe *p, const struct attempt *a);
// What was sent, in the words for the plain attempt.
const char *attempt_sent(struct probe *p, const struct attempt *a, const char *sent);
// Tries it both ways; *fact is yes when one is let in. True: it is not, and *a (of the first) was refused.
bool attempt_both_ways(struct probe *p, void (*act)(struct client *c, struct attempt *a, void *context),
	void *context, struct fact *fact, const char *sent, struct attempt *a) WARN_UNUSED;

#endif
