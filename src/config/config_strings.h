// SPDX-License-Identifier: Apache-2.0
// A list of words. The zero value is the empty list.
#ifndef SIGNET_CONFIG_CONFIG_STRINGS_H
#define SIGNET_CONFIG_CONFIG_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

struct config_strings {
	char **items; // owned
	size_t count;
};

// A copy of len bytes of text at its end; 0 or -ENOMEM.
int config_strings_add(struct config_strings *s, const char *text, size_t len) WARN_UNUSED;
bool config_strings_has(const struct config_strings *s, const char *text) WARN_UNUSED; // ASCII case aside
void config_strings_done(struct config_strings *s);                                    // empty again

#endif
