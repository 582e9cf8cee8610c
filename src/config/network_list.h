// SPDX-License-Identifier: Apache-2.0
// Lists of networks as an administrator writes them: "10.0.0.0/8 !10.9.0.0/16 fd00::/8 any".
//
// The most specific network (the longest prefix) that holds an address decides about it; of two
// equally long ones the refusing ("!") wins. An address that none holds is refused.
// An IPv4 address mapped into IPv6 (::ffff:a.b.c.d) is treated as the IPv4 address that it is.
#ifndef SIGNET_CONFIG_NETWORK_LIST_H
#define SIGNET_CONFIG_NETWORK_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/attributes.h"

struct network {
	uint8_t address[16]; // IPv4 in its first 4 bytes
	uint8_t prefix_len;  // bits: 0 to 32 (IPv4) or 128 (IPv6)
	bool ipv6;
	bool refuse; // written with a leading '!'
};

struct network_list {
	struct network *items; // owned
	size_t count;
};

// One word: ADDRESS, ADDRESS/PREFIX, with an optional '!' before it. False when it is not one, or
// when bits below the prefix are set (10.1.2.3/8 is a slip that would admit more than was meant).
bool network_decode(const char *word, struct network *out) WARN_UNUSED;
// 0 or -ENOMEM.
int network_list_add(struct network_list *list, const struct network *network) WARN_UNUSED;
void network_list_done(struct network_list *list);

// Whether the list admits the address (AF_INET or AF_INET6; anything else is refused). An empty
// list admits nobody.
bool network_list_admits(const struct network_list *list, const struct sockaddr *address) WARN_UNUSED;
// Whether the list has a network of prefix length 0 that is not refusing.
bool network_list_admits_all(const struct network_list *list);

#endif
