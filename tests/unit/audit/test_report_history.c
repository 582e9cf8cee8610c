// SPDX-License-Identifier: Apache-2.0
// Reports over time: baselines, waivers, and the comparison of two runs. Files are really written and read.
#include "../test_support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/report/report.h"

#define BEGUN_US 1795000000000000ULL // 2026-11-18

static char error[REPORT_ERROR_LEN];

static struct audit_subject *begin(struct audit_report *r, const char *address)
{
	struct audit_subject *s;

	audit_report_init(r);
	r->begun_us = BEGUN_US;
	s = report_add_subject(r, address, 445);
	assert_non_null(s);
	return s;
}

static struct audit_finding *add(
	struct audit_report *r, struct audit_subject *s, const char *id, const char *subject)
{
	struct audit_finding *f = report_add_finding(r, s, id, subject);

	assert_non_null(f);
	assert_true(finding_add_evidence(r, f, "sent", "received"));
	return f;
}

static char *temporary(void)
{
	char *path = strdup("/tmp/signet-test-XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	return path;
}

static char *written(const char *text)
{
	char *path = temporary();
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
	return path;
}

static char *saved(const struct audit_report *r)
{
	char *path = temporary();
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(report_write_json(out, r), 0);
	assert_int_equal(fclose(out), 0);
	return path;
}

static void forget(char *path)
{
	unlink(path);
	free(path);
}

static void baseline_knows_what_was_there(void **state UNUSED)
{
	struct audit_report before, now;
	struct audit_subject *s = begin(&before, "192.0.2.7");
	struct audit_finding *known, *fresh, *worse, *odd;
	char *path;

	add(&before, s, "smb1_accepted", NULL);
	add(&before, s, "share_guest", "a");
	add(&before, s, "share_guest", "bell\x07 \xff");
	add(&before, s, "coercion_interface", "spoolss");
	subject_conclude(s);
	path = saved(&before);
	s = begin(&now, "192.0.2.7");
	known = add(&now, s, "smb1_accepted", NULL);
	fresh = add(&now, s, "share_guest", "b");
	odd = add(&now, s, "share_guest", "bell\x07 \xff");
	worse = add(&now, s, "coercion_interface", "spoolss");
	worse->severity = AUDIT_HIGH;
	assert_int_equal(report_apply_baseline(&now, path, error), 0);
	assert_true(known->known && odd->known);
	assert_false(fresh->known || worse->known);
	assert_true(now.has_baseline);
	audit_report_done(&now);
	s = begin(&now, "192.0.2.8"); // another host has its own past
	known = add(&now, s, "smb1_accepted", NULL);
	assert_int_equal(report_apply_baseline(&now, path, error), 0);
	assert_false(known->known);
	now.is_lint = true;
	assert_int_equal(report_apply_baseline(&now, path, error), -EINVAL);
	assert_non_null(strstr(error, "signet audit"));
	forget(path);
	audit_report_done(&before);
	audit_report_done(&now);
}

static void no_baseline_is_an_error(void **state UNUSED)
{
	static const char *const wrong[] = {
		"",
		"{",
		"[]",
		"{\"format\":\"other\"}",
		"{\"format\":\"signet-audit\",\"version\":2,\"hosts\":[]}",
		"{\"format\":\"signet-audit\",\"version\":1}",
		"{\"format\":\"signet-audit\",\"version\":1,\"hosts\":[{}]}",
		"{\"format\":\"signet-audit\",\"version\":1,\"hosts\":[17]}",
		"{\"format\":\"signet-audit\",\"version\":1,\"hosts\":[{\"address\":\"a\",\"port\":70000,"
		"\"outcome\":\"done\",\"findings\":[]}]}",
		"{\"format\":\"signet-audit\",\"version\":1,\"hosts\":[{\"address\":\"a\",\"port\":1,"
		"\"outcome\":\"done\",\"findings\":[{}]}]}",
		"{\"format\":\"signet-audit\",\"version\":1,\"hosts\":[{\"address\":\"a\",\"port\":1,"
		"\"outcome\":\"done\",\"findings\":[{\"id\":\"a\",\"title\":\"a\",\"severity\":\"dreadful\"}]"
		"}]}",
	};
	struct audit_report r;

	begin(&r, "192.0.2.7");
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		char *path = written(wrong[i]);

		error[0] = 0;
		assert_true(report_apply_baseline(&r, path, error) < 0);
		assert_non_null(strstr(error, path));
		assert_false(r.has_baseline);
		forget(path);
	}
	assert_int_equal(report_apply_baseline(&r, "/nonexistent/x", error), -ENOENT);
	assert_true(report_apply_baseline(&r, "/dev/zero", error) < 0);
	audit_report_done(&r);
}

