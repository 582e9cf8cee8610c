// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/fix_patch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/fix/fix_text.h"
#include "audit/fix/patch_lines.h"
#include "audit/lint/lint_format.h"

// The line as it stands becomes the item's; a line that only repeats it goes.
static void replace_setting(
	struct patch *p, const struct fix_item *item, const struct lint_setting *s, bool is_last)
{
	struct patch_file *f = patch_find_file(p, s->file);
	if (f == NULL || s->line == 0 || patch_removes(f, s->line))
		return;
	struct span old = patch_line(f, s->line);
	unsigned count = patch_setting_lines(p, f, s->line);
	const char *tail = count == 1 ? patch_tail(p, old) : "";
	patch_change(p, f, s->line, count,
		!is_last || tail == NULL ? "" : patch_item_text(p, item, item->row->name, old, tail));
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

// The default is right: what the section says of it goes.
static void take_out(struct patch *p, const struct fix_item *item, const struct lint_section *section)
{
	const struct lint_setting *s = section != NULL ? section->first : NULL;
	for (; s != NULL; s = s->next_in_section) {
		if (fix_same_setting(p->plan->platform, s->name, item->row->name))
			patch_comment_out(
				p, patch_find_file(p, s->file), s->line, item->reasons->finding->check);
	}
}

static struct span first_line_of(struct patch *p, const struct lint_section *section)
{
	if (section->first == NULL)
		return span_make("", 0);
	struct patch_file *f = patch_find_file(p, section->first->file);
	return f != NULL ? patch_line(f, section->first->line) : span_make("", 0);
}

// Below the section's heading, or in a new section at the file's begin.
static void insert(struct patch *p, const struct fix_item *item, const struct lint_section *section)
{
	bool headed = section != NULL && section->line > 0;
	struct patch_file *f = patch_find_file(p, headed ? section->file : p->plan->subject->address);
	if (f == NULL) {
		fix_plan_leave_open(p->plan, item);
		return;
	}
	unsigned heading = headed ? section->line : patch_heading(p, f, p->plan->platform->global);
	struct span like = section != NULL ? first_line_of(p, section) : span_make("", 0);
	const char *text = patch_item_text(p, item, item->row->name, like, "");
	if (heading == 0 && !p->global_made && text != NULL)
		text = arena_printf(p->plan->arena, "[%s]\n%s", p->plan->platform->global, text);
	p->global_made |= heading == 0;
	patch_change(p, f, heading + 1, 0, text);
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
	if (item->row->value == NULL)
		take_out(p, item, section);
	else if (section == NULL && item->share != NULL)
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

// Evidence is about "NAME in [SECTION]", as lint has it.
static const char about_place[] = " in [";

static bool is_about(const struct evidence *e, const struct lint_setting *s)
{
	size_t name = strlen(s->name), section = strlen(s->section);
	const size_t in = sizeof(about_place) - 1;
	return strncmp(e->sent, s->name, name) == 0 && strncmp(e->sent + name, about_place, in) == 0 &&
	       strncmp(e->sent + name + in, s->section, section) == 0 &&
	       strcmp(e->sent + name + in + section, "]") == 0 && strcmp(e->received, s->text) == 0;
}

static void comment_out_in(struct patch *p, const struct lint_section *section, const struct evidence *e,
	const struct check *check)
{
	for (const struct lint_setting *s = section != NULL ? section->first : NULL; s != NULL;
		s = s->next_in_section) {
		if (is_about(e, s))
			patch_comment_out(p, patch_find_file(p, s->file), s->line, check);
	}
}

// Each line that the finding rests on.
static void comment_out_evidence(struct patch *p, const struct audit_finding *finding)
{
	for (const struct evidence *e = finding->evidence; e != NULL; e = e->next) {
		// Either name may have these words in it.
		const char *in = strstr(e->sent, about_place);
		for (; in != NULL; in = strstr(in + 1, about_place)) {
			const char *name = in + sizeof(about_place) - 1;
			char *section = arena_strndup(p->plan->arena, name, strcspn(name, "]"));
			if (section != NULL)
				comment_out_in(
					p, lint_section_find(&p->settings, section), e, finding->check);
		}
	}
}

static void comment_out_finding(struct patch *p, struct fix_item *item)
{
	const struct audit_finding *finding = item->reasons->finding;
	if (finding->file == NULL || finding->line == 0) {
		fix_plan_leave_open(p->plan, item);
		return;
	}
	struct patch_file *f = patch_find_file(p, finding->file);
	item->along = f != NULL && patch_removes(f, finding->line);
	patch_comment_out(p, f, finding->line, finding->check);
	if (finding->evidence != NULL && finding->evidence->next != NULL)
		comment_out_evidence(p, finding);
}

static void apply_items(struct patch *p, enum fix_where where)
{
	for (struct fix_item *i = p->plan->items; i != NULL; i = i->next) {
		if (i->row->where != where)
			continue;
		if (where == FIX_LINE)
			comment_out_finding(p, i);
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

// What is closed by a line that has the comments of others.
static void comment_along(FILE *out, const struct fix_plan *plan)
{
	for (const struct fix_item *i = plan->items; i != NULL; i = i->next) {
		if (i->along)
			fix_comment_item(out, plan->platform, i);
	}
}

static void write_files(FILE *out, struct patch *p)
{
	bool any = false;
	for (const struct patch_file *f = p->files; f != NULL; f = f->next)
		any |= f->edit_count > 0;
	if (any) {
		how_to_apply(out, p->plan->platform, p->plan->subject->address);
		comment_along(out, p->plan);
	}
	for (struct patch_file *f = p->files; f != NULL; f = f->next) {
		patch_write(out, f);
		patch_file_done(f);
	}
}

int fix_write_patch(FILE *out, struct fix_plan *plan)
{
	struct patch p = { .plan = plan };
	lint_settings_init(&p.settings, plan->platform->format, plan->arena);
	struct patch_file *main_file = patch_find_file(&p, plan->subject->address);
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
