// SPDX-License-Identifier: Apache-2.0
// signet user add|passwd|remove|list [NAME] --config FILE [--password-stdin] [--ntlm] [--json]
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "auth/account_store.h"
#include "auth/accounts.h"
#include "cli/cli.h"
#include "cli/password.h"
#include "config/config.h"
#include "walls/process_memory.h"

struct user_options {
	const char *config;
	const char *name;
	bool password_stdin;
	bool ntlm;
	bool json;
};

static int failure(const char *text)
{
	fprintf(stderr, "signet user: %s\n", text);
	return CLI_FAILURE;
}

// Waits until the terminal has a line, or a signal came: that is returned then, so that the echo can be
// switched on again before it does what it does.
static int tty_wait(int tty, int signals)
{
	struct pollfd fds[] = { { .fd = tty, .events = POLLIN }, { .fd = signals, .events = POLLIN } };
	struct signalfd_siginfo info;

	while (poll(fds, ARRAY_LEN(fds), -1) < 0 && errno == EINTR)
		;
	if ((fds[1].revents & POLLIN) != 0 && read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		return (int)info.ssi_signo;
	return 0;
}

static bool tty_ask_hidden(int tty, const char *prompt, struct password *p, const sigset_t *held)
{
	struct termios before, hidden;
	int signals = signalfd(-1, held, SFD_CLOEXEC);

	if (signals < 0 || tcgetattr(tty, &before) < 0)
		return false;
	hidden = before;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	bool asked = dprintf(tty, "%s", prompt) > 0 && tcsetattr(tty, TCSAFLUSH, &hidden) == 0;
	int got = asked ? tty_wait(tty, signals) : 0;
	asked = asked && got == 0 && password_read_line(tty, p);
	(void)tcsetattr(tty, TCSAFLUSH, &before);
	(void)dprintf(tty, "\n");
	close(signals);
	if (got != 0)
		raise(got); // pending until the caller lets it in
	return asked;
}

static bool tty_ask(int tty, const char *prompt, struct password *p)
{
	sigset_t held, before;

	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGQUIT);
	sigaddset(&held, SIGTERM);
	sigaddset(&held, SIGHUP);
	sigprocmask(SIG_BLOCK, &held, &before);
	bool asked = tty_ask_hidden(tty, prompt, p, &held);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return asked;
}

static int password_ask(const char *name, struct password *p)
{
	struct password again CLEANUP(password_done) = {};
	char prompt[ACCOUNT_LINE_LEN_MAX];

	password_lock(&again);
	int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (tty < 0)
		return failure("there is no terminal to ask for the password; give it with --password-stdin");
	snprintf(prompt, sizeof(prompt), "Password for %s: ", name);
	bool asked = tty_ask(tty, prompt, p) && tty_ask(tty, "The same again: ", &again);
	close(tty);
	if (!asked)
		return failure("no password was given");
	return strcmp(p->text, again.text) == 0 ? CLI_OK
						: failure("the two passwords differ; nothing was changed");
}

static int password_get(const struct user_options *o, struct password *p)
{
	if (!o->password_stdin)
		return password_ask(o->name, p);
	return password_read_line(STDIN_FILENO, p)
		       ? CLI_OK
		       : failure("standard input has no password in its first line (1 to 256 "
				 "characters)");
}

static int report(int rc, const struct account_error *error, const char *done, const char *name)
{
	if (rc < 0)
		return failure(error->text[0] != 0 ? error->text : strerror(-rc));
	fprintf(stderr, "signet user: account %s %s\n", name, done);
	return CLI_OK;
}

// The first account is often made before the server has run.
static int state_dir_make(const char *state)
{
	if (mkdir(state, 0700) == 0 || errno == EEXIST)
		return CLI_OK;
	fprintf(stderr, "signet user: %s: cannot make the state directory: %s\n", state, strerror(errno));
	return CLI_FAILURE;
}

static int user_add(const struct config *c, const struct user_options *o)
{
	struct password p CLEANUP(password_done) = {};
	struct account_error error;
	const char *wrong = account_name_check(o->name);

	password_lock(&p);
	if (wrong != NULL) { // before anybody types a password
		fprintf(stderr, "signet user: cannot add \"%s\": %s\n", o->name, wrong);
		return CLI_FAILURE;
	}
	if (state_dir_make(c->state) != CLI_OK)
		return CLI_FAILURE;
	if (o->ntlm && password_get(o, &p) != CLI_OK)
		return CLI_FAILURE;
	int rc = account_store_add(c->state, o->name, o->ntlm, o->ntlm ? p.text : NULL, &error);
	if (rc == 0 && !o->ntlm)
		fprintf(stderr,
			"signet user: no password is kept for %s: it was not given --ntlm, and so cannot log "
			"on "
			"with NTLM\n",
			o->name);
	return report(rc, &error, "added", o->name);
}