static int waive(struct audit_report *r, const char *text)
{
	char *path = written(text);
	int result = report_apply_waivers(r, path, error);

	forget(path);
	return result;
}

static void waivers_take_from_the_grade(void **state UNUSED)
{
	struct audit_report r;
	struct audit_subject *s = begin(&r, "192.0.2.7");
	struct audit_finding *smb1, *guest, *other;

	s->name = "scanner-hub";
	smb1 = add(&r, s, "smb1_accepted", NULL);
	guest = add(&r, s, "share_guest", "Scans 2026");
	other = add(&r, s, "share_guest", "private");
	assert_int_equal(waive(&r, "# those of building 4\n"
				   "[waiver]\nhost = SCANNER-*\ncheck = smb1_accepted\nreason = old "
				   "scanners\nuntil = 2026-11-18\n"
				   "[waiver]\n  check = share_guest\n  subject = scans*\n  reason = until "
				   "moved\n  until = 2099-01-01\n"),
		0);
	assert_string_equal(smb1->waiver, "old scanners (until 2026-11-18)"); // that day is the last one
	assert_non_null(guest->waiver);
	assert_null(other->waiver);
	assert_int_equal(s->grade, 'D');
	assert_null(r.notes);
	assert_int_equal(
		waive(&r, "[waiver]\ncheck=share_guest\nsubject=private\nreason=x\nuntil=2027-01-01\n"), 0);
	assert_int_equal(s->grade, 'A');
	audit_report_done(&r);
}

static void ended_waivers_are_told(void **state UNUSED)
{
	struct audit_report r;
	struct audit_subject *s = begin(&r, "192.0.2.7");
	struct audit_finding *f = add(&r, s, "smb1_accepted", NULL);

	assert_int_equal(waive(&r, "[waiver]\ncheck = smb1_accepted\nreason = x\nuntil = 2026-11-17\n"
				   "[waiver]\ncheck = lm_accepted\nreason = x\nuntil = 2026-12-31\n"),
		0);
	assert_null(f->waiver);
	assert_int_equal(s->grade, 'D');
	assert_non_null(strstr(r.notes->text,
		":1: the waiver of smb1_accepted ended on 2026-11-17, and the finding is still there"));
	assert_non_null(strstr(r.notes->next->text, ":5: nothing needs the waiver of lm_accepted"));
	assert_null(r.notes->next->next);
	audit_report_done(&r);
}

static void wrong_waivers_are_refused(void **state UNUSED)
{
	static const struct {
		const char *text, *says;
	} wrong[] = {
		{ "[waiver]\ncheck = smb1_accepted\nuntil = 2027-01-01\n", ":1: a waiver needs a reason" },
		{ "[waiver]\ncheck = smb1_accepted\nreason = x\n", ":1: a waiver needs a last day" },
		{ "[waiver]\ncheck = smb1_accepted\nreason = x\nuntil = 2027-02-31x\n", "no day" },
		{ "[waiver]\ncheck = smb1_accepted\nreason = x\nuntil = 2027-02-31\n",
			"'2027-02-31' is no day" },
		{ "[waiver]\ncheck = smb1_accepted\nreason = x\nuntil = 2027-02-29\n",
			"'2027-02-29' is no day" },
		{ "[waiver]\ncheck = smb1_accepted\nreason = x\nuntil = tomorrow\n", "'tomorrow' is no day" },
		{ "\n[waiver]\ncheck = no_such\nreason = x\nuntil = 2027-01-01\n",
			":2: there is no check 'no_such'" },
		{ "[waiver]\nreason = x\nuntil = 2027-01-01\n", "needs a check" },
		{ "[waiver]\ncheck = smb1_accepted\ncheck = lm_accepted\n", ":3: 'check' is given twice" },
		{ "[waiver]\nhots = x\n", ":2: 'hots' is not known" },
		{ "check = smb1_accepted\n", ":1: stands before" },
		{ "[waivers]\n", ":1: the only section" },
		{ "[waiver]\nnonsense\n", ":2: neither" },
	};
	struct audit_report r;
	struct audit_finding *f = add(&r, begin(&r, "192.0.2.7"), "smb1_accepted", NULL);

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		error[0] = 0;
		assert_true(waive(&r, wrong[i].text) < 0);
		if (!strstr(error, wrong[i].says))
			fail_msg("said: %s, not: %s", error, wrong[i].says);
		assert_null(f->waiver);
	}
	assert_int_equal(report_apply_waivers(&r, "/nonexistent/x", error), -ENOENT);
	audit_report_done(&r);
}

