// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/fix_table.h"

#include "audit/lint/lint_settings.h"

const struct fix_platform *fix_platform_find(enum platform p)
{
	static const struct fix_platform *const all[PLATFORM_COUNT] = {
		[PLATFORM_SAMBA] = &fix_samba,
		[PLATFORM_KSMBD] = &fix_ksmbd,
		[PLATFORM_WINDOWS_POWERSHELL] = &fix_powershell,
		[PLATFORM_WINDOWS_REGISTRY] = &fix_registry,
		[PLATFORM_SIGNET] = &fix_signet,
	};

	return (size_t)p < ARRAY_LEN(all) ? all[p] : NULL;
}

bool fix_same_setting(const struct fix_platform *p, const char *a, const char *b)
{
	if (p->meant == NULL)
		return lint_name_equal(a, b);
	return lint_name_equal(p->meant(a), p->meant(b));
}
