// SPDX-License-Identifier: Apache-2.0
// Other files and other sections: `include` and `copy` of smb.conf.
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "audit/lint/samba_reader.h"

// A name of this machine, as Samba has it: up to its first dot for NetBIOS.
static void machine_name(const struct samba_reader *r, bool netbios, char name[static 256])
{
	const struct lint_setting *set = netbios ? r->netbios_name : NULL;
	name[0] = 0;
	if (set != NULL)
		strncpy(name, set->value, 255);
	else if (gethostname(name, 256) != 0)
		name[0] = 0;
	name[255] = 0;
	if (netbios && set == NULL)
		name[strcspn(name, ".")] = 0;
	for (char *c = name; netbios && *c != 0; c++)
		*c = (char)toupper((unsigned char)*c);
}

// What a variable stands for before any client is there; false: it depends on the client.
static bool variable_value(const struct samba_reader *r, char variable, char value[static 256])
{
	switch (variable) {
	case 'L':
	case 'N':
		machine_name(r, true, value);
		return true;
	case 'h':
		machine_name(r, false, value);
		return true;
	case 'D':
	case 'w':
		strncpy(value, r->workgroup != NULL ? r->workgroup->value : "WORKGROUP", 255);
		value[255] = 0;
		return variable == 'D';
	default:
		return false;
	}
}

const char *samba_expand_path(
	struct samba_reader *r, const struct lint_text *t, const char *path, bool *varies)
{
	char out[4096];
	char value[256];
	size_t len = 0;
	const char *slash = *path != '/' ? strrchr(t->file, '/') : NULL;
	if (slash != NULL && (size_t)(slash - t->file) < sizeof(out) - 2) {
		len = (size_t)(slash - t->file) + 1;
		memcpy(out, t->file, len);
	}
	for (; *path != 0 && len < sizeof(out) - sizeof(value) - 1; path++) {
		if (*path != '%') {
			out[len++] = *path;
			continue;
		}
		if (path[1] == 0 || !variable_value(r, path[1], value)) {
			*varies = true;
			out[len++] = '%';
			continue;
		}
		path++;
		len = (size_t)(stpcpy(out + len, value) - out);
	}
	const char *copy = arena_strndup(r->settings->arena, out, len);
	r->settings->no_memory |= copy == NULL;
	return copy;
}

static void leave_open(struct samba_reader *r, const char *value, const struct lint_place *where)
{
	struct lint_remark *remark = lint_settings_remark(r->settings, "configuration_malformed", NULL, where,
		"include = %.200s (line %u) was not read: what it sets depends on the client, or is "
		"elsewhere",
		value, where->line);
	if (remark != NULL)
		remark->open = true;
}

static bool within_limits(
	struct samba_reader *r, const struct lint_text *text, const struct lint_place *where)
{
	r->files++;
	r->bytes += text->len;
	if (r->files <= LINT_INCLUDES_MAX && r->bytes <= LINT_FILE_MAX)
		return true;
	lint_settings_fail(r->settings, where->file, where->line,
		"more than %d files or 16 MiB are included in all", (int)LINT_INCLUDES_MAX);
	return false;
}

static void read_file(struct samba_reader *r, const char *path, const struct lint_place *where)
{
	struct lint_text text;
	const char *error = NULL;
	if (r->depth == LINT_INCLUDE_DEPTH_MAX) {
		lint_settings_fail(r->settings, where->file, where->line,
			"files include one another more than %d deep: %.200s", (int)LINT_INCLUDE_DEPTH_MAX,
			path);
		return;
	}
	if (lint_text_read(r->settings->arena, path, &text, &error) != 0) {
		(void)lint_settings_remark(r->settings, "setting_without_effect", path, where,
			"%.200s: %s: Samba goes on without it and says nothing", path,
			error != NULL ? error : "unreadable");
		return;
	}
	if (!within_limits(r, &text, where))
		return;
	r->depth++;
	samba_read_text(r, &text);
	r->depth--;
}

