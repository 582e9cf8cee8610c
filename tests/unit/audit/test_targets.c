// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/targets.h"

static char dir[] = "/tmp/test_targets.XXXXXX";

static void write_file(const char *name, const char *text, size_t len)
{
	char path[128];
	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *out = fopen(path, "we");
	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

static int add_file(struct targets *t, const char *name)
{
	char text[128];
	(void)snprintf(text, sizeof(text), "@%s/%s", dir, name);
	return targets_add(t, text);
}

static void check_is(const struct targets *t, size_t at, const char *host, uint16_t port)
{
	assert_true(at < t->count);
	assert_string_equal(t->all[at].host, host);
	assert_int_equal(t->all[at].port, port);
}

static void test_hosts(void **state)
{
	static const struct {
		const char *text, *host;
		uint16_t port;
	} rows[] = {
		{ "192.0.2.7", "192.0.2.7", 445 },
		{ "192.0.2.7:4450", "192.0.2.7", 4450 },
		{ "files.example.org", "files.example.org", 445 },
		{ "files.example.org.:1", "files.example.org.", 1 },
		{ "my_nas:65535", "my_nas", 65535 },
		{ "2001:DB8:0::1", "2001:db8::1", 445 },
		{ "[2001:db8::2]", "2001:db8::2", 445 },
		{ "[2001:db8::2]:99", "2001:db8::2", 99 },
		{ "::1", "::1", 445 },
		{ "fe80::1%eth0", "fe80::1%eth0", 445 },
		{ "[fe80::1%eth0]:139", "fe80::1%eth0", 139 },
		{ "10.0.0.9/32", "10.0.0.9", 445 },
	};
	struct targets t = { 0 };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(targets_add(&t, rows[i].text), 0);
		assert_int_equal(t.count, i + 1);
		check_is(&t, i, rows[i].host, rows[i].port);
	}
	targets_done(&t);
}

static void test_wrong(void **state)
{
	static const char *const wrong[] = { "", ":445", "host:", "host:0", "host:65536", "host:+1",
		"host:4 5", "a..b", "-a", "a-", "a b", "a/24", "1.2.3", "127.1", "300.1.1.1", "192.0.2.1.",
		"0x7f.1.2.3", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "[::1", "[::1]x",
		"[::1]445", "[]", "[10.0.0.1]", "[host]:445", ":::", "fe80::1%", "fe80::1%a%b",
		"fe80::1%eth0/64", "fe80::1%[::1]x", "fe80::1%\x1b[1m", "\xff", "10.0.0.1/24/8" };
	struct targets t = { 0 };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		int rc = targets_add(&t, wrong[i]);
		if (rc != -EINVAL || t.error[0] == '\0')
			fail_msg("\"%s\" was taken", wrong[i]);
	}
	assert_int_equal(t.count, 0);
	targets_done(&t);
}

static void test_networks(void **state)
{
	struct targets t = { 0 };
	(void)state;
	// Host bits do not matter; the network's own address and the broadcast address are no hosts.
	assert_int_equal(targets_add(&t, "192.0.2.77/24"), 0);
	assert_int_equal(t.count, 254);
	check_is(&t, 0, "192.0.2.1", 445);
	check_is(&t, 253, "192.0.2.254", 445);
	assert_int_equal(targets_add(&t, "10.0.0.0/31:99"), 0);
	assert_int_equal(t.count, 256);
	check_is(&t, 254, "10.0.0.0", 99);
	assert_int_equal(targets_add(&t, "2001:db8::ff/126"), 0);
	assert_int_equal(t.count, 260);
	check_is(&t, 256, "2001:db8::fc", 445);
	check_is(&t, 259, "2001:db8::ff", 445);
	assert_int_equal(targets_add(&t, "[2001:db8::1:0/127]:7"), 0);
	check_is(&t, 260, "2001:db8::1:0", 7);
	assert_int_equal(targets_add(&t, "255.255.255.254/31"), 0);
	check_is(&t, 263, "255.255.255.255", 445);
	targets_done(&t);
}

