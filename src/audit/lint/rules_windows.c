// SPDX-License-Identifier: Apache-2.0
#include "audit/lint/rules_windows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/lint/registry_reader.h"
#include "audit/lint/windows_settings.h"

static const struct {
	const char *word;
	uint32_t number;
} words[] = {
	{ "true", 1 },
	{ "false", 0 },
	{ "none", 0 },
	{ "SMB202", 0x202 },
	{ "SMB210", 0x210 },
	{ "SMB300", 0x300 },
	{ "SMB302", 0x302 },
	{ "SMB311", 0x311 },
};

bool windows_number(const struct lint_setting *s, uint32_t *out)
{
	char *end;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (lint_value_is(s, words[i].word)) {
			*out = words[i].number;
			return true;
		}
	}
	if (s == NULL || *s->value < '0' || *s->value > '9')
		return false;
	errno = 0;
	unsigned long long number = strtoull(s->value, &end, strncasecmp(s->value, "0x", 2) == 0 ? 16 : 10);
	if (errno != 0 || *end != '\0' || number > UINT32_MAX)
		return false;
	*out = (uint32_t)number;
	return true;
}

// The last that the file says of it; NULL: nothing, or that it is taken away.
static const struct lint_setting *find(const struct lint_context *c, const char *section, const char *name)
{
	const struct lint_section *in = section != NULL ? lint_section_find(c->settings, section) : NULL;
	const struct lint_setting *found = NULL;
	for (const struct lint_setting *s = in != NULL ? in->first : NULL; s != NULL;
		s = s->next_in_section) {
		if (strcmp(s->name, REGISTRY_KEY_DELETED) == 0)
			found = NULL;
		else if (lint_name_equal(s->name, name))
			found = strcmp(s->value, REGISTRY_DELETED) == 0 ? NULL : s;
	}
	return found;
}

static bool number_passes(const struct windows_setting *w, uint32_t number)
{
	switch (w->test) {
	case WINDOWS_IS:
		return number == w->wanted;
	case WINDOWS_AT_LEAST:
		return number >= w->wanted;
	case WINDOWS_UP_TO_OR_NONE:
		return number == 0 || number >= w->wanted;
	case WINDOWS_BITS:
		return (number & w->wanted) == w->wanted;
	case WINDOWS_NO_BITS:
		return (number & w->wanted) == 0;
	case WINDOWS_EMPTY:
		break;
	}
	return false;
}

static bool passes(const struct windows_setting *w, const struct lint_setting *s)
{
	uint32_t number = 0;
	if (w->test == WINDOWS_EMPTY)
		return s->value[strspn(s->value, " \t\n,")] == '\0';
	// Of another type than Windows reads: as if it were not there.
	return windows_number(s, &number) ? number_passes(w, number) : w->standard == NULL;
}

static const char *demand(struct arena *a, const struct windows_setting *w)
{
	const char *text = w->reference != NULL ? arena_printf(a, " (%s)", w->reference) : "";
	return text != NULL ? text : "";
}

// Several texts in one line.
static const char *shown_value(struct arena *a, const struct lint_setting *s)
{
	char *text = arena_strdup(a, s->value);
	for (char *p = text; p != NULL && (p = strchr(p, '\n')) != NULL; p++)
		*p = ' ';
	return text != NULL ? text : "";
}

static void judge_present(
	struct lint_context *c, const struct windows_setting *w, const struct lint_setting *s)
{
	if (passes(w, s))
		return;
	const char *by = demand(&c->report->arena, w);
	(void)lint_report_setting(
		c, w->check, w->subject, s, "%s is %.100s%s", s->name, shown_value(&c->report->arena, s), by);
}

static void judge_absent(
	struct lint_context *c, const struct windows_setting *w, const char *section, const char *name)
{
	if (w->standard == NULL || lint_section_find(c->settings, REGISTRY_PARTIAL) != NULL)
		return;
	struct lint_proof proof = { .name = name, .section = section, .standard = w->standard };
	const char *by = demand(&c->report->arena, w);
	(void)lint_report(
		c, w->check, w->subject, &proof, "%s is not set; the default is %s%s", name, w->standard, by);
}

// A value that is not there has its default only if the file would have it: if it has the key.
static void judge_in(struct lint_context *c, const struct windows_setting *w, const char *section,
	const char *name, const char *other)
{
	const struct lint_setting *s = find(c, other, name);
	if (s == NULL)
		s = find(c, section, name);
	if (s != NULL)
		judge_present(c, w, s);
	else if (lint_section_find(c->settings, section) != NULL)
		judge_absent(c, w, section, name);
}

static void judge_setting(struct lint_context *c, const struct windows_setting *w)
{
	if (w->property != NULL && c->settings->format != LINT_REGISTRY)
		judge_in(c, w, w->object, w->property, NULL);
	if (w->key != NULL && c->settings->format == LINT_REGISTRY)
		judge_in(c, w, w->key, w->value, w->policy);
}

// Where a thing of server or client is, in this format.
static const struct lint_setting *find_of(const struct lint_context *c, bool server, const char *name)
{
	if (c->settings->format != LINT_REGISTRY)
		return find(c, server ? WINDOWS_SERVER_SECTION : WINDOWS_CLIENT_SECTION, name);
	const struct lint_setting *s = find(c, server ? WINDOWS_SERVER_POLICY : WINDOWS_CLIENT_POLICY, name);
	return s != NULL ? s : find(c, server ? WINDOWS_SERVER_KEY : WINDOWS_CLIENT_KEY, name);
}

static bool is_on(const struct lint_setting *s)
{
	uint32_t number = 0;
	return windows_number(s, &number) && number != 0;
}

