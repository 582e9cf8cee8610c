// SPDX-License-Identifier: Apache-2.0
// Findings that somebody has decided to live with, until a day. Nothing is accepted for ever, or without a
// word why: such a file would be a list of what nobody looks at any more.
#include <errno.h>
#include <fnmatch.h>
#include <ini.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "audit/report/report.h"
#include "audit/report/report_clean.h"

enum { WAIVERS_MAX = 10000 };

struct waiver {
	const char *host, *check, *subject, *reason, *until; // host, subject: shell patterns; NULL: any
	unsigned line;                                       // of its heading
	bool ended, used;
	struct waiver *next;
};

struct waiver_file {
	FILE *in;
	const char *path;
	struct arena arena;
	struct waiver *first, **last;
	struct waiver *current;
	size_t count;
	unsigned line;
	char *error;
	int result;
};

static int PRINTF_LIKE(3, 4) complain(struct waiver_file *w, unsigned line, const char *fmt, ...)
{
	va_list ap;
	int used;

	if (w->result != 0)
		return w->result;
	w->result = -EINVAL;
	used = snprintf(w->error, REPORT_ERROR_LEN, "%s:%u: ", w->path, line);
	if (used < 0 || used >= REPORT_ERROR_LEN)
		return w->result;
	va_start(ap, fmt);
	(void)vsnprintf(w->error + used, (size_t)(REPORT_ERROR_LEN - used), fmt, ap);
	va_end(ap);
	report_clean_line(w->error, REPORT_ERROR_LEN);
	return w->result;
}

static struct waiver *waiver_new(struct waiver_file *w)
{
	struct waiver *one = arena_zalloc(&w->arena, sizeof(*one));

	if (!one || ++w->count > WAIVERS_MAX) {
		(void)complain(w, w->line, "more waivers than fit");
		return NULL;
	}
	one->line = w->line;
	*w->last = one;
	w->last = &one->next;
	return one;
}

// Each heading begins a waiver, also the same one again; libinih does not tell of headings.
static char *read_line(char *text, int size, void *context)
{
	struct waiver_file *w = context;
	char *got = w->result == 0 ? fgets(text, size, w->in) : NULL;

	if (!got)
		return NULL;
	w->line++;
	if (!strchr(text, '\n') && !feof(w->in)) {
		(void)complain(w, w->line, "the line is longer than %d characters", size - 2);
		return NULL;
	}
	// Indented lines are lines like others; libinih would join them to the one before.
	memmove(text, text + strspn(text, " \t"), strlen(text + strspn(text, " \t")) + 1);
	if (*text != '[')
		return got;
	if (strncmp(text, "[waiver]", 8) != 0)
		(void)complain(w, w->line, "the only section is [waiver]");
	else
		w->current = waiver_new(w);
	return w->result == 0 ? got : NULL;
}

static int take_entry(void *context, const char *section, const char *name, const char *value)
{
	struct waiver_file *w = context;
	struct waiver *one = w->current;
	const struct {
		const char *name;
		const char **place;
	} keys[] = {
		{ "host", one ? &one->host : NULL },
		{ "file", one ? &one->host : NULL },
		{ "check", one ? &one->check : NULL },
		{ "subject", one ? &one->subject : NULL },
		{ "reason", one ? &one->reason : NULL },
		{ "until", one ? &one->until : NULL },
	};

	if (!one || !*section)
		return complain(w, w->line, "stands before the first [waiver]") == 0;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (strcmp(keys[i].name, name) != 0)
			continue;
		if (*keys[i].place)
			return complain(w, w->line, "'%s' is given twice", name) == 0;
		*keys[i].place = arena_strdup(&w->arena, value);
		return *keys[i].place != NULL;
	}
	return complain(w, w->line, "'%s' is not known; there are host, check, subject, reason and until",
		       name) == 0;
}

// strptime takes the 31st of any month: such a day is another one once it is asked for its date.
static bool date_is_valid(const char *text)
{
	struct tm tm = { 0 };
	const char *end = strlen(text) == 10 ? strptime(text, "%Y-%m-%d", &tm) : NULL;
	int day = tm.tm_mday, month = tm.tm_mon;

	return end && *end == 0 && timegm(&tm) != -1 && tm.tm_mday == day && tm.tm_mon == month;
}

