// SPDX-License-Identifier: Apache-2.0
// Each way a configuration can be wrong, and the exact words about it.
#include "config_test.h"

#include <unistd.h>

static const struct wrong {
	const char *text;
	const char *errors;
} cases[] = {
#include "config_errors.inc"
};

static void says_exactly_what_is_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *errors = errors_of(cases[i].text, strlen(cases[i].text));
		assert_string_equal(errors, cases[i].errors);
		free(errors);
	}
}

static void nul_bytes_are_no_text(void **state)
{
	static const char text[] = "[server]\nstate = /a\0/b\n";
	char *errors = errors_of(text, sizeof(text) - 1);
	(void)state;
	assert_string_equal(
		errors, "F:2: the line has bytes that are no UTF-8 text; write it anew, as plain text\n");
	free(errors);
}

static void stops_listing_at_some_point(void **state)
{
	char text[4000] = "[server]\n";
	struct config_messages errors = { 0 };
	(void)state;
	for (unsigned i = 0; i < CONFIG_MESSAGES_MAX + 50; i++)
		strcat(text, "nonsense\n");
	assert_null(config_parse("F", text, strlen(text), &errors));
	assert_int_equal(errors.count, CONFIG_MESSAGES_MAX);
	assert_int_equal(errors.omitted, 50);
	config_messages_done(&errors);
}

static void write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	fclose(out);
}

static void expect_load_errors(const char *file, const char *const *expected, size_t count)
{
	struct config_messages errors = { 0 };
	assert_null(config_load(file, &errors));
	for (size_t i = 0; i < count && i < errors.count; i++)
		assert_string_equal(errors.lines[i], expected[i]);
	assert_int_equal(errors.count, count);
	config_messages_done(&errors);
}

// Works in a folder of its own, so that paths in messages are short and known.
static void load_looks_at_the_file_system(void **state)
{
	static const char *const missing[] = {
		"conf: No such file or directory; give the configuration's file with --config",
	};
	static const char *const absent[] = {
		"conf:5: share 'a': /nonexistent/a: No such file or directory; make the folder, or correct "
		"path",
		"conf:7: share 'b': /etc/passwd: Not a directory; make the folder, or correct path",
		"conf:2: state = /nonexistent/state: No such file or directory; make the directory above it, "
		"or correct "
		"state",
		"conf:3: events = /nonexistent/events: No such file or directory; make its directory, or "
		"correct events",
	};
	// Links lead there, which the paths alone do not show.
	static const char *const exposed[] = {
		"conf:4: share 'c': /proc/self/root has the server's state (/tmp/signet-state) inside it; "
		"share another "
		"folder, or move the state",
		"conf:4: share 'c': /proc/self/root has the file of events (/tmp/signet-events) inside it; "
		"share another "
		"folder, or move the file",
	};
	char folder[] = "/tmp/signet-config-XXXXXX";
	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	expect_load_errors("conf", missing, ARRAY_LEN(missing));
	write_file("conf", "[server]\nstate = /nonexistent/state\nevents = /nonexistent/events\n\n[share a]\n"
			   "path = /nonexistent/a\n[share b]\npath = /etc/passwd\n");
	expect_load_errors("conf", absent, ARRAY_LEN(absent));
	write_file("conf", "[server]\nstate = /tmp/signet-state\nevents = /tmp/signet-events\n[share c]\n"
			   "path = /proc/self/root\n");
	expect_load_errors("conf", exposed, ARRAY_LEN(exposed));
	write_file("conf", "[server]\nstate = /tmp/signet-state\n[share c]\npath = /usr\n");
	struct config_messages errors = { 0 };
	struct config *c = config_load("conf", &errors);
	assert_non_null(c);
	config_unref(c);
	assert_int_equal(unlink("conf"), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_exactly_what_is_wrong),
		cmocka_unit_test(nul_bytes_are_no_text),
		cmocka_unit_test(stops_listing_at_some_point),
		cmocka_unit_test(load_looks_at_the_file_system),
	};
	return RUN_TESTS(tests);
}