// It was SMB1's; SMB2 and later look at RequireSecuritySignature alone, whatever rules still ask for it
// (WN25-SO-000200).
static void judge_enable_signature(struct lint_context *c, bool server)
{
	const struct lint_setting *enable = find_of(c, server, "EnableSecuritySignature");
	if (is_on(enable) && !is_on(find_of(c, server, "RequireSecuritySignature")))
		(void)lint_report_setting(c, "setting_without_effect",
			server ? "EnableSecuritySignature of the server"
			       : "EnableSecuritySignature of the client",
			enable,
			"EnableSecuritySignature means nothing to SMB 2 and 3: RequireSecuritySignature "
			"decides");
}

static void judge_dialect_order(struct lint_context *c, bool server)
{
	bool registry = c->settings->format == LINT_REGISTRY;
	const struct lint_setting *min = find_of(c, server, registry ? "MinSmb2Dialect" : "Smb2DialectMin");
	const struct lint_setting *max = find_of(c, server, registry ? "MaxSmb2Dialect" : "Smb2DialectMax");
	uint32_t low = 0, high = 0;
	if (!windows_number(min, &low) || !windows_number(max, &high) || high == 0 || low <= high)
		return;
	struct audit_finding *f = lint_report_setting(c, "setting_contradiction",
		server ? "dialects of the server" : "dialects of the client", min,
		"the lowest dialect is above the highest one: none is left");
	struct lint_proof other = { .setting = max };
	lint_add_proof(c, f, &other);
}

// A proof that was meant for another server is of no use to who cannot sign with its key.
static void rate_target_name(struct lint_context *c)
{
	if (!is_on(find_of(c, true, "RequireSecuritySignature")))
		return;
	for (struct audit_finding *f = c->subject->findings; f != NULL; f = f->next) {
		if (strcmp(f->check->id, "ntlm_target_not_checked") == 0)
			lint_rate(f, AUDIT_LOW, 'B');
	}
}

static void judge_ciphers(struct lint_context *c)
{
	const struct lint_setting *s = find_of(c, true, "EncryptionCiphers");
	if (s == NULL)
		s = find_of(c, true, "CipherSuiteOrder");
	if (s == NULL || *s->value == '\0')
		return;
	const char *strong = strstr(s->value, "256"), *weak = strstr(s->value, "128");
	if (strong == NULL)
		(void)lint_report_setting(c, "cipher_256_missing", NULL, s, NULL);
	else if (weak != NULL && weak < strong)
		(void)lint_report_setting(
			c, "weak_cipher_preferred", NULL, s, "ciphers in this order: %.120s", s->value);
}

// From level 4 on LM responses are refused, and without hashes of that kind nothing could check them.
static void judge_lm(struct lint_context *c)
{
	const struct lint_setting *level = find(c, WINDOWS_LSA_KEY, "LmCompatibilityLevel");
	const struct lint_setting *no_hash = find(c, WINDOWS_LSA_KEY, "NoLMHash");
	uint32_t number = 3;
	if (no_hash == NULL || is_on(no_hash) || (windows_number(level, &number) && number >= 4))
		return;
	struct audit_finding *f = lint_report_setting(
		c, "lm_accepted", NULL, no_hash, "LM hashes are kept, and LM responses taken");
	struct lint_proof proof = {
		.setting = level, .name = "LmCompatibilityLevel", .section = WINDOWS_LSA_KEY, .standard = "3"
	};
	lint_add_proof(c, f, &proof);
}

static bool is_hardened(const struct lint_setting *s)
{
	return strcasestr(s->value, "RequireMutualAuthentication=1") != NULL &&
	       strcasestr(s->value, "RequireIntegrity=1") != NULL;
}

// MS15-011: \\*\SYSVOL and \\*\NETLOGON.
static void judge_hardened_path(struct lint_context *c, const char *path)
{
	const struct lint_setting *s = find(c, WINDOWS_HARDENED_PATHS, path);
	if (s != NULL && !is_hardened(s)) {
		(void)lint_report_setting(c, "unc_hardening_missing", path, s,
			"%s is used without mutual authentication or integrity (WN25-CC-000080)", path);
	} else if (s == NULL && lint_section_find(c->settings, WINDOWS_HARDENED_PATHS) != NULL) {
		struct lint_proof proof = { .name = path,
			.section = WINDOWS_HARDENED_PATHS,
			.standard = "hardened in domains (Windows 10, Windows Server 2016 and later)" };
		lint_rate(lint_report(c, "unc_hardening_missing", path, &proof,
				  "%s is not named, only the default protects it (WN25-CC-000080)", path),
			AUDIT_LOW, 'B');
	}
}

static void leave_smb1_open(struct lint_context *c)
{
	if (c->settings->format == LINT_REGISTRY &&
		lint_section_find(c->settings, WINDOWS_SERVER_KEY) != NULL &&
		find_of(c, true, "SMB1") == NULL)
		report_add_open(c->report, c->subject, "smb1_accepted",
			"SMB1 is not set: off where the component is not installed (Windows 10 1709, Windows "
			"Server 2019 and later), on before");
}

void rules_windows_judge(struct lint_context *c)
{
	for (size_t i = 0; i < windows_setting_count; i++)
		judge_setting(c, &windows_settings[i]);
	rate_target_name(c);
	judge_enable_signature(c, true);
	judge_enable_signature(c, false);
	judge_dialect_order(c, true);
	judge_dialect_order(c, false);
	judge_ciphers(c);
	judge_lm(c);
	judge_hardened_path(c, "\\\\*\\SYSVOL");
	judge_hardened_path(c, "\\\\*\\NETLOGON");
	leave_smb1_open(c);
}
