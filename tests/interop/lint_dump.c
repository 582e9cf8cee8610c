// SPDX-License-Identifier: Apache-2.0
// What lint takes an smb.conf to say: a line for each parameter that Samba knows, of [global] and each share,
// for run_lint.py, which asks testparm the same.
#include <stdio.h>

#include "audit/lint/lint_format.h"
#include "audit/lint/samba_view.h"

static void put(const char *section, struct lint_proof p)
{
	(void)printf("%s\t%s\t%s\n", section, p.name, samba_value(&p));
}

static void put_global(const struct samba_view *v)
{
	for (size_t i = 0; i < samba_parameter_count; i++) {
		if (samba_parameters[i].synonym_of == NULL && samba_parameters[i].standard != NULL)
			put("global", samba_global(v, samba_parameters[i].name));
	}
}

static void put_share(const struct samba_view *v)
{
	for (size_t i = 0; i < samba_parameter_count; i++) {
		if (samba_parameters[i].synonym_of == NULL && samba_parameters[i].scope == SAMBA_SHARE)
			put(v->section->name, samba_share(v, samba_parameters[i].name));
	}
}

static void dump(struct lint_settings *s)
{
	static struct samba_view view;
	struct lint_context c = { .settings = s };
	samba_view_init(&view, &c);
	put_global(&view);
	while (samba_view_next(&view) != NULL)
		put_share(&view);
}

int main(int argc, char **argv)
{
	struct arena arena;
	struct lint_text text;
	struct lint_settings settings;
	const char *error = argc == 2 ? NULL : "usage: lint_dump FILE";
	arena_init(&arena, NULL, 0);
	if (error == NULL && lint_text_read(&arena, argv[1], &text, &error) == 0) {
		lint_settings_init(&settings, LINT_SAMBA, &arena);
		lint_format_samba.parse(&settings, &text);
		error = settings.error;
		if (error == NULL)
			dump(&settings);
		lint_settings_done(&settings);
	}
	if (error != NULL)
		(void)fprintf(stderr, "%s\n", error);
	arena_reset(&arena);
	return error != NULL ? 1 : 0;
}
