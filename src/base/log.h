// SPDX-License-Identifier: Apache-2.0
// Messages for the person who runs the program, on standard error. Libraries do not log; what
// happened to clients is an event (src/event), not a log line.
#ifndef SIGNET_BASE_LOG_H
#define SIGNET_BASE_LOG_H

#include "base/attributes.h"

void log_info(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_warning(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_error(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
