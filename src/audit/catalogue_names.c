// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "audit/catalogue.h"

const struct check *check_find(const char *id)
{
	for (size_t i = 0; i < audit_check_count; i++) {
		if (strcmp(audit_checks[i].id, id) == 0)
			return &audit_checks[i];
	}
	return NULL;
}

const char *audit_severity_name(enum audit_severity s)
{
	static const char *const names[] = {
		[AUDIT_INFO] = "info",
		[AUDIT_LOW] = "low",
		[AUDIT_MEDIUM] = "medium",
		[AUDIT_HIGH] = "high",
		[AUDIT_CRITICAL] = "critical",
	};

	return (size_t)s < ARRAY_LEN(names) ? names[s] : "unknown";
}

const char *platform_name(enum platform p)
{
	static const char *const names[PLATFORM_COUNT] = {
		[PLATFORM_SAMBA] = "samba",
		[PLATFORM_KSMBD] = "ksmbd",
		[PLATFORM_WINDOWS_POWERSHELL] = "windows-powershell",
		[PLATFORM_WINDOWS_REGISTRY] = "windows-registry",
		[PLATFORM_SIGNET] = "signet",
	};

	return (size_t)p < ARRAY_LEN(names) ? names[p] : "unknown";
}
