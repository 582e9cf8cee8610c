// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/fix_patch.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/fix/fix_text.h"
#include "audit/fix/patch_file.h"
#include "audit/lint/lint_format.h"

struct patch {
	struct fix_plan *plan;
	struct lint_settings settings;
	struct patch_file *files; // the linted one first, then what it includes
	bool global_made;         // a heading of its own was inserted
	bool no_memory;
};

static struct patch_file *file_find(struct patch *p, const char *path)
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

static void edit(struct patch *p, struct patch_file *f, unsigned line, unsigned removed, const char *text)
{
	if (text == NULL || patch_edit_add(f, line, removed, text) < 0)
		p->no_memory = true;
}

static int indent_of(struct span line)
{
	int len = 0;
	while ((size_t)len < line.len && (line.data[len] == ' ' || line.data[len] == '\t'))
		len++;
	return len;
}

// The comments of an item and "name = value", all indented like `like`; tail is a comment that stood behind
// the value. NULL: memory is out.
static const char *item_text(
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
	char *text = arena_strdup(p->plan->arena, "");
	for (char *line = plain; text != NULL && line != NULL && *line != '\0';) {
		char *end = strchr(line, '\n');
		text = arena_printf(p->plan->arena, "%s%.*s%.*s", text, indent_of(like),
			(const char *)like.data, (int)(end + 1 - line), line);
		line = end + 1;
	}
	free(plain);
	return text;
}

// Lines that the setting on this one takes.
static unsigned setting_lines(const struct patch *p, const struct patch_file *f, unsigned line)
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

// The comment behind a value.
static const char *tail_of(struct patch *p, struct span line)
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

// The line as it stands becomes the item's; a line that only repeats it goes.
static void replace_setting(
	struct patch *p, const struct fix_item *item, const struct lint_setting *s, bool is_last)
{
	struct patch_file *f = file_find(p, s->file);
	if (f == NULL || s->line == 0 || patch_removes(f, s->line))
		return;
	struct span old = patch_line(f, s->line);
	unsigned count = setting_lines(p, f, s->line);
	const char *tail = count == 1 ? tail_of(p, old) : "";
	edit(p, f, s->line, count,
		!is_last || tail == NULL ? "" : item_text(p, item, item->row->name, old, tail));
}

// Whether all of the section's settings of that name have the value already.
static bool is_set(const struct patch *p, const struct lint_section *section, const struct fix_row *row)
{
	bool any = false;
	for (const struct lint_setting *s = section->first; s != NULL; s = s->next_in_section) {
		if (!fix_same_setting(p->plan->platform, s->name, row->name))
			continue;
		any = true;
		if (!lint_name_equal(s->name, row->name) || !lint_value_is(s, row->value))
			return false;
	}
	return any;
}

// What the section says of it is replaced: the last one, which counted, and those before it go. False: it
// says nothing.
static bool replace_in(struct patch *p, const struct fix_item *item, const struct lint_section *section)
{
	const struct lint_setting *last = NULL;
	for (const struct lint_setting *s = section->first; s != NULL; s = s->next_in_section) {
		if (fix_same_setting(p->plan->platform, s->name, item->row->name))
			last = s;
	}
	if (last == NULL || is_set(p, section, item->row))
		return last != NULL;
	for (const struct lint_setting *s = section->first; s != NULL; s = s->next_in_section) {
		if (fix_same_setting(p->plan->platform, s->name, item->row->name))
			replace_setting(p, item, s, s == last);
	}
	return true;
}

static struct span first_line_of(struct patch *p, const struct lint_section *section)
{
	if (section->first == NULL || section->first->line == 0 ||
		strcmp(section->first->file, section->file) != 0)
		return span_make("", 0);
	struct patch_file *f = file_find(p, section->file);
	return f != NULL ? patch_line(f, section->first->line) : span_make("", 0);
}

// Below the section's heading, or in a new section at the file's begin.
static void insert(struct patch *p, const struct fix_item *item, const struct lint_section *section)
{
	struct patch_file *f = file_find(p, section != NULL ? section->file : p->plan->subject->address);
	if (f == NULL) {
		fix_plan_leave_open(p->plan, item);
		return;
	}
	struct span like = section != NULL ? first_line_of(p, section) : span_make("", 0);
	const char *text = item_text(p, item, item->row->name, like, "");
	if (section == NULL && !p->global_made && text != NULL)
		text = arena_printf(p->plan->arena, "[%s]\n%s", p->plan->platform->global, text);
	p->global_made |= section == NULL;
	edit(p, f, section != NULL ? section->line + 1 : 1, 0, text);
}

