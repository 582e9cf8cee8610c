// SPDX-License-Identifier: Apache-2.0
// The unified format of diff: hunks of edits that are near each other, three lines around each.
#include <stdlib.h>
#include <string.h>

#include "audit/fix/patch_file.h"

enum { CONTEXT = 3 };

struct hunk {
	const struct patch_edit *first, *end; // edits
	unsigned begin, stop;                 // lines of the old text: from, and the first one after
};

// What is inserted at a place goes before what is removed there.
static int compare_edits(const void *a, const void *b)
{
	const struct patch_edit *x = a, *y = b;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if ((x->removed == 0) != (y->removed == 0))
		return x->removed == 0 ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static bool is_plain_name_char(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("._/+-@%,:=~", c) != NULL);
}

// As patch and git read names that have other characters: "in quotes, with \ooo".
static void put_name(FILE *out, const char *mark, const char *side, const char *path)
{
	bool plain = true;
	for (const char *p = path; *p != '\0'; p++)
		plain = plain && is_plain_name_char((unsigned char)*p);
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	path += *path == '/' ? 1 : 0; // side has one already
	if (plain) {
		fprintf(out, "%s %s%s\n", mark, side, path);
		return;
	}
	fprintf(out, "%s \"%s", mark, side);
	for (const char *p = path; *p != '\0'; p++) {
		if (is_plain_name_char((unsigned char)*p) || *p == ' ')
			fputc(*p, out);
		else
			fprintf(out, "\\%03o", (unsigned)(unsigned char)*p);
	}
	fputs("\"\n", out);
}

static unsigned count_lines(const char *text)
{
	unsigned count = 0;
	for (; (text = strchr(text, '\n')) != NULL; text++)
		count++;
	return count;
}

static void put_inserted(FILE *out, const char *text, const char *line_end)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		fprintf(out, "+%.*s%s", (int)len, text, line_end);
		text += len + (text[len] == '\n');
	}
}

static void put_old(FILE *out, const struct patch_file *f, unsigned line, char mark)
{
	const char *begin = f->lines[line - 1];
	size_t len = (size_t)(f->lines[line] - begin);
	fputc(mark, out);
	fwrite(begin, 1, len, out);
	if (len == 0 || begin[len - 1] != '\n')
		fputs("\n\\ No newline at end of file\n", out);
}

// The last line lacks its end, stays, and is followed by new ones: it gets one.
static bool must_be_ended(const struct patch_file *f, const struct hunk *h, unsigned line)
{
	if (line != f->line_count || f->text[f->len - 1] == '\n')
		return false;
	return h->end[-1].line == f->line_count + 1;
}

static void put_context(
	FILE *out, const struct patch_file *f, const struct hunk *h, unsigned line, const char *line_end)
{
	if (!must_be_ended(f, h, line)) {
		put_old(out, f, line, ' ');
		return;
	}
	struct span old = patch_line(f, line);
	put_old(out, f, line, '-');
	fprintf(out, "+%.*s%s", (int)old.len, (const char *)old.data, line_end);
}

static void put_hunk(
	FILE *out, const struct patch_file *f, const struct hunk *h, long *shift, const char *line_end)
{
	unsigned removed = 0, inserted = 0;
	for (const struct patch_edit *e = h->first; e < h->end; e++) {
		removed += e->removed;
		inserted += count_lines(e->text);
	}
	unsigned old_len = h->stop - h->begin, new_len = old_len - removed + inserted;
	// An empty side begins at the line before (POSIX, diff -u).
	fprintf(out, "@@ -%u,%u +%ld,%u @@\n", h->begin - (old_len == 0), old_len,
		(long)h->begin + *shift - (new_len == 0), new_len);
	unsigned line = h->begin;
	for (const struct patch_edit *e = h->first; e < h->end; e++) {
		for (; line < e->line; line++)
			put_context(out, f, h, line, line_end);
		for (; line < e->line + e->removed; line++)
			put_old(out, f, line, '-');
		put_inserted(out, e->text, line_end);
	}
	for (; line < h->stop; line++)
		put_context(out, f, h, line, line_end);
	*shift += (long)inserted - (long)removed;
}

// The hunk that begins with this edit; h->end is the next one's first.
static void find_hunk(struct hunk *h, const struct patch_file *f, const struct patch_edit *first)
{
	const struct patch_edit *all_end = f->edits + f->edit_count;
	unsigned stop = first->line + first->removed;
	h->first = first;
	for (h->end = first + 1; h->end < all_end && h->end->line <= stop + 2 * CONTEXT; h->end++) {
		unsigned this_stop = h->end->line + h->end->removed;
		stop = this_stop > stop ? this_stop : stop;
	}
	h->begin = first->line > CONTEXT ? first->line - CONTEXT : 1;
	h->stop = f->line_count + 1 - stop > CONTEXT ? stop + CONTEXT : f->line_count + 1;
}

static const char *line_end_of(const struct patch_file *f)
{
	const char *newline = strchr(f->text, '\n');
	return newline != NULL && newline > f->text && newline[-1] == '\r' ? "\r\n" : "\n";
}

void patch_write(FILE *out, struct patch_file *f)
{
	if (f->edit_count == 0)
		return;
	qsort(f->edits, f->edit_count, sizeof(*f->edits), compare_edits);
	put_name(out, "---", "a/", f->path);
	put_name(out, "+++", "b/", f->path);
	long shift = 0;
	struct hunk h;
	for (const struct patch_edit *e = f->edits; e < f->edits + f->edit_count; e = h.end) {
		find_hunk(&h, f, e);
		put_hunk(out, f, &h, &shift, line_end_of(f));
	}
}
