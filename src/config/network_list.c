// SPDX-License-Identifier: Apache-2.0
#include "config/network_list.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

// Whether the first bits of both are the same.
static bool prefix_equal(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned whole = bits / 8;
	unsigned rest = bits % 8;
	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || ((a[whole] ^ b[whole]) & (0xff00u >> rest) & 0xffu) == 0;
}

static bool bits_clear_after(const struct network *n)
{
	unsigned total = n->ipv6 ? 128 : 32;
	for (unsigned bit = n->prefix_len; bit < total; bit++) {
		if (n->address[bit / 8] & (0x80u >> (bit % 8)))
			return false;
	}
	return true;
}

// One to three decimal digits, at most max.
static bool prefix_len_decode(const char *text, unsigned max, uint8_t *out)
{
	unsigned value = 0;
	size_t len = strlen(text);
	if (len == 0 || len > 3)
		return false;
	for (; *text != 0; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (unsigned)(*text - '0');
	}
	if (value > max)
		return false;
	*out = (uint8_t)value;
	return true;
}

bool network_decode(const char *word, struct network *out)
{
	struct network n = { .refuse = *word == '!' };
	char text[INET6_ADDRSTRLEN + 5];
	word += n.refuse ? 1 : 0;
	if (strlen(word) >= sizeof(text))
		return false;
	strcpy(text, word);
	char *slash = strchr(text, '/');
	if (slash != NULL)
		*slash = 0;
	n.ipv6 = inet_pton(AF_INET, text, n.address) != 1;
	if (n.ipv6 && inet_pton(AF_INET6, text, n.address) != 1)
		return false;
	// Written as mapped IPv4 it would never match: addresses are unmapped first.
	if (n.ipv6 && memcmp(n.address, mapped_prefix, sizeof(mapped_prefix)) == 0)
		return false;
	unsigned bits = n.ipv6 ? 128 : 32;
	n.prefix_len = (uint8_t)bits;
	if (slash != NULL && !prefix_len_decode(slash + 1, bits, &n.prefix_len))
		return false;
	if (!bits_clear_after(&n))
		return false;
	*out = n;
	return true;
}

int network_list_add(struct network_list *list, const struct network *network)
{
	struct network *items = reallocarray(list->items, list->count + 1, sizeof(*items));
	if (items == NULL)
		return -ENOMEM;
	list->items = items;
	list->items[list->count++] = *network;
	return 0;
}

void network_list_done(struct network_list *list)
{
	free(list->items);
	*list = (struct network_list){ 0 };
}

// The bare address of a peer; false for families that are not IP.
static bool peer_address(const struct sockaddr *address, struct network *out)
{
	*out = (struct network){ 0 };
	if (address->sa_family == AF_INET) {
		struct sockaddr_in v4;
		memcpy(&v4, address, sizeof(v4));
		memcpy(out->address, &v4.sin_addr, 4);
		return true;
	}
	if (address->sa_family != AF_INET6)
		return false;
	struct sockaddr_in6 v6;
	memcpy(&v6, address, sizeof(v6));
	out->ipv6 = memcmp(&v6.sin6_addr, mapped_prefix, sizeof(mapped_prefix)) != 0;
	if (out->ipv6)
		memcpy(out->address, &v6.sin6_addr, 16);
	else
		memcpy(out->address, v6.sin6_addr.s6_addr + 12, 4);
	return true;
}

bool network_list_admits(const struct network_list *list, const struct sockaddr *address)
{
	struct network peer;
	const struct network *best = NULL;
	if (!peer_address(address, &peer))
		return false;
	for (size_t i = 0; i < list->count; i++) {
		const struct network *n = &list->items[i];
		if (n->ipv6 != peer.ipv6 || !prefix_equal(n->address, peer.address, n->prefix_len))
			continue;
		if (best == NULL || n->prefix_len > best->prefix_len ||
			(n->prefix_len == best->prefix_len && n->refuse))
			best = n;
	}
	return best != NULL && !best->refuse;
}

bool network_list_admits_all(const struct network_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].prefix_len == 0 && !list->items[i].refuse)
			return true;
	}
	return false;
}
