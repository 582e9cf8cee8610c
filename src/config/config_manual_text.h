// SPDX-License-Identifier: Apache-2.0
// Pieces that the views of the table share.
#ifndef SIGNET_CONFIG_CONFIG_MANUAL_TEXT_H
#define SIGNET_CONFIG_CONFIG_MANUAL_TEXT_H

#include <stddef.h>
#include <stdio.h>

#include "config/config_schema.h"

// Prints text in lines of at most width bytes, each after prefix.
void manual_wrap(const char *prefix, const char *text, size_t width, FILE *out);
// "1 to 65536", "64K to 8M"; empty for keys without a range.
void manual_range(const struct config_key *key, char *out, size_t cap);

#endif
