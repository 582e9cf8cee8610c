// SPDX-License-Identifier: Apache-2.0
// How probes log on: each way that an account's password or name is used goes through here, so that no audit
// locks anybody out. Nobody is refused twice: once the account of --user was refused, it is not used again.
#ifndef SIGNET_AUDIT_PROBES_PROBE_LOGIN_H
#define SIGNET_AUDIT_PROBES_PROBE_LOGIN_H

#include <stdbool.h>

#include "audit/probe.h"
#include "base/attributes.h"

// The highest dialect that the host is known to take (3.1.1 if none is), signing and sealing if it can, but
// nothing demanded: a server requires signing of who says that he requires it. Answers are taken as they are.
struct client_options probe_session_options(const struct probe *p);
// The account of the audit, with the service's name as the user gave it.
struct client_credentials probe_credentials(struct probe *p);

// Connects, and logs on as the account of the audit in the usual way. 0 with *out: logged on. -EACCES: there
// is no account, or it was refused, now (*status says how) or before (success in *status). Others as
// probe_connect. Sets facts.logged_on, kerberos_weak, and guest where the account was let in as that.
int probe_log_on(struct probe *p, const struct client_options *options, struct client **out,
	struct nt_status *status) WARN_UNUSED;

// What a log-on came to.
struct logon_result {
	bool let_in; // a session, though perhaps with a key that is not ours
	bool guest, null_session;
	bool refused; // by *status
	struct nt_status status;
	int fault;
	uint32_t took_ms;          // from the first message to the last answer, without the connection
	int32_t ticket_encryption; // of Kerberos (RFC 3961); 0: no ticket
	const char *words;         // what came back, for evidence; in the host's arena
};

// One log-on on a connection of its own, in whatever way; a session that comes of it stays open in *out if
// that is not NULL. Locks and turns are the caller's business. 0, or a fault of probe_connect.
int probe_try_logon(struct probe *p, const struct client_options *options,
	const struct client_credentials *who, struct client **out, struct logon_result *result) WARN_UNUSED;

// What a log-on that failed tells of how long failures are held back.
void probe_delay_judge(struct probe *p, const struct logon_result *refused, const char *sent);
// Whether a server may count this answer to a log-on with the right password as a failed one.
bool probe_refusal_counts(struct nt_status status) WARN_UNUSED;
// Why there is nobody to log on as, in a sentence's end.
const char *probe_no_login_words(struct probe *p);
// "STATUS_ACCESS_DENIED (0xC0000022)", or of a fault "the connection was closed"; in the host's arena.
const char *probe_outcome(struct probe *p, int rc, struct nt_status status);
// Text in the host's arena; never NULL.
const char *probe_text(struct probe *p, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
