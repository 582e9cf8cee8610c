// SPDX-License-Identifier: Apache-2.0
// Real files for the tests of this folder, on a file system that keeps user attributes: SIGNET_TEST_DIR
// or /var/tmp. Where it does not, the tests fail and say so: they would prove nothing.
#ifndef SIGNET_TESTS_UNIT_STORAGE_SCRATCH_H
#define SIGNET_TESTS_UNIT_STORAGE_SCRATCH_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "../test_support.h"

static inline const char *scratch_base(void)
{
	const char *dir = getenv("SIGNET_TEST_DIR");
	return dir ? dir : "/var/tmp";
}

static inline void scratch_check(int fd)
{
	if (fsetxattr(fd, "user.scratch", "x", 1, 0) < 0 || fremovexattr(fd, "user.scratch") < 0)
		fail_msg("%s keeps no user extended attributes; set SIGNET_TEST_DIR", scratch_base());
}

// A file without a name, read and write.
static inline int scratch_file(void)
{
	int fd = open(scratch_base(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	scratch_check(fd);
	return fd;
}

// A directory whose name is gone at once.
static inline int scratch_dir(void)
{
	char path[256];
	(void)snprintf(path, sizeof(path), "%s/signet-test-XXXXXX", scratch_base());
	assert_non_null(mkdtemp(path));
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	scratch_check(fd);
	assert_int_equal(rmdir(path), 0);
	return fd;
}

// The same file by a descriptor that only names it.
static inline int scratch_o_path(int fd)
{
	char path[64];
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int o_path = open(path, O_PATH | O_CLOEXEC);
	assert_true(o_path >= 0);
	return o_path;
}

static inline struct statx scratch_statx(int fd)
{
	struct statx st;
	assert_int_equal(statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &st), 0);
	return st;
}

#endif
