// SPDX-License-Identifier: Apache-2.0
// The insides of an audit, for runner.c and host_audit.c alone.
#ifndef SIGNET_AUDIT_RUNNER_STATE_H
#define SIGNET_AUDIT_RUNNER_STATE_H

#include "audit/logon_turn.h"
#include "audit/memory_limit.h"
#include "audit/rate.h"
#include "audit/runner.h"
#include "audit/task.h"

// A target, and what became of it.
struct host_audit {
	const struct target *target;
	struct audit_subject *subject;
	bool silent; // nothing there answered, which may have been our fault
};

struct runner {
	const struct audit_run *run;
	struct audit_report *report;
	struct host_audit *hosts; // in the order of the targets
	size_t *waiting;          // indices of those that are still to be asked
	size_t waiting_count, next;
	struct scheduler *scheduler;
	struct task_gate *gate;
	struct rate *rate;
	struct rate *ask_rate; // of the second round's first questions; NULL: as all others
	struct logon_turn *logons;
	struct logon_turn *variants;
	struct memory_limit facts_memory, report_memory;
	size_t mute; // took a connection, and let every question lie
	bool login_told;
	struct audit_progress progress;
};

// Asks the host whatever there is to ask, and judges it.
void host_audit(struct runner *r, struct host_audit *h);

#endif
