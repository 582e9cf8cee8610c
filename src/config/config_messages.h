// SPDX-License-Identifier: Apache-2.0
// What is to be said about a configuration: one line a message, "FILE:LINE: what is wrong; what to do".
#ifndef SIGNET_CONFIG_CONFIG_MESSAGES_H
#define SIGNET_CONFIG_CONFIG_MESSAGES_H

#include <stddef.h>

#include "base/attributes.h"

enum { CONFIG_MESSAGES_MAX = 200 }; // further ones are only counted

struct config_messages {
	char **lines; // without newline; owned
	size_t count;
	size_t omitted; // beyond CONFIG_MESSAGES_MAX, or memory was out
};

void config_messages_add(struct config_messages *m, const char *fmt, ...) PRINTF_LIKE(2, 3);
void config_messages_done(struct config_messages *m);

#endif
