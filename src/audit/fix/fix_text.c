// SPDX-License-Identifier: Apache-2.0
#include "audit/fix/fix_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf16.h"

enum { COMMENT_MAX = 600, ESCAPE_MAX = 12 };

// One character of text, as it may stand in a comment; returns its length.
static size_t put_plain(char out[ESCAPE_MAX], const char **text)
{
	uint32_t c = utf8_next(text);
	if (c == UTF8_INVALID) {
		unsigned byte = (unsigned char)*(*text)++;
		return (size_t)snprintf(out, ESCAPE_MAX, "\\x{%X}", byte);
	}
	if (c < 0x20 || c >= 0x7F)
		return (size_t)snprintf(out, ESCAPE_MAX, "\\u{%" PRIX32 "}", c);
	out[0] = (char)c;
	return 1;
}

char *fix_ascii(struct arena *a, const char *text)
{
	char *out = arena_alloc(a, COMMENT_MAX + ESCAPE_MAX + 4);
	size_t len = 0;
	if (out == NULL)
		return NULL;
	while (*text != '\0' && len < COMMENT_MAX) {
		char one[ESCAPE_MAX];
		size_t n = put_plain(one, &text);
		memcpy(out + len, one, n);
		len += n;
	}
	memcpy(out + len, *text != '\0' ? "..." : "", *text != '\0' ? 4 : 1);
	return out;
}

void fix_comment(FILE *out, const struct fix_platform *p, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	char *text = NULL;
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	struct arena a;
	arena_init(&a, NULL, 0);
	const char *plain = text != NULL ? fix_ascii(&a, text) : NULL;
	fprintf(out, "%s%s%s", p->comment, plain != NULL ? plain : "", p->line_end);
	arena_reset(&a);
	free(text);
}

static const char *what_breaks(const struct fix_reason *r)
{
	return r->row->breaks != NULL ? r->row->breaks : r->finding->check->may_break;
}

// Of two rows for one setting, the weaker one's consequences are among the stronger one's.
static bool is_as_strong(const struct fix_reason *r, const struct fix_item *item)
{
	return r->row == item->row || (r->row->value != NULL && item->row->value != NULL &&
					      strcmp(r->row->value, item->row->value) == 0);
}

// Shares and settings that one check found are closed by the same line.
static bool is_repeated(const struct fix_item *item, const struct fix_reason *r)
{
	const struct fix_reason *i = item->reasons;
	while (i != r && i->finding->check != r->finding->check)
		i = i->next;
	return i != r;
}

void fix_comment_item(FILE *out, const struct fix_platform *p, const struct fix_item *item)
{
	const char *said = NULL;
	for (const struct fix_reason *r = item->reasons; r != NULL; r = r->next) {
		if (!is_repeated(item, r))
			fix_comment(out, p, "closes %s: %s", r->finding->check->id, r->finding->check->title);
	}
	for (const struct fix_reason *r = item->reasons; r != NULL; r = r->next) {
		const char *breaks = is_as_strong(r, item) && !is_repeated(item, r) ? what_breaks(r) : NULL;
		if (breaks != NULL && (said == NULL || strcmp(said, breaks) != 0))
			fix_comment(out, p, "may break: %s", breaks);
		said = breaks != NULL ? breaks : said;
	}
}

// The catalogue's advice for this platform, a line each.
static void comment_advice(FILE *out, const struct fix_platform *p, const struct check *check)
{
	const char *advice = check->remedy[p->platform];
	if (advice == NULL)
		fix_comment(out, p, "    no setting of this platform is known for it");
	while (advice != NULL && *advice != '\0') {
		size_t len = strcspn(advice, "\n");
		fix_comment(out, p, "    %.*s", (int)len, advice);
		advice += len + (advice[len] == '\n');
	}
}

static void comment_choice(FILE *out, const struct fix_platform *p, const struct fix_row *row)
{
	fix_comment(out, p, "    yours to decide: %s = %s", row->name, row->value);
	if (row->breaks != NULL)
		fix_comment(out, p, "    %s", row->breaks);
}

static void comment_one_open(FILE *out, const struct fix_plan *plan, const struct fix_reason *r)
{
	const struct fix_platform *p = plan->platform;
	const struct audit_finding *f = r->finding;
	const char *about = f->subject != NULL ? f->subject : "";
	fix_comment(
		out, p, "  %s%s%s: %s", f->check->id, *about != '\0' ? " of " : "", about, f->check->title);
	if (r->row == NULL)
		comment_advice(out, p, f->check);
	else if (r->row->where == FIX_BY_CHOICE)
		comment_choice(out, p, r->row);
	else if (r->row->where == FIX_NOT_POSSIBLE || r->row->where == FIX_LINE)
		fix_comment(out, p, "    %s", r->row->value);
	else
		fix_comment(out, p,
			"    %s = %s there would, but it is not clear where that is to be written",
			r->row->name, r->row->value);
}

void fix_comment_open(FILE *out, const struct fix_plan *plan)
{
	if (plan->open == NULL)
		return;
	fputs(plan->platform->line_end, out);
	fix_comment(out, plan->platform, "Not closed by this:");
	for (const struct fix_reason *r = plan->open; r != NULL; r = r->next)
		comment_one_open(out, plan, r);
}
