// SPDX-License-Identifier: Apache-2.0
#include "auth/ntlm_target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "auth/accounts.h"

enum { HOST_LEN_MAX = 255 };

bool ntlm_target_info_encode(struct writer *w, const struct auth_names *names, uint64_t time)
{
	// In the order that Windows has.
	if (!ntlm_av_put_text(w, MSV_AV_NB_DOMAIN_NAME, names->netbios_domain) ||
		!ntlm_av_put_text(w, MSV_AV_NB_COMPUTER_NAME, names->netbios_computer) ||
		!ntlm_av_put_text(w, MSV_AV_DNS_DOMAIN_NAME, names->dns_domain) ||
		!ntlm_av_put_text(w, MSV_AV_DNS_COMPUTER_NAME, names->dns_computer))
		return false;
	ntlm_av_put_u64(w, MSV_AV_TIMESTAMP, time);
	ntlm_av_put_eol(w);
	return true;
}

bool ntlm_target_info_kept(struct span ours, const struct ntlm_av_list *theirs)
{
	struct ntlm_av_list list;

	if (ntlm_av_list_decode(ours, &list) != VERDICT_OK)
		return false;
	for (unsigned i = 0; i < list.count; i++) {
		const struct ntlm_av_pair *p =
			ntlm_av_list_find(theirs, (enum ntlm_av_id)list.pairs[i].av_id);
		if (p == NULL || !span_equal(p->value, list.pairs[i].value))
			return false;
	}
	return true;
}

// The host of "cifs/host", "cifs/host:port", "cifs/[address]:port" or "cifs/host/instance".
static bool host_of(const char *name, char host[HOST_LEN_MAX + 1])
{
	static const char class[] = "cifs/";
	const char *start = name + sizeof(class) - 1;

	if (strncasecmp(name, class, sizeof(class) - 1) != 0)
		return false;
	size_t len = strcspn(start, "/");
	const char *colon = memchr(start, ':', len);
	if (*start == '[') {
		start++;
		len = strcspn(start, "]/");
	} else if (colon != NULL && memchr(colon + 1, ':', len - (size_t)(colon + 1 - start)) == NULL) {
		len = (size_t)(colon - start); // one colon: a port; several: an IPv6 address
	}
	if (len > 0 && start[len - 1] == '.')
		len--; // the root of DNS
	if (len == 0 || len > HOST_LEN_MAX)
		return false;
	memcpy(host, start, len);
	host[len] = 0;
	return true;
}

static bool is_name(const char *host, const char *name)
{
	return name != NULL && *name != 0 && account_name_equal(host, name);
}

static bool is_configured(const char *host, const struct auth_names *names)
{
	for (size_t i = 0; i < names->accepted_count; i++)
		if (is_name(host, names->accepted[i]))
			return true;
	return is_name(host, names->netbios_computer) || is_name(host, names->dns_computer);
}

// IPv4 as itself, also where the socket sees it mapped into IPv6.
static bool address_of(const struct sockaddr_storage *s, struct in6_addr *out)
{
	if (s->ss_family == AF_INET6) {
		*out = ((const struct sockaddr_in6 *)s)->sin6_addr;
		return true;
	}
	if (s->ss_family != AF_INET)
		return false;
	*out = (struct in6_addr){ .s6_addr = { [10] = 0xFF, [11] = 0xFF } };
	memcpy(out->s6_addr + 12, &((const struct sockaddr_in *)s)->sin_addr, 4);
	return true;
}

static bool is_address(const char *host, const struct in6_addr *local)
{
	char text[HOST_LEN_MAX + 8];
	struct in6_addr a;

	snprintf(text, sizeof(text), "%s%s", strchr(host, ':') != NULL ? "" : "::ffff:", host);
	text[strcspn(text, "%")] = 0; // a zone is the client's own matter
	return inet_pton(AF_INET6, text, &a) == 1 && memcmp(&a, local, sizeof(a)) == 0;
}

static bool is_loopback(const struct in6_addr *a)
{
	return IN6_IS_ADDR_LOOPBACK(a) || (IN6_IS_ADDR_V4MAPPED(a) && a->s6_addr[12] == 127);
}

bool ntlm_target_name_ours(const char *name, const struct auth_exchange_config *config)
{
	char host[HOST_LEN_MAX + 1];
	struct in6_addr local;

	if (!host_of(name, host))
		return false;
	if (is_configured(host, config->names))
		return true;
	if (!address_of(&config->local, &local))
		return false;
	return is_address(host, &local) ||
	       (is_loopback(&local) &&
		       (is_name(host, "localhost") || is_name(host, "localhost.localdomain")));
}

bool ntlm_target_name_is(const char *name, const char *host)
{
	char named[HOST_LEN_MAX + 1];

	return host_of(name, named) && is_name(named, host);
}
