// SPDX-License-Identifier: Apache-2.0
// Whom to audit: HOST, HOST:PORT, [IPV6]:PORT, CIDR, @FILE with one of these a line.
#ifndef SIGNET_AUDIT_TARGETS_H
#define SIGNET_AUDIT_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum {
	TARGET_PORT = 445,
	TARGETS_MAX = 1 << 20,     // hosts in all
	TARGET_FILE_DEPTH_MAX = 4, // @FILE in @FILE
	TARGET_ERROR_LEN = 256,
};

struct target {
	char *host; // a name or an address
	uint16_t port;
};

struct targets {
	struct target *all; // each only once, in the order given
	size_t count;
	char error[TARGET_ERROR_LEN]; // what is wrong, where, what to do
};

// 0, or a negative errno with error set.
int targets_add(struct targets *t, const char *text) WARN_UNUSED;
void targets_done(struct targets *t);

#endif
