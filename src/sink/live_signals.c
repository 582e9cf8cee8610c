// SPDX-License-Identifier: Apache-2.0
#include "sink/live_signals.h"

#include <signal.h>
#include <stddef.h>

#include "base/attributes.h"

static const int ending_signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGQUIT };

// Handlers can reach nothing else.
static struct sigaction actions_before[ARRAY_LEN(ending_signals)];
static void (*leave)(void *context);
static void *leaves; // its context; NULL: nothing is shown
static volatile sig_atomic_t changed, told_to_stop;

// It is one's last: SA_RESETHAND. Who listened before is heard after the terminal is as it was.
static void on_end(int number, siginfo_t *info, void *context)
{
	void *on_screen = leaves;
	size_t i = 0;
	while (i + 1 < ARRAY_LEN(ending_signals) && ending_signals[i] != number)
		i++;
	leaves = NULL;
	if (on_screen == NULL)
		return;
	leave(on_screen);
	const struct sigaction *before = &actions_before[i];
	if ((before->sa_flags & SA_SIGINFO) != 0) {
		before->sa_sigaction(number, info, context);
		return;
	}
	(void)sigaction(number, before, NULL);
	(void)raise(number);
}

static void on_change(int number)
{
	(void)number;
	changed = 1;
}

static void on_stop(int number)
{
	(void)number;
	told_to_stop = 1;
}

static void listen_to(int number, void (*handler)(int))
{
	// Without SA_RESTART: who waits for packets looks up.
	struct sigaction action = { .sa_handler = handler };
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(number, &action, NULL);
}

void live_signals_take(void (*leaving)(void *context), void *context)
{
	leave = leaving;
	leaves = context;
	struct sigaction last = { .sa_sigaction = on_end };
	last.sa_flags = SA_SIGINFO | SA_NODEFER | (int)SA_RESETHAND;
	(void)sigemptyset(&last.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(ending_signals); i++)
		(void)sigaction(ending_signals[i], &last, &actions_before[i]);
	listen_to(SIGWINCH, on_change);
	listen_to(SIGCONT, on_change);
	listen_to(SIGTSTP, on_stop);
}

void live_signals_give_back(void)
{
	for (size_t i = 0; i < ARRAY_LEN(ending_signals); i++)
		(void)sigaction(ending_signals[i], &actions_before[i], NULL);
	listen_to(SIGWINCH, SIG_DFL);
	listen_to(SIGCONT, SIG_DFL);
	listen_to(SIGTSTP, SIG_DFL);
	leaves = NULL;
}

bool live_signals_has_changed(void)
{
	return changed != 0;
}

void live_signals_set_changed(bool has_changed)
{
	changed = has_changed;
}

bool live_signals_take_stop(void)
{
	bool stop = told_to_stop != 0;
	told_to_stop = 0;
	return stop;
}
