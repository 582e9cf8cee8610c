// SPDX-License-Identifier: Apache-2.0
// Patches of linted files: applied as strictly as can be, lint is content with the result, and all that has
// nothing to do with a finding is as it was.
#include "../test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/fix/fix.h"
#include "audit/lint/lint.h"

enum { TEXT_MAX = 32 << 10 };

static char folder[] = "/tmp/test_fix_patch_XXXXXX";

static void write_file(const char *name, const char *text)
{
	FILE *out = fopen(name, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
	(void)fclose(out);
}

static void lint(struct audit_report *r, const char *name)
{
	audit_report_init(r);
	r->is_lint = true;
	assert_true(lint_file(r, name, LINT_UNKNOWN));
	if (r->subjects->outcome != AUDIT_DONE)
		fail_msg("%s", r->subjects->error);
}

static char *fix(const char *name, enum platform p)
{
	struct audit_report r;
	char *text = NULL;
	size_t len = 0;
	lint(&r, name);
	FILE *out = open_memstream(&text, &len);
	assert_non_null(out);
	assert_int_equal(fix_write(out, &r, p), 0);
	(void)fclose(out);
	audit_report_done(&r);
	return text;
}

static size_t line_len(const char *at)
{
	size_t len = strcspn(at, "\n");
	return len + (at[len] == '\n');
}

// One line of a hunk: takes what it removes or keeps from *old, puts what it keeps or adds to new.
static void apply_line(const char *line, size_t len, const char **old, char *new)
{
	bool unended = strncmp(line + len, "\\ No newline", 12) == 0;
	const char *text = line + 1;
	size_t n = len - 1 - unended;
	if (*line == '-' || *line == ' ') {
		assert_int_equal(line_len(*old), n);
		assert_memory_equal(*old, text, n);
		*old += n;
	}
	if (*line == '+' || *line == ' ')
		strncat(new, text, n);
}

static const char *apply_hunk(const char *at, const char *begin, const char **old, char *new)
{
	int old_line, old_len, new_line, new_len, end = 0;
	assert_int_equal(
		sscanf(at, "@@ -%d,%d +%d,%d @@%n", &old_line, &old_len, &new_line, &new_len, &end), 4);
	const char *wanted = begin;
	for (int i = 1; i < old_line + (old_len == 0); i++)
		wanted += line_len(wanted);
	assert_true(wanted >= *old);
	strncat(new, *old, (size_t)(wanted - *old));
	*old = wanted;
	for (at += line_len(at); old_len > 0 || new_len > 0; at += line_len(at)) {
		if (*at == '\\')
			continue;
		assert_non_null(strchr(" -+", *at));
		old_len -= *at != '+';
		new_len -= *at != '-';
		apply_line(at, line_len(at), old, new);
	}
	assert_int_equal(old_len, 0);
	assert_int_equal(new_len, 0);
	return *at == '\\' ? at + line_len(at) : at;
}

// What the patch makes of a file's text.
static void apply(const char *patch, const char *name, const char *text, char *new)
{
	char head[300];
	const char *old = text;
	(void)snprintf(head, sizeof(head), "--- a/%s\n+++ b/%s\n", name, name);
	const char *at = strstr(patch, head);
	new[0] = '\0';
	if (at == NULL) {
		strcpy(new, text);
		return;
	}
	at += strlen(head);
	while (strncmp(at, "@@ ", 3) == 0)
		at = apply_hunk(at, text, &old, new);
	strcat(new, old);
}

static bool may_stay(const struct audit_finding *f)
{
	// What is the administrator's to decide, or what no setting closes.
	static const char *const left[] = { "bind_all_interfaces", "ntlm_accepted", "kerberos_not_offered",
		"client_ntlm_not_blocked", "share_without_users", "share_hosts_unrestricted", "root_share",
		"setting_contradiction", "cipher_256_missing", "acts_as_root" };
	for (size_t i = 0; i < ARRAY_LEN(left); i++) {
		if (strcmp(f->check->id, left[i]) == 0)
			return true;
	}
	return false;
}

static void assert_closed(const char *name)
{
	struct audit_report r;
	lint(&r, name);
	for (const struct audit_finding *f = r.subjects->findings; f != NULL; f = f->next) {
		if (!may_stay(f))
			fail_msg("%s of %s is still there: %s:%u", f->check->id,
				f->subject != NULL ? f->subject : "all", f->file, f->line);
	}
	audit_report_done(&r);
}

static const char samba_weak[] = "# the office\n"
				 "[global]\n"
				 "\tworkgroup = OFFICE   \n"
				 "\tserver min protocol = NT1\n"
				 "\tmap to guest = Bad User\n"
				 "\tServer Signing = disabled\n"
				 "\tmin protocol = NT1\n"
				 "\tlanman auth = yes\n"
				 "\tntlm auth = \\\n"
				 "\t  ntlmv1-permitted\n"
				 "\tencrypt passwords = no\n"
				 "\tserver schannel = no\n"
				 "\n"
				 "; files\n"
				 "[data]\n"
				 "    path = /srv/data\n"
				 "    public = yes\n"
				 "    writeable = yes\n"
				 "    smb encrypt = off\n"
				 "    admin users = bob\n"
				 "    gest ok = yes\n"
				 "[Docs And More]\n"
				 "path = /srv/docs\n"
				 "valid users = bob\n";

static void test_samba(void **state)
{
	static char new[TEXT_MAX];
	(void)state;
	write_file("smb.conf", samba_weak);
	char *patch = fix("smb.conf", PLATFORM_SAMBA);
	apply(patch, "smb.conf", samba_weak, new);
	write_file("smb.conf", new);
	assert_closed("smb.conf");
	assert_non_null(strstr(new, "\n\tworkgroup = OFFICE   \n"));
	assert_non_null(strstr(new, "\n\tserver signing = mandatory\n"));
	assert_non_null(strstr(new, "\n\tserver min protocol = SMB3_11\n"));
	assert_null(strstr(new, "NT1"));
	assert_non_null(strstr(new, "\n\t# lanman auth = yes\n"));
	assert_non_null(strstr(new, "\n    guest ok = no\n"));
	assert_non_null(strstr(new, "\n    # gest ok = yes\n"));
	assert_non_null(strstr(new, "\n; files\n[data]\n"));
	assert_null(strstr(new, "\n\t  ntlmv1-permitted"));
	free(patch);
}

// Once more: nothing is left to patch, only what nobody but the administrator can decide.
static void test_second_time(void **state)
{
	(void)state;
	char *patch = fix("smb.conf", PLATFORM_SAMBA);
	assert_null(strstr(patch, "\n+++ "));
	assert_non_null(strstr(patch, "# Not closed by this:"));
	free(patch);
}

static void test_ends_and_beginnings(void **state)
{
	static const char *const texts[] = {
		"[global]",
		"[global]\n",
		"[global]\r\n\tserver signing = off\r\n\tworkgroup = X\r\n",
		"[global]\nworkgroup = X\nserver signing = off",
		"workgroup = X\n[data]\npath = /srv/x\n",
		"[data]\npath = /srv/x\nguest ok = yes",
		"# nothing\n[data]\n\tpath = /srv/x\n\n\n\n\n\n\n\n\n\n\n\n\n\tguest ok = "
		"yes\n\n\n\n\n\n\n\n\tpublic = yes\n#",
		"[data]\npath = /srv/x\n[global]\nserver signing = off\n[data]\nguest ok = "
		"yes\n[global]\nserver signing = no\n",
		"[global]\n server signing = off\n server signing = no\n server signing = "
		"disabled\n\n\n\n\n\n\n\n server signing = 0\n",
	};
	static char new[TEXT_MAX];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		write_file("smb.conf", texts[i]);
		char *patch = fix("smb.conf", PLATFORM_SAMBA);
		assert_non_null(strstr(patch, "\n+++ "));
		apply(patch, "smb.conf", texts[i], new);
		write_file("smb.conf", new);
		assert_closed("smb.conf");
		bool crlf = strstr(texts[i], "\r\n") != NULL;
		for (const char *p = new; crlf && (p = strchr(p, '\n')) != NULL; p++)
			assert_int_equal(p[-1], '\r');
		free(patch);
	}
}

