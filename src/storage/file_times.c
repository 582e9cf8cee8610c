// SPDX-License-Identifier: Apache-2.0
#include "storage/file_times.h"

#include <errno.h>
#include <fcntl.h>

#include "base/filetime.h"

bool file_time_valid(uint64_t t)
{
	return t == FILE_TIME_FREEZE || t == FILE_TIME_THAW || t <= INT64_MAX;
}

bool file_time_is_set(uint64_t t)
{
	return t != FILE_TIME_KEEP && t <= INT64_MAX;
}

static uint64_t of_statx_time(const struct statx_timestamp *t)
{
	return filetime_of_timespec((struct timespec){ .tv_sec = t->tv_sec, .tv_nsec = t->tv_nsec });
}

void file_times_of_statx(const struct statx *st, struct file_times *out)
{
	*out = (struct file_times){
		.creation = st->stx_mask & STATX_BTIME ? of_statx_time(&st->stx_btime) : 0,
		.last_access = of_statx_time(&st->stx_atime),
		.last_write = of_statx_time(&st->stx_mtime),
		.change = of_statx_time(&st->stx_ctime),
	};
}

static struct timespec to_timespec(uint64_t t)
{
	if (!file_time_is_set(t))
		return (struct timespec){ .tv_nsec = UTIME_OMIT };
	return filetime_to_timespec(t);
}

int file_times_set(int fd, const struct file_times *times)
{
	if (!file_time_is_set(times->last_access) && !file_time_is_set(times->last_write))
		return 0;
	struct timespec both[2] = { to_timespec(times->last_access), to_timespec(times->last_write) };
	// Not futimens: it refuses an O_PATH descriptor.
	return utimensat(fd, "", both, AT_EMPTY_PATH) == 0 ? 0 : -errno;
}
