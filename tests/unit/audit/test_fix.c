// SPDX-License-Identifier: Apache-2.0
// The settings that close findings: the right ones, each once, and nothing from the network gets into them as
// anything but a name.
#include "../test_support.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/fix/fix.h"
#include "audit/fix/fix_plan.h"
#include "audit/fix/fix_table.h"
#include "audit/lint/lint.h"

struct bench {
	struct audit_report report;
	struct audit_subject *subject;
	char *text;
	size_t len;
};

static void bench_init(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	audit_report_init(&b->report);
	b->subject = report_add_subject(&b->report, "192.0.2.7", 445);
	assert_non_null(b->subject);
}

static void bench_done(struct bench *b)
{
	free(b->text);
	audit_report_done(&b->report);
}

static struct audit_finding *find(struct bench *b, const char *id, const char *subject)
{
	struct audit_finding *f = report_add_finding(&b->report, b->subject, id, subject);
	assert_non_null(f);
	return f;
}

static const char *fix(struct bench *b, enum platform p)
{
	subject_conclude(b->subject);
	free(b->text);
	FILE *out = open_memstream(&b->text, &b->len);
	assert_non_null(out);
	assert_int_equal(fix_write(out, &b->report, p), 0);
	(void)fclose(out);
	return b->text;
}

static bool has(const char *text, const char *word)
{
	return strstr(text, word) != NULL;
}

static unsigned count(const char *text, const char *word)
{
	unsigned n = 0;
	for (; (text = strstr(text, word)) != NULL; text++)
		n++;
	return n;
}

// What is neither comment nor blank, a line each.
static char *code_of(const char *text, char comment)
{
	char *code = calloc(1, strlen(text) + 2);
	char *at = code;
	assert_non_null(code);
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		size_t skip = strspn(text, " \t\r");
		if (skip < len && text[skip] != comment) {
			memcpy(at, text, len);
			at += len;
			*at++ = '\n';
		}
		text += len + (text[len] == '\n');
	}
	return code;
}

static void test_strongest_wins(void **state)
{
	struct bench b;
	(void)state;
	bench_init(&b);
	find(&b, "smb1_accepted", NULL);
	const char *text = fix(&b, PLATFORM_SAMBA);
	assert_true(has(text, "\nserver min protocol = SMB2_02\n"));
	find(&b, "dialect_below_311", NULL);
	find(&b, "old_dialect_accepted", NULL);
	text = fix(&b, PLATFORM_SAMBA);
	assert_int_equal(count(text, "\nserver min protocol = "), 1);
	assert_true(has(text, "\nserver min protocol = SMB3_11\n"));
	assert_true(has(text, "# closes smb1_accepted: "));
	assert_true(has(text, "# closes old_dialect_accepted: "));
	assert_true(has(text, "# may break: Windows 8, 8.1"));
	bench_done(&b);
}

// ksmbd is not asked to do what it was seen not to do; what its file should say is another matter.
static void test_not_kept(void **state)
{
	static const char *const ids[] = { "encryption_not_required", "share_encryption_not_enforced",
		"interfaces_disclosed" };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct bench b;
		bench_init(&b);
		find(&b, ids[i], NULL);
		const char *text = fix(&b, PLATFORM_KSMBD);
		char *code = code_of(text, '#');
		assert_string_equal(code, "");
		assert_true(has(text, "Not closed by this"));
		assert_false(has(text, "# closes "));
		free(code);
		b.subject->port = 0; // of a file
		text = fix(&b, PLATFORM_KSMBD);
		assert_true(has(text, "# closes "));
		assert_false(has(text, "Not closed by this"));
		bench_done(&b);
	}
}

