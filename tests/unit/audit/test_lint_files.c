// SPDX-License-Identifier: Apache-2.0
// Each configuration in tests/lint has exactly the findings that are written down beside it, and each one in
// tests/lint/malformed exactly the error.
//
// NAME.expected: the grade, then a line a finding: where, the grade that it leaves, id, subject.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../test_support.h"
#include "audit/lint/lint.h"

enum { TEXT_MAX = 64 << 10, FILES_MAX = 100 };

static void append(char *text, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void append(char *text, const char *fmt, ...)
{
	size_t len = strlen(text);
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(text + len, TEXT_MAX - len, fmt, ap);
	va_end(ap);
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

// The lines after the first, in order: findings of one line have none of their own.
static void sort_lines(char *text)
{
	char *lines[1000];
	char sorted[TEXT_MAX];
	size_t count = 0;
	for (char *line = strtok(text, "\n"); line != NULL && count < 1000; line = strtok(NULL, "\n"))
		lines[count++] = line;
	if (count > 1)
		qsort(lines + 1, count - 1, sizeof(lines[0]), compare_lines);
	sorted[0] = 0;
	for (size_t i = 0; i < count; i++)
		append(sorted, "%s\n", lines[i]);
	strcpy(text, sorted);
}

static void describe_finding(const char *path, const struct audit_finding *f, char *text)
{
	assert_non_null(f->evidence);
	assert_non_null(f->file);
	if (strcmp(f->file, path) != 0)
		append(text, "%s:", f->file);
	append(text, "%03u %c %s%s%s\n", f->line, f->grade, f->check->id, f->subject != NULL ? " " : "",
		f->subject != NULL ? f->subject : "");
}

static void describe(const char *path, char *text)
{
	struct audit_report r;
	audit_report_init(&r);
	text[0] = 0;
	assert_true(lint_file(&r, path, LINT_UNKNOWN));
	const struct audit_subject *s = r.subjects;
	append(text, "%s %c\n", s->system != NULL ? s->system : "?", s->grade);
	if (s->outcome == AUDIT_UNREADABLE)
		append(text, "error %s\n", s->error);
	for (const struct audit_finding *f = s->findings; f != NULL; f = f->next)
		describe_finding(path, f, text);
	for (const struct open_question *q = s->open; q != NULL; q = q->next)
		append(text, "open %s: %s\n", q->check->id, q->reason);
	sort_lines(text);
	audit_report_done(&r);
}

static void read_expected(const char *path, char *text)
{
	char name[512];
	(void)snprintf(name, sizeof(name), "%s.expected", path);
	FILE *in = fopen(name, "r");
	if (in == NULL)
		fail_msg("%s is missing", name);
	size_t len = fread(text, 1, TEXT_MAX - 1, in);
	text[len] = 0;
	(void)fclose(in);
}

static int is_configuration(const struct dirent *e)
{
	static const char answer[] = ".expected";
	const size_t n = sizeof(answer) - 1;
	size_t len = strlen(e->d_name);
	return strchr(e->d_name, '.') != NULL && e->d_name[0] != '.' &&
	       (len < n || strcmp(e->d_name + len - n, answer) != 0);
}

static void compare_folder(const char *folder, int at_least)
{
	static char got[TEXT_MAX];
	static char wanted[TEXT_MAX];
	struct dirent **entries;
	assert_int_equal(chdir(folder), 0);
	int count = scandir(".", &entries, is_configuration, alphasort);
	int differ = 0;
	assert_true(count >= at_least);
	for (int i = 0; i < count; i++) {
		describe(entries[i]->d_name, got);
		read_expected(entries[i]->d_name, wanted);
		if (strcmp(got, wanted) != 0) {
			(void)fprintf(stderr, "%s/%s: found\n%s\n", folder, entries[i]->d_name, got);
			differ++;
		}
		free(entries[i]);
	}
	free(entries);
	assert_int_equal(differ, 0);
}

static void test_findings(void **state)
{
	(void)state;
	compare_folder(TESTS_DIR "/lint", 11);
}

static void test_malformed(void **state)
{
	(void)state;
	compare_folder(TESTS_DIR "/lint/malformed", 9);
}

// --- many lines -------------------------------------------------------------------------------------

enum { LINES = 60000, REPEATED = 900, TIMES = 3 };

// A number stands in the place of each #.
static void write_line(FILE *out, const char *line, unsigned number)
{
	for (const char *c = line; *c != 0; c++) {
		if (*c == '#')
			(void)fprintf(out, "%u", number);
		else
			(void)fputc(*c, out);
	}
}

// [head], LINES settings, and REPEATED times the line.
static void write_many(char path[static 64], const char *head, const char *setting, const char *line)
{
	strcpy(path, "/tmp/signet-lint-XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	FILE *out = fdopen(fd, "w");
	assert_non_null(out);
	(void)fprintf(out, "[%s]\n", head);
	for (unsigned i = 0; i < LINES; i++)
		(void)fprintf(out, "%s\n", setting);
	for (unsigned i = 0; i < REPEATED; i++)
		write_line(out, line, i);
	assert_int_equal(fclose(out), 0);
}

static double cpu_seconds(void)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

// The least of some runs.
static double seconds_of(const char *line)
{
	static char text[TEXT_MAX];
	char path[64];
	double least = 1e9;
	write_many(path, "global", "log level = 1", line);
	for (int i = 0; i < TIMES; i++) {
		double before = cpu_seconds();
		describe(path, text);
		double took = cpu_seconds() - before;
		least = took < least ? took : least;
	}
	(void)unlink(path);
	return least;
}

// What a variable stands for is not looked for in all lines above, each time.
static void test_includes_cost_the_same(void **state)
{
	(void)state;
	double plain = seconds_of("include = /nowhere/#.conf\n");
	double with_names = seconds_of("include = /nowhere/#%N%D.conf\n");
	if (with_names > 5 * plain)
		fail_msg("%.3f s with variables, %.3f s without", with_names, plain);
}

static void test_copies_are_limited(void **state)
{
	static char text[TEXT_MAX];
	char path[64];
	(void)state;
	write_many(path, "first", "path = /srv", "[share#]\ncopy = first\n");
	describe(path, text);
	(void)unlink(path);
	assert_non_null(strstr(text, "more is copied than any configuration has"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_includes_cost_the_same),
		cmocka_unit_test(test_copies_are_limited),
	};
	return RUN_TESTS(tests);
}
