// SPDX-License-Identifier: Apache-2.0
// A file's text, read without trust: only regular files, bounded, never waiting.
#ifndef SIGNET_AUDIT_LINT_LINT_TEXT_H
#define SIGNET_AUDIT_LINT_LINT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attributes.h"

struct lint_text {
	const char *file; // its path
	const char *text; // UTF-8 if it was UTF-16 (of Windows) or had a byte order mark; NUL after it
	size_t len;
	bool alone; // nothing else may be read: what it includes is not looked at
};

// 0, or a negative errno with *error in words (of the arena; NULL when memory is out).
int lint_text_read(struct arena *a, const char *path, struct lint_text *out, const char **error) WARN_UNUSED;
// The same of standard input to its end, which may be a pipe; path is what it is called.
int lint_text_read_input(
	struct arena *a, const char *path, struct lint_text *out, const char **error) WARN_UNUSED;
// The same of bytes in memory; they are copied. 0 or -ENOMEM, -EILSEQ.
int lint_text_of(
	struct arena *a, const char *path, const void *bytes, size_t len, struct lint_text *out) WARN_UNUSED;
// The line of a place in the text, from 1, and the line itself without its end, a copy of at most
// LINT_LINE_MAX bytes. The text before it is counted each time: for few places, not for each setting.
enum { LINT_LINE_MAX = 400 };
unsigned lint_text_line(
	const struct lint_text *t, size_t offset, struct arena *a, const char **line) WARN_UNUSED;

#endif