// A setting goes by the names that its server knows.
static void test_names_of_settings(void **state)
{
	const struct fix_platform *samba = fix_platform_find(PLATFORM_SAMBA);
	const struct fix_platform *ksmbd = fix_platform_find(PLATFORM_KSMBD);
	const struct fix_platform *signet = fix_platform_find(PLATFORM_SIGNET);
	(void)state;
	assert_true(fix_same_setting(samba, "Min Protocol", "server min protocol"));
	assert_true(fix_same_setting(samba, "smbencrypt", "server smb encrypt"));
	assert_true(fix_same_setting(samba, "public", "guest ok"));
	assert_false(fix_same_setting(samba, "public", "guest only"));
	assert_true(fix_same_setting(ksmbd, "writable", "read only"));
	assert_false(fix_same_setting(ksmbd, "public", "guest ok")); // ksmbd does not know it
	assert_false(fix_same_setting(signet, "public", "guest ok"));
}

static void test_waived(void **state)
{
	struct bench b;
	(void)state;
	bench_init(&b);
	find(&b, "signing_not_required", NULL)->waiver = "until the scanner is replaced";
	for (int p = 0; p < PLATFORM_COUNT; p++) {
		const char *text = fix(&b, (enum platform)p);
		assert_false(has(text, "signing_not_required"));
		assert_true(has(text, "nothing to close"));
	}
	bench_done(&b);
}

// Each check is closed, or said not to be, on each platform; nothing is forgotten in silence.
static void test_every_check(void **state)
{
	(void)state;
	for (size_t i = 0; i < audit_check_count; i++) {
		struct bench b;
		bench_init(&b);
		find(&b, audit_checks[i].id, "data");
		for (int p = 0; p < PLATFORM_COUNT; p++) {
			if (!has(fix(&b, (enum platform)p), audit_checks[i].id))
				fail_msg("%s: nothing is said for %s", audit_checks[i].id,
					platform_name((enum platform)p));
		}
		bench_done(&b);
	}
}

static bool is_comment(const char *text)
{
	char *code = code_of(text, *text == ';' ? ';' : '#');
	bool empty = *code == '\0';
	free(code);
	return empty;
}

// The tables name checks that exist, and what the catalogue advises in settings a table has too.
static void test_tables_agree_with_catalogue(void **state)
{
	unsigned missing = 0;
	(void)state;
	for (int p = 0; p < PLATFORM_COUNT; p++) {
		const struct fix_platform *platform = fix_platform_find((enum platform)p);
		for (size_t i = 0; i < platform->row_count; i++) {
			const struct fix_row *row = &platform->rows[i];
			const struct check *c = check_find(row->check);
			if (c == NULL)
				fail_msg("%s has a row for %s, which is no check",
					platform_name((enum platform)p), row->check);
			bool named = row->where != FIX_NOT_POSSIBLE && row->where != FIX_LINE;
			if (named && row->name == NULL)
				fail_msg("%s: a row without a name", row->check);
		}
		for (size_t i = 0; i < audit_check_count; i++) {
			const char *remedy = audit_checks[i].remedy[p];
			bool found = remedy == NULL || is_comment(remedy);
			for (size_t r = 0; r < platform->row_count && !found; r++)
				found = strcmp(platform->rows[r].check, audit_checks[i].id) == 0;
			if (!found)
				(void)fprintf(stderr,
					"%s: the catalogue has a setting for %s, the table none\n",
					platform_name((enum platform)p), audit_checks[i].id);
			missing += !found;
		}
	}
	assert_int_equal(missing, 0);
}

// Names as a hostile host might call its shares.
static const char *const hostile_names[] = {
	"a'; Remove-Item C:\\ -Recurse; '",
	"O'Brien",
	"a' + (Get-Date) + 'b",
	"$(Remove-Item C:)",
	"a`nRemove-Item",
	"a\nRemove-Item C:\n",
	"a\r\nRemove-Item C:\r\n",
	"a\xe2\x80\x99 -Force; Remove-Item C: #",
	"a\xe2\x80\x98-\xe2\x80\x9b",
	"a\xe2\x80\xa8Remove-Item",
	"\xc4\x92',Remove-Item,'", // its second byte is a quotation mark in code page 1252
	"D\xc3\xbcsseldorf",
	"\xf0\x9d\x84\x9e clef",
	"bad \xff\xfe bytes",
	"data]\n[global]\nguest ok = yes\nroot preexec = /bin/sh\n[x",
	"data\nroot preexec = id",
	"]",
	"global",
	"GLOBAL",
	"glo bal",
	" server",
	"a\\",
	"--- a/etc/passwd",
	"x\n--- a/etc/passwd\n+++ b/etc/passwd\n@@ -1,1 +1,1 @@\n-root\n+evil\n",
	"\"\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\X]\r\n\"a\"=dword:1",
	"",
	" ",
	"-EncryptData $false",
	"#>",
	"<# ",
	"%comspec%",
};

