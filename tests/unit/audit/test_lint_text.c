// SPDX-License-Identifier: Apache-2.0
// What lint does with files that are none, and with those that want to be too much.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../test_support.h"
#include "audit/lint/lint_format.h"

struct fixture {
	char dir[64];
	char path[128];
	struct audit_report report;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	strcpy(f->dir, "/var/tmp/signet-lint-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->path, sizeof(f->path), "%s/smb.conf", f->dir);
	audit_report_init(&f->report);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	audit_report_done(&f->report);
	(void)unlink(f->path);
	(void)rmdir(f->path);
	(void)rmdir(f->dir);
	free(f);
	return 0;
}

static void put(const struct fixture *f, const char *text, size_t len)
{
	FILE *out = fopen(f->path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

static const struct audit_subject *lint(struct fixture *f)
{
	assert_true(lint_file(&f->report, f->path, LINT_UNKNOWN));
	return f->report.subjects;
}

static const struct audit_finding *finding(const struct audit_subject *s, const char *id)
{
	for (const struct audit_finding *i = s->findings; i != NULL; i = i->next) {
		if (strcmp(i->check->id, id) == 0)
			return i;
	}
	return NULL;
}

static const struct audit_finding *found(const struct audit_subject *s, const char *id)
{
	const struct audit_finding *f = finding(s, id);
	if (f == NULL || f->evidence == NULL)
		abort();
	return f;
}

static void test_missing(void **state)
{
	const struct audit_subject *s = lint(*state);
	assert_int_equal(s->outcome, AUDIT_UNREADABLE);
	assert_string_equal(s->error, "No such file or directory");
	assert_int_equal(s->grade, '?');
}

static void test_directory(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(mkdir(f->path, 0700), 0);
	assert_string_equal(lint(f)->error, "a directory; name the files in it");
}

// Opening a FIFO that nobody writes to would wait for ever.
static void test_fifo(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(mkfifo(f->path, 0600), 0);
	assert_string_equal(lint(f)->error, "not a regular file");
}

static void test_too_large(void **state)
{
	struct fixture *f = *state;
	put(f, "", 0);
	assert_int_equal(truncate(f->path, LINT_FILE_MAX + 1), 0);
	assert_non_null(strstr(lint(f)->error, "16 MiB"));
}

static void test_binary(void **state)
{
	struct fixture *f = *state;
	char noise[4096];
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)(i * 7919 >> 3);
	memcpy(f->path + strlen(f->dir), "/x.bin", 7); // no name that says what it should be
	put(f, noise, sizeof(noise));
	const struct audit_subject *s = lint(f);
	assert_int_equal(s->outcome, AUDIT_UNREADABLE);
	assert_non_null(strstr(s->error, "--format"));
}

// One line of 16 MiB: what is repeated of it in evidence is short.
static void test_endless_line(void **state)
{
	struct fixture *f = *state;
	size_t len = LINT_FILE_MAX;
	char *text = malloc(len);
	memset(text, 'a', len);
	memcpy(text, "[global]\nserver string = ", 25);
	put(f, text, len);
	free(text);
	const struct audit_subject *s = lint(f);
	assert_int_equal(s->outcome, AUDIT_DONE);
	for (const struct audit_finding *i = s->findings; i != NULL; i = i->next) {
		for (const struct evidence *e = i->evidence; e != NULL; e = e->next)
			assert_true(strlen(e->received) <= LINT_LINE_MAX);
	}
}

static void test_too_many_settings(void **state)
{
	struct fixture *f = *state;
	size_t count = LINT_SETTINGS_MAX + 1;
	char *text = malloc(count * 16);
	size_t len = 0;
	for (size_t i = 0; i < count; i++)
		len += (size_t)sprintf(text + len, "a:b = %zu\n", i % 10);
	put(f, text, len);
	free(text);
	assert_non_null(strstr(lint(f)->error, "100001: more than 100000 settings"));
}

// As many shares as there may be, each with findings: in a moment, not a minute.
static void test_many_shares(void **state)
{
	struct fixture *f = *state;
	size_t count = LINT_SECTIONS_MAX - 1;
	char *text = malloc(count * 64);
	size_t len = 0;
	for (size_t i = 0; i < count; i++)
		len += (size_t)sprintf(text + len, "[share%zu]\npath = /srv/%zu\nguest ok = yes\n", i, i);
	put(f, text, len);
	free(text);
	const struct audit_subject *s = lint(f);
	assert_int_equal(s->outcome, AUDIT_DONE);
	assert_non_null(finding(s, "share_anonymous"));
}

// A file that includes itself twice would be read 2^8 times.
static void test_includes_multiply(void **state)
{
	struct fixture *f = *state;
	char text[512];
	int len = snprintf(text, sizeof(text), "[global]\n%s%s%s", "include = smb.conf\n",
		"include = smb.conf\n", "include = smb.conf\n");
	put(f, text, (size_t)len);
	const struct audit_subject *s = lint(f);
	assert_int_equal(s->outcome, AUDIT_UNREADABLE);
	assert_non_null(strstr(s->error, "deep"));
}

// What Windows' editors make of a file is read too.
static void test_utf16(void **state)
{
	struct fixture *f = *state;
	static const char ascii[] = "[global]\nserver signing = mandatory\nntlm auth = yes\n";
	char text[2 * sizeof(ascii) + 2] = { (char)0xff, (char)0xfe };
	for (size_t i = 0; i < sizeof(ascii) - 1; i++)
		text[2 + 2 * i] = ascii[i];
	put(f, text, 2 * sizeof(ascii));
	const struct audit_subject *s = lint(f);
	assert_int_equal(s->outcome, AUDIT_DONE);
	assert_null(finding(s, "signing_not_required"));
	assert_int_equal(found(s, "ntlmv1_accepted")->line, 3);
}

static void test_evidence(void **state)
{
	struct fixture *f = *state;
	static const char text[] = "[Global]\n  NTLM  Auth=YES\nx:password = hunter2\n";
	put(f, text, sizeof(text) - 1);
	const struct audit_subject *s = lint(f);
	const struct audit_finding *v1 = found(s, "ntlmv1_accepted");
	assert_string_equal(v1->evidence->sent, "ntlm auth in [global]");
	assert_string_equal(v1->evidence->received, "NTLM  Auth=YES");
	assert_int_equal(v1->line, 2);
	const struct audit_finding *signing = found(s, "signing_not_required");
	assert_string_equal(signing->evidence->received,
		"not set; the default is not to require it, but on a domain controller");
	assert_int_equal(signing->line, 0);
	const struct audit_finding *secret = found(s, "credentials_in_file");
	assert_int_equal(secret->line, 3);
	assert_null(strstr(secret->evidence->received, "hunter2"));
}

// The same words in another order, and other words in the same sense.
static void test_recognised(void **state)
{
	static const struct {
		const char *file;
		const char *text;
		enum lint_format format;
	} texts[] = {
		{ "smb.conf", "", LINT_SAMBA },
		{ "a", "[global]\nworkgroup = X\nsecurity = user\n", LINT_SAMBA },
		{ "a", "[global]\nworkgroup = X\nsmb3 encryption = auto\n", LINT_KSMBD },
		{ "ksmbd.conf", "[global]\nworkgroup = X\n", LINT_KSMBD },
		{ "smb.conf", "[global]\nworkgroup = X\n", LINT_SAMBA },
		{ "a", "[server]\nencryption = off\n[share x]\npath = /srv\n", LINT_SIGNET },
		{ "signet.conf", "[share x]\npath = /srv\n", LINT_SIGNET },
		{ "a", "[x]\npath = /srv\nguest ok = yes\n", LINT_SAMBA },
		{ "a", "Dear all,\n\nplease find attached\n", LINT_UNKNOWN },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const struct lint_text t = {
			.file = texts[i].file, .text = texts[i].text, .len = strlen(texts[i].text)
		};
		const struct lint_format_kind *kind = lint_format_recognise(&t);
		enum lint_format got = kind != NULL ? kind->format : LINT_UNKNOWN;
		if (got != texts[i].format)
			fail_msg("text %zu is taken for %d", i, (int)got);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_missing),
		TEST(test_directory),
		TEST(test_fifo),
		TEST(test_too_large),
		TEST(test_binary),
		TEST(test_endless_line),
		TEST(test_too_many_settings),
		TEST(test_many_shares),
		TEST(test_includes_multiply),
		TEST(test_utf16),
		TEST(test_evidence),
		TEST(test_recognised),
	};
	return RUN_TESTS(tests);
}
