// SPDX-License-Identifier: Apache-2.0
// Settings of a share that take each other back, or do nothing beside another.
#include <string.h>
#include <strings.h>

#include "audit/lint/samba_view.h"

// A share's own setting has this value; what [global] gives to all shares was not meant for this one.
static const struct lint_setting *own(const struct samba_view *v, const char *name)
{
	const struct samba_parameter *p = samba_parameter_find(name);
	return p != NULL ? v->share[samba_parameter_index(p)] : NULL;
}

static void without_effect(struct samba_view *v, const struct lint_setting *s, const char *why)
{
	(void)lint_report_setting(v->context, "setting_without_effect",
		lint_subject(v->context, v->section->name, s->name), s, "%s", why);
}

static void judge_guest_settings(struct samba_view *v)
{
	const struct lint_setting *only = own(v, "guest only");
	const struct lint_setting *users = own(v, "valid users");
	struct lint_proof guest = samba_share(v, "guest ok");
	if (only != NULL && lint_value_is(only, "Yes") && !samba_is(guest, "Yes"))
		without_effect(v, only, "without guest ok no guest gets in");
	if (users == NULL || *users->value == 0 || !samba_is(guest, "Yes"))
		return;
	struct audit_finding *f = lint_report_setting(v->context, "setting_contradiction", users->section,
		users,
		"guests are let in, and valid users has none of them unless it names the guest account");
	lint_add_proof(v->context, f, &guest);
}

static void judge_lists(struct samba_view *v)
{
	const struct lint_setting *write = own(v, "write list");
	const struct lint_setting *read = own(v, "read list");
	bool read_only = samba_share_yes(v, "read only");
	if (write != NULL && *write->value != 0 && !read_only)
		without_effect(v, write, "the share is not read only, so all its users write");
	if (read != NULL && *read->value != 0 && read_only && (write == NULL || *write->value == 0))
		without_effect(v, read, "the share is read only for all");
}

static void judge_path(struct samba_view *v)
{
	static const char *const without[] = { "homes", "printers", "ipc$" };
	const struct lint_section *s = v->section;
	for (size_t i = 0; i < ARRAY_LEN(without); i++) {
		if (strcmp(s->key, without[i]) == 0)
			return;
	}
	if (!samba_empty(samba_share(v, "path")) || !samba_empty(samba_share(v, "msdfs proxy")))
		return;
	struct lint_proof path = samba_share(v, "path");
	struct audit_finding *f = lint_report(v->context, "setting_without_effect",
		lint_subject(v->context, s->name, "path"), &path, "a share without a path is not offered");
	if (f != NULL && f->line == 0)
		f->line = s->line;
}

// What the server asks of a connection too, whatever the share was made with.
static bool counts_for_server(const char *name)
{
	static const char *const names[] = { "hosts allow", "hosts deny", "include", "server smb encrypt" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

// [global] gives shares their defaults as far as it was read when they begin.
static void judge_late_defaults(struct samba_view *v)
{
	for (size_t i = 0; i < samba_parameter_count; i++) {
		const struct lint_setting *late = v->global[i];
		if (late == NULL || samba_parameters[i].scope != SAMBA_SHARE || v->share[i] != NULL ||
			late->order < v->section->order || v->defaults[i] == late ||
			counts_for_server(late->name))
			continue;
		(void)lint_report_setting(v->context, "setting_without_effect", late->name, late,
			"[%.60s] stands before it, and took the defaults that [global] had until then",
			v->section->name);
	}
}

void rules_samba_share_contradictions(struct samba_view *v)
{
	judge_guest_settings(v);
	judge_lists(v);
	judge_path(v);
	judge_late_defaults(v);
}