static void waiver_check(struct waiver_file *w, struct waiver *one, const char *today)
{
	if (!one->check)
		(void)complain(w, one->line, "a waiver needs a check: see signet audit --list-checks");
	else if (!check_find(one->check))
		(void)complain(
			w, one->line, "there is no check '%s': see signet audit --list-checks", one->check);
	else if (!one->reason || !*one->reason)
		(void)complain(w, one->line, "a waiver needs a reason");
	else if (!one->until)
		(void)complain(w, one->line, "a waiver needs a last day, as in: until = 2027-03-31");
	else if (!date_is_valid(one->until))
		(void)complain(w, one->line, "'%s' is no day; until = 2027-03-31 would be one", one->until);
	else
		one->ended = strcmp(one->until, today) < 0; // dates of this form sort as text
}

static void waivers_read(struct waiver_file *w, const char *today)
{
	int line = ini_parse_stream(read_line, w, take_entry, w);

	if (line > 0)
		(void)complain(w, (unsigned)line, "neither a [waiver], nor NAME = VALUE");
	if (line < 0)
		(void)complain(w, w->line, "memory is out");
	for (struct waiver *one = w->first; one && w->result == 0; one = one->next)
		waiver_check(w, one, today);
}

static bool matches(const char *pattern, const char *text)
{
	return !pattern || (text && fnmatch(pattern, text, FNM_CASEFOLD) == 0);
}

static bool waiver_covers(
	const struct waiver *one, const struct audit_subject *s, const struct audit_finding *f)
{
	return strcmp(one->check, f->check->id) == 0 && matches(one->subject, f->subject) &&
	       (matches(one->host, s->address) || matches(one->host, s->name) ||
		       (f->file && matches(one->host, f->file)));
}

static bool finding_waive(struct audit_report *r, const struct waiver_file *w, const struct audit_subject *s,
	struct audit_finding *f)
{
	for (struct waiver *one = w->first; one; one = one->next) {
		if (!waiver_covers(one, s, f))
			continue;
		one->used = true;
		if (one->ended || f->waiver)
			continue;
		f->waiver = arena_printf(&r->arena, "%s (until %s)", one->reason, one->until);
		if (!f->waiver)
			return false;
	}
	return true;
}

static bool waivers_apply(struct audit_report *r, const struct waiver_file *w)
{
	for (struct audit_subject *s = r->subjects; s; s = s->next) {
		for (struct audit_finding *f = s->findings; f; f = f->next) {
			if (!finding_waive(r, w, s, f))
				return false;
		}
		subject_conclude(s);
	}
	return true;
}

static bool waivers_tell(struct audit_report *r, struct waiver_file *w)
{
	for (const struct waiver *one = w->first; one; one = one->next) {
		const char *text;

		if (!one->ended && one->used)
			continue;
		text = arena_printf(&w->arena,
			one->ended ? "%s:%u: the waiver of %s ended on %s%s"
				   : "%s:%u: nothing needs the waiver of %s%.0s%s",
			w->path, one->line, one->check, one->until,
			one->ended && one->used ? ", and the finding is still there" : "");
		if (!text || !report_add_note(r, text))
			return false;
	}
	return true;
}

static void today_of(const struct audit_report *r, char out[16])
{
	time_t now = r->begun_us ? (time_t)(r->begun_us / 1000000) : time(NULL);
	struct tm tm;

	out[0] = 0;
	if (gmtime_r(&now, &tm))
		(void)strftime(out, 16, "%Y-%m-%d", &tm);
}

int report_apply_waivers(struct audit_report *r, const char *path, char error[REPORT_ERROR_LEN])
{
	struct waiver_file w = { .path = path, .error = error, .in = fopen(path, "re") };
	char today[16];

	if (!w.in) {
		int code = errno;

		(void)snprintf(error, REPORT_ERROR_LEN, "%s: %s", path, strerror(code));
		return -code;
	}
	arena_init(&w.arena, NULL, 0);
	w.last = &w.first;
	today_of(r, today);
	waivers_read(&w, today);
	if (w.result == 0 && (!waivers_apply(r, &w) || !waivers_tell(r, &w)))
		(void)complain(&w, 0, "memory is out");
	arena_reset(&w.arena);
	(void)fclose(w.in);
	return w.result;
}
