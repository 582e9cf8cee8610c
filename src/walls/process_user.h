// SPDX-License-Identifier: Apache-2.0
// Who the process acts as.
#ifndef SIGNET_WALLS_PROCESS_USER_H
#define SIGNET_WALLS_PROCESS_USER_H

#include "walls/walls.h"

// From root to the named user with his groups, for good. change_identity: what that takes stays. Nothing to
// do when the process is that user's already. 0 or a negative errno; *error then says what to do.
int process_user_become(const char *name, bool change_identity, struct walls_error *error) WARN_UNUSED;

#endif
