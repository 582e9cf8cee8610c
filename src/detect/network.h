// SPDX-License-Identifier: Apache-2.0
// Private to this folder: addresses and networks as texts.
#ifndef SIGNET_DETECT_NETWORK_H
#define SIGNET_DETECT_NETWORK_H

#include <stdbool.h>

// Whether the address lies in network: "10.0.0.0/8", "fd00::/8", an address alone, "any". False for what is
// none of these.
bool network_holds(const char *network, const char *address);

#endif
