// SPDX-License-Identifier: Apache-2.0
// Windows' settings that matter, one row each: where they are, what they should be, what they are when
// nobody has set them.
#ifndef SIGNET_AUDIT_LINT_WINDOWS_SETTINGS_H
#define SIGNET_AUDIT_LINT_WINDOWS_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#define WINDOWS_HKLM "HKEY_LOCAL_MACHINE\\"
#define WINDOWS_SERVER_KEY WINDOWS_HKLM "SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Parameters"
#define WINDOWS_CLIENT_KEY WINDOWS_HKLM "SYSTEM\\CurrentControlSet\\Services\\LanmanWorkstation\\Parameters"
#define WINDOWS_SERVER_POLICY WINDOWS_HKLM "SOFTWARE\\Policies\\Microsoft\\Windows\\LanmanServer"
#define WINDOWS_CLIENT_POLICY WINDOWS_HKLM "SOFTWARE\\Policies\\Microsoft\\Windows\\LanmanWorkstation"
#define WINDOWS_LSA_KEY WINDOWS_HKLM "SYSTEM\\CurrentControlSet\\Control\\Lsa"
#define WINDOWS_MSV1_0_KEY WINDOWS_LSA_KEY "\\MSV1_0"
#define WINDOWS_HARDENED_PATHS                                                                               \
	WINDOWS_HKLM "SOFTWARE\\Policies\\Microsoft\\Windows\\NetworkProvider\\HardenedPaths"

enum windows_test {
	WINDOWS_IS,            // the number
	WINDOWS_AT_LEAST,      // the number or more
	WINDOWS_UP_TO_OR_NONE, // an upper limit of the number or more; 0 is none
	WINDOWS_BITS,          // all of these
	WINDOWS_NO_BITS,       // none of these
	WINDOWS_EMPTY,         // no names in it
};

struct windows_setting {
	const char *check;
	const char *object, *property; // of the JSON; NULL: it is not in there
	const char *key, *value;       // of the registry; NULL: not in there
	const char *policy;            // another key for the same value, which wins; NULL: none
	enum windows_test test;
	uint32_t wanted;
	const char *
		standard; // when it is not there, with the versions that this is so of; NULL: no finding then
	const char *subject;   // of the finding; NULL: the whole host
	const char *reference; // who demands it; NULL: nobody by name
};

extern const struct windows_setting windows_settings[];
extern const size_t windows_setting_count;

#endif
