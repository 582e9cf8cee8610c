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

// Text that is written piece by piece, and then lives in the plan's arena.
struct patch_text {
	FILE *out; // NULL: memory is out
	char *bytes;
	size_t len;
};

static void text_begin(struct patch_text *t)
{
	*t = (struct patch_text){ 0 };
	t->out = open_memstream(&t->bytes, &t->len);
}

static char *text_end(struct patch *p, struct patch_text *t)
{
	bool whole = t->out != NULL && ferror(t->out) == 0;
	if (t->out != NULL)
		whole = fclose(t->out) == 0 && whole;
	char *text = whole ? arena_strndup(p->plan->arena, t->bytes, t->len) : NULL;
	free(t->bytes);
	return text;
}

static void put_indent(FILE *out, struct span like)
{
	(void)fwrite(like.data, 1, (size_t)patch_indent(like), out);
}

static void put_indented(FILE *out, const char *lines, struct span like)
{
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");
		put_indent(out, like);
		fprintf(out, "%.*s\n", (int)len, lines);
		lines += lines[len] == '\n' ? len + 1 : len;
	}
}

const char *patch_item_text(
	struct patch *p, const struct fix_item *item, const char *name, struct span like, const char *tail)
{
	struct patch_text plain, indented;
	text_begin(&plain);
	if (plain.out != NULL) {
		fix_comment_item(plain.out, p->plan->platform, item);
		fprintf(plain.out, "%s = %s%s%s\n", name, item->row->value, *tail != '\0' ? " " : "", tail);
	}
	const char *lines = text_end(p, &plain);
	text_begin(&indented);
	if (indented.out != NULL && lines != NULL)
		put_indented(indented.out, lines, like);
	const char *text = text_end(p, &indented);
	return lines != NULL ? text : NULL;
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

static void put_commented(
	FILE *out, const struct patch_file *f, unsigned line, unsigned count, const struct check *check)
{
	struct span first = patch_line(f, line);
	put_indent(out, first);
	fprintf(out, "# closes %s: %s\n", check->id, check->title);
	for (unsigned i = 0; i < count; i++) {
		struct span old = patch_line(f, line + i);
		int skip = patch_indent(old);
		put_indent(out, first);
		fprintf(out, "# %.*s\n", (int)old.len - skip, (const char *)old.data + skip);
	}
}

void patch_comment_out(struct patch *p, struct patch_file *f, unsigned line, const struct check *check)
{
	if (f == NULL || line == 0 || patch_removes(f, line))
		return;
	unsigned count = patch_setting_lines(p, f, line);
	struct patch_text t;
	text_begin(&t);
	if (t.out != NULL)
		put_commented(t.out, f, line, count, check);
	patch_change(p, f, line, count, text_end(p, &t));
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
