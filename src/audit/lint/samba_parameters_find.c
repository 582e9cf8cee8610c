// SPDX-License-Identifier: Apache-2.0
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/lint/lint_settings.h"
#include "audit/lint/samba_parameters.h"
#include "config/config_nearest.h"

// As lint_name_equal, but with an order.
static int name_compare(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, " \t");
		b += strspn(b, " \t");
		int x = tolower((unsigned char)*a);
		int y = tolower((unsigned char)*b);
		if (x != y || x == 0)
			return x - y;
	}
}

static int compare_with_parameter(const void *name, const void *parameter)
{
	return name_compare(name, ((const struct samba_parameter *)parameter)->name);
}

const struct samba_parameter *samba_parameter_find(const char *name)
{
	return bsearch(name, samba_parameters, samba_parameter_count, sizeof(samba_parameters[0]),
		compare_with_parameter);
}

const struct samba_parameter *samba_parameter_resolve(const struct samba_parameter *p)
{
	return p->synonym_of != NULL ? samba_parameter_find(p->synonym_of) : p;
}

const char *samba_parameter_meant(const char *name)
{
	const struct samba_parameter *p = samba_parameter_find(name);
	return p != NULL ? samba_parameter_resolve(p)->name : name;
}

size_t samba_parameter_index(const struct samba_parameter *p)
{
	return (size_t)(p - samba_parameters);
}

static const char *bool_value(const char *value, bool inverted)
{
	static const char *const yes[] = { "yes", "true", "on", "1" };
	static const char *const no[] = { "no", "false", "off", "0" };
	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (strcasecmp(value, yes[i]) == 0)
			return inverted ? "No" : "Yes";
		if (strcasecmp(value, no[i]) == 0)
			return inverted ? "Yes" : "No";
	}
	return NULL;
}

static bool word_equal(const char *word, size_t len, const char *value)
{
	char text[64];
	if (len >= sizeof(text))
		return false;
	memcpy(text, word, len);
	text[len] = 0;
	return lint_name_equal(text, value);
}

// The first word of the group that has the value in it; its length.
static const char *enum_value(const char *words, const char *value, size_t *len)
{
	const char *first = words;
	for (const char *w = words; *w != 0;) {
		size_t n = strcspn(w, "=|");
		if (word_equal(w, n, value)) {
			*len = strcspn(first, "=|");
			return first;
		}
		if (w[n] == '|')
			first = w + n + 1;
		w += n + (w[n] != 0 ? 1 : 0);
	}
	return NULL;
}

const char *samba_parameter_value(
	const struct samba_parameter *written, const char *value, struct arena *a, bool *no_memory)
{
	const struct samba_parameter *p = samba_parameter_resolve(written);
	size_t len = 0;
	if (p->type == SAMBA_BOOL)
		return bool_value(value, written->inverted);
	if (p->type != SAMBA_ENUM)
		return value;
	const char *word = enum_value(p->words, value, &len);
	if (word == NULL)
		return NULL;
	const char *copy = arena_strndup(a, word, len);
	*no_memory |= copy == NULL;
	return copy;
}

const char *samba_parameter_nearest(const char *name)
{
	const char *best = NULL;
	size_t best_distance = SIZE_MAX;
	for (size_t i = 0; i < samba_parameter_count; i++) {
		if (word_take_nearer(name, samba_parameters[i].name, &best_distance))
			best = samba_parameters[i].name;
	}
	return best;
}

// From the release notes of Samba (WHATSNEW.txt), those that are met in old and in new files.
static const struct {
	const char *name;
	const char *what;
} others[] = {
	{ "acl compatibility", "was removed from Samba" },
	{ "announce as", "was removed from Samba" },
	{ "announce version", "was removed from Samba" },
	{ "auth methods", "was removed from Samba" },
	{ "client use krb5 netlogon", "is of a later Samba than the one looked up" },
	{ "client smb transports", "is of a later Samba than the one looked up" },
	{ "directory security mask", "was removed from Samba" },
	{ "display charset", "was removed from Samba" },
	{ "dns hostname", "is of a later Samba than the one looked up" },
	{ "force directory security mode", "was removed from Samba" },
	{ "force security mode", "was removed from Samba" },
	{ "ldap ssl ads", "was removed from Samba" },
	{ "ad dc functional level", "is of a later Samba than the one looked up" },
	{ "acl claims evaluation", "is of a later Samba than the one looked up" },
	{ "map untrusted to domain", "was removed from Samba" },
	{ "min password length", "was removed from Samba" },
	{ "min passwd length", "was removed from Samba" },
	{ "only user", "was removed from Samba; valid users says who may use a share" },
	{ "paranoid server security", "was removed from Samba" },
	{ "password level", "was removed from Samba" },
	{ "printer admin", "was removed from Samba" },
	{ "profile acls", "was removed from Samba" },
	{ "security mask", "was removed from Samba" },
	{ "server smb transports", "is of a later Samba than the one looked up" },
	{ "share modes", "was removed from Samba" },
	{ "smb3 directory leases", "is of a later Samba than the one looked up" },
	{ "smb3 unix extensions", "is of a later Samba than the one looked up" },
	{ "sync machine password script", "is of a later Samba than the one looked up" },
	{ "sync machine password to keytab", "is of a later Samba than the one looked up" },
	{ "time offset", "was removed from Samba" },
	{ "update encrypted", "was removed from Samba" },
	{ "use spnego", "was removed from Samba" },
	{ "user", "was removed from Samba; valid users says who may use a share" },
	{ "username", "was removed from Samba; valid users says who may use a share" },
	{ "users", "was removed from Samba; valid users says who may use a share" },
	{ "vfs mkdir use tmp name", "is of a later Samba than the one looked up" },
	{ "winbind trusted domains only", "was removed from Samba" },
	{ "write cache size", "was removed from Samba" },
};

const char *samba_parameter_of_other_version(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (lint_name_equal(others[i].name, name))
			return others[i].what;
	}
	return NULL;
}
