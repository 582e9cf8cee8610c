// SPDX-License-Identifier: Apache-2.0
#include "walls/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "walls/build.h"

// linux/landlock.h, of which the distribution's copy is older than many a kernel.
#define FS_EXECUTE (1ull << 0)
#define FS_WRITE_FILE (1ull << 1)
#define FS_READ_FILE (1ull << 2)
#define FS_READ_DIR (1ull << 3)
#define FS_REMOVE_DIR (1ull << 4)
#define FS_REMOVE_FILE (1ull << 5)
#define FS_MAKE_DIR (1ull << 7)
#define FS_MAKE_REG (1ull << 8)
#define FS_REFER (1ull << 13)
#define FS_TRUNCATE (1ull << 14)
#define FS_IOCTL_DEV (1ull << 15)
#define FS_OF_FIRST_ABI ((1ull << 13) - 1)
#define NET_BIND_TCP (1ull << 0)
#define NET_CONNECT_TCP (1ull << 1)
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ull << 0)
#define SCOPE_SIGNAL (1ull << 1)

#define FS_OF_FILES (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

enum { QUERY_VERSION = 1, RULE_PATH_BENEATH = 1 };

struct ruleset {
	uint64_t handled_fs;
	uint64_t handled_net;
	uint64_t scoped;
};

// As the kernel reads it: without the padding that a plain struct would have at its end.
struct path_beneath {
	uint64_t allowed;
	int32_t parent_fd;
} __attribute__((packed));

int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, QUERY_VERSION);
	return abi > 0 ? (int)abi : 0;
}

static uint64_t known_fs(int abi)
{
	uint64_t fs = FS_OF_FIRST_ABI;
	fs |= abi >= LANDLOCK_ABI_REFER ? FS_REFER : 0;
	fs |= abi >= LANDLOCK_ABI_TRUNCATE ? FS_TRUNCATE : 0;
	return fs | (abi >= LANDLOCK_ABI_DEVICES ? FS_IOCTL_DEV : 0);
}

// Nothing may be executed, and no device, socket, fifo or symbolic link be made, anywhere.
static uint64_t rights_of(enum wall_access access)
{
	switch (access) {
	case WALL_READ:
		return FS_READ_FILE | FS_READ_DIR;
	case WALL_APPEND:
		return FS_WRITE_FILE | FS_MAKE_REG;
	default:
		return FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE | FS_TRUNCATE | FS_REMOVE_DIR |
		       FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_REFER;
	}
}

// The sockets that listen are bound by now: no other ever has to be, and nobody is connected to unless the
// plan says so.
static int ruleset_new(const struct walls_plan *plan, int abi)
{
	struct ruleset r = { .handled_fs = known_fs(abi) };
	size_t size = sizeof(r.handled_fs);
	if (abi >= LANDLOCK_ABI_TCP) {
		r.handled_net = plan->reaches_network ? NET_BIND_TCP : NET_BIND_TCP | NET_CONNECT_TCP;
		size = offsetof(struct ruleset, scoped);
	}
	if (abi >= LANDLOCK_ABI_SCOPES) {
		r.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
		size = sizeof(r);
	}
	long fd = syscall(SYS_landlock_create_ruleset, &r, size, 0);
	return fd < 0 ? -errno : (int)fd;
}

static int rule_add(int ruleset, int fd, uint64_t rights)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	struct path_beneath rule = {
		.allowed = S_ISDIR(st.st_mode) ? rights : rights & FS_OF_FILES,
		.parent_fd = fd,
	};
	if (rule.allowed == 0)
		return 0;
	return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0 ? -errno : 0;
}

static int path_add(int ruleset, const struct wall_path *p, uint64_t known)
{
	int fd = open(p->path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return p->optional && (errno == ENOENT || errno == ENOTDIR || errno == EACCES) ? 0 : -errno;
	int err = rule_add(ruleset, fd, rights_of(p->access) & known);
	close(fd);
	return err;
}

// Where sanitizers look up what they report.
static int sanitizers_add(int ruleset, uint64_t known)
{
	static const char *const paths[] = { "/proc", "/proc/self/exe" };
	int err = 0;
	for (size_t i = 0; i < ARRAY_LEN(paths) && err == 0; i++) {
		int fd = open(paths[i], O_PATH | O_CLOEXEC);
		err = fd < 0 ? 0 : rule_add(ruleset, fd, rights_of(WALL_READ) & known);
		if (fd >= 0)
			close(fd);
	}
	return err;
}

static int paths_add(int ruleset, const struct walls_plan *plan, uint64_t known, const char **failed)
{
	int err = walls_build_is_instrumented ? sanitizers_add(ruleset, known) : 0;
	for (size_t i = 0; i < plan->path_count && err == 0; i++) {
		*failed = plan->paths[i].path;
		err = path_add(ruleset, &plan->paths[i], known);
	}
	return err;
}

int landlock_raise(const struct walls_plan *plan, int abi, const char **failed)
{
	int ruleset = ruleset_new(plan, abi);
	*failed = NULL;
	if (ruleset < 0)
		return ruleset;
	int err = paths_add(ruleset, plan, known_fs(abi), failed);
	if (err == 0) {
		*failed = NULL;
		err = syscall(SYS_landlock_restrict_self, ruleset, 0) != 0 ? -errno : 0;
	}
	close(ruleset);
	return err;
}
