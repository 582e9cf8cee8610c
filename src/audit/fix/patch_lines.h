// SPDX-License-Identifier: Apache-2.0
// The lines of a configuration, as a patch of it finds and writes them.
#ifndef SIGNET_AUDIT_FIX_PATCH_LINES_H
#define SIGNET_AUDIT_FIX_PATCH_LINES_H

#include "audit/fix/fix_plan.h"
#include "audit/fix/patch_file.h"

struct patch {
	struct fix_plan *plan;
	struct lint_settings settings;
	struct patch_file *files; // the linted one first, then what it includes
	bool global_made;         // a heading of its own was inserted
	bool no_memory;
};

// The file of that path, read once; NULL: it cannot be.
struct patch_file *patch_find_file(struct patch *p, const char *path);
void patch_change(struct patch *p, struct patch_file *f, unsigned line, unsigned removed, const char *text);
// Blanks at the line's begin.
int patch_indent(struct span line);
// The comments of an item and "name = value", all indented like `like`; tail is a comment that stood behind
// the value. NULL: memory is out.
const char *patch_item_text(
	struct patch *p, const struct fix_item *item, const char *name, struct span like, const char *tail);
// Lines that the setting on this one takes.
unsigned patch_setting_lines(const struct patch *p, const struct patch_file *f, unsigned line);
// The comment behind a value.
const char *patch_tail(struct patch *p, struct span line);
// A setting's lines as comments, with what for before them; f may be NULL.
void patch_comment_out(struct patch *p, struct patch_file *f, unsigned line, const struct check *check);
// The line of the section's first heading in a file; 0: it has none. Samba's [global] is there without one.
unsigned patch_heading(struct patch *p, const struct patch_file *f, const char *name);

#endif
