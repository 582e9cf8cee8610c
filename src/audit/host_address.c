// SPDX-License-Identifier: Apache-2.0
#include "audit/host_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include "audit/task.h"

enum { ADDRESS_LEN = INET6_ADDRSTRLEN + 16 }; // with a zone

struct lookup {
	const char *host;
	char address[ADDRESS_LEN];
	int fault;
};

static void lookup_work(void *context)
{
	struct lookup *l = context;
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	l->fault = getaddrinfo(l->host, NULL, &hints, &list);
	if (l->fault != 0)
		return;
	l->fault = getnameinfo(
		list->ai_addr, list->ai_addrlen, l->address, sizeof(l->address), NULL, 0, NI_NUMERICHOST);
	freeaddrinfo(list);
}

static bool is_address(const char *host)
{
	struct in6_addr any;
	return inet_pton(AF_INET, host, &any) == 1 || inet_pton(AF_INET6, host, &any) == 1;
}

bool host_address_find(struct audit_report *report, const char *host, struct audit_subject *s)
{
	struct lookup l = { .host = host };
	if (is_address(host))
		return true;
	int rc = task_run_blocking(lookup_work, &l);
	s->name = s->address;
	if (rc == 0 && l.fault == 0) {
		s->address = arena_strdup(&report->arena, l.address);
		return s->address != NULL;
	}
	s->error = rc < 0 ? "its name could not be looked up" : "its name is not known";
	return false;
}
