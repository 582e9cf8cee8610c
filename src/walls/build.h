// SPDX-License-Identifier: Apache-2.0
// How this program was built: one of build_*.c is linked.
#ifndef SIGNET_WALLS_BUILD_H
#define SIGNET_WALLS_BUILD_H

#include <stdbool.h>

// With sanitizers. They need system calls, files of /proc and tracing of themselves that the walls
// would take: such a build has neither the wall of system calls nor that against being looked into.
extern const bool walls_build_is_instrumented;

#endif
