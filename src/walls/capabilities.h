// SPDX-License-Identifier: Apache-2.0
// Capabilities (capabilities(7)) that stay, out of those that the process was given.
#ifndef SIGNET_WALLS_CAPABILITIES_H
#define SIGNET_WALLS_CAPABILITIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

// Those worth keeping if they are there: rights over files, which somebody who starts the server as root
// wants; or, where it acts as its users, the right to do so and nothing that goes beyond theirs.
uint64_t capabilities_useful(bool change_identity);
// Those for changing identity alone.
uint64_t capabilities_of_identity(void);
// Gives up all others, for good: from the effective, permitted, inheritable, ambient and bounding sets.
// 0 or a negative errno.
int capabilities_keep(uint64_t kept) WARN_UNUSED;
// What is effective now; 0 also when that cannot be read.
uint64_t capabilities_effective(void);

#endif
