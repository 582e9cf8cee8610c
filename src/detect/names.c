// SPDX-License-Identifier: Apache-2.0
#include "detect/names.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "detect/table.h"

struct server {
	char names[NAMES_OF_SERVER_MAX][NAME_LEN_MAX];
	size_t count;
};

struct owner {
	char address[64];
};

struct names {
	const struct detect_settings *settings;
	struct detect_table *servers; // by address
	struct detect_table *owners;  // by name
};

struct names *names_new(const struct detect_settings *settings)
{
	struct names *n = calloc(1, sizeof(*n));
	if (n == NULL)
		return NULL;
	n->settings = settings;
	n->servers = detect_table_new(sizeof(struct server), NAMES_SERVERS_MAX, NULL);
	n->owners =
		detect_table_new(sizeof(struct owner), (size_t)NAMES_SERVERS_MAX * NAMES_OF_SERVER_MAX, NULL);
	if (n->servers == NULL || n->owners == NULL) {
		names_free(n);
		return NULL;
	}
	return n;
}

void names_free(struct names *n)
{
	if (n == NULL)
		return;
	detect_table_free(n->servers);
	detect_table_free(n->owners);
	free(n);
}

const char *names_host(const char *service, char host[NAME_LEN_MAX])
{
	const char *slash = strchr(service, '/');
	const char *begin = slash == NULL ? service : slash + 1;
	size_t len = strcspn(begin, "/@:");
	if (strchr(begin, ':') != strrchr(begin, ':'))
		len = strlen(begin); // an IPv6 address
	if (len >= NAME_LEN_MAX)
		len = NAME_LEN_MAX - 1;
	for (size_t i = 0; i < len; i++)
		host[i] = (char)tolower((unsigned char)begin[i]);
	host[len] = '\0';
	return host;
}

static bool is_address(const char *host)
{
	uint8_t bytes[16];
	return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

static size_t label_len(const char *name)
{
	return strcspn(name, ".");
}

// A name without a domain is the first label of the one with it; NetBIOS cuts at 15 characters.
static bool same_host(const char *a, const char *b)
{
	enum { NETBIOS_LEN = 15 };
	if (strcasecmp(a, b) == 0)
		return true;
	size_t a_len = label_len(a), b_len = label_len(b);
	bool short_a = a[a_len] == '\0', short_b = b[b_len] == '\0';
	if (!short_a && !short_b)
		return false;
	if (a_len == b_len)
		return strncasecmp(a, b, a_len) == 0;
	size_t less = a_len < b_len ? a_len : b_len;
	return less == NETBIOS_LEN && strncasecmp(a, b, less) == 0;
}

static bool server_has(const struct server *s, const char *host)
{
	for (size_t i = 0; i < s->count; i++)
		if (same_host(s->names[i], host))
			return true;
	return false;
}

void names_learn(struct names *n, const char *address, const char *name)
{
	char host[NAME_LEN_MAX];
	if (name == NULL || name[0] == '\0' || address == NULL || address[0] == '\0')
		return;
	names_host(name, host);
	struct server *s = detect_table_get(n->servers, address);
	if (s == NULL || host[0] == '\0' || is_address(host))
		return;
	bool known = false;
	for (size_t i = 0; i < s->count; i++)
		known = known || strcmp(s->names[i], host) == 0;
	if (!known && s->count < NAMES_OF_SERVER_MAX)
		(void)snprintf(s->names[s->count++], NAME_LEN_MAX, "%s", host);
	struct owner *o = detect_table_get(n->owners, host);
	if (o != NULL)
		(void)snprintf(o->address, sizeof(o->address), "%s", address);
}

bool names_known(struct names *n, const char *address)
{
	const struct server *s = detect_table_find(n->servers, address);
	return s != NULL && s->count > 0;
}

// "alias=server": the name that it stands for; the name itself where there is none.
static bool alias_fits(const struct names *n, const struct server *s, const char *host)
{
	for (size_t i = 0; i < n->settings->aliases.count; i++) {
		char alias[NAME_LEN_MAX];
		const char *item = n->settings->aliases.items[i], *equals = strchr(item, '=');
		if (equals == NULL)
			continue;
		(void)snprintf(alias, sizeof(alias), "%.*s", (int)(equals - item), item);
		if (same_host(alias, host) && (s == NULL || server_has(s, equals + 1)))
			return true;
	}
	return false;
}

static bool is_loopback(const char *host)
{
	return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 || same_host(host, "localhost");
}

enum name_verdict names_judge(struct names *n, const char *address, const char *service)
{
	char host[NAME_LEN_MAX];
	names_host(service, host);
	if (host[0] == '\0' || is_loopback(host))
		return NAME_NOT_TOLD;
	if (is_address(host))
		return strcasecmp(host, address) == 0 ? NAME_FITS : NAME_OTHERS;
	const struct server *s = detect_table_find(n->servers, address);
	if ((s != NULL && server_has(s, host)) || alias_fits(n, s, host))
		return NAME_FITS;
	const struct owner *o = detect_table_find(n->owners, host);
	if (o != NULL && strcmp(o->address, address) != 0)
		return NAME_OTHERS;
	return s == NULL || s->count == 0 ? NAME_NOT_TOLD : NAME_STRANGE;
}
