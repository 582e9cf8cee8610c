// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/patch_lines.h"

#include <stdlib.h>
#include <string.h>

#include "audit/fix/fix_text.h"
#include "audit/lint/lint_settings.h"

struct patch_file *patch_find_file(struct patch *p, const char *path)
{
	struct patch_file **at = &p->files;
	for (; *at != NULL; at = &(*at)->next) {
		if (strcmp((*at)->path, path) == 0)
			return *at;
	}
	struct patch_file *f = arena_zalloc(p->plan->arena, sizeof(*f));
	if (f == NULL || patch_file_read(f, p->plan->arena, path) < 0)
		return NULL;
	*at = f;
	return f;
}

void patch_change(struct patch *p, struct patch_file *f, unsigned line, unsigned removed, const char *text)
{
	if (text == NULL || patch_edit_add(f, line, removed, text) < 0)
		p->no_memory = true;
}

int patch_indent(struct span line)
{
	int len = 0;
	while ((size_t)len < line.len && (line.data[len] == ' ' || line.data[len] == '\t'))
		len++;
	return len;
}

// Each of the lines with the blanks that `like` begins with.
static char *lines_indent(struct arena *a, const char *lines, struct span like)
{
	char *text = arena_strdup(a, "");
	while (text != NULL && *lines != '\0') {
		int len = (int)strcspn(lines, "\n");
		text = arena_printf(
			a, "%s%.*s%.*s\n", text, patch_indent(like), (const char *)like.data, len, lines);
		lines += lines[len] == '\n' ? len + 1 : len;
	}
	return text;
}

const char *patch_item_text(
	struct patch *p, const struct fix_item *item, const char *name, struct span like, const char *tail)
{
	char *plain = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&plain, &len);
	if (f == NULL)
		return NULL;
	fix_comment_item(f, p->plan->platform, item);
	fprintf(f, "%s = %s%s%s\n", name, item->row->value, *tail != '\0' ? " " : "", tail);
	fclose(f);
	char *text = plain != NULL ? lines_indent(p->plan->arena, plain, like) : NULL;
	free(plain);
	return text;
}

unsigned patch_setting_lines(const struct patch *p, const struct patch_file *f, unsigned line)
{
	unsigned count = 1;
	while (p->plan->platform->continued && line + count <= f->line_count) {
		struct span l = patch_line(f, line + count - 1);
		if (l.len == 0 || l.data[l.len - 1] != '\\')
			break;
		count++;
	}
	return count;
}

const char *patch_tail(struct patch *p, struct span line)
{
	const char *marks = p->plan->platform->inline_marks;
	const uint8_t *value = memchr(line.data, '=', line.len);
	if (value == NULL || *marks == '\0')
		return "";
	for (const uint8_t *at = value; at < line.data + line.len; at++) {
		if (*at != '\0' && strchr(marks, *at) != NULL)
			return arena_strndup(
				p->plan->arena, (const char *)at, (size_t)(line.data + line.len - at));
	}
	return "";
}

void patch_comment_out(struct patch *p, struct patch_file *f, unsigned line, const struct check *check)
{
	if (f == NULL || line == 0 || patch_removes(f, line))
		return;
	unsigned count = patch_setting_lines(p, f, line);
	struct arena *a = p->plan->arena;
	struct span first = patch_line(f, line);
	int indent = patch_indent(first);
	const char *margin = (const char *)first.data;
	char *text = arena_printf(a, "%.*s# closes %s: %s\n", indent, margin, check->id, check->title);
	for (unsigned i = 0; i < count && text != NULL; i++) {
		struct span old = patch_line(f, line + i);
		int skip = patch_indent(old);
		text = arena_printf(a, "%s%.*s# %.*s\n", text, indent, margin, (int)old.len - skip,
			(const char *)old.data + skip);
	}
	patch_change(p, f, line, count, text);
}

unsigned patch_heading(struct patch *p, const struct patch_file *f, const char *name)
{
	for (unsigned i = 1; i <= f->line_count; i++) {
		struct span line = patch_line(f, i);
		size_t skip = (size_t)patch_indent(line);
		if (skip >= line.len || line.data[skip] != '[')
			continue;
		const char *begin = (const char *)line.data + skip + 1;
		char *heading = arena_strndup(p->plan->arena, begin, line.len - skip - 1);
		char *close = heading != NULL ? strchr(heading, ']') : NULL;
		if (close == NULL)
			continue;
		*close = '\0';
		if (lint_name_equal(heading, name))
			return i;
	}
	return 0;
}
