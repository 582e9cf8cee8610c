// SPDX-License-Identifier: Apache-2.0
// What a watch gives up once its input and outputs are open: packets are anybody's, so who reads them should
// have little to lose.
#ifndef SIGNET_CLI_WATCH_CONFINE_H
#define SIGNET_CLI_WATCH_CONFINE_H

#include <stdbool.h>

#include "base/attributes.h"

// No new privileges, no core, nobody looks into its memory, where keys may be. live: root becomes `user`
// (NULL: nobody) and keeps no capability; the directory of `state` (NULL: none) becomes his, and the working
// directory, as he need not reach it by its path. False: that failed, and it was said on standard error.
bool watch_confine(bool live, const char *user, const char *state) WARN_UNUSED;

#endif