// A line is changed where it stands, in whichever file that is.
static void test_includes(void **state)
{
	static const char main_text[] =
		"[global]\ninclude = more.conf\n[data]\npath = /srv/x\nvalid users = a\n";
	static const char more_text[] = "# shared by all\nserver signing = off\n";
	static char new[TEXT_MAX];
	(void)state;
	write_file("smb.conf", main_text);
	write_file("more.conf", more_text);
	char *patch = fix("smb.conf", PLATFORM_SAMBA);
	apply(patch, "more.conf", more_text, new);
	assert_non_null(strstr(new, "# shared by all\n"));
	assert_non_null(strstr(new, "\nserver signing = mandatory\n"));
	write_file("more.conf", new);
	apply(patch, "smb.conf", main_text, new);
	assert_null(strstr(new, "server signing"));
	write_file("smb.conf", new);
	assert_closed("smb.conf");
	free(patch);
}

static void test_ksmbd(void **state)
{
	static const char text[] =
		"; ksmbd\n[global]\n\tserver signing = auto ; as it was\n\tsmb3 encryption = disabled\n"
		"\tserver min protocol = SMB2_10\n\tmap to guest = bad user\n[data]\n\tpath = /srv/x\n"
		"\tguest ok = yes\n\tread only = no\n";
	static char new[TEXT_MAX];
	(void)state;
	write_file("ksmbd.conf", text);
	char *patch = fix("ksmbd.conf", PLATFORM_KSMBD);
	apply(patch, "ksmbd.conf", text, new);
	write_file("ksmbd.conf", new);
	assert_closed("ksmbd.conf");
	assert_non_null(strstr(new, "\n\tserver signing = mandatory ; as it was\n"));
	free(patch);
}

