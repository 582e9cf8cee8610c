// SPDX-License-Identifier: Apache-2.0
// How far an audit is, on standard error: a line that is written over on a terminal, else a line now and
// then.
#ifndef SIGNET_AUDIT_PROGRESS_H
#define SIGNET_AUDIT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "audit/runner.h"

struct progress_line {
	FILE *out;
	bool terminal;
	uint64_t begun_ms, next_ms;
	bool written;
};

// Quiet where there are few targets and nobody looks.
void progress_init(struct progress_line *l, FILE *out, bool terminal);
void progress_show(void *context, const struct audit_progress *p); // context: the line
void progress_end(struct progress_line *l);

#endif
