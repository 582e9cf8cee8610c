// SPDX-License-Identifier: Apache-2.0
// A plan as sections with settings, for platforms whose configuration looks so.
#ifndef SIGNET_AUDIT_FIX_FIX_INI_H
#define SIGNET_AUDIT_FIX_FIX_INI_H

#include "audit/fix/fix_plan.h"

void fix_write_ini(FILE *out, const struct fix_plan *plan);

#endif
