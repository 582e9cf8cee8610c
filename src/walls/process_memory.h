// SPDX-License-Identifier: Apache-2.0
// The process's memory, in which keys and passwords' hashes are, is for nobody else.
#ifndef SIGNET_WALLS_PROCESS_MEMORY_H
#define SIGNET_WALLS_PROCESS_MEMORY_H

#include "base/attributes.h"

// No core dump, and no tracing or reading of /proc/PID/mem by others of the same user. 0 or a negative errno.
int process_memory_close(void) WARN_UNUSED;

#endif
