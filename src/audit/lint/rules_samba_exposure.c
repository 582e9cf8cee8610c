// SPDX-License-Identifier: Apache-2.0
// Where the server can be reached, what it tells, what it records.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/lint/samba_view.h"

static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);
	for (const char *at = list; *at != 0;) {
		at += strspn(at, " ,\t");
		size_t n = strcspn(at, " ,\t");
		if (n == len && strncasecmp(at, word, len) == 0)
			return true;
		at += n;
	}
	return false;
}

static void judge_interfaces(struct samba_view *v)
{
	struct lint_proof only = samba_global(v, "bind interfaces only");
	struct lint_proof interfaces = samba_global(v, "interfaces");
	if (samba_is(only, "Yes") && !samba_empty(interfaces))
		return;
	if (samba_is(only, "Yes"))
		(void)lint_report(v->context, "setting_without_effect", "bind interfaces only", &only,
			"interfaces is not set: they are all of them");
	else if (!samba_empty(interfaces))
		(void)lint_report(v->context, "setting_without_effect", "interfaces", &interfaces,
			"without bind interfaces only = yes smbd listens on all the same");
	if (samba_empty(samba_global(v, "hosts allow")))
		(void)lint_report(v->context, "bind_all_interfaces", NULL, &only, NULL);
}

static void judge_ports(struct samba_view *v)
{
	struct lint_proof ports = samba_global(v, "smb ports");
	if (has_word(samba_value(&ports), "139"))
		(void)lint_report(v->context, "netbios_session_open", NULL, &ports,
			samba_global_yes(v, "disable netbios")
				? "disable netbios closes nmbd's ports, not smbd's 139"
				: NULL);
}

// What is told to who asks, that the server's purpose does not need.
static void judge_disclosure(struct samba_view *v)
{
	struct lint_proof channels = samba_global(v, "server multi channel support");
	struct lint_proof text = samba_global(v, "server string");
	if (samba_is(channels, "Yes"))
		(void)lint_report(v->context, "interfaces_disclosed", NULL, &channels,
			"multichannel tells each user the server's addresses");
	if (text.setting == NULL || strstr(text.setting->value, "%v") != NULL)
		(void)lint_report(v->context, "information_disclosed", "server string", &text,
			"the version of Samba stands beside the server's name");
}

// The level of a class in "2 auth_audit:3@/var/log/x vfs:1", -1 if it is not there; NULL: of all.
static long log_level_of(const char *levels, const char *class)
{
	size_t len = class != NULL ? strlen(class) : 0;
	for (const char *at = levels; *at != 0;) {
		at += strspn(at, " ,\t");
		size_t n = strcspn(at, " ,\t");
		if (class == NULL && n > 0 && isdigit((unsigned char)*at))
			return strtol(at, NULL, 10);
		if (class != NULL && n > len && strncasecmp(at, class, len) == 0 && at[len] == ':')
			return strtol(at + len + 1, NULL, 10);
		at += n;
	}
	return class == NULL ? 0 : -1;
}

// smb.conf(5), log level: auth_audit and auth_json_audit tell failures at 2, successes at 3.
static void judge_logging(struct samba_view *v)
{
	static const char *const classes[] = { "auth_audit", "auth_json_audit" };
	struct lint_proof level = samba_global(v, "log level");
	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		long n = log_level_of(samba_value(&level), classes[i]);
		if ((n >= 0 ? n : log_level_of(samba_value(&level), NULL)) >= 2)
			return;
	}
	(void)lint_report(v->context, "logging_off", NULL, &level,
		"failed log-ons are recorded from log level = auth_audit:2 on");
}

void rules_samba_exposure(struct samba_view *v)
{
	judge_interfaces(v);
	judge_ports(v);
	judge_disclosure(v);
	judge_logging(v);
}
