// SPDX-License-Identifier: Apache-2.0
// Every weakness that Signet can find, once: `audit` finds them by trying, `lint` by reading a
// configuration. The manual, `--list-checks`, the reports' explanations and the fixes come from this table.
#ifndef SIGNET_AUDIT_CATALOGUE_H
#define SIGNET_AUDIT_CATALOGUE_H

#include <stddef.h>

#include "base/attributes.h"

enum audit_severity {
	AUDIT_INFO,     // worth knowing, nothing to mend
	AUDIT_LOW,      // hardening
	AUDIT_MEDIUM,   // helps an attacker who is already on the network
	AUDIT_HIGH,     // an attacker on the network can use it
	AUDIT_CRITICAL, // anybody who reaches the port can use it
};

// Whose settings a fix is written in.
enum platform {
	PLATFORM_SAMBA,
	PLATFORM_KSMBD,
	PLATFORM_WINDOWS_POWERSHELL,
	PLATFORM_WINDOWS_REGISTRY, // what Group Policy sets, as a .reg file
	PLATFORM_SIGNET,
	PLATFORM_COUNT,
};

// How a check can be answered.
enum {
	CHECK_OBSERVED = 1 << 0,      // by trying, without credentials
	CHECK_OBSERVED_AUTH = 1 << 1, // by trying, with credentials
	CHECK_LINT = 1 << 2,          // by reading a configuration
};

struct check_reference {
	const char *source; // "Microsoft baseline Windows 11 24H2", "DISA WS2025 STIG", "CIS WS2022 3.0.0",
			    // "MS-SMB2"
	const char *id;     // "WN25-SO-000190", "2.3.9.2", "3.3.5.4"
};

enum { CHECK_REFERENCES_MAX = 8 };

struct check {
	const char *id;    // snake_case, stable: others script against it
	const char *title; // what is wrong, one line: "SMB1 is accepted"
	enum audit_severity severity;
	char grade;      // the best that a host with it can still get: 'A' to 'F'
	unsigned how;    // CHECK_*
	const char *why; // what somebody can do with it; a sentence or two
	struct check_reference references[CHECK_REFERENCES_MAX];
	// One or more lines of advice each; NULL: that platform has no such weakness, or no setting for it.
	const char *remedy[PLATFORM_COUNT];
	const char *may_break; // what the remedy may break; NULL: nothing known
};

extern const struct check audit_checks[];
extern const size_t audit_check_count;
const struct check *check_find(const char *id) WARN_UNUSED; // NULL: there is none

const char *audit_severity_name(enum audit_severity s);
const char *platform_name(enum platform p); // "samba", "windows-powershell", ...

#endif
