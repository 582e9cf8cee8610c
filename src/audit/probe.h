// SPDX-License-Identifier: Apache-2.0
// What an audit does to one host: probes, one after the other, each a straight-line routine that opens a
// connection or more, sends, looks at the answer and writes facts. A probe runs in a task (task.h): where it
// waits, other hosts go on. One file a probe: probes/probe_<name>.c.
//
// Whatever the host does, a probe returns within the host's time: every wait has a limit, everything that is
// received is bounded. No probe writes anything on the host.
#ifndef SIGNET_AUDIT_PROBE_H
#define SIGNET_AUDIT_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "audit/facts.h"
#include "base/attributes.h"
#include "client/client.h"

struct audit_login {
	const char *user, *password, *domain; // of --user and --password-stdin; NULL: none
	bool kerberos;                        // with the tickets of the credential cache
};

// The account is tried by one host at a time until its answer is there, and by no further one after it was
// refused: however many hosts there are, it has one failed log-on a run (audit/logon_turn.h).
struct logon_turn;

// All hosts' connections take turns (audit/rate.h).
struct rate;

struct audit_options {
	struct audit_login login;
	int timeout_ms;                  // of one wait
	int host_timeout_ms;             // of everything done to one host
	unsigned parallel;               // hosts at once
	unsigned connections_per_second; // to all hosts together; 0: no limit
	unsigned host_pause_ms;          // between two connections to the same host
	size_t facts_memory_max;         // bytes: what all hosts that are under way said
	size_t report_memory_max;        // bytes: what is reported of all
	bool try_failed_logon;           // one wrong password for one account that does not exist
};

// A host while it is probed.
struct probe {
	const struct audit_options *options;
	struct host_facts *facts;
	struct client_loop *loop; // its own; the client's blocking calls wait in it
	const char *host;         // as given by the user
	const char *address;      // numeric
	uint16_t port;
	uint64_t deadline_ms; // monotonic
	struct rate *rate;
	struct logon_turn *logons;
	struct logon_turn *variants; // for right passwords in ways that are refused for good reason
	const bool *stop;            // somebody wants it all to end; NULL: nobody can
	const char *error;           // why the host's probes ended early; NULL: they did not
	bool taken;                  // a first question's connection
	// Of probe.c.
	uint64_t next_dial_ms; // by host_pause_ms
	unsigned resets;       // connections in a row that ended without an answer
	bool has_turn;         // to log on
	bool logged_on;        // with the account of the options: it may go on using it
};

// Around each log-on with the account of the options. begin waits for its turn: 0, -EACCES when there is no
// account or it was refused somewhere in this run (then it must not be tried again), -ECANCELED when the
// time is over; only after 0 there is an end: with the answer of the last SESSION_SETUP, and the fault if it
// did not come so far. Log-ons that must not count (a wrong response on purpose) are none of the account's.
int probe_logon_begin(struct probe *p) WARN_UNUSED;
void probe_logon_end(struct probe *p, int fault, struct nt_status status);

// A connection for a probe: waits its turn by the rates, then client_connect. 0, or a negative errno; counts
// trouble. -ECANCELED: the host's time is up, or it has had enough: the probe returns.
int probe_connect(struct probe *p, const struct client_options *options, struct client **out,
	struct nt_status *status) WARN_UNUSED;
// options->timeout_ms and limits as a probe should have them.
struct client_options probe_client_options(const struct probe *p);

// A socket with frames, for what the client would never send. probe_dial as probe_connect; probe_dial_port
// to another port of the host (139, 135).
int probe_dial(struct probe *p, int *fd) WARN_UNUSED;
int probe_dial_port(struct probe *p, uint16_t port, int *fd) WARN_UNUSED;
int probe_send(struct probe *p, int fd, struct span frame) WARN_UNUSED; // bytes without the 4 of the length
// The next frame's bytes, in buf (borrowed until its next use). -EMSGSIZE: longer than PROBE_FRAME_MAX,
// -ETIMEDOUT, -ECONNRESET (also an orderly end).
int probe_receive(struct probe *p, int fd, uint8_t *buf, size_t cap, struct span *frame) WARN_UNUSED;
void probe_close(struct probe *p, int fd);
void probe_sleep(struct probe *p, unsigned ms);
// The host's time is up, or it has had enough: a probe with a loop asks and returns.
bool probe_is_over(const struct probe *p);

enum { PROBE_FRAME_MAX = 64 << 10 };

struct probe_kind {
	const char *name;  // "dialects"
	const char *sends; // for --dry-run: what goes over the wire, a line or two
	bool needs_login;
	void (*run)(struct probe *p);
};

extern const struct probe_kind probe_kinds[]; // in the order they run; probe_table.c
extern const size_t probe_kind_count;

// What facts mean: each check adds its findings and open questions. One file a theme: checks/check_<theme>.c;
// checks/check_table.c lists them.
struct check_context {
	const struct host_facts *facts;
	struct audit_report *report;
	struct audit_subject *subject;
};
typedef void (*check_run)(const struct check_context *c);
extern const check_run check_runs[];
extern const size_t check_run_count;
// For checks: a finding with a fact's evidence.
struct audit_finding *check_report(
	const struct check_context *c, const char *id, const char *subject, const struct fact *proof);
void check_leave_open(const struct check_context *c, const char *id, const struct fact *f);

#endif