void samba_read_include(
	struct samba_reader *r, const struct lint_text *t, const char *value, const struct lint_place *where)
{
	bool varies = false;
	if (*value == 0)
		return;
	const char *path = samba_expand_path(r, t, value, &varies);
	if (path == NULL)
		return;
	if (varies || r->settings->alone || strcasecmp(value, "registry") == 0)
		leave_open(r, value, where);
	else
		read_file(r, path, where);
}

// The last setting of each parameter of a section up to an order, by the parameter's index.
static void collect(struct samba_reader *r, const struct lint_section *section, unsigned before,
	const struct lint_setting **of)
{
	for (const struct lint_setting *i = section != NULL ? section->first : NULL;
		i != NULL && i->order < before; i = i->next_in_section) {
		r->copy_looks++;
		const struct samba_parameter *p = i->ignored ? NULL : i->known;
		if (p != NULL)
			of[samba_parameter_index(p)] = i;
	}
}

struct copy_tables {
	const struct lint_setting *theirs[SAMBA_PARAMETERS_MAX];
	const struct lint_setting *their_defaults[SAMBA_PARAMETERS_MAX];
	const struct lint_setting *ours[SAMBA_PARAMETERS_MAX];
	const struct lint_setting *our_defaults[SAMBA_PARAMETERS_MAX];
};

static bool is_copied(const struct samba_parameter *p)
{
	return p->scope == SAMBA_SHARE && p->synonym_of == NULL && strcmp(p->name, "copy") != 0 &&
	       strcmp(p->name, "include") != 0;
}

// All that the other section comes to is copied, its defaults too: [global] may have had others then.
static bool copy_one(struct samba_reader *r, const struct copy_tables *t, size_t i,
	const struct lint_section *to, const struct lint_place *copy)
{
	const struct samba_parameter *p = &samba_parameters[i];
	const struct lint_setting *from = t->theirs[i] != NULL ? t->theirs[i] : t->their_defaults[i];
	const struct lint_place where =
		from != NULL ? (struct lint_place){ from->file, from->line, from->text } : *copy;
	const char *value = from != NULL ? from->value : p->standard;
	struct lint_setting *added;
	if (t->ours[i] != NULL || from == t->our_defaults[i] || value == NULL)
		return true;
	if (!lint_settings_add(r->settings, to->name, p->name, value, &where, &added))
		return false;
	added->known = p;
	added->inherited = true;
	return true;
}

static void copy_all(struct samba_reader *r, const struct lint_section *from, const struct lint_section *to,
	const struct lint_place *copy)
{
	const struct lint_section *global = lint_section_find(r->settings, "global");
	struct copy_tables *t = calloc(1, sizeof(*t));
	if (t == NULL) {
		r->settings->no_memory = true;
		return;
	}
	collect(r, from, UINT_MAX, t->theirs);
	collect(r, global, from->order, t->their_defaults);
	collect(r, to, UINT_MAX, t->ours);
	collect(r, global, to->order, t->our_defaults);
	for (size_t i = 0; i < samba_parameter_count; i++) {
		if (is_copied(&samba_parameters[i]) && !copy_one(r, t, i, to, copy))
			break;
	}
	free(t);
}

void samba_copy_section(struct samba_reader *r, const char *value, const struct lint_place *where)
{
	const struct lint_section *from = lint_section_find(r->settings, value);
	const struct lint_section *to = lint_section_find(r->settings, r->section);
	if (from == NULL || to == NULL || from == to || strcmp(from->name, "global") == 0) {
		lint_settings_fail(r->settings, where->file, where->line,
			"copy = %.60s: there is no such section before this one; Samba does not start with "
			"it",
			value);
		return;
	}
	copy_all(r, from, to, where);
	if (r->copy_looks > LINT_COPY_LOOKS_MAX)
		lint_settings_fail(r->settings, where->file, where->line,
			"copy = %.60s: more is copied than any configuration has", value);
}
