// SPDX-License-Identifier: Apache-2.0
#include "server/unix_rights.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "auth/unix_user.h"
#include "wire/dtyp/access_mask.h"

// By the thread's present user, with ACLs, read-only mounts and all. glibc's faccessat works some of it
// out itself, and wrongly for that.
static bool may(int fd, int mode)
{
	return syscall(SYS_faccessat2, fd, "", mode, AT_EACCESS | AT_EMPTY_PATH) == 0;
}

// Attributes, streams and EAs are kept in extended attributes of the user's kind, which the kernel lets
// those read and write who may read and write the file. Whoever may read a file may execute it on his own
// machine: the bit for executing says something about this one.
static uint32_t rights_of_file(int fd)
{
	uint32_t lost = 0;
	if (!may(fd, R_OK))
		lost |= FILE_READ_DATA | FILE_READ_EA | FILE_EXECUTE;
	if (!may(fd, W_OK))
		lost |= FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA | FILE_WRITE_ATTRIBUTES;
	return ~lost;
}

static uint32_t rights_of_directory(int fd)
{
	uint32_t lost = 0;
	if (!may(fd, R_OK))
		lost |= FILE_LIST_DIRECTORY | FILE_READ_EA;
	if (!may(fd, X_OK))
		lost |= FILE_TRAVERSE;
	if (!may(fd, W_OK))
		lost |= FILE_WRITE_EA | FILE_WRITE_ATTRIBUTES;
	if (!may(fd, W_OK | X_OK))
		lost |= FILE_ADD_FILE | FILE_ADD_SUBDIRECTORY | FILE_DELETE_CHILD;
	return ~lost;
}

uint32_t unix_rights(int fd, const struct statx *stat, const struct unix_user *user)
{
	uint32_t rights = S_ISDIR(stat->stx_mode) ? rights_of_directory(fd) : rights_of_file(fd);
	// As with chmod(2): who may write a file may not therefore say who else may.
	return stat->stx_uid == user->uid ? rights : rights & ~(ACCESS_WRITE_DAC | ACCESS_WRITE_OWNER);
}