// Text in single quotes becomes Q, and so does ('..'+[char]0x00FC+'..').
static void collapse(const char *code, char *out)
{
	char quoted[8192];
	char *at = quoted;
	while (*code != '\0') {
		if (*code != '\'') {
			*at++ = *code++;
			continue;
		}
		for (code++; *code != '\0' && (*code != '\'' || code[1] == '\'');)
			code += *code == '\'' ? 2 : 1;
		assert_int_equal(*code, '\'');
		code++;
		*at++ = 'Q';
	}
	*at = '\0';
	for (const char *from = quoted; *from != '\0';) {
		if (strncmp(from, "(Q", 2) == 0) {
			for (from += 2; *from == '+';) {
				from++;
				if (*from == 'Q') {
					from++;
					continue;
				}
				assert_int_equal(strncmp(from, "[char]0x", 8), 0);
				from += 8;
				assert_int_equal(strspn(from, "0123456789ABCDEF"), 4);
				from += 4;
			}
			assert_int_equal(*from, ')');
			from++;
			*out++ = 'Q';
		} else {
			*out++ = *from++;
		}
	}
	*out = '\0';
}

static void assert_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		assert_true(*text == '\n' || *text == '\r' || (*text >= 0x20 && *text < 0x7F));
}

static void script_for(const char *share, char out[8192])
{
	struct bench b;
	bench_init(&b);
	find(&b, "share_encryption_not_enforced", share);
	find(&b, "share_guest", share);
	const char *text = fix(&b, PLATFORM_WINDOWS_POWERSHELL);
	assert_ascii(text);
	char *code = code_of(text, '#');
	assert_true(strlen(code) < 8192);
	collapse(code, out);
	free(code);
	bench_done(&b);
}

// Whatever the name, the script is the same but for the text in quotes; a name that no share can have makes
// the script be without these lines.
static void test_powershell_injection(void **state)
{
	static char with[8192];
	static char without[8192];
	static char got[8192];
	unsigned named = 0;
	(void)state;
	script_for("data", with);
	script_for("a\nb", without);
	assert_true(has(with, "Set-SmbShare -Name Q -EncryptData $true # -Force\r\n"));
	assert_false(has(without, "-Name Q -EncryptData"));
	for (size_t i = 0; i < ARRAY_LEN(hostile_names); i++) {
		script_for(hostile_names[i], got);
		const char *wanted = fix_share_name_ok(hostile_names[i]) ? with : without;
		named += wanted == with;
		assert_string_equal(got, wanted);
	}
	assert_true(named >= 4); // O'Brien and the letters beyond ASCII
}

static void test_powershell_names(void **state)
{
	struct bench b;
	(void)state;
	bench_init(&b);
	find(&b, "share_encryption_not_enforced", "O'Brien");
	find(&b, "share_encryption_not_enforced", "D\xc3\xbcsseldorf");
	find(&b, "share_encryption_not_enforced", "\xf0\x9d\x84\x9e");
	const char *text = fix(&b, PLATFORM_WINDOWS_POWERSHELL);
	assert_true(has(text, "-Name 'O''Brien' "));
	assert_true(has(text, "-Name (''+'D'+[char]0x00FC+'sseldorf') "));
	assert_true(has(text, "-Name (''+[char]0xD834+[char]0xDD1E) "));
	bench_done(&b);
}

