// SPDX-License-Identifier: Apache-2.0
// A state directory of its own for a test, removed afterwards with what is in it.
#ifndef SIGNET_TESTS_UNIT_AUTH_STATE_FIXTURE_H
#define SIGNET_TESTS_UNIT_AUTH_STATE_FIXTURE_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct state_fixture {
	char dir[64];
};

static inline int state_setup(void **state)
{
	struct state_fixture *f = calloc(1, sizeof(*f));

	strcpy(f->dir, "/tmp/signet-auth-XXXXXX");
	*state = f;
	return mkdtemp(f->dir) != NULL ? 0 : -1;
}

static inline int state_teardown(void **state)
{
	struct state_fixture *f = *state;
	DIR *d = opendir(f->dir);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(d), entry->d_name, 0);
	if (d != NULL)
		closedir(d);
	rmdir(f->dir);
	free(f);
	return 0;
}

static inline const char *state_path(const struct state_fixture *f, const char *name, char path[128])
{
	snprintf(path, 128, "%s/%s", f->dir, name);
	return path;
}

static inline void state_write(const struct state_fixture *f, const char *name, const char *text, mode_t mode)
{
	char path[128];
	int fd = open(state_path(f, name, path), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static inline void state_read(const struct state_fixture *f, const char *name, char *text, size_t size)
{
	char path[128];
	int fd = open(state_path(f, name, path), O_RDONLY);

	assert_true(fd >= 0);
	ssize_t n = read(fd, text, size - 1);
	assert_true(n >= 0);
	text[n] = 0;
	close(fd);
}

#endif
