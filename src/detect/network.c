// SPDX-License-Identifier: Apache-2.0
#include "detect/network.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 64 };

static int parse(const char *text, uint8_t bytes[16])
{
	if (inet_pton(AF_INET, text, bytes) == 1)
		return 32;
	return inet_pton(AF_INET6, text, bytes) == 1 ? 128 : 0;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
	if (memcmp(a, b, bits / 8) != 0)
		return false;
	unsigned int rest = bits % 8;
	return rest == 0 || ((a[bits / 8] ^ b[bits / 8]) >> (8 - rest)) == 0;
}

bool network_holds(const char *network, const char *address)
{
	char text[TEXT_MAX];
	uint8_t a[16], n[16];
	if (strcmp(network, "any") == 0)
		return true;
	(void)snprintf(text, sizeof(text), "%s", network);
	char *slash = strchr(text, '/');
	if (slash != NULL)
		*slash = '\0';
	int bits = parse(text, n);
	unsigned long prefix = (unsigned long)bits;
	if (slash != NULL) {
		char *end;
		prefix = strtoul(slash + 1, &end, 10);
		if (end == slash + 1 || *end != '\0' || prefix > (unsigned long)bits)
			return false;
	}
	return bits != 0 && parse(address, a) == bits && same_bits(a, n, (unsigned int)prefix);
}
