// SPDX-License-Identifier: Apache-2.0
// Folders that nobody shares on purpose.
#ifndef SIGNET_AUDIT_LINT_LINT_PATHS_H
#define SIGNET_AUDIT_LINT_LINT_PATHS_H

#include <stdbool.h>

#include "base/attributes.h"

// The root of the file system, what the system itself lives in, and what is below the secrets of it.
bool lint_is_system_path(const char *path) WARN_UNUSED;

#endif
