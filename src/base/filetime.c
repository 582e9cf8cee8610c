// SPDX-License-Identifier: Apache-2.0
#include "base/filetime.h"

#define FILETIME_PER_SECOND 10000000ull
#define SECONDS_1601_TO_1970 11644473600ll

uint64_t filetime_of_timespec(struct timespec ts)
{
	int64_t seconds = (int64_t)ts.tv_sec + SECONDS_1601_TO_1970;
	if (seconds < 0)
		return 0;
	return (uint64_t)seconds * FILETIME_PER_SECOND + (uint64_t)ts.tv_nsec / 100;
}

struct timespec filetime_to_timespec(uint64_t filetime)
{
	return (struct timespec){
		.tv_sec = (time_t)((int64_t)(filetime / FILETIME_PER_SECOND) - SECONDS_1601_TO_1970),
		.tv_nsec = (long)(filetime % FILETIME_PER_SECOND * 100),
	};
}

uint64_t filetime_now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_REALTIME, &ts);
	return filetime_of_timespec(ts);
}

uint64_t monotonic_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}
