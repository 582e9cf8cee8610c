// SPDX-License-Identifier: Apache-2.0
// Values back from their fields: for the posture, and so that tests see that nothing is lost.
#ifndef SIGNET_CONFIG_CONFIG_RENDER_H
#define SIGNET_CONFIG_CONFIG_RENDER_H

#include <jansson.h>

#include "config/config_schema.h"

// Lists as arrays of strings, yes and no as booleans, plain numbers as numbers, everything else as the
// string that could be written for it. New reference; NULL when memory is out.
json_t *config_value_json(const struct config_key *key, const void *object) WARN_UNUSED;
// The same on one line as it could be written; owned by the caller; NULL when memory is out.
char *config_value_text(const struct config_key *key, const void *object) WARN_UNUSED;

#endif
