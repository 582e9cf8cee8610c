// SPDX-License-Identifier: Apache-2.0
#include "audit/progress.h"

#include "base/filetime.h"

enum {
	FIRST_MS = 1000, // what is done sooner needs no line
	STEP_MS = 10000, // into a file
	MANY = 16,       // targets, from which on a file gets lines
};

void progress_init(struct progress_line *l, FILE *out, bool terminal)
{
	uint64_t now = monotonic_ms();
	*l = (struct progress_line){ .out = out,
		.terminal = terminal,
		.begun_ms = now,
		.next_ms = now + (terminal ? FIRST_MS : STEP_MS) };
}

void progress_show(void *context, const struct audit_progress *p)
{
	struct progress_line *l = context;
	uint64_t now = monotonic_ms();
	if (now < l->next_ms || (!l->terminal && p->total < MANY))
		return;
	l->next_ms = now + (l->terminal ? 0 : STEP_MS);
	l->written = true;
	(void)fprintf(l->out, "%s%zu of %zu targets done, %zu speak SMB, %zu under way, %llu s%s",
		l->terminal ? "\r\033[K" : "", p->done, p->total, p->reached, p->under_way,
		(unsigned long long)(now - l->begun_ms) / 1000, l->terminal ? "" : "\n");
	(void)fflush(l->out);
}

void progress_end(struct progress_line *l)
{
	if (l->written && l->terminal)
		(void)fprintf(l->out, "\r\033[K");
	(void)fflush(l->out);
}
