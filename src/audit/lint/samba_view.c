// SPDX-License-Identifier: Apache-2.0
#include "audit/lint/samba_view.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void take(const struct lint_setting **of, const struct lint_setting *setting)
{
	const struct samba_parameter *p = setting->ignored ? NULL : setting->known;
	if (p != NULL)
		of[samba_parameter_index(p)] = setting;
}

void samba_view_init(struct samba_view *v, struct lint_context *c)
{
	*v = (struct samba_view){ .context = c };
	const struct lint_section *global = lint_section_find(c->settings, "global");
	const struct lint_setting *first = global != NULL ? global->first : NULL;
	for (const struct lint_setting *i = first; i != NULL; i = i->next_in_section)
		take(v->global, i);
	v->next_default = first;
}

// A share is made with the defaults that [global] had given so far; what [global] says later is for later
// shares.
const struct lint_section *samba_view_next(struct samba_view *v)
{
	const struct lint_section *s = v->section != NULL ? v->section->next : v->context->settings->sections;
	while (s != NULL && strcmp(s->key, "global") == 0)
		s = s->next;
	v->section = s;
	if (s == NULL)
		return NULL;
	for (; v->next_default != NULL && v->next_default->order < s->order;
		v->next_default = v->next_default->next_in_section)
		take(v->defaults, v->next_default);
	memset(v->share, 0, sizeof(v->share));
	for (const struct lint_setting *i = s->first; i != NULL; i = i->next_in_section)
		take(v->share, i);
	return s;
}

// smb.conf(5) on those whose default is called "default".
static const char *default_meaning(const char *name)
{
	static const struct {
		const char *name;
		const char *meaning;
	} meanings[] = {
		{ "client ipc signing", "required" },
		{ "client signing", "desired" },
		{ "client smb encrypt", "if_required" },
		{ "server signing", "not to require it, but on a domain controller" },
		{ "server smb encrypt", "if_required" },
	};
	for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
		if (strcmp(meanings[i].name, name) == 0)
			return meanings[i].meaning;
	}
	return NULL;
}

static struct lint_proof proof_of(
	const struct samba_parameter *p, const struct lint_setting *setting, const char *section)
{
	return (struct lint_proof){
		.setting = setting,
		.name = p->name,
		.section = section,
		.standard = p->standard,
		.meaning = default_meaning(p->name),
	};
}

struct lint_proof samba_global(const struct samba_view *v, const char *name)
{
	const struct samba_parameter *p = samba_parameter_find(name);
	if (p == NULL)
		return (struct lint_proof){ .name = name, .section = "global", .standard = "" };
	return proof_of(p, v->global[samba_parameter_index(p)], "global");
}

struct lint_proof samba_share(const struct samba_view *v, const char *name)
{
	const struct samba_parameter *p = samba_parameter_find(name);
	if (p == NULL)
		return (struct lint_proof){ .name = name, .section = v->section->name, .standard = "" };
	size_t i = samba_parameter_index(p);
	return proof_of(p, v->share[i] != NULL ? v->share[i] : v->defaults[i], v->section->name);
}

const char *samba_value(const struct lint_proof *p)
{
	const char *value = p->setting != NULL ? p->setting->value : p->standard;
	return value != NULL ? value : "";
}

bool samba_is(struct lint_proof p, const char *word)
{
	return strcasecmp(samba_value(&p), word) == 0;
}

bool samba_empty(struct lint_proof p)
{
	return *samba_value(&p) == 0;
}

long samba_number(struct lint_proof p)
{
	return strtol(samba_value(&p), NULL, 10);
}

bool samba_global_yes(const struct samba_view *v, const char *name)
{
	return samba_is(samba_global(v, name), "Yes");
}

bool samba_share_yes(const struct samba_view *v, const char *name)
{
	return samba_is(samba_share(v, name), "Yes");
}

enum samba_level samba_level(struct lint_proof p)
{
	if (samba_is(p, "No"))
		return SAMBA_OFF;
	if (samba_is(p, "required"))
		return SAMBA_REQUIRED;
	return samba_is(p, "desired") ? SAMBA_DESIRED : SAMBA_IF_REQUIRED;
}

// The first words of samba_parameters.c's groups: "SMB2" is SMB2_10, "SMB3" is SMB3_11.
unsigned samba_dialect(struct lint_proof p, unsigned standard)
{
	static const struct {
		const char *word;
		unsigned dialect;
	} dialects[] = {
		{ "SMB3", 0x0311 },
		{ "SMB3_02", 0x0302 },
		{ "SMB3_00", 0x0300 },
		{ "SMB2", 0x0210 },
		{ "SMB2_02", 0x0202 },
		{ "default", 0 },
	};
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++) {
		if (samba_is(p, dialects[i].word))
			return dialects[i].dialect != 0 ? dialects[i].dialect : standard;
	}
	return 0x0100;
}

bool samba_is_dc(const struct samba_view *v)
{
	return samba_is(samba_global(v, "server role"), "active directory domain controller");
}

bool samba_in_domain(const struct samba_view *v)
{
	return samba_is_dc(v) || samba_is(samba_global(v, "security"), "ADS") ||
	       samba_is(samba_global(v, "security"), "DOMAIN") ||
	       samba_is(samba_global(v, "server role"), "member server");
}

// smb.conf(5): the default is to require it on a domain controller alone.
bool samba_signing_required(const struct samba_view *v)
{
	struct lint_proof signing = samba_global(v, "server signing");
	return samba_level(signing) == SAMBA_REQUIRED || (samba_is(signing, "default") && samba_is_dc(v));
}

bool samba_encryption_required(const struct samba_view *v)
{
	return samba_level(samba_global(v, "server smb encrypt")) == SAMBA_REQUIRED;
}
