// SPDX-License-Identifier: Apache-2.0
#include "audit/task_switch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ADDRESS_SANITIZER 1
#endif
#if __has_feature(thread_sanitizer)
#define WITH_THREAD_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WITH_ADDRESS_SANITIZER 1
#endif
#if defined(__SANITIZE_THREAD__)
#define WITH_THREAD_SANITIZER 1
#endif

#if defined(WITH_ADDRESS_SANITIZER)
#include <sanitizer/common_interface_defs.h>
static void leaving(struct task_line *from, const struct task_line *to, bool for_good)
{
	__sanitizer_start_switch_fiber(for_good ? NULL : &from->fake, to->stack.bottom, to->stack.len);
}
// The stack's bounds of the thread are told to who comes from it.
static void arrived(struct task_line *l, struct task_line *from)
{
	const void *bottom = NULL;
	size_t len = 0;
	__sanitizer_finish_switch_fiber(l->fake, &bottom, &len);
	if (from != NULL && from->stack.map == NULL)
		from->stack = (struct task_stack){ .bottom = (void *)(uintptr_t)bottom, .len = len };
}
#else
static void leaving(struct task_line *from, const struct task_line *to, bool for_good)
{
	(void)from;
	(void)to;
	(void)for_good;
}
static void arrived(struct task_line *l, struct task_line *from)
{
	(void)l;
	(void)from;
}
#endif

#if defined(WITH_THREAD_SANITIZER)
#include <sanitizer/tsan_interface.h>
static void *fiber_of_thread(void)
{
	return __tsan_get_current_fiber();
}
static void *fiber_make(void)
{
	return __tsan_create_fiber(0);
}
static void fiber_switch(void *fiber)
{
	__tsan_switch_to_fiber(fiber, 0);
}
static void fiber_free(void *fiber)
{
	__tsan_destroy_fiber(fiber);
}
#else
static void *fiber_of_thread(void)
{
	return NULL;
}
static void *fiber_make(void)
{
	return NULL;
}
static void fiber_switch(void *fiber)
{
	(void)fiber;
}
static void fiber_free(void *fiber)
{
	(void)fiber;
}
#endif

int task_stack_make(struct task_stack *s)
{
	size_t len = TASK_GUARD_LEN + TASK_STACK_LEN;
	uint8_t *map = mmap(NULL, len, PROT_READ | PROT_WRITE,
		// cppcheck-suppress invalidFunctionArg
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		return -ENOMEM;
	if (mprotect(map, TASK_GUARD_LEN, PROT_NONE) < 0) {
		(void)munmap(map, len);
		return -ENOMEM;
	}
	*s = (struct task_stack){ .map = map, .bottom = map + TASK_GUARD_LEN, .len = TASK_STACK_LEN };
	return 0;
}

void task_stack_free(struct task_stack *s)
{
	if (s->map != NULL)
		(void)munmap(s->map, TASK_GUARD_LEN + TASK_STACK_LEN);
	*s = (struct task_stack){ 0 };
}

void task_line_of_thread(struct task_line *l)
{
	memset(l, 0, sizeof(*l));
	l->fiber = fiber_of_thread();
}

void task_line_prepare(struct task_line *l, void (*entry)(void))
{
	// ucontext is no longer POSIX's; it stays glibc's, and there is nothing else of the kind.
	// Fails only where the kernel's signal mask cannot be read, and it can.
	// cppcheck-suppress getcontextCalled
	(void)getcontext(&l->context);
	l->context.uc_stack.ss_sp = l->stack.bottom;
	l->context.uc_stack.ss_size = l->stack.len;
	l->context.uc_link = NULL;
	l->fake = NULL;
	l->fiber = fiber_make();
	// cppcheck-suppress makecontextCalled
	makecontext(&l->context, entry, 0);
}

void task_line_began(struct task_line *caller)
{
	struct task_line nobody = { 0 };
	arrived(&nobody, caller);
}

void task_line_switch(struct task_line *from, struct task_line *to)
{
	leaving(from, to, false);
	fiber_switch(to->fiber);
	// cppcheck-suppress swapcontextCalled
	(void)swapcontext(&from->context, &to->context);
	arrived(from, NULL);
}

void task_line_leave(struct task_line *from, struct task_line *to)
{
	leaving(from, to, true);
	fiber_switch(to->fiber);
	(void)setcontext(&to->context);
	abort();
}

void task_line_done(struct task_line *l)
{
	fiber_free(l->fiber);
	l->fiber = NULL;
}
