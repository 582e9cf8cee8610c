// SPDX-License-Identifier: Apache-2.0
// What all forms of a report share: texts of others, lines that fit, and the manual that is made of the
// catalogue.
#include "../test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/report/report.h"
#include "audit/report/report_clean.h"
#include "audit/report/report_summary.h"
#include "audit/report/report_wrap.h"

static void texts_of_others_are_cleaned(void **state UNUSED)
{
	static const struct {
		const char *text, *wanted;
	} cases[] = {
		{ "", "" },
		{ "plain, <b> & \"quoted\"", "plain, <b> & \"quoted\"" },
		{ "Gr\xc3\xb6\xc3\x9f"
		  "e \xe6\x97\xa5 \xf0\x9f\x92\xa9",
			"Gr\xc3\xb6\xc3\x9f"
			"e \xe6\x97\xa5 \xf0\x9f\x92\xa9" },
		{ "\tserver signing = auto", " server signing = auto" },
		{ "\x1b[31m\a", "\\x1b[31m\\x07" },
		{ "a\r\nb", "a\\x0d\\x0ab" },
		{ "\x7f\xc2\x9b", "\\x7f\\u{9b}" },
		{ "\xe2\x80\xae", "\\u{202e}" },
		{ "\xe2\x80\xa8", "\\u{2028}" },
		{ "\xf3\xa0\x81\x81", "\\u{e0041}" },
		{ "\xff\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd" }, // a lone surrogate, as Windows has them
		{ "\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "cut \xe6\x97", "cut \xef\xbf\xbd\xef\xbf\xbd" },
	};
	struct arena a;

	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *once = report_clean(&a, cases[i].text);

		assert_string_equal(once, cases[i].wanted);
		assert_string_equal(report_clean(&a, once), once); // what was cleaned stays
	}
	assert_null(report_clean(&a, NULL));
	arena_reset(&a);
}

static void long_texts_are_cut_whole(void **state UNUSED)
{
	char text[3 * REPORT_TEXT_MAX + 1];
	struct arena a;
	const char *clean;

	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < REPORT_TEXT_MAX; i++)
		memcpy(text + 3 * i, "\xe6\x97\xa5", 3);
	text[3 * REPORT_TEXT_MAX] = 0;
	clean = report_clean(&a, text);
	assert_int_equal(strlen(clean), REPORT_TEXT_MAX / 3 * 3 + 3);
	assert_string_equal(clean + strlen(clean) - 6, "\xe6\x97\xa5...");
	arena_reset(&a);
}

static void ipv6_is_no_name_with_colons(void **state UNUSED)
{
	assert_true(address_is_ipv6("2001:db8::1"));
	assert_true(address_is_ipv6("fe80::1%eth0"));
	assert_false(address_is_ipv6("192.0.2.7"));
	assert_false(address_is_ipv6("http://evil"));
	assert_false(address_is_ipv6(""));
	assert_false(address_is_ipv6("::::::::::::::::::::::::::::::::::::::::::::::::::::::::::"));
}

static char *wrapped(struct wrap_shape shape, const char *text)
{
	char *out_text = NULL;
	size_t len;
	FILE *out = open_memstream(&out_text, &len);

	report_wrap(out, shape, text);
	fclose(out);
	return out_text;
}

static void lines_fit(void **state UNUSED)
{
	const struct wrap_shape shape = { .indent = 2, .label = "sent", .gap = 6, .width = 30 };
	char *text = wrapped(shape, "one two three four five six seven");

	assert_string_equal(text, "  sent  one two three four\n        five six seven\n");
	free(text);
	text = wrapped(shape, "abcdefghijklmnopqrstuvwxyzabcdef ghi");
	assert_string_equal(text, "  sent  abcdefghijklmnopqrstuv\n        wxyzabcdef ghi\n");
	free(text);
	text = wrapped(shape, "");
	assert_string_equal(text, "  sent  \n");
	free(text);
	text = wrapped(shape, "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5 "
			      "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5");
	assert_int_equal(strcspn(text, "\n"), 8 + 18); // wide ones count two
	free(text);
}

static char *written(const struct audit_report *r)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_int_equal(report_write_text(out, r, false), 0);
	fclose(out);
	return text;
}

static struct audit_finding *found_pipe(
	struct audit_report *r, struct audit_subject *s, const char *pipe, const char *received)
{
	struct audit_finding *f = report_add_finding(r, s, "pipe_anonymous", pipe);

	assert_true(finding_add_evidence(r, f, "CREATE and bind", "accepted"));
	assert_true(finding_add_evidence(r, f, "CREATE and bind", received));
	return f;
}

static void the_same_is_said_once(void **state UNUSED)
{
	struct audit_report r;
	char *text;

	audit_report_init(&r);
	struct audit_subject *s = report_add_subject(&r, "192.0.2.7", 445);
	s->outcome = AUDIT_DONE;
	found_pipe(&r, s, "samr", "once more");
	found_pipe(&r, s, "lsarpc", "once more");
	found_pipe(&r, s, "winreg", "once more")->waiver = "they know"; // not alike
	report_add_open(&r, s, "lm_accepted", "needs credentials");
	report_add_open(&r, s, "guest_accepted", "asked for alone");
	report_add_open(&r, s, "ntlmv1_accepted", "needs credentials");
	subject_conclude(s);
	text = written(&r);
	assert_non_null(strstr(text,
		"  medium    A named pipe is open to anonymous sessions  (pipe_anonymous)\n"
		"            which  lsarpc, samr\n"
		"            sent   CREATE and bind\n"
		"            came   accepted\n"
		"            came   once more\n"
		"  medium    A named pipe is open to anonymous sessions: winreg  (pipe_anonymous)\n"
		"            waived they know\n"));
	assert_non_null(strstr(text, "  open      needs credentials: lm_accepted, ntlmv1_accepted\n"
				     "  open      asked for alone: guest_accepted\n\n"));
	assert_non_null(strstr(text, "1 host: 1 C, 1 waived, 3 questions open\n"));
	free(text);
	audit_report_done(&r);
}

static void manual_in_the_tree_is_up_to_date(void **state UNUSED)
{
	char *page = NULL, *stored;
	size_t len;
	FILE *out = open_memstream(&page, &len), *in = fopen(TESTS_DIR "/../docs/man/signet-checks.7", "r");

	report_list_checks_roff(out);
	fclose(out);
	stored = calloc(1, len + 2);
	assert_non_null(in);
	assert_non_null(stored);
	(void)!fread(stored, 1, len + 1, in);
	fclose(in);
	assert_string_equal(stored, page); // else: make docs
	free(stored);
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_of_others_are_cleaned),
		cmocka_unit_test(long_texts_are_cut_whole),
		cmocka_unit_test(ipv6_is_no_name_with_colons),
		cmocka_unit_test(lines_fit),
		cmocka_unit_test(the_same_is_said_once),
		cmocka_unit_test(manual_in_the_tree_is_up_to_date),
	};
	return RUN_TESTS(tests);
}
