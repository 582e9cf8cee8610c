// SPDX-License-Identifier: Apache-2.0
// The exact settings that close findings, as something an administrator can read and apply. Never applied
// here.
#ifndef SIGNET_AUDIT_FIX_FIX_H
#define SIGNET_AUDIT_FIX_FIX_H

#include <stdio.h>

#include "audit/findings.h"

// A script or configuration for the platform that closes what it can of the subjects' findings that are not
// waived; comments say which finding each line closes and what it may break; what no setting can close is
// said at the end. `lint` knows the file: for samba, ksmbd and signet the fix is then a patch (diff -u) of
// it. 0, or a negative errno.
int fix_write(FILE *out, const struct audit_report *r, enum platform p) WARN_UNUSED;

#endif
