// SPDX-License-Identifier: Apache-2.0
#include "audit/host_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include "audit/task.h"

enum { ADDRESS_LEN = INET6_ADDRSTRLEN + 16 }; // with a zone

struct lookup {
	const char *host;
	char addresses[HOST_ADDRESSES_MAX][ADDRESS_LEN];
	size_t count;
};

static void lookup_work(void *context)
{
	struct lookup *l = context;
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	if (getaddrinfo(l->host, NULL, &hints, &list) != 0)
		return;
	for (const struct addrinfo *a = list; a != NULL && l->count < HOST_ADDRESSES_MAX; a = a->ai_next)
		if (getnameinfo(a->ai_addr, a->ai_addrlen, l->addresses[l->count], ADDRESS_LEN, NULL, 0,
			    NI_NUMERICHOST) == 0)
			l->count++;
	freeaddrinfo(list);
}

static bool is_address(const char *host)
{
	struct in6_addr any;
	return inet_pton(AF_INET, host, &any) == 1 || inet_pton(AF_INET6, host, &any) == 1;
}

bool host_addresses_find(
	struct audit_report *report, const char *host, struct audit_subject *s, struct host_addresses *out)
{
	struct lookup l = { .host = host };
	*out = (struct host_addresses){ .all = { s->address }, .count = 1 };
	if (is_address(host))
		return true;
	int rc = task_run_blocking(lookup_work, &l);
	s->name = s->address;
	s->error = rc < 0 ? "its name could not be looked up" : "its name is not known";
	for (out->count = 0; out->count < l.count; out->count++) {
		out->all[out->count] = arena_strdup(&report->arena, l.addresses[out->count]);
		if (out->all[out->count] == NULL)
			return false;
	}
	if (out->count == 0)
		return false;
	s->error = NULL;
	return true;
}
