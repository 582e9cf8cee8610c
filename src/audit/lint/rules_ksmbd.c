// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/lint/ksmbd_parameters.h"
#include "audit/lint/lint_paths.h"
#include "audit/lint/rules_dialects.h"

static const char *value_of(const struct lint_proof *p)
{
	const char *value = p->setting != NULL ? p->setting->value : p->standard;
	return value != NULL ? value : "";
}

// ksmbd.mountd compares the beginning alone.
static bool is(struct lint_proof p, const char *word)
{
	return strncasecmp(value_of(&p), word, strlen(word)) == 0;
}

static bool is_empty(struct lint_proof p)
{
	return *value_of(&p) == 0;
}

static bool encryption_required(const struct ksmbd_view *v)
{
	return is(ksmbd_global(v, "smb3 encryption"), "mandatory");
}

static unsigned dialect(struct lint_proof p)
{
	static const struct {
		const char *word;
		unsigned dialect;
	} dialects[] = { { "SMB3_11", 0x0311 }, { "SMB3_02", 0x0302 }, { "SMB3", 0x0300 },
		{ "SMB2_10", 0x0210 }, { "SMB2_02", 0x0202 }, { "SMB2", 0x0202 } };
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		if (is(p, dialects[i].word))
			return dialects[i].dialect;
	}
	return 0x0100;
}

// That encryption is required keeps nobody out: see fix_ksmbd.c.
static void judge_dialects(struct ksmbd_view *v)
{
	struct dialect_range d = { .lowest = ksmbd_global(v, "server min protocol"),
		.highest = ksmbd_global(v, "server max protocol") };
	d.min = dialect(d.lowest);
	d.max = dialect(d.highest);
	rules_dialects(v->context, &d);
}

static void judge_protection(struct ksmbd_view *v)
{
	struct lint_proof signing = ksmbd_global(v, "server signing");
	struct lint_proof encryption = ksmbd_global(v, "smb3 encryption");
	if (!is(signing, "mandatory")) {
		struct audit_finding *f = lint_report(v->context, "signing_not_required", NULL, &signing,
			encryption_required(v) ? "not signed, but encrypted, which protects a message as well"
					       : NULL);
		if (encryption_required(v))
			lint_rate(f, AUDIT_LOW, 'B');
	}
	if (is(encryption, "auto") || is(encryption, "enabled"))
		(void)lint_report(v->context, "encryption_not_required", NULL, &encryption, NULL);
	else if (!encryption_required(v))
		(void)lint_report(v->context, "encryption_not_supported", NULL, &encryption,
			"encryption is switched off");
}

static void judge_authentication(struct ksmbd_view *v)
{
	struct lint_proof map = ksmbd_global(v, "map to guest");
	struct lint_proof restricted = ksmbd_global(v, "restrict anonymous");
	struct lint_proof kerberos = ksmbd_global(v, "kerberos support");
	(void)lint_report(v->context, "ntlm_accepted", NULL, &kerberos, "ksmbd always takes NTLMv2");
	if (is(kerberos, "no") && is_empty(ksmbd_global(v, "kerberos keytab file")))
		(void)lint_report(v->context, "kerberos_not_offered", NULL, &kerberos, NULL);
	if (is(map, "bad user"))
		(void)lint_report(v->context, "guest_accepted", NULL, &map,
			"whoever gives a name that does not exist is let in as the guest account");
	else if (map.setting != NULL && !is(map, "never"))
		(void)lint_report(v->context, "setting_without_effect", "map to guest", &map,
			"ksmbd knows never and bad user; all else is never");
	if (atoi(value_of(&restricted)) != 1 && atoi(value_of(&restricted)) != 2)
		(void)lint_report(v->context, "anonymous_session", NULL, &restricted, NULL);
}

static void judge_exposure(struct ksmbd_view *v)
{
	struct lint_proof only = ksmbd_global(v, "bind interfaces only");
	struct lint_proof interfaces = ksmbd_global(v, "interfaces");
	struct lint_proof channels = ksmbd_global(v, "server multi channel support");
	if (is(only, "yes") && is_empty(interfaces))
		(void)lint_report(v->context, "setting_without_effect", "bind interfaces only", &only,
			"interfaces is not set: they are all of them");
	else if (!is(only, "yes") && !is_empty(interfaces))
		(void)lint_report(v->context, "setting_without_effect", "interfaces", &interfaces,
			"without bind interfaces only = yes ksmbd listens on all the same");
	if (!is(only, "yes") || is_empty(interfaces))
		(void)lint_report(v->context, "bind_all_interfaces", NULL, &only, NULL);
	if (is(channels, "yes"))
		(void)lint_report(v->context, "interfaces_disclosed", NULL, &channels,
			"multichannel tells each user the server's addresses");
}

static void judge_share_guests(struct ksmbd_view *v)
{
	const char *name = v->section->name;
	struct lint_proof guest = ksmbd_share(v, "guest ok");
	struct lint_proof read_only = ksmbd_share(v, "read only");
	struct lint_proof users = ksmbd_share(v, "valid users");
	if (!is(guest, "yes")) {
		if (is_empty(users))
			(void)lint_report(v->context, "share_without_users", name, &users, NULL);
		return;
	}
	if (!is_empty(users))
		lint_add_proof(v->context,
			lint_report(v->context, "setting_contradiction", name, &users,
				"guests are let in, and valid users names who may come"),
			&guest);
	(void)lint_report(v->context, "share_guest", name, &guest, NULL);
	if (is(read_only, "no"))
		(void)lint_report(
			v->context, "share_writable_by_everyone", name, &read_only, "guests write too");
}

static void judge_share(struct ksmbd_view *v)
{
	const char *name = v->section->name;
	struct lint_proof path = ksmbd_share(v, "path");
	struct lint_proof hosts = ksmbd_share(v, "hosts allow");
	struct lint_proof force = ksmbd_share(v, "force user");
	struct lint_proof write = ksmbd_share(v, "write list");
	judge_share_guests(v);
	if (is_empty(hosts))
		(void)lint_report(v->context, "share_hosts_unrestricted", name, &hosts, NULL);
	if (strcmp(value_of(&force), "root") == 0)
		(void)lint_report(
			v->context, "acts_as_root", name, &force, "whoever uses the share does it as root");
	if (lint_is_system_path(value_of(&path)))
		(void)lint_report(v->context, "root_share", name, &path, NULL);
	if (is_empty(path) && strcmp(v->section->key, "ipc$") != 0)
		(void)lint_report(v->context, "setting_without_effect",
			lint_subject(v->context, name, "path"), &path,
			"a share without a path is not offered");
	if (write.setting != NULL && !is_empty(write) && is(ksmbd_share(v, "read only"), "no"))
		(void)lint_report(v->context, "setting_without_effect",
			lint_subject(v->context, name, "write list"), &write,
			"the share is not read only, so all its users write");
}

void rules_ksmbd(struct lint_context *c)
{
	struct ksmbd_view v;
	ksmbd_view_init(&v, c);
	judge_dialects(&v);
	judge_protection(&v);
	judge_authentication(&v);
	judge_exposure(&v);
	for (const struct lint_section *s = c->settings->sections; s != NULL; s = s->next) {
		if (strcmp(s->key, "global") == 0)
			continue;
		ksmbd_view_share(&v, s);
		if (strcmp(s->key, "ipc$") != 0)
			judge_share(&v);
	}
}
