// SPDX-License-Identifier: Apache-2.0
#include "audit/target_parse.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "audit/targets.h"

enum { NAME_LEN_MAX = 253, LABEL_LEN_MAX = 63, PORT_MAX = 65535 };

// Digits alone, no more than limit.
static bool number_parse(const char *text, unsigned long limit, unsigned long *out)
{
	size_t len = strspn(text, "0123456789");
	if (len == 0 || len > 6 || text[len] != '\0')
		return false;
	*out = strtoul(text, NULL, 10);
	return *out <= limit;
}

static const char *port_parse(const char *text, struct target_text *t)
{
	unsigned long port = 0;
	if (!number_parse(text, PORT_MAX, &port) || port == 0)
		return "a port is a number from 1 to 65535";
	t->port = (uint16_t)port;
	return NULL;
}

static bool label_valid(const char *label, size_t len)
{
	if (len == 0 || len > LABEL_LEN_MAX || label[0] == '-' || label[len - 1] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isascii(label[i]) ||
			(!isalnum((unsigned char)label[i]) && label[i] != '-' && label[i] != '_'))
			return false;
	return true;
}

// A last label of digits is an address that was mistyped ("10.0.1", "300.1.1.1"); who looks up names would
// make another one of it.
static const char *name_check(const char *name)
{
	size_t len = strlen(name);
	const char *label = name;
	if (len == 0)
		return "a host is missing";
	if (len > NAME_LEN_MAX)
		return "the name is too long";
	for (;;) {
		size_t part = strcspn(label, ".");
		bool last = label[part] == '\0' || label[part + 1] == '\0';
		if (!label_valid(label, part))
			return "this is neither an address nor a host's name";
		if (last)
			return strspn(label, "0123456789") == part ? "this is no address" : NULL;
		label += part + 1;
	}
}

static const char zone_characters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-";

// "fe80::1%eth0"
static const char *zone_check(const char *host)
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr any;
	size_t len = strcspn(host, "%");
	const char *zone = host + len + 1;
	if (len >= sizeof(address))
		return "this is no IPv6 address";
	memcpy(address, host, len);
	address[len] = '\0';
	if (inet_pton(AF_INET6, address, &any) != 1)
		return "this is no IPv6 address";
	// Interfaces may have stranger names, but not such that go together with [ADDRESS]:PORT or a
	// terminal.
	size_t len_zone = strspn(zone, zone_characters);
	if (len_zone == 0 || len_zone >= IF_NAMESIZE || zone[len_zone] != '\0')
		return "this is no IPv6 zone";
	return NULL;
}

static const char *network_parse(const char *prefix, struct target_text *t)
{
	unsigned long bits = 0;
	if (t->family == AF_UNSPEC)
		return "a network is an address and the length of its prefix";
	if (!number_parse(prefix, t->family == AF_INET ? 32 : 128, &bits))
		return t->family == AF_INET ? "a prefix of IPv4 has 0 to 32 bits"
					    : "a prefix of IPv6 has 0 to 128 bits";
	t->is_network = true;
	t->prefix = (unsigned)bits;
	return NULL;
}

// host, perhaps with a prefix behind it.
static const char *host_parse(char *host, struct target_text *t)
{
	char *slash = strchr(host, '/');
	const char *wrong = NULL;
	if (slash != NULL)
		*slash = '\0';
	if (inet_pton(AF_INET, host, t->address) == 1)
		t->family = AF_INET;
	else if (inet_pton(AF_INET6, host, t->address) == 1)
		t->family = AF_INET6;
	else
		wrong = strchr(host, '%') != NULL ? zone_check(host) : name_check(host);
	if (wrong == NULL && slash != NULL)
		wrong = network_parse(slash + 1, t);
	if (wrong != NULL)
		return wrong;
	if (t->family == AF_UNSPEC)
		memcpy(t->host, host, strlen(host) + 1);
	else
		(void)inet_ntop(t->family, t->address, t->host, sizeof(t->host));
	return NULL;
}

const char *target_text_parse(const char *text, struct target_text *out)
{
	char host[TARGET_TEXT_MAX];
	const char *port = NULL;
	size_t len = strlen(text);
	*out = (struct target_text){ .port = TARGET_PORT };
	if (len >= sizeof(host))
		return "it is too long";
	memcpy(host, text, len + 1);
	char *inner = host;
	if (host[0] == '[') {
		char *end = strchr(host, ']');
		if (end == NULL || (end[1] != '\0' && end[1] != ':'))
			return "after [ADDRESS] comes nothing, or :PORT";
		port = end[1] == ':' ? end + 2 : NULL;
		*end = '\0';
		inner = host + 1;
		if (strchr(inner, ':') == NULL)
			return "within [] is an IPv6 address";
	} else if (strchr(host, ':') != NULL && strchr(host, ':') == strrchr(host, ':')) {
		char *colon = strchr(host, ':');
		port = colon + 1;
		*colon = '\0';
	}
	const char *wrong = port != NULL ? port_parse(port, out) : NULL;
	return wrong != NULL ? wrong : host_parse(inner, out);
}
