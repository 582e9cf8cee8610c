// SPDX-License-Identifier: Apache-2.0
// Whom to audit: HOST, HOST:PORT, IPV6, [IPV6]:PORT, CIDR, CIDR:PORT, [IPV6-CIDR]:PORT, and @FILE with one of
// these a line, empty lines and comments (#); @- is standard input. Of an IPv4 network the first and last
// address are left out, as far as it has others.
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

struct target_index;

struct targets {
	struct target *all; // each only once, in the order given
	size_t count, cap;
	struct target_index *index;   // who is there already
	size_t lines;                 // read of files so far
	char error[TARGET_ERROR_LEN]; // what is wrong, where, what to do
};

// 0, or a negative errno with error set; what was added before stays. Start with a zeroed structure.
int targets_add(struct targets *t, const char *text) WARN_UNUSED;
void targets_done(struct targets *t);

#endif
