// SPDX-License-Identifier: Apache-2.0
// One share's part of the posture (config_posture.h).
#ifndef SIGNET_CONFIG_CONFIG_POSTURE_SHARE_H
#define SIGNET_CONFIG_CONFIG_POSTURE_SHARE_H

#include <jansson.h>
#include <stdio.h>

#include "config/config.h"

// What the share's settings come to: accounts behind groups, both lists of networks, the rules that
// concern somebody. New; NULL when memory is out.
json_t *posture_share_effective(const struct config *c, const struct config_share *s);
void posture_print_share(const struct config *c, const struct config_share *s, FILE *out);

#endif
