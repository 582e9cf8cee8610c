// SPDX-License-Identifier: Apache-2.0
#include "auth/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "auth/account_store.h"
#include "base/filetime.h"
#include "base/secret.h"

enum { LOCK_POLL_MS = 10 };

int account_fail(struct account_error *error, int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(error->text, sizeof(error->text), fmt, args);
	va_end(args);
	return code;
}

void state_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

int state_dir_open(const char *path, struct account_error *error)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir >= 0)
		return dir;
	int rc = -errno;
	if (rc == -ENOENT)
		return account_fail(error, rc,
			"%s: the state directory does not exist; create it: mkdir -m 700 %s", path, path);
	return account_fail(error, rc, "%s: cannot open the state directory: %s", path, strerror(-rc));
}

// What lies here decides who gets in and, with a hash, is as good as a password.
static int file_check(
	int dir, const char *dir_path, const char *name, const struct stat *st, struct account_error *error)
{
	struct stat dir_st;

	if (fstat(dir, &dir_st) < 0)
		return account_fail(error, -errno, "%s: %s", dir_path, strerror(errno));
	if (!S_ISREG(st->st_mode))
		return account_fail(error, -EPERM, "%s/%s is not a regular file", dir_path, name);
	if ((st->st_mode & 077) != 0)
		return account_fail(error, -EPERM,
			"%s/%s may be accessed by others (mode %04o); allow only its owner: chmod 600 %s/%s",
			dir_path, name, (unsigned)st->st_mode & 07777u, dir_path, name);
	if (st->st_uid != geteuid() && st->st_uid != dir_st.st_uid)
		return account_fail(error, -EPERM,
			"%s/%s belongs to user id %u, neither to this user nor to the directory's owner; "
			"chown it",
			dir_path, name, (unsigned)st->st_uid);
	if (st->st_size > STATE_FILE_LEN_MAX)
		return account_fail(
			error, -E2BIG, "%s/%s is larger than %d bytes", dir_path, name, STATE_FILE_LEN_MAX);
	return 0;
}

static int file_slurp(int fd, size_t size, char **text, size_t *len)
{
	char *buffer = malloc(size + 1);
	size_t have = 0;

	if (buffer == NULL)
		return -ENOMEM;
	while (have < size) {
		ssize_t n = read(fd, buffer + have, size - have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int rc = -errno;
			secret_wipe_bytes(buffer, have);
			free(buffer);
			return rc;
		}
		if (n == 0)
			break;
		have += (size_t)n;
	}
	buffer[have] = 0;
	*text = buffer;
	*len = have;
	return 0;
}

int state_file_read(int dir, const char *dir_path, const char *name, char **text, size_t *len,
	struct stat *st, struct account_error *error)
{
	// Neither a symbolic link nor a fifo may make the server read elsewhere or wait.
	CLEANUP(state_close) int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0)
		return account_fail(error, -errno, "%s/%s: cannot open: %s", dir_path, name, strerror(errno));
	if (fstat(fd, st) < 0)
		return account_fail(error, -errno, "%s/%s: %s", dir_path, name, strerror(errno));
	int rc = file_check(dir, dir_path, name, st, error);
	if (rc < 0)
		return rc;
	rc = file_slurp(fd, (size_t)st->st_size, text, len);
	if (rc < 0)
		return account_fail(error, rc, "%s/%s: cannot read: %s", dir_path, name, strerror(-rc));
	return 0;
}

static int write_all(int fd, struct span text)
{
	while (text.len > 0) {
		ssize_t n = write(fd, text.data, text.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text = span_make(text.data + n, text.len - (size_t)n);
	}
	return 0;
}

// An administrator may run the command as root for a server that runs as somebody else.
static int owner_keep(int dir, int fd)
{
	struct stat wanted, st;

	if (geteuid() != 0)
		return 0;
	if (fstat(dir, &wanted) < 0 || fstat(fd, &st) < 0)
		return -errno;
	// A server within its walls may not even ask for it.
	if (wanted.st_uid == st.st_uid && wanted.st_gid == st.st_gid)
		return 0;
	return fchown(fd, wanted.st_uid, wanted.st_gid) < 0 ? -errno : 0;
}

static int temp_write(int dir, const char *temp, struct span text)
{
	// The lock is held: a file of this name was left behind by a crash.
	(void)unlinkat(dir, temp, 0);
	CLEANUP(state_close)
	int fd = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	int rc = owner_keep(dir, fd);
	if (rc == 0)
		rc = write_all(fd, text);
	if (rc == 0 && fsync(fd) < 0)
		rc = -errno;
	return rc;
}

int state_file_replace(
	int dir, const char *dir_path, const char *name, struct span text, struct account_error *error)
{
	char temp[64];

	snprintf(temp, sizeof(temp), ".%s.new", name);
	int rc = temp_write(dir, temp, text);
	if (rc == 0 && renameat(dir, temp, dir, name) < 0)
		rc = -errno;
	if (rc == 0 && fsync(dir) < 0)
		rc = -errno;
	if (rc < 0) {
		(void)unlinkat(dir, temp, 0);
		return account_fail(error, rc, "%s/%s: cannot write: %s", dir_path, name, strerror(-rc));
	}
	return 0;
}

int state_lock(int dir, const char *dir_path, struct account_error *error)
{
	static const struct timespec pause = { .tv_nsec = LOCK_POLL_MS * 1000000L };
	uint64_t deadline = monotonic_ms() + ACCOUNT_LOCK_WAIT_MS;
	int fd = openat(dir, "accounts.lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return account_fail(
			error, -errno, "%s/accounts.lock: cannot open: %s", dir_path, strerror(errno));
	(void)owner_keep(dir, fd);
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		int rc = -errno;
		if (rc == -EWOULDBLOCK && monotonic_ms() < deadline) {
			nanosleep(&pause, NULL);
			continue;
		}
		close(fd);
		if (rc == -EWOULDBLOCK)
			return account_fail(error, -EBUSY,
				"%s/accounts.lock is held by another process; try again when it is done",
				dir_path);
		return account_fail(error, rc, "%s/accounts.lock: %s", dir_path, strerror(-rc));
	}
	return fd;
}
