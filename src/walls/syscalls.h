// SPDX-License-Identifier: Apache-2.0
// The wall of system calls (seccomp(2)): those of syscalls_table.c are let through. Any other ends the
// process, with a last line on standard error; those that only an intruder would make end it without
// so much as running a signal handler of his.
#ifndef SIGNET_WALLS_SYSCALLS_H
#define SIGNET_WALLS_SYSCALLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "walls/walls.h"

// When a call is let through.
enum syscall_need {
	SYSCALL_ALWAYS,
	SYSCALL_UNIX_SOCKETS, // also where the network is reached
	SYSCALL_CHANGE_IDENTITY,
	SYSCALL_TERMINAL,
	SYSCALL_NEVER, // and nothing but an intruder tries
};

struct syscall_row {
	const char *name;
	enum syscall_need need;
};

// A call that is let through if (argument & mask) == value; several rows of a name: any of them.
struct syscall_argument_row {
	const char *name;
	unsigned argument;
	uint64_t mask;
	uint64_t value;
	enum syscall_need need;
};

extern const struct syscall_row syscall_rows[];
extern const size_t syscall_row_count;
extern const struct syscall_argument_row syscall_argument_rows[];
extern const size_t syscall_argument_row_count;

// For the calling thread and those it starts. 0 or a negative errno.
int syscalls_raise(const struct walls_plan *plan) WARN_UNUSED;

#endif