// Of a configuration's lines, each is a heading or a setting of the table.
static void test_ini_injection(void **state)
{
	static const enum platform platforms[] = { PLATFORM_SAMBA, PLATFORM_KSMBD, PLATFORM_SIGNET };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hostile_names) * ARRAY_LEN(platforms); i++) {
		const char *name = hostile_names[i / ARRAY_LEN(platforms)];
		enum platform p = platforms[i % ARRAY_LEN(platforms)];
		struct bench b;
		bench_init(&b);
		b.subject->name = "evil\nguest ok = yes";
		find(&b, "share_encryption_not_enforced", name);
		find(&b, "share_without_users", name);
		find(&b, "share_guest", name);
		char *code = code_of(fix(&b, p), '#');
		char *rest = NULL;
		for (char *line = strtok_r(code, "\n", &rest); line != NULL;
			line = strtok_r(NULL, "\n", &rest)) {
			bool heading = line[0] == '[' && line[strlen(line) - 1] == ']' &&
				       !has(line + 1, "[") && count(line, "]") == 1;
			bool setting = strcmp(line, "server smb encrypt = required") == 0 ||
				       strcmp(line, "smb3 encryption = mandatory") == 0 ||
				       strcmp(line, "encryption = required") == 0 ||
				       strcmp(line, "guest ok = no") == 0;
			if (!heading && !setting)
				fail_msg("'%s' makes the line: %s", name, line);
		}
		free(code);
		bench_done(&b);
	}
}

static void write_file(const char *path, const char *text, size_t len)
{
	FILE *out = fopen(path, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, len, out), len);
	(void)fclose(out);
}

// All findings at once become a .reg file that our own reader takes, and finds nothing in any more.
static void test_registry_is_read_back(void **state)
{
	char path[] = "/tmp/test_fix_XXXXXX";
	struct audit_report again;
	struct bench b;
	(void)state;
	close(mkstemp(path));
	bench_init(&b);
	for (size_t i = 0; i < audit_check_count; i++) {
		find(&b, audit_checks[i].id, NULL);
		for (size_t n = 0; n < ARRAY_LEN(hostile_names); n++)
			find(&b, audit_checks[i].id, hostile_names[n]);
	}
	const char *text = fix(&b, PLATFORM_WINDOWS_REGISTRY);
	assert_ascii(text);
	assert_int_equal(count(text, "\n"), count(text, "\r\n"));
	assert_int_equal(strncmp(text, "Windows Registry Editor Version 5.00\r\n", 38), 0);
	assert_int_equal(
		count(text, "\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Lsa]\r\n"), 1);
	write_file(path, text, b.len);
	audit_report_init(&again);
	assert_true(lint_file(&again, path, LINT_REGISTRY));
	assert_int_equal(again.subjects->outcome, AUDIT_DONE);
	for (const struct audit_finding *f = again.subjects->findings; f != NULL; f = f->next) {
		if (strcmp(f->check->id, "ntlm_accepted") != 0) // left to the administrator
			fail_msg("%s of %s is still there", f->check->id,
				f->subject != NULL ? f->subject : "all");
	}
	audit_report_done(&again);
	assert_int_equal(unlink(path), 0);
	bench_done(&b);
}

static void test_same_every_time(void **state)
{
	struct bench b;
	(void)state;
	bench_init(&b);
	for (size_t i = 0; i < audit_check_count; i++)
		find(&b, audit_checks[i].id, i % 2 == 0 ? "data" : NULL);
	for (int p = 0; p < PLATFORM_COUNT; p++) {
		char *first = strdup(fix(&b, (enum platform)p));
		assert_string_equal(first, fix(&b, (enum platform)p));
		free(first);
	}
	bench_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strongest_wins),
		cmocka_unit_test(test_not_kept),
		cmocka_unit_test(test_names_of_settings),
		cmocka_unit_test(test_waived),
		cmocka_unit_test(test_every_check),
		cmocka_unit_test(test_tables_agree_with_catalogue),
		cmocka_unit_test(test_powershell_injection),
		cmocka_unit_test(test_powershell_names),
		cmocka_unit_test(test_ini_injection),
		cmocka_unit_test(test_registry_is_read_back),
		cmocka_unit_test(test_same_every_time),
	};
	return RUN_TESTS(tests);
}
