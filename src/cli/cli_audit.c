// SPDX-License-Identifier: Apache-2.0
// `signet audit TARGET...`: what hosts enforce and what they let pass, by trying.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "audit/progress.h"
#include "audit/report/report.h"
#include "audit/runner.h"
#include "audit/targets.h"
#include "cli/audit_settings.h"
#include "cli/cli.h"
#include "cli/password.h"
#include "walls/process_memory.h"

static int failure(const char *text)
{
	(void)fprintf(stderr, "signet audit: %s\n", text);
	return CLI_FAILURE;
}

static int written(void)
{
	return fflush(stdout) == 0 && ferror(stdout) == 0 ? CLI_OK
							  : failure("cannot write to standard output");
}

// --- an audit ---------------------------------------------------------------------------------------

struct watched_run {
	struct progress_line line;
	bool quiet;
	int signals; // signalfd; -1: none
	sigset_t before;
	bool stop;
};

// The first SIGINT or SIGTERM ends it with a report of what is there, a second one at once.
static void signals_hold(struct watched_run *w)
{
	sigset_t held;
	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &held, &w->before);
	w->signals = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
	if (w->signals < 0)
		(void)sigprocmask(SIG_SETMASK, &w->before, NULL);
}

static void signals_release(struct watched_run *w)
{
	if (w->signals < 0)
		return;
	(void)close(w->signals);
	w->signals = -1;
	(void)sigprocmask(SIG_SETMASK, &w->before, NULL);
}

static void on_progress(void *context, const struct audit_progress *p)
{
	struct watched_run *w = context;
	struct signalfd_siginfo info;
	if (!w->quiet)
		progress_show(&w->line, p);
	if (w->signals < 0 || read(w->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	w->stop = true;
	signals_release(w);
}

static int audit_all(
	const struct audit_settings *s, const struct targets *targets, struct audit_report *report)
{
	struct watched_run w = { .quiet = s->quiet };
	const struct audit_run run = { .targets = targets,
		.options = &s->options,
		.stop = &w.stop,
		.on_progress = on_progress,
		.context = &w };
	signals_hold(&w);
	progress_init(&w.line, stderr, isatty(STDERR_FILENO) == 1);
	int rc = audit_run(&run, report);
	progress_end(&w.line);
	signals_release(&w);
	if (rc < 0)
		return failure(strerror(-rc));
	return report_finish("audit", &s->report, report);
}

static int audit_targets(int argc, char **argv, const struct audit_settings *s, const struct targets *targets)
{
	struct audit_report report;
	audit_report_init(&report);
	report.command = report_command(&report, argc, argv);
	int status = report.command != NULL ? audit_all(s, targets, &report) : failure("memory is out");
	audit_report_done(&report);
	return status;
}

// --- what it would do -------------------------------------------------------------------------------

static int dry_run(const struct audit_settings *s, const struct targets *targets)
{
	bool login = s->options.login.user != NULL || s->options.login.kerberos;
	printf(targets->count == 1 ? "Nothing was sent. To this target:\n\n"
				   : "Nothing was sent. To each of these %zu targets:\n\n",
		targets->count);
	for (size_t i = 0; i < targets->count; i++) {
		const struct target *t = &targets->all[i];
		printf(strchr(t->host, ':') != NULL ? "  [%s]:%u\n" : "  %s:%u\n", t->host, t->port);
	}
	printf("\nwould be sent, one after the other:\n\n  alive: NEGOTIATE of SMB2; without an answer, of "
	       "SMB1. "
	       "If nothing answers, that is all.\n");
	for (size_t i = 0; i < probe_kind_count; i++) {
		const struct probe_kind *k = &probe_kinds[i];
		printf("  %s: %s%s\n", k->name, k->sends,
			k->needs_login && !login ? " (not without --user or --kerberos)" : "");
	}
	printf("\nNothing is written there. Failed log-ons: %s\n",
		s->options.try_failed_logon
			? login ? "one with an account that does not exist on each, and one of the account "
				  "in all "
				  "(--try-logons)."
				: "one on each, with an account that does not exist (--try-logons)."
			: "none, unless the account that was given is refused; then it is not tried again.");
	return written();
}

// --- the verb ---------------------------------------------------------------------------------------

static int get_password(struct audit_settings *s, struct password *p)
{
	if (!s->password_stdin || s->dry_run)
		return CLI_OK;
	if (process_memory_close() != 0)
		return failure("this process's memory cannot be closed to others");
	password_lock(p);
	if (!password_read_line(STDIN_FILENO, p) || p->text[0] == '\0')
		return cli_usage_error("audit", "standard input has no password in its first line");
	s->options.login.password = p->text;
	return CLI_OK;
}

static int audit(int argc, char **argv, struct audit_settings *s)
{
	struct password password CLEANUP(password_done) = { 0 };
	struct targets targets CLEANUP(targets_done) = { 0 };
	int status = report_files_check("audit", false, &s->report);
	for (int i = 0; status == CLI_OK && i < s->word_count; i++)
		if (targets_add(&targets, s->words[i]) < 0)
			status = cli_usage_error("audit", "%s", targets.error);
	if (status == CLI_OK && targets.count == 0)
		status = cli_usage_error("audit", "there are no targets in what was given");
	if (status == CLI_OK)
		status = get_password(s, &password);
	if (status == CLI_OK)
		status = s->dry_run ? dry_run(s, &targets) : audit_targets(argc, argv, s, &targets);
	s->options.login.password = NULL; // it ends here
	return status;
}

static int diff(const struct audit_settings *s)
{
	char error[REPORT_ERROR_LEN] = "";
	char worst = '?';
	bool json = s->report.form == REPORT_JSON;
	int rc = report_diff(stdout, s->words[0], s->words[1], json, &worst, error);
	int status = rc < 0 ? failure(error) : written();
	bool failed = s->report.fail_on != 0 && grade_is_or_worse(worst, s->report.fail_on);
	return status == CLI_OK && failed ? CLI_ALERTED : status;
}

static int list_checks(const struct audit_settings *s)
{
	int rc = report_list_checks(stdout, s->report.form == REPORT_JSON);
	return rc < 0 ? failure(strerror(-rc)) : written();
}

int cli_audit(int argc, char **argv)
{
	struct audit_settings s = { 0 };
	int status = audit_settings_parse(argc, argv, &s);
	if (status != CLI_OK)
		return status;
	if (s.list_checks)
		return list_checks(&s);
	return s.diff ? diff(&s) : audit(argc, argv, &s);
}
