// SPDX-License-Identifier: Apache-2.0
// A session that looks at what a host shows: as the account of the audit, as nobody, or as a guest. When the
// host closes the connection (some do after one request that they do not like), it is opened again a few
// times.
#ifndef SIGNET_AUDIT_PROBES_EXPOSURE_SESSION_H
#define SIGNET_AUDIT_PROBES_EXPOSURE_SESSION_H

#include "audit/probe.h"

enum exposure_who { EXPOSURE_ACCOUNT, EXPOSURE_ANONYMOUS, EXPOSURE_GUEST };

enum { EXPOSURE_CONNECTIONS_MAX = 4 };

struct exposure {
	struct probe *p;
	enum exposure_who who;
	struct client *client; // NULL: no session
	bool has_ipc;
	uint32_t ipc; // tree of IPC$
	bool refused; // the host said no, to the session or to IPC$; else it is not known why there is none
	bool turned_away;            // the session was refused: it is not asked for again
	const char *as;              // "as alice", "over a null session", for evidence
	const char *sent, *received; // what was last refused, or failed
	unsigned connections;        // opened so far
};

struct exposure exposure_make(struct probe *p, enum exposure_who who);
// Whether there is a session, which is opened when there is none (any more).
bool exposure_session(struct exposure *e) WARN_UNUSED;
// Likewise with a tree connect to IPC$.
bool exposure_ipc(struct exposure *e) WARN_UNUSED;
void exposure_close(struct exposure *e);

// For a fact that cannot be found out because there is no session: NO where the host refused it, else
// unknown.
void exposure_denied(const struct exposure *e, struct fact *f);
// The end of a request in words: a status, or why there was none. In the host's arena, never NULL.
const char *exposure_words(const struct exposure *e, int fault, struct nt_status status);
// Whether the request ended with an answer of the server.
bool exposure_answered(const struct exposure *e, int fault);
// A text in the host's arena; never NULL.
const char *exposure_text(const struct exposure *e, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
