// SPDX-License-Identifier: Apache-2.0
// The two forms of a fix for Windows; their tables are fix_rows_powershell.c and fix_rows_registry.c.
#ifndef SIGNET_AUDIT_FIX_FIX_WINDOWS_H
#define SIGNET_AUDIT_FIX_FIX_WINDOWS_H

#include "audit/fix/fix_plan.h"

// A script for Windows PowerShell 5.1 and later. It is ASCII: 5.1 reads a file without a byte order mark in
// the machine's code page, where the bytes of a letter may be a quotation mark.
// A row's key is the command whose parameter its name is, or a key of the registry (HKLM:\...) whose value
// it is; without a key, the row's value is the whole command.
void fix_begin_powershell(FILE *out);
void fix_write_powershell(FILE *out, const struct fix_plan *plan);

// A file for regedit and LGPO, "Windows Registry Editor Version 5.00". It is ASCII with CRLF: regedit takes
// a file without a byte order mark in the machine's code page, of which all have ASCII in common, so that it
// can be read, compared and mailed like any text. A row's key is a key of the registry, its value what
// stands behind the '='.
void fix_begin_registry(FILE *out);
void fix_write_registry(FILE *out, const struct fix_plan *plan);

#endif
