// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <strings.h>

#include "audit/lint/lint_format.h"

const struct lint_format_kind *const lint_formats[] = {
	&lint_format_samba,
	&lint_format_ksmbd,
	&lint_format_signet,
	&lint_format_windows_server,
	&lint_format_windows_client,
	&lint_format_registry,
};
const size_t lint_format_count = ARRAY_LEN(lint_formats);

const struct lint_format_kind *lint_format_find(enum lint_format format)
{
	for (size_t i = 0; i < lint_format_count; i++) {
		if (lint_formats[i]->format == format)
			return lint_formats[i];
	}
	return NULL;
}

enum lint_format lint_format_of_word(const char *word)
{
	for (size_t i = 0; i < lint_format_count; i++) {
		if (strcmp(lint_formats[i]->word, word) == 0)
			return lint_formats[i]->format;
	}
	return LINT_UNKNOWN;
}

static bool name_hints_at(const struct lint_format_kind *kind, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;
	for (size_t i = 0; i < ARRAY_LEN(kind->names) && kind->names[i] != NULL; i++) {
		if (strcasestr(base, kind->names[i]) != NULL)
			return true;
	}
	return false;
}

// smb.conf and ksmbd.conf share most of their words, so the name decides where the content says both.
const struct lint_format_kind *lint_format_recognise(const struct lint_text *t)
{
	const struct lint_format_kind *best = NULL;
	unsigned best_points = 0;
	for (size_t i = 0; i < lint_format_count; i++) {
		unsigned sure = lint_formats[i]->recognise(t);
		unsigned points = 2 * sure + (name_hints_at(lint_formats[i], t->file) ? 41 : 0);
		if (points > best_points) {
			best = lint_formats[i];
			best_points = points;
		}
	}
	return best;
}