// The comparison as text; freed by the caller.
static char *compared(const struct audit_report *old, const struct audit_report *now, bool json, char *worst)
{
	char *old_path = saved(old), *new_path = saved(now), *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	*worst = 0;
	assert_int_equal(report_diff(out, old_path, new_path, json, worst, error), 0);
	fclose(out);
	forget(old_path);
	forget(new_path);
	return text;
}

static void difference_says_better_and_worse(void **state UNUSED)
{
	struct audit_report old, now;
	struct audit_subject *s = begin(&old, "192.0.2.7"), *t;
	char worst;
	char *text;

	add(&old, s, "smb1_accepted", NULL);
	add(&old, s, "ntlm_accepted", NULL);
	subject_conclude(s);
	t = begin(&now, "192.0.2.7");
	add(&now, t, "ntlm_accepted", NULL);
	subject_conclude(t);
	text = compared(&old, &now, false, &worst);
	assert_int_equal(worst, '?');
	assert_string_equal(text,
		"192.0.2.7:445  D -> B\n  - gone         high      SMB1 is accepted (smb1_accepted)\n\n"
		"1 better, 0 worse, 0 the same\n");
	free(text);
	text = compared(&now, &old, false, &worst);
	assert_int_equal(worst, 'D');
	assert_non_null(strstr(text, "B -> D\n  + appeared     high      SMB1 is accepted"));
	free(text);
	text = compared(&old, &old, false, &worst);
	assert_int_equal(worst, '?');
	assert_string_equal(text, "0 better, 0 worse, 1 the same\n");
	free(text);
	text = compared(&now, &old, true, &worst);
	assert_non_null(strstr(text, "\"change\":\"appeared\",\"id\":\"smb1_accepted\""));
	free(text);
	audit_report_done(&old);
	audit_report_done(&now);
}

static void unanswered_is_not_better(void **state UNUSED)
{
	struct audit_report old, now;
	struct audit_subject *s = begin(&old, "192.0.2.7"), *t;
	char worst;
	char *text;

	add(&old, s, "ntlmv1_accepted", NULL);
	subject_conclude(s);
	t = begin(&now, "192.0.2.7");
	report_add_open(&now, t, "ntlmv1_accepted", "needs credentials");
	subject_conclude(t);
	text = compared(&old, &now, false, &worst);
	assert_non_null(strstr(text, "? not_answered critical  NTLMv1 is accepted"));
	assert_null(strstr(text, "gone"));
	free(text);
	t->outcome = AUDIT_UNREACHABLE;
	t->open = NULL;
	subject_conclude(t);
	text = compared(&old, &now, false, &worst);
	assert_non_null(strstr(text, "does not answer any more, was D"));
	assert_non_null(strstr(text, "0 better, 0 worse"));
	assert_int_equal(worst, '?');
	free(text);
	audit_report_done(&old);
	audit_report_done(&now);
}

static void waived_is_not_mended(void **state UNUSED)
{
	struct audit_report old, now;
	struct audit_subject *s = begin(&old, "192.0.2.7"), *t;
	char worst;
	char *text;

	add(&old, s, "smb1_accepted", NULL);
	subject_conclude(s);
	t = begin(&now, "192.0.2.7");
	add(&now, t, "smb1_accepted", NULL)->waiver = "x";
	subject_conclude(t);
	text = compared(&old, &now, false, &worst);
	assert_non_null(strstr(text, "~ waived "));
	free(text);
	text = compared(&now, &old, false, &worst); // the waiver ended
	assert_int_equal(worst, 'D');
	assert_non_null(strstr(text, "+ appeared "));
	free(text);
	audit_report_done(&old);
	audit_report_done(&now);
}

static void hosts_come_and_go(void **state UNUSED)
{
	struct audit_report old, now;
	char worst;
	char *text;

	subject_conclude(begin(&old, "192.0.2.7"));
	subject_conclude(begin(&now, "2001:db8::1"));
	text = compared(&old, &now, false, &worst);
	assert_int_equal(worst, '?');
	assert_string_equal(text, "[2001:db8::1]:445  new, grade A\n192.0.2.7:445  no longer asked, was A\n\n"
				  "0 better, 0 worse, 0 the same\n");
	free(text);
	audit_report_done(&old);
	audit_report_done(&now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(baseline_knows_what_was_there),
		cmocka_unit_test(no_baseline_is_an_error),
		cmocka_unit_test(waivers_take_from_the_grade),
		cmocka_unit_test(ended_waivers_are_told),
		cmocka_unit_test(wrong_waivers_are_refused),
		cmocka_unit_test(difference_says_better_and_worse),
		cmocka_unit_test(unanswered_is_not_better),
		cmocka_unit_test(waived_is_not_mended),
		cmocka_unit_test(hosts_come_and_go),
	};
	return RUN_TESTS(tests);
}