static const struct lint_section *section_of(const struct patch *p, const char *share)
{
	const struct fix_platform *platform = p->plan->platform;
	if (share == NULL)
		return lint_section_find(&p->settings, platform->global);
	char *heading = arena_printf(p->plan->arena, "%s%s", platform->share_prefix, share);
	return heading != NULL ? lint_section_find(&p->settings, heading) : NULL;
}

static void set_item(struct patch *p, const struct fix_item *item)
{
	const struct lint_section *section = section_of(p, item->share);
	if (section == NULL && item->share != NULL)
		fix_plan_leave_open(p->plan, item);
	else if (section == NULL || !replace_in(p, item, section))
		insert(p, item, section);
}

// Shares that set it for themselves would not follow the whole server.
static void set_every_share(struct patch *p, const struct fix_item *item)
{
	for (const struct lint_section *s = p->settings.sections; s != NULL; s = s->next) {
		if (!lint_name_equal(s->name, p->plan->platform->global))
			(void)replace_in(p, item, s);
	}
}

static void comment_out_line(struct patch *p, const struct audit_finding *finding)
{
	struct patch_file *f =
		finding->file != NULL && finding->line > 0 ? file_find(p, finding->file) : NULL;
	if (f == NULL || patch_removes(f, finding->line))
		return;
	unsigned count = setting_lines(p, f, finding->line);
	char *text =
		arena_printf(p->plan->arena, "# closes %s: %s\n", finding->check->id, finding->check->title);
	for (unsigned i = 0; i < count && text != NULL; i++) {
		struct span old = patch_line(f, finding->line + i);
		text = arena_printf(p->plan->arena, "%s# %.*s\n", text, (int)old.len, (const char *)old.data);
	}
	edit(p, f, finding->line, count, text);
}

static void apply_items(struct patch *p, enum fix_where where)
{
	for (const struct fix_item *i = p->plan->items; i != NULL; i = i->next) {
		if (i->row->where != where)
			continue;
		if (where == FIX_LINE)
			comment_out_line(p, i->reasons->finding);
		else if (where == FIX_EVERY_SHARE)
			set_every_share(p, i);
		else
			set_item(p, i);
	}
}

static int parse(struct patch *p, struct patch_file *main_file)
{
	const struct fix_plan *plan = p->plan;
	const struct lint_format_kind *kind = lint_format_find(plan->platform->format);
	struct lint_text text;
	if (kind == NULL)
		return -ENOTSUP;
	if (lint_text_of(plan->arena, main_file->path, main_file->text, main_file->len, &text) < 0)
		return -EILSEQ;
	kind->parse(&p->settings, &text);
	return p->settings.error != NULL || p->settings.no_memory ? -EBADMSG : 0;
}

static void how_to_apply(FILE *out, const struct fix_platform *platform, const char *path)
{
	fix_comment(out, platform, "apply it with: patch -p1%s < THIS, %s", *path == '/' ? " -d /" : "",
		*path == '/' ? "as root" : "where the file was linted from");
}

static void write_files(FILE *out, struct patch *p)
{
	bool any = false;
	for (const struct patch_file *f = p->files; f != NULL; f = f->next)
		any |= f->edit_count > 0;
	if (any)
		how_to_apply(out, p->plan->platform, p->plan->subject->address);
	for (struct patch_file *f = p->files; f != NULL; f = f->next) {
		patch_write(out, f);
		patch_file_done(f);
	}
}

int fix_write_patch(FILE *out, struct fix_plan *plan)
{
	struct patch p = { .plan = plan };
	lint_settings_init(&p.settings, plan->platform->format, plan->arena);
	struct patch_file *main_file = file_find(&p, plan->subject->address);
	int result = main_file != NULL ? parse(&p, main_file) : -ENOENT;
	if (result == 0) {
		apply_items(&p, FIX_GLOBAL);
		apply_items(&p, FIX_SHARE);
		apply_items(&p, FIX_EVERY_SHARE);
		apply_items(&p, FIX_LINE);
		write_files(out, &p);
	}
	plan->no_memory |= p.no_memory;
	lint_settings_done(&p.settings);
	return result;
}
