// SPDX-License-Identifier: Apache-2.0
// FILETIME (MS-DTYP 2.3.3): 100-nanosecond intervals since 1601-01-01 UTC.
#ifndef SIGNET_BASE_FILETIME_H
#define SIGNET_BASE_FILETIME_H

#include <stdint.h>
#include <time.h>

uint64_t filetime_of_timespec(struct timespec ts);
// Saturates outside of what a timespec holds.
struct timespec filetime_to_timespec(uint64_t filetime);
uint64_t filetime_now(void);
// Milliseconds of a clock that only goes forward: for timeouts and durations.
uint64_t monotonic_ms(void);

#endif