static void test_too_large(void **state)
{
	static const char *const large[] = { "0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/11", "::/0",
		"2001:db8::/64", "2001:db8::/107" };
	struct targets t = { 0 };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(large); i++) {
		assert_int_equal(targets_add(&t, large[i]), -EINVAL);
		assert_non_null(strstr(t.error, "too large"));
	}
	assert_int_equal(t.count, 0);
	// The largest one fills the list; one more is one too many, one of them is not.
	assert_int_equal(targets_add(&t, "2001:db8::/108"), 0);
	assert_int_equal(t.count, TARGETS_MAX);
	assert_int_equal(targets_add(&t, "2001:db8::5"), 0);
	assert_int_equal(targets_add(&t, "192.0.2.1"), -EINVAL);
	assert_int_equal(t.count, TARGETS_MAX);
	targets_done(&t);
}

static void test_duplicates(void **state)
{
	static const char *const same[] = { "192.0.2.1", "192.0.2.1:445", "192.0.2.0/30", "Files",
		"fILES:445", "2001:db8::1", "2001:0db8:0::1", "[2001:DB8::1]:445", "192.0.2.1/32" };
	struct targets t = { 0 };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(same); i++)
		assert_int_equal(targets_add(&t, same[i]), 0);
	assert_int_equal(t.count, 4);
	check_is(&t, 0, "192.0.2.1", 445);
	check_is(&t, 1, "192.0.2.2", 445);
	check_is(&t, 2, "Files", 445);
	check_is(&t, 3, "2001:db8::1", 445);
	assert_int_equal(targets_add(&t, "192.0.2.1:446"), 0);
	assert_int_equal(t.count, 5);
	targets_done(&t);
}

static void write_text(const char *name, const char *text)
{
	write_file(name, text, strlen(text));
}

static void write_include(const char *name, const char *included, const char *before)
{
	char text[256];
	(void)snprintf(text, sizeof(text), "%s@%s/%s\n", before, dir, included);
	write_text(name, text);
}

static void test_files(void **state)
{
	struct targets t = { 0 };
	(void)state;
	write_text("inner", "# comment\n\n  192.0.2.9:99\t\r\n10.0.0.0/31");
	write_include("outer", "inner", "192.0.2.1\n");
	assert_int_equal(add_file(&t, "outer"), 0);
	assert_int_equal(t.count, 4);
	check_is(&t, 0, "192.0.2.1", 445);
	check_is(&t, 1, "192.0.2.9", 99);
	check_is(&t, 3, "10.0.0.1", 445);
	targets_done(&t);
}

static void check_file_fails(const char *name, const char *why)
{
	struct targets t = { 0 };
	assert_int_equal(add_file(&t, name), -EINVAL);
	if (strstr(t.error, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", t.error, why);
	targets_done(&t);
}

static void test_hostile_files(void **state)
{
	static char line[4096];
	(void)state;
	write_text("bad", "192.0.2.1\n\nnot a host\n");
	check_file_fails("bad", "/bad:3: not a host: ");
	check_file_fails("none", "No such file");
	write_include("loop", "loop", "192.0.2.1\n");
	check_file_fails("loop", "too deep");
	write_include("one", "other", "");
	write_include("other", "one", "");
	check_file_fails("one", "too deep");
	memset(line, 'a', sizeof(line));
	write_file("long", line, sizeof(line));
	check_file_fails("long", "too long");
	write_file("zeros", "192.0.2.1\n\0\0\0\n", 14);
	check_file_fails("zeros", "no line of text");
	check_file_fails("", "cannot be read"); // a directory
	struct targets t = { 0 };
	assert_int_equal(targets_add(&t, "@/dev/zero"), -EINVAL);
	targets_done(&t);
}

// Files that name files, each a thousand times: the number of lines in all is limited, not that of one file.
static void test_tree_of_files(void **state)
{
	static const char *const names[] = { "t1", "t2", "t3", "t4" };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char path[128];
		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		FILE *out = fopen(path, "we");
		assert_non_null(out);
		for (int k = 0; k < 1000; k++)
			(void)fprintf(out, i + 1 < ARRAY_LEN(names) ? "@%s/%s\n" : "#%s%s\n", dir,
				i + 1 < ARRAY_LEN(names) ? names[i + 1] : "");
		assert_int_equal(fclose(out), 0);
	}
	check_file_fails("t1", "too many lines");
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) != NULL ? 0 : -1;
}

static int remove_dir(void **state)
{
	static const char *const names[] = { "inner", "outer", "bad", "loop", "one", "other", "long", "zeros",
		"t1", "t2", "t3", "t4" };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char path[128];
		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)unlink(path);
	}
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_hostile_files),
		cmocka_unit_test(test_tree_of_files),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
