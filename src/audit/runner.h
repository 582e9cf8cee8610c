// SPDX-License-Identifier: Apache-2.0
// All targets, each a host that is asked by the probes and judged by the checks.
#ifndef SIGNET_AUDIT_RUNNER_H
#define SIGNET_AUDIT_RUNNER_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/findings.h"
#include "audit/probe.h"
#include "audit/targets.h"

struct audit_progress {
	size_t total, done;
	size_t reached; // of done: something there spoke SMB
	size_t under_way;
};

struct audit_run {
	const struct targets *targets;
	const struct audit_options *options;
	const bool *stop; // what is not begun then stays undone; NULL: nobody sets it
	void (*on_progress)(
		void *context, const struct audit_progress *p); // some times a second; may be NULL
	void *context;
};

struct audit_options audit_options_default(void);
// The subjects are added in the order of the targets. 0, also where nothing was reached, or a negative errno.
int audit_run(const struct audit_run *run, struct audit_report *report) WARN_UNUSED;

#endif
