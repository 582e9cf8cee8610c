// SPDX-License-Identifier: Apache-2.0
// A text file, edits of its lines, and the unified diff of both.
#ifndef SIGNET_AUDIT_FIX_PATCH_FILE_H
#define SIGNET_AUDIT_FIX_PATCH_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/span.h"

struct patch_edit {
	unsigned line;    // from 1: what is removed begins here, what is inserted goes before it
	unsigned removed; // lines
	const char *text; // lines to insert, each with \n; "" for none
	unsigned order;
};

struct patch_file {
	const char *path;
	const char *text; // bytes as they are
	size_t len;
	const char **lines; // where each begins; one more than there are, the end
	unsigned line_count;
	bool *removed;            // by an edit: of each line, by its number
	struct patch_edit *edits; // heap
	unsigned edit_count, edit_cap;
	struct patch_file *next;
};

// 0; -ENOENT and the like, -EFBIG, -EILSEQ (a NUL inside: no text that can be patched), -ENOMEM.
int patch_file_read(struct patch_file *f, struct arena *a, const char *path) WARN_UNUSED;
void patch_file_done(struct patch_file *f);

// A line without its end; len 0 beyond the last.
struct span patch_line(const struct patch_file *f, unsigned line);
// Whether an edit removes that line already.
bool patch_removes(const struct patch_file *f, unsigned line) WARN_UNUSED;
// text must live as long as the file. 0 or -ENOMEM.
int patch_edit_add(struct patch_file *f, unsigned line, unsigned removed, const char *text) WARN_UNUSED;

// Nothing without edits. Inserted lines get the line ends that the file has.
void patch_write(FILE *out, struct patch_file *f);

#endif
