// SPDX-License-Identifier: Apache-2.0
// A share on real files: <base>/share is served, <base>/outside must never be reached.
#ifndef SIGNET_TESTS_UNIT_STORAGE_SHARE_FIXTURE_H
#define SIGNET_TESTS_UNIT_STORAGE_SHARE_FIXTURE_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../test_support.h"
#include "base/arena.h"
#include "storage/resolve.h"
#include "storage/share_root.h"

struct fixture {
	char base[200];
	char share[256];
	char outside[256];
	struct share_root *root;
	struct arena arena;
};

static inline const char *below(const char *dir, const char *name)
{
	static char path[4][PATH_MAX];
	static unsigned int turn;
	char *p = path[turn++ % 4];
	(void)snprintf(p, PATH_MAX, "%s/%s", dir, name);
	return p;
}

static inline void make_dir(const char *dir, const char *name)
{
	assert_int_equal(mkdir(below(dir, name), 0755), 0);
}

static inline void make_file(const char *dir, const char *name, const char *content)
{
	int fd = open(below(dir, name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	assert_int_equal(close(fd), 0);
}

static inline void make_link(const char *dir, const char *name, const char *target)
{
	assert_int_equal(symlink(target, below(dir, name)), 0);
}

static inline bool is_there(const char *dir, const char *name)
{
	return faccessat(AT_FDCWD, below(dir, name), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static inline int fixture_setup(void **state)
{
	const char *base = getenv("SIGNET_TEST_DIR");
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	(void)snprintf(f->base, sizeof(f->base), "%s/signet-test-XXXXXX", base != NULL ? base : "/var/tmp");
	assert_non_null(mkdtemp(f->base));
	assert_int_equal(chmod(f->base, 0755), 0);
	(void)snprintf(f->share, sizeof(f->share), "%s/share", f->base);
	(void)snprintf(f->outside, sizeof(f->outside), "%s/outside", f->base);
	make_dir(f->base, "share");
	make_dir(f->base, "outside");
	make_file(f->outside, "secret", "outside the share");
	assert_int_equal(share_root_open(f->share, 7, &f->root), 0);
	arena_init(&f->arena, NULL, 0);
	*state = f;
	return 0;
}

static inline int fixture_remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	share_root_unref(f->root);
	arena_reset(&f->arena);
	(void)nftw(f->base, fixture_remove_one, 32, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

// Resolves where waiting is allowed; the caller owns *r.
static inline struct nt_status resolve(struct fixture *f, const char *path, struct resolved *r)
{
	struct nt_status status = STATUS(UNSUCCESSFUL);
	*r = RESOLVED_EMPTY;
	assert_int_equal(resolve_path(f->root, path, true, &f->arena, r, &status), 0);
	return status;
}

static inline void resolve_ok(struct fixture *f, const char *path, struct resolved *r)
{
	assert_string_equal(nt_status_name(resolve(f, path, r)), "STATUS_SUCCESS");
}

static inline void assert_refused(struct fixture *f, const char *path, const char *status_name)
{
	struct resolved r;
	assert_string_equal(nt_status_name(resolve(f, path, &r)), status_name);
	assert_int_equal(r.parent_fd, -1);
	assert_int_equal(r.node_fd, -1);
}

// The path leads to a file, whose path is spelled so on the disk.
static inline void assert_found(struct fixture *f, const char *path, const char *on_disk)
{
	struct resolved r;
	resolve_ok(f, path, &r);
	assert_true(r.exists);
	assert_true(r.node_fd >= 0);
	assert_string_equal(r.path, on_disk);
	const char *slash = strrchr(on_disk, '/');
	assert_string_equal(r.name, slash != NULL ? slash + 1 : on_disk);
	resolved_done(&r);
}

static inline void assert_missing(struct fixture *f, const char *path)
{
	struct resolved r;
	resolve_ok(f, path, &r);
	assert_false(r.exists);
	assert_int_equal(r.node_fd, -1);
	assert_true(r.parent_fd >= 0);
	resolved_done(&r);
}

#define TEST_IN_SHARE(fn) cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

#endif