static void test_signet(void **state)
{
	static const char text[] =
		"[server]\nstate = /srv\nsigning = desired\nencryption = desired\n"
		"dialects = 3.1.1 3.0.2 2.1\nntlm = accounts\nwalls = available\ndetect = off\n"
		"networks = any\n[share data]\npath = /srv/x\nusers = alice\nencryption = off\n"
		"file_mode = 0666\ndirectory_mode = 0777\n[share more]\npath = /srv/y\nusers = alice\n";
	static char new[TEXT_MAX];
	(void)state;
	write_file("signet.conf", text);
	char *patch = fix("signet.conf", PLATFORM_SIGNET);
	apply(patch, "signet.conf", text, new);
	write_file("signet.conf", new);
	assert_closed("signet.conf");
	assert_non_null(strstr(new, "\ndialects = 3.1.1\n"));
	assert_non_null(strstr(new, "\n# file_mode = 0666\n"));
	assert_non_null(strstr(new, "\n# directory_mode = 0777\n"));
	free(patch);
}

// A file's name goes into the patch as patch(1) reads it back.
static void test_names(void **state)
{
	(void)state;
	write_file("with space\nand line.conf", "[global]\n");
	char *patch = fix("with space\nand line.conf", PLATFORM_SAMBA);
	assert_non_null(strstr(patch, "\n--- \"a/with space\\012and line.conf\"\n"));
	for (const char *p = patch; (p = strchr(p, '\n')) != NULL; p++)
		assert_int_not_equal(strncmp(p, "\nand line", 9), 0);
	free(patch);
}

// Files of another platform, and those that have changed into something else, are not patched.
static void test_not_patched(void **state)
{
	struct audit_report r;
	char *text = NULL;
	size_t len = 0;
	(void)state;
	write_file("smb.conf", samba_weak);
	char *other = fix("smb.conf", PLATFORM_SIGNET);
	assert_null(strstr(other, "\n+++ "));
	assert_non_null(strstr(other, "# NOTE: this looks like samba, the fix is for signet"));
	free(other);
	lint(&r, "smb.conf");
	assert_int_equal(unlink("smb.conf"), 0);
	FILE *out = open_memstream(&text, &len);
	assert_int_equal(fix_write(out, &r, PLATFORM_SAMBA), 0);
	(void)fclose(out);
	assert_null(strstr(text, "\n+++ "));
	assert_non_null(strstr(text, "\n[global]\n"));
	free(text);
	audit_report_done(&r);
}

static int enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) != NULL ? chdir(folder) : -1;
}

static int leave_folder(void **state)
{
	static const char *const made[] = { "smb.conf", "more.conf", "ksmbd.conf", "signet.conf",
		"with space\nand line.conf" };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(made); i++)
		(void)!unlink(made[i]);
	return chdir("/") == 0 ? rmdir(folder) : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samba),
		cmocka_unit_test(test_second_time),
		cmocka_unit_test(test_ends_and_beginnings),
		cmocka_unit_test(test_includes),
		cmocka_unit_test(test_ksmbd),
		cmocka_unit_test(test_signet),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_not_patched),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
