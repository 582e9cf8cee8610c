// SPDX-License-Identifier: Apache-2.0
#include "base/nt_status.h"

#include <errno.h>

const char *nt_status_name(struct nt_status s)
{
	switch ((int)s.code) {
#define X(name, value)                                                                                       \
	case NT_STATUS_##name:                                                                               \
		return "STATUS_" #name;
		NT_STATUS_LIST(X)
#undef X
	default:
		return "STATUS_UNKNOWN";
	}
}

struct nt_status nt_status_of_verdict(enum verdict v)
{
	return v == VERDICT_OK ? STATUS(SUCCESS) : STATUS(INVALID_PARAMETER);
}

static struct nt_status of_errno_name(int err)
{
	switch (err) {
	case ENOENT:
		return STATUS(OBJECT_NAME_NOT_FOUND);
	case EEXIST:
		return STATUS(OBJECT_NAME_COLLISION);
	case ENOTDIR:
		return STATUS(OBJECT_PATH_NOT_FOUND);
	case EISDIR:
		return STATUS(FILE_IS_A_DIRECTORY);
	case ENOTEMPTY:
		return STATUS(DIRECTORY_NOT_EMPTY);
	case ENAMETOOLONG:
		return STATUS(OBJECT_NAME_INVALID);
	case ELOOP:
	case EXDEV: // openat2 says so when a path leaves the share
		return STATUS(ACCESS_DENIED);
	default:
		return STATUS(UNSUCCESSFUL);
	}
}

struct nt_status nt_status_of_errno(int negative_errno)
{
	switch (-negative_errno) {
	case 0:
		return STATUS(SUCCESS);
	case EPERM:
	case EACCES:
		return STATUS(ACCESS_DENIED);
	case EROFS:
		return STATUS(MEDIA_WRITE_PROTECTED);
	case ENOSPC:
	case EDQUOT:
		return STATUS(DISK_FULL);
	case ENOMEM:
		return STATUS(NO_MEMORY);
	case EMFILE:
	case ENFILE:
		return STATUS(TOO_MANY_OPENED_FILES);
	case EINVAL:
		return STATUS(INVALID_PARAMETER);
	case EBADF:
		return STATUS(INVALID_HANDLE);
	case EIO:
		return STATUS(UNEXPECTED_IO_ERROR);
	case EFBIG:
		return STATUS(DISK_FULL);
	case EMLINK:
		return STATUS(TOO_MANY_LINKS);
	case EBUSY:
	case ETXTBSY:
		return STATUS(SHARING_VIOLATION);
	case EOPNOTSUPP:
	case ENOSYS:
		return STATUS(NOT_SUPPORTED);
	default:
		return of_errno_name(-negative_errno);
	}
}
