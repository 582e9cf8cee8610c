// SPDX-License-Identifier: Apache-2.0
#include "storage/fd_xattr.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

// A value may grow between asking for its size and reading it; a file on which it always does is not
// worth more attempts.
#define SIZE_ATTEMPTS_MAX 4
#define SIZE_USUAL 511
// Longer lists of names are looked at one by one.
#define WHICH_LEN 1024

struct fd_path {
	char text[sizeof("/proc/self/fd/-2147483648")];
};

static struct fd_path path_of_fd(int fd)
{
	struct fd_path path;
	(void)snprintf(path.text, sizeof(path.text), "/proc/self/fd/%d", fd);
	return path;
}

// ENOENT of a /proc path is about the descriptor (or /proc itself), never about a name of the client's.
static int error_of_path_call(void)
{
	return errno == ENOENT ? -EBADF : -errno;
}

static int error_of_modification(int err)
{
	switch (err) {
	case -EDQUOT:
	case -E2BIG:
	case -ERANGE:
		return -ENOSPC;
	default:
		return err;
	}
}

ssize_t fd_xattr_get(int fd, const char *name, void *buf, size_t cap)
{
	ssize_t got = fgetxattr(fd, name, buf, cap);
	if (got >= 0)
		return got;
	if (errno != EBADF)
		return -errno;
	struct fd_path path = path_of_fd(fd);
	got = getxattr(path.text, name, buf, cap);
	return got >= 0 ? got : error_of_path_call();
}

// What a listing asks of each file, whose descriptors are all O_PATH: straight by way of /proc.
static ssize_t names_of_path(int fd, char *buf, size_t cap)
{
	struct fd_path path = path_of_fd(fd);
	ssize_t got = listxattr(path.text, buf, cap);
	return got >= 0 ? got : error_of_path_call();
}

static bool has_name(const char *names, size_t len, const char *name)
{
	for (size_t at = 0; at < len; at += strlen(names + at) + 1) {
		if (strcmp(names + at, name) == 0)
			return true;
	}
	return false;
}

unsigned fd_xattr_which(int fd, const char *const *wanted, unsigned count)
{
	char names[WHICH_LEN];
	ssize_t len = names_of_path(fd, names, sizeof(names));
	unsigned found = 0;
	if (len < 0 && len != -ENOTSUP)
		return (1u << count) - 1;
	for (unsigned i = 0; len > 0 && i < count; i++)
		found |= has_name(names, (size_t)len, wanted[i]) ? 1u << i : 0;
	return found;
}

static ssize_t names_get(int fd, char *buf, size_t cap)
{
	ssize_t got = flistxattr(fd, buf, cap);
	if (got >= 0)
		return got;
	if (errno != EBADF)
		return -errno;
	struct fd_path path = path_of_fd(fd);
	got = listxattr(path.text, buf, cap);
	return got >= 0 ? got : error_of_path_call();
}

// A value (name given) or the list of names (name NULL), whole.
static int load(int fd, const char *name, struct arena *a, struct span *out)
{
	ssize_t size = SIZE_USUAL; // nearly always enough, and then one call does
	for (int attempt = 0; attempt < SIZE_ATTEMPTS_MAX; attempt++) {
		if (attempt > 0)
			size = name ? fd_xattr_get(fd, name, NULL, 0) : names_get(fd, NULL, 0);
		if (size < 0)
			return (int)size;
		// One byte more, since a cap of 0 would only ask for the size again.
		size_t cap = (size_t)size + 1;
		char *buf = arena_alloc(a, cap);
		if (!buf)
			return -ENOMEM;
		ssize_t got = name ? fd_xattr_get(fd, name, buf, cap) : names_get(fd, buf, cap);
		if (got >= 0) {
			*out = span_make(buf, (size_t)got);
			return 0;
		}
		if (got != -ERANGE)
			return (int)got;
	}
	return -EAGAIN;
}

int fd_xattr_load(int fd, const char *name, struct arena *a, struct span *out)
{
	return load(fd, name, a, out);
}

int fd_xattr_names(int fd, struct arena *a, struct span *out)
{
	int err = load(fd, NULL, a, out);
	if (err != -ENOTSUP)
		return err;
	*out = span_make(NULL, 0);
	return 0;
}

int fd_xattr_set(int fd, const char *name, struct span value, int flags)
{
	const void *data = value.len ? value.data : (const uint8_t *)"";
	if (value.len > FD_XATTR_VALUE_MAX)
		return -ENOSPC;
	if (fsetxattr(fd, name, data, value.len, flags) == 0)
		return 0;
	if (errno != EBADF)
		return error_of_modification(-errno);
	struct fd_path path = path_of_fd(fd);
	if (setxattr(path.text, name, data, value.len, flags) == 0)
		return 0;
	return error_of_modification(error_of_path_call());
}

int fd_xattr_remove(int fd, const char *name)
{
	if (fremovexattr(fd, name) == 0)
		return 0;
	if (errno != EBADF)
		return error_of_modification(-errno);
	struct fd_path path = path_of_fd(fd);
	return removexattr(path.text, name) == 0 ? 0 : error_of_modification(error_of_path_call());
}
