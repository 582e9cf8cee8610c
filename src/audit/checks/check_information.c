// SPDX-License-Identifier: Apache-2.0
// What anybody is told before he says who he is.
#include <inttypes.h>

#include "audit/checks/checks.h"

#define WINDOWS_EPOCH_S 11644473600u // from 1601 to 1970
#define FILETIME_PER_S 10000000u

static void tell(const struct check_context *c, struct audit_finding *f, const char *sent, const char *what,
	const char *value)
{
	if (value == NULL)
		return;
	const char *received = arena_printf(&c->report->arena, "%s %s", what, value);
	if (received != NULL)
		(void)!finding_add_evidence(c->report, f, sent, received);
}

static void tell_time(const struct check_context *c, struct audit_finding *f, const char *what, uint64_t time)
{
	if (time / FILETIME_PER_S <= WINDOWS_EPOCH_S)
		return;
	const char *value = arena_printf(
		&c->report->arena, "%" PRIu64 " (Unix time)", time / FILETIME_PER_S - WINDOWS_EPOCH_S);
	tell(c, f, "NEGOTIATE", what, value);
}

static bool tells_names(const struct host_facts *h)
{
	return h->netbios_name != NULL || h->netbios_domain != NULL || h->dns_name != NULL ||
	       h->dns_domain != NULL || h->os_version != NULL;
}

// One finding with all of it: there is one remedy, and little of one.
void check_information(const struct check_context *c)
{
	static const char challenge[] = "NTLM NEGOTIATE, without an account";
	const struct host_facts *h = c->facts;
	if (!tells_names(h) && h->system_time == 0 && h->start_time == 0)
		return;
	struct audit_finding *f = report_add_finding(c->report, c->subject, "information_disclosed", NULL);
	if (f == NULL)
		return;
	tell(c, f, challenge, "NetBIOS name", h->netbios_name);
	tell(c, f, challenge, "NetBIOS domain", h->netbios_domain);
	tell(c, f, challenge, "DNS name", h->dns_name);
	tell(c, f, challenge, "DNS domain", h->dns_domain);
	tell(c, f, challenge, "version", h->os_version);
	tell_time(c, f, "SystemTime", h->system_time);
	tell_time(c, f, "ServerStartTime", h->start_time);
}
