// SPDX-License-Identifier: Apache-2.0
// Thousands of straight-line routines on one thread: each has a small stack of its own, and while one waits
// for its socket the others run.
#ifndef SIGNET_AUDIT_TASK_H
#define SIGNET_AUDIT_TASK_H

#include <stdint.h>

#include "base/attributes.h"

struct scheduler;
struct task;

struct scheduler *scheduler_new(void) WARN_UNUSED;
void scheduler_free(struct scheduler *s); // nothing may be running
// Runs routine(context) as a task, from now on or when another has ended. 0 or a negative errno.
int scheduler_start(struct scheduler *s, void (*routine)(void *context), void *context) WARN_UNUSED;
// Until all tasks have ended. on_tick is called about once a tick_ms; may be NULL.
int scheduler_run(
	struct scheduler *s, unsigned tick_ms, void (*on_tick)(void *context), void *context) WARN_UNUSED;

// Inside of a task: waits until fd has one of poll's events, or the time is over. 1 it has, 0 the time is
// over, or a negative errno. Outside of a task it is poll().
int task_wait_fd(int fd, short events, int timeout_ms) WARN_UNUSED;
void task_sleep(unsigned ms);
// Runs work(context) on another thread and waits for it: for libraries that block (names, Kerberos).
int task_run_blocking(void (*work)(void *context), void *context) WARN_UNUSED;
// Likewise, but waits no longer than so. 0: it has run. Any other result: the context is not the caller's any
// more, drop(context) is called once nobody works with it, maybe on the other thread; -ETIMEDOUT: it took too
// long, and goes on by itself.
int task_run_bounded(
	void (*run)(void *context), void (*drop)(void *context), void *context, int timeout_ms) WARN_UNUSED;

// At most so many tasks are inside at once; the others wait in the order they came. Of one scheduler.
struct task_gate;
struct task_gate *task_gate_new(unsigned places) WARN_UNUSED;
void task_gate_free(struct task_gate *g); // nobody inside
void task_gate_enter(struct task_gate *g);
void task_gate_leave(struct task_gate *g);

#endif
