// SPDX-License-Identifier: Apache-2.0
// Memory that may go away while it is read: a file that is mapped and then cut short by somebody else
// answers the next access with SIGBUS. Under a guard that ends the access, not the process.
#ifndef SIGNET_BASE_FAULT_GUARD_H
#define SIGNET_BASE_FAULT_GUARD_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/span.h"

// Once, before the first guard and before threads: takes SIGBUS over. A fault that no guard expects
// ends the process as before. 0 or a negative errno.
int fault_guard_install(void) WARN_UNUSED;

// Runs fn(context). False: an access within `watched` faulted, and fn was left in the middle: it must
// not hold a lock or own anything that only its later part would give back. Not to be nested.
bool fault_guard_run(struct span watched, void (*fn)(void *context), void *context) WARN_UNUSED;

#endif
