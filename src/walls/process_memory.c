// SPDX-License-Identifier: Apache-2.0
#include "walls/process_memory.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>

int process_memory_close(void)
{
	static const struct rlimit none = { 0 };
	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return -errno;
	// A core dump that is piped to a program ignores the limit, but not this.
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ? -errno : 0;
}
