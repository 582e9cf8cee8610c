// SPDX-License-Identifier: Apache-2.0
#include "capture/mapped_file.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// A signal's handler can reach nothing else. Changed by the thread that maps, between two looks at the bytes.
static struct mapped_file *windows;

static struct mapped_file *window_at(uintptr_t address)
{
	struct mapped_file *w = windows;
	while (w != NULL && address - (uintptr_t)w->bytes >= w->len)
		w = w->next;
	return w;
}

static bool put_zeros(uintptr_t address, size_t len)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
	// NOLINTNEXTLINE(performance-no-int-to-ptr): it is the kernel's number
	void *at = (void *)address;
	// cppcheck-suppress invalidFunctionArg ; -1 is what an anonymous mapping takes
	void *zeros = mmap(at, len, PROT_READ, flags, -1, 0);
	// cppcheck-suppress memleak ; the window has it
	return zeros != MAP_FAILED;
}

// The access that faulted is made again when this returns: then there are zeros, to the window's end.
static void on_fault(int number, siginfo_t *info, void *context)
{
	const uintptr_t address = (uintptr_t)info->si_addr;
	struct mapped_file *w = window_at(address);
	int saved = errno;
	(void)context;
	if (w != NULL) {
		size_t before = (address - (uintptr_t)w->bytes) / w->page_len * w->page_len;
		w->is_cut = 1;
		if (!put_zeros((uintptr_t)w->bytes + before, w->len - before))
			w = NULL;
	}
	if (w == NULL)
		(void)signal(number, SIG_DFL);
	errno = saved;
}

int mapped_file_init(struct mapped_file *w)
{
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	*w = (struct mapped_file){ .page_len = (size_t)sysconf(_SC_PAGESIZE) };
	(void)sigemptyset(&action.sa_mask);
	return sigaction(SIGBUS, &action, NULL) < 0 ? -errno : 0;
}

static void forget(struct mapped_file *w)
{
	struct mapped_file **at = &windows;
	while (*at != NULL && *at != w)
		at = &(*at)->next;
	if (*at != NULL)
		*at = (*at)->next;
}

void mapped_file_done(struct mapped_file *w)
{
	forget(w);
	if (w->bytes != NULL)
		(void)munmap((void *)(uintptr_t)w->bytes, w->len);
	w->bytes = NULL;
	w->len = 0;
}

int mapped_file_move(struct mapped_file *w, int fd, uint64_t offset, size_t max)
{
	struct stat st;
	mapped_file_done(w);
	if (fstat(fd, &st) < 0)
		return -errno;
	if ((uint64_t)st.st_size <= offset)
		return 0;
	uint64_t left = (uint64_t)st.st_size - offset;
	size_t len = left < max ? (size_t)left : max;
	// At once: a fault for each page would cost more than all else that is done with it.
	void *bytes = mmap(NULL, len, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, (off_t)offset);
	if (bytes == MAP_FAILED)
		return -errno;
	w->bytes = bytes;
	w->len = len;
	w->next = windows;
	windows = w;
	return 0;
}
