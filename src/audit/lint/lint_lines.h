// SPDX-License-Identifier: Apache-2.0
// The lines of smb.conf and its relatives.
#ifndef SIGNET_AUDIT_LINT_LINT_LINES_H
#define SIGNET_AUDIT_LINT_LINT_LINES_H

#include "audit/lint/lint_text.h"

struct lint_lines {
	const struct lint_text *text;
	size_t offset;
	unsigned number; // of the next line
	bool continued;  // a backslash at the end of a line takes the next one to it
	char *buffer;    // as long as the text
};

struct lint_line {
	unsigned number; // of its first physical line
	unsigned count;  // physical lines in it
	char *text;      // without what white space is around it; until the next line
	char *raw;       // as it stands, the beginning of a very long one
	char raw_text[LINT_LINE_MAX + 1];
	bool has_nul;
};

// False: memory is out.
bool lint_lines_init(
	struct lint_lines *l, struct arena *a, const struct lint_text *t, bool continued) WARN_UNUSED;
// False at the end.
bool lint_lines_next(struct lint_lines *l, struct lint_line *out) WARN_UNUSED;
// White space at the ends is cut off, inside each becomes one blank, as Samba reads names and values.
void lint_squeeze(char *text);
// Splits NAME = VALUE in place; false when there is no '='. Both are squeezed.
bool lint_split(char *text, char **name, char **value) WARN_UNUSED;

#endif
