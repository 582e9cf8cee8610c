// SPDX-License-Identifier: Apache-2.0
// One target's text, taken apart.
#ifndef SIGNET_AUDIT_TARGET_PARSE_H
#define SIGNET_AUDIT_TARGET_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum { TARGET_TEXT_MAX = 320 }; // a DNS name has 253 characters

struct target_text {
	char host[TARGET_TEXT_MAX]; // a name, or an address in its usual form; of a network its first
	uint16_t port;
	int family; // AF_INET, AF_INET6; AF_UNSPEC: a name, or an address with a zone
	bool is_network;
	unsigned prefix;     // bits
	uint8_t address[16]; // of an address, in network order
};

// NULL, or what is wrong with it.
const char *target_text_parse(const char *text, struct target_text *out) WARN_UNUSED;

#endif
