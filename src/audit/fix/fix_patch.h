// SPDX-License-Identifier: Apache-2.0
// A plan as a patch of the files that were linted: lines are replaced where they stand, what is missing goes
// below its section's heading, everything else stays as it is.
#ifndef SIGNET_AUDIT_FIX_FIX_PATCH_H
#define SIGNET_AUDIT_FIX_FIX_PATCH_H

#include "audit/fix/fix_plan.h"

// Writes the plan for the subject's file and what it includes. 0; a negative errno when the file cannot be
// read (any more) as the platform's format: nothing is written then.
int fix_write_patch(FILE *out, struct fix_plan *plan) WARN_UNUSED;

#endif
