// SPDX-License-Identifier: Apache-2.0
#include "audit/lint/ksmbd_parameters.h"

#include <string.h>

#include "config/config_nearest.h"

// Defaults of the present version. Until October 2025 server signing was "disabled", which SMB2 takes as
// "auto".
const struct ksmbd_parameter ksmbd_parameters[] = {
	{ "bind interfaces only", "no", .boolean = true },
	{ "deadtime", "0" },
	{ "durable handles", "no", .boolean = true },
	{ "guest account", "nobody", .share = true },
	{ "interfaces", "" },
	{ "ipc timeout", "0" },
	{ "kerberos keytab file", "" },
	{ "kerberos service name", "" },
	{ "kerberos support", "no", .boolean = true },
	{ "map to guest", "never" },
	{ "max active sessions", "1024" },
	{ "max connections", "128", .share = true },
	{ "max ip connections", "8" },
	{ "max open files", "10000" },
	{ "netbios name", "KSMBD SERVER" },
	{ "restrict anonymous", "0" },
	{ "root directory", "" },
	{ "server max protocol", "SMB3_11" },
	{ "server min protocol", "SMB2_10" },
	{ "server multi channel support", "no", .boolean = true },
	{ "server signing", "auto" },
	{ "server string", "SMB SERVER" },
	{ "share:fake_fscaps", "64" },
	{ "smb2 leases", "no", .boolean = true },
	{ "smb2 max credits", "8192" },
	{ "smb2 max read", "4MB" },
	{ "smb2 max trans", "1MB" },
	{ "smb2 max write", "4MB" },
	{ "smb3 encryption", "auto" },
	{ "smbd max io size", "8MB" },
	{ "tcp port", "445" },
	{ "workgroup", "WORKGROUP" },

	{ "admin users", "", .share = true },
	{ "browseable", "yes", .share = true, .boolean = true },
	{ "comment", "", .share = true },
	{ "create mask", "0744", .share = true },
	{ "crossmnt", "yes", .share = true, .boolean = true },
	{ "directory mask", "0755", .share = true },
	{ "follow symlinks", "no", .share = true, .boolean = true },
	{ "force create mode", "0000", .share = true },
	{ "force directory mode", "0000", .share = true },
	{ "force group", "", .share = true },
	{ "force user", "", .share = true },
	{ "guest ok", "no", .share = true, .boolean = true },
	{ "hide dot files", "yes", .share = true, .boolean = true },
	{ "hosts allow", "", .share = true },
	{ "hosts deny", "", .share = true },
	{ "inherit owner", "no", .share = true, .boolean = true },
	{ "invalid users", "", .share = true },
	{ "oplocks", "yes", .share = true, .boolean = true },
	{ "path", "", .share = true },
	{ "read list", "", .share = true },
	{ "read only", "yes", .share = true, .boolean = true },
	{ "store dos attributes", "yes", .share = true, .boolean = true },
	{ "valid users", "", .share = true },
	{ "veto files", "", .share = true },
	{ "vfs objects", "", .share = true },
	{ "writable", NULL, .share = true, .inverse_of = "read only", .boolean = true },
	{ "writeable", NULL, .share = true, .inverse_of = "read only", .boolean = true },
	{ "write list", "", .share = true },
	{ "write ok", NULL, .share = true, .inverse_of = "read only", .boolean = true },
};
const size_t ksmbd_parameter_count = ARRAY_LEN(ksmbd_parameters);

const struct ksmbd_parameter *ksmbd_parameter_find(const char *name)
{
	for (size_t i = 0; i < ksmbd_parameter_count; i++) {
		if (lint_name_equal(ksmbd_parameters[i].name, name))
			return &ksmbd_parameters[i];
	}
	return NULL;
}

const char *ksmbd_parameter_meant(const char *name)
{
	const struct ksmbd_parameter *p = ksmbd_parameter_find(name);
	return p != NULL && p->inverse_of != NULL ? p->inverse_of : name;
}

const char *ksmbd_parameter_nearest(const char *name)
{
	const char *best = NULL;
	size_t best_distance = SIZE_MAX;
	for (size_t i = 0; i < ksmbd_parameter_count; i++) {
		if (word_take_nearer(name, ksmbd_parameters[i].name, &best_distance))
			best = ksmbd_parameters[i].name;
	}
	return best;
}

static void take_all(const struct lint_section *s, const struct lint_setting **of)
{
	for (const struct lint_setting *i = s != NULL ? s->first : NULL; i != NULL; i = i->next_in_section) {
		const struct ksmbd_parameter *p = i->ignored ? NULL : ksmbd_parameter_find(i->name);
		if (p != NULL)
			of[p - ksmbd_parameters] = i;
	}
}

void ksmbd_view_init(struct ksmbd_view *v, struct lint_context *c)
{
	*v = (struct ksmbd_view){ .context = c };
	take_all(lint_section_find(c->settings, "global"), v->global);
}

void ksmbd_view_share(struct ksmbd_view *v, const struct lint_section *share)
{
	v->section = share;
	memset(v->share, 0, sizeof(v->share));
	take_all(share, v->share);
}

static struct lint_proof proof_of(const char *name, const char *section, const struct lint_setting *own,
	const struct lint_setting *other)
{
	const struct ksmbd_parameter *p = ksmbd_parameter_find(name);
	return (struct lint_proof){
		.setting = own != NULL ? own : other,
		.name = name,
		.section = section,
		.standard = p != NULL ? p->standard : "",
	};
}

static size_t index_of(const char *name)
{
	const struct ksmbd_parameter *p = ksmbd_parameter_find(name);
	return p != NULL ? (size_t)(p - ksmbd_parameters) : KSMBD_PARAMETERS_MAX - 1;
}

struct lint_proof ksmbd_global(const struct ksmbd_view *v, const char *name)
{
	return proof_of(name, "global", v->global[index_of(name)], NULL);
}

struct lint_proof ksmbd_share(const struct ksmbd_view *v, const char *name)
{
	size_t i = index_of(name);
	return proof_of(name, v->section->name, v->share[i], v->global[i]);
}