static int user_passwd(const struct config *c, const struct user_options *o)
{
	struct password p CLEANUP(password_done) = {};
	struct account_error error;

	password_lock(&p);
	if (password_get(o, &p) != CLI_OK)
		return CLI_FAILURE;
	int rc = account_store_passwd(c->state, o->name, o->ntlm, p.text, &error);
	return report(rc, &error, "has a new password", o->name);
}

static int user_remove(const struct config *c, const struct user_options *o)
{
	struct account_error error;
	int rc = account_store_remove(c->state, o->name, &error);

	return report(rc, &error, "removed", o->name);
}

static void list_print(const struct account_db *db)
{
	char sid[SID_TEXT_SIZE];

	printf("%-24s %-5s %-9s %s\n", "NAME", "NTLM", "STATE", "SID");
	for (size_t i = 0; i < account_db_count(db); i++) {
		const struct account *a = account_db_at(db, i);
		sid_to_text(&a->sid, sid);
		printf("%-24s %-5s %-9s %s\n", a->name, a->ntlm ? "yes" : "no",
			a->disabled ? "disabled" : "enabled", sid);
	}
}

static bool list_print_json(const struct account_db *db)
{
	json_t *list = json_array();
	char sid[SID_TEXT_SIZE];

	for (size_t i = 0; i < account_db_count(db); i++) {
		const struct account *a = account_db_at(db, i);
		sid_to_text(&a->sid, sid);
		json_t *row = json_pack("{s:s, s:s, s:b, s:b}", "name", a->name, "sid", sid, "ntlm", a->ntlm,
			"disabled", a->disabled);
		if (row == NULL || json_array_append_new(list, row) < 0) {
			json_decref(list);
			return false;
		}
	}
	bool printed = list != NULL && json_dumpf(list, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;
	json_decref(list);
	return printed;
}

static int user_list(const struct config *c, const struct user_options *o)
{
	struct account_error error;
	struct account_db *db;

	if (account_db_load(c->state, NULL, 0, &db, &error) < 0)
		return failure(error.text);
	bool printed = true;
	if (o->json)
		printed = list_print_json(db);
	else
		list_print(db);
	account_db_unref(db);
	return printed && fflush(stdout) == 0 ? CLI_OK : failure("cannot write to standard output");
}

static const struct action {
	const char *name;
	int (*run)(const struct config *c, const struct user_options *o);
	bool takes_name;
	bool takes_password;
	bool takes_json;
} actions[] = {
	{ .name = "add", .run = user_add, .takes_name = true, .takes_password = true },
	{ .name = "passwd", .run = user_passwd, .takes_name = true, .takes_password = true },
	{ .name = "remove", .run = user_remove, .takes_name = true },
	{ .name = "list", .run = user_list, .takes_json = true },
};

static const struct action *action_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(actions); i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	return NULL;
}

static bool options_parse(int argc, char **argv, struct user_options *o)
{
	static const struct option known[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "password-stdin", no_argument, NULL, 'p' },
		{ "ntlm", no_argument, NULL, 'n' },
		{ "json", no_argument, NULL, 'j' },
		{},
	};
	int option;

	opterr = 0;
	optind = 0; // glibc: start anew, main may have used getopt
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 'c')
			o->config = optarg;
		else if (option == 'p')
			o->password_stdin = true;
		else if (option == 'n')
			o->ntlm = true;
		else if (option == 'j')
			o->json = true;
		else
			return false;
	}
	return true;
}

static int action_run(const struct action *action, const struct user_options *o)
{
	struct config_messages errors = {};

	if (process_memory_close() != 0)
		return failure("this process's memory cannot be closed to others");
	struct config *c = config_load(o->config, &errors);
	int status = CLI_FAILURE;

	if (c != NULL)
		status = action->run(c, o);
	for (size_t i = 0; c == NULL && i < errors.count; i++)
		fprintf(stderr, "%s\n", errors.lines[i]);
	config_messages_done(&errors);
	config_unref(c);
	return status;
}

int cli_user(int argc, char **argv)
{
	struct user_options o = {};

	if (!options_parse(argc, argv, &o))
		return cli_usage_error(
			"user", "cannot use '%s': unknown, or its value is missing", argv[optind - 1]);
	if (optind >= argc)
		return cli_usage_error("user", "say what to do: add, passwd, remove or list");
	const struct action *action = action_find(argv[optind]);
	if (action == NULL)
		return cli_usage_error(
			"user", "there is no '%s'; it is add, passwd, remove or list", argv[optind]);
	int names = argc - optind - 1;
	if (names != (action->takes_name ? 1 : 0))
		return cli_usage_error(
			"user", action->takes_name ? "%s needs one NAME" : "%s takes no NAME", action->name);
	o.name = action->takes_name ? argv[optind + 1] : NULL;
	if (o.config == NULL)
		return cli_usage_error(
			"user", "--config FILE is missing: the configuration says where accounts are");
	if ((o.ntlm || o.password_stdin) && !action->takes_password)
		return cli_usage_error("user", "%s takes neither --ntlm nor --password-stdin", action->name);
	if (o.json && !action->takes_json)
		return cli_usage_error("user", "%s takes no --json", action->name);
	return action_run(action, &o);
}
