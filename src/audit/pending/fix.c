// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/fix.h"
int fix_write(FILE *out, const struct audit_report *r, enum platform p) { (void)out; (void)r; (void)p; return -1; }
