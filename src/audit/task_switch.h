// SPDX-License-Identifier: Apache-2.0
// Stacks and the switch from one to another (ucontext), and what the sanitizers have to be told about it: for
// task.c alone.
#ifndef SIGNET_AUDIT_TASK_SWITCH_H
#define SIGNET_AUDIT_TASK_SWITCH_H

#include <stddef.h>
#include <ucontext.h>

#include "base/attributes.h"

// Of each stack. Most of a task's stays untouched and costs address space alone.
enum { TASK_STACK_LEN = 512 << 10, TASK_GUARD_LEN = 64 << 10 };

struct task_stack {
	void *map; // guard, then stack; NULL: the thread's own
	void *bottom;
	size_t len;
};

int task_stack_make(struct task_stack *s) WARN_UNUSED;
void task_stack_free(struct task_stack *s);

// A line of execution: the thread's own, or a task's.
struct task_line {
	ucontext_t context;
	struct task_stack stack;
	void *fiber; // of the thread sanitizer
	void *fake;  // of the address sanitizer, while it is not running
};

// The line of the thread that calls.
void task_line_of_thread(struct task_line *l);
// entry() runs when it is switched to for the first time; it must call task_line_began first and end with
// task_line_leave.
void task_line_prepare(struct task_line *l, void (*entry)(void));
void task_line_began(struct task_line *caller);
void task_line_switch(struct task_line *from, struct task_line *to);
NORETURN void task_line_leave(struct task_line *from, struct task_line *to);
// After it has left.
void task_line_done(struct task_line *l);

#endif
