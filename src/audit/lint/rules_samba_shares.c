// SPDX-License-Identifier: Apache-2.0
// Each share: who gets in, as whom, and to what.
#include <string.h>
#include <strings.h>

#include "audit/lint/lint_paths.h"
#include "audit/lint/samba_view.h"

static const char *share_name(const struct samba_view *v)
{
	return v->section->name;
}

static bool is_printer(const struct samba_view *v)
{
	return samba_share_yes(v, "printable") || strcmp(v->section->key, "printers") == 0;
}

// Guests of Bad User, and anonymous sessions, which smbd has as guests too, even with restrict anonymous = 2.
static void judge_guest_share(struct samba_view *v)
{
	struct lint_proof guest = samba_share(v, "guest ok");
	bool mapped = !samba_is(samba_global(v, "map to guest"), "Never");
	bool writes = samba_is(samba_share(v, "read only"), "No") && !is_printer(v);
	struct audit_finding *f;
	if (samba_encryption_required(v)) {
		(void)lint_report(v->context, "setting_without_effect",
			lint_subject(v->context, share_name(v), "guest ok"), &guest,
			"guests cannot encrypt, and encryption is required");
		return;
	}
	if (mapped) {
		f = lint_report(v->context, "share_guest", share_name(v), &guest, NULL);
		if (is_printer(v))
			lint_rate(f, AUDIT_LOW, 'B');
	}
	if (!is_printer(v)) {
		f = lint_report(v->context, "share_anonymous", share_name(v), &guest,
			writes ? "guests write too" : NULL);
		if (writes)
			lint_rate(f, AUDIT_CRITICAL, 'F');
	}
	if (writes) {
		struct lint_proof read_only = samba_share(v, "read only");
		(void)lint_report(v->context, "share_writable_by_everyone", share_name(v), &read_only,
			"guests write too");
	}
}

// Where all of a domain find its policies.
static bool is_of_domain(const struct samba_view *v)
{
	const char *key = v->section->key;
	return samba_is_dc(v) && (strcmp(key, "sysvol") == 0 || strcmp(key, "netlogon") == 0);
}

static void judge_users(struct samba_view *v)
{
	struct lint_proof users = samba_share(v, "valid users");
	if (samba_empty(users) && !is_printer(v) && !is_of_domain(v) && !samba_share_yes(v, "guest ok"))
		(void)lint_report(v->context, "share_without_users", share_name(v), &users, NULL);
}

static void judge_hosts(struct samba_view *v)
{
	struct lint_proof hosts = samba_share(v, "hosts allow");
	if (samba_empty(hosts) && samba_empty(samba_global(v, "hosts allow")))
		(void)lint_report(v->context, "share_hosts_unrestricted", share_name(v), &hosts, NULL);
}

static void judge_identity(struct samba_view *v)
{
	struct lint_proof force = samba_share(v, "force user");
	struct lint_proof admins = samba_share(v, "admin users");
	if (samba_is(force, "root"))
		(void)lint_report(v->context, "acts_as_root", share_name(v), &force,
			"whoever uses the share does it as root");
	if (!samba_empty(admins)) {
		struct audit_finding *f = lint_report(v->context, "acts_as_root", share_name(v), &admins,
			"admin users do everything in it as root, past all permissions");
		if (!samba_is(force, "root"))
			lint_rate(f, AUDIT_MEDIUM, 'C');
	}
}

static void judge_share_encryption(struct samba_view *v)
{
	struct lint_proof encryption = samba_share(v, "server smb encrypt");
	// Where all is encrypted, a session is, whatever the share says.
	if (samba_encryption_required(v) || encryption.setting == NULL || v->section == NULL ||
		strcmp(encryption.setting->section, v->section->name) != 0)
		return;
	if (samba_level(encryption) == SAMBA_OFF)
		(void)lint_report(v->context, "share_encryption_not_enforced", share_name(v), &encryption,
			"encryption is switched off for this share");
}

void rules_samba_share_access(struct samba_view *v)
{
	if (samba_share_yes(v, "guest ok"))
		judge_guest_share(v);
	judge_users(v);
	judge_hosts(v);
	judge_identity(v);
	judge_share_encryption(v);
}

// smb.conf(5), wide links: switched off while SMB 1's Unix extensions are on, unless that is allowed too.
static void judge_links(struct samba_view *v)
{
	struct lint_proof wide = samba_share(v, "wide links");
	struct lint_proof unix_extensions = samba_global(v, "smb1 unix extensions");
	bool effective = samba_is(unix_extensions, "No") || samba_global_yes(v, "allow insecure wide links");
	if (!samba_is(wide, "Yes"))
		return;
	if (samba_is(samba_share(v, "follow symlinks"), "No"))
		(void)lint_report(v->context, "setting_without_effect",
			lint_subject(v->context, share_name(v), "wide links"), &wide,
			"follow symlinks is off: no link is followed");
	else if (effective)
		(void)lint_report(v->context, "wide_links", share_name(v), &wide, NULL);
	else
		(void)lint_report(v->context, "setting_without_effect",
			lint_subject(v->context, share_name(v), "wide links"), &wide,
			"wide links are off while unix extensions are on");
}

void rules_samba_share_files(struct samba_view *v)
{
	struct lint_proof path = samba_share(v, "path");
	judge_links(v);
	if (lint_is_system_path(samba_value(&path)))
		(void)lint_report(v->context, "root_share", share_name(v), &path, NULL);
}
