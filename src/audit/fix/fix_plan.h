// SPDX-License-Identifier: Apache-2.0
// What is to be set for one subject: its findings' rows, each setting once, and what stays open.
#ifndef SIGNET_AUDIT_FIX_FIX_PLAN_H
#define SIGNET_AUDIT_FIX_FIX_PLAN_H

#include "audit/findings.h"
#include "audit/fix/fix_table.h"

struct fix_reason {
	const struct audit_finding *finding;
	const struct fix_row *row;
	struct fix_reason *next;
};

// A setting, with all findings that it closes.
struct fix_item {
	const struct fix_row *row;
	const char *share; // NULL: of the whole server
	struct fix_reason *reasons, **last_reason;
	bool along; // of a patch: another item changes that line already
	struct fix_item *next;
};

struct fix_plan {
	const struct fix_platform *platform;
	const struct audit_subject *subject;
	struct arena *arena;
	struct fix_item *items; // those of the whole server first, then lines, then share by share
	struct fix_reason *open, **last_open; // what no setting closes
	bool no_memory;
};

// False: memory is out.
bool fix_plan_make(struct fix_plan *plan, struct arena *arena, const struct audit_subject *subject,
	const struct fix_platform *platform) WARN_UNUSED;
// A finding that turned out not to be closed by the plan's item.
void fix_plan_leave_open(struct fix_plan *plan, const struct fix_item *item);

// Whether a share of this name can be written as a section's heading or a command's argument: a name from the
// network must not become something else there.
bool fix_share_name_ok(const char *name) WARN_UNUSED;

#endif
