// SPDX-License-Identifier: Apache-2.0
#include "audit/report/report_earlier.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/report/report_clean.h"
#include "audit/report/report_summary.h"

enum { EARLIER_FILE_MAX = 1 << 30 };

// The key's parts cannot hold it: clean texts have no control characters.
#define SEPARATOR "\x1f"

static int PRINTF_LIKE(3, 4) fail(char error[REPORT_ERROR_LEN], int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(error, REPORT_ERROR_LEN, fmt, ap);
	va_end(ap);
	report_clean_line(error, REPORT_ERROR_LEN); // the parser cites the file
	return code;
}

const char *earlier_subject_key(struct arena *a, const char *address, unsigned port)
{
	return arena_printf(a, "%s" SEPARATOR "%u", address, port);
}

const char *earlier_finding_key(struct arena *a, const char *id, const char *subject)
{
	return subject ? arena_printf(a, "%s" SEPARATOR "%s", id, subject) : arena_strdup(a, id);
}

const struct earlier_subject *earlier_subject_find(const struct earlier_report *e, const char *key)
{
	struct earlier_subject *s;

	HASH_FIND_STR(e->by_key, key, s);
	return s;
}

const struct earlier_finding *earlier_finding_find(const struct earlier_subject *s, const char *key)
{
	struct earlier_finding *f;

	HASH_FIND_STR(s->by_key, key, f);
	return f;
}

// Also of a file somebody else wrote: cleaned again, which leaves clean text as it is.
static const char *text_member(struct arena *a, const json_t *object, const char *key)
{
	return report_clean(a, json_string_value(json_object_get(object, key)));
}

static bool severity_read(const char *name, enum audit_severity *out)
{
	for (enum audit_severity s = AUDIT_INFO; s <= AUDIT_CRITICAL; s++) {
		if (name && strcmp(name, audit_severity_name(s)) == 0) {
			*out = s;
			return true;
		}
	}
	return false;
}

static char grade_member(const json_t *object)
{
	const char *text = json_string_value(json_object_get(object, "grade"));

	return text && strlen(text) == 1 && text[0] >= 'A' && text[0] <= 'F' ? text[0] : '?';
}

static bool finding_read(struct earlier_report *e, struct earlier_subject *s, const json_t *value)
{
	struct earlier_finding *f = arena_zalloc(&e->arena, sizeof(*f));

	if (!f)
		return false;
	f->id = text_member(&e->arena, value, "id");
	f->title = text_member(&e->arena, value, "title");
	f->subject = text_member(&e->arena, value, "subject");
	f->summary = text_member(&e->arena, value, "summary");
	f->grade = grade_member(value);
	f->waived = json_is_string(json_object_get(value, "waiver"));
	if (!f->id || !f->title ||
		!severity_read(json_string_value(json_object_get(value, "severity")), &f->severity))
		return false;
	f->key = earlier_finding_key(&e->arena, f->id, f->subject);
	if (!f->key || earlier_finding_find(s, f->key))
		return f->key != NULL;
	HASH_ADD_KEYPTR(hh, s->by_key, f->key, strlen(f->key), f);
	*s->last = f;
	s->last = &f->next;
	return true;
}

static bool open_read(struct earlier_report *e, struct earlier_subject *s, const json_t *value)
{
	struct earlier_open *q = arena_zalloc(&e->arena, sizeof(*q));

	if (!q)
		return false;
	q->id = text_member(&e->arena, value, "id");
	q->next = s->open;
	s->open = q;
	return q->id != NULL;
}

static bool subject_contents_read(struct earlier_report *e, struct earlier_subject *s, const json_t *value)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(value, "findings"), i, one)
	{
		if (!finding_read(e, s, one))
			return false;
	}
	json_array_foreach(json_object_get(value, "open"), i, one)
	{
		if (!open_read(e, s, one))
			return false;
	}
	return true;
}

static bool subject_read(struct earlier_report *e, const json_t *value)
{
	struct earlier_subject *s = arena_zalloc(&e->arena, sizeof(*s));
	const char *address = text_member(&e->arena, value, e->is_lint ? "file" : "address");
	json_int_t port = json_integer_value(json_object_get(value, "port"));
	const char *outcome = json_string_value(json_object_get(value, "outcome"));

	if (!s || !address || !outcome || port < 0 || port > UINT16_MAX ||
		!json_is_array(json_object_get(value, "findings")))
		return false;
	s->last = &s->findings;
	s->grade = grade_member(value);
	s->answered = strcmp(outcome, "done") == 0 || strcmp(outcome, "partial") == 0;
	s->key = earlier_subject_key(&e->arena, address, (unsigned)port);
	s->title = e->is_lint                 ? address
		   : address_is_ipv6(address) ? arena_printf(&e->arena, "[%s]:%u", address, (unsigned)port)
					      : arena_printf(&e->arena, "%s:%u", address, (unsigned)port);
	if (!s->key || !s->title || earlier_subject_find(e, s->key))
		return s->key && s->title;
	HASH_ADD_KEYPTR(hh, e->by_key, s->key, strlen(s->key), s);
	*e->last = s;
	e->last = &s->next;
	return subject_contents_read(e, s, value);
}

static int document_read(
	struct earlier_report *e, const json_t *root, const char *path, char error[REPORT_ERROR_LEN])
{
	const char *format = json_string_value(json_object_get(root, "format"));
	const json_t *subjects;
	size_t i;
	json_t *one;

	e->is_lint = format && strcmp(format, "signet-lint") == 0;
	if (!format || (!e->is_lint && strcmp(format, "signet-audit") != 0))
		return fail(error, -EINVAL, "%s: not a report that signet wrote with --json", path);
	if (json_integer_value(json_object_get(root, "version")) != 1)
		return fail(
			error, -EINVAL, "%s: of another version of signet: only version 1 is known", path);
	e->begun = text_member(&e->arena, root, "begun");
	e->begun = e->begun ? e->begun : "";
	subjects = json_object_get(root, e->is_lint ? "files" : "hosts");
	if (!json_is_array(subjects))
		return fail(error, -EINVAL, "%s: has no list of %s", path, e->is_lint ? "files" : "hosts");
	json_array_foreach(subjects, i, one)
	{
		if (!subject_read(e, one))
			return fail(error, -EINVAL, "%s: the %s number %zu is not as signet writes it", path,
				e->is_lint ? "file" : "host", i + 1);
	}
	return 0;
}

static int document_load(json_t **root, const char *path, char error[REPORT_ERROR_LEN])
{
	json_error_t why;
	struct stat st;

	if (stat(path, &st) != 0)
		return fail(error, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size > EARLIER_FILE_MAX)
		return fail(error, -EINVAL, "%s: not a file, or too large", path);
	*root = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
	if (!*root)
		return fail(error, -EINVAL, "%s:%d: not JSON: %s", path, why.line, why.text);
	return 0;
}

int earlier_report_read(struct earlier_report *e, const char *path, char error[REPORT_ERROR_LEN])
{
	json_t *root = NULL;
	int result;

	*e = (struct earlier_report){ .begun = "" };
	arena_init(&e->arena, NULL, 0);
	e->last = &e->subjects;
	result = document_load(&root, path, error);
	if (result == 0)
		result = document_read(e, root, path, error);
	json_decref(root);
	return result;
}

void earlier_report_done(struct earlier_report *e)
{
	for (struct earlier_subject *s = e->subjects; s; s = s->next)
		HASH_CLEAR(hh, s->by_key);
	HASH_CLEAR(hh, e->by_key);
	arena_reset(&e->arena);
}
