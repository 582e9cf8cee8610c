// SPDX-License-Identifier: Apache-2.0
// Controls about the connection: what was negotiated, and where else this server can be reached.
#include "server/commands/ioctl.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "server/connection.h"
#include "server/refusal.h"
#include "server/request.h"
#include "server/server.h"
#include "wire/smb2/smb2_header.h"
#include "wire/smb2/smb2_ioctl_payloads.h"

// Not known without asking each driver; what Windows assumes of a network card today.
#define LINK_SPEED_ASSUMED 1000000000ull

// What a negotiation with these dialects comes to: more than was negotiated when somebody took them
// out on the way (MS-SMB2 3.3.5.15.12).
static uint16_t best_dialect(const struct connection *c, const struct smb2_validate_negotiate_request *v)
{
	for (size_t ours = 0; ours < c->dialects.count; ours++) {
		for (uint16_t i = 0; i < v->dialect_count; i++) {
			if (v->dialects[i] == c->dialects.items[ours])
				return v->dialects[i];
		}
	}
	return 0;
}

static bool is_what_was_negotiated(
	const struct connection *c, const struct smb2_validate_negotiate_request *v)
{
	return v->capabilities == c->client_capabilities && v->security_mode == c->client_security_mode &&
	       memcmp(v->guid, c->client_guid, sizeof(v->guid)) == 0 && best_dialect(c, v) == c->dialect;
}

// MS-SMB2 3.3.5.15.12: whatever does not match means that somebody changed the negotiation, and the
// connection ends without an answer. 3.1.1 has its preauth hash for this and never sends it.
struct nt_status ioctl_validate_negotiate(
	struct request *req, const struct smb2_ioctl_request *m, struct writer *w)
{
	struct connection *c = req->conn;
	struct smb2_validate_negotiate_request v;
	bool protected = req->sealed || (req->header.flags & SMB2_FLAGS_SIGNED) != 0;
	bool fine = protected && c->dialect != SMB2_DIALECT_311 &&
		    smb2_validate_negotiate_request_decode(m->input, &v) == VERDICT_OK &&
		    m->max_output_response >= SMB2_VALIDATE_NEGOTIATE_RESPONSE_LEN &&
		    is_what_was_negotiated(c, &v);
	if (!fine) {
		violation_emit_request(req, "negotiation_does_not_validate", STATUS(SUCCESS));
		return request_disconnect(req, CONNECTION_END_TAMPERED);
	}
	struct smb2_validate_negotiate_response response = {
		.capabilities = c->server_capabilities,
		.security_mode = c->server_security_mode,
		.dialect = c->dialect,
	};
	memcpy(response.guid, c->server->guid, sizeof(response.guid));
	smb2_validate_negotiate_response_encode(w, &response);
	return STATUS(SUCCESS);
}

static bool describe(const struct ifaddrs *i, struct smb2_network_interface *out)
{
	*out = (struct smb2_network_interface){
		.if_index = if_nametoindex(i->ifa_name),
		.link_speed = LINK_SPEED_ASSUMED,
	};
	if ((i->ifa_flags & IFF_UP) == 0 || (i->ifa_flags & IFF_LOOPBACK) != 0 || i->ifa_addr == NULL)
		return false;
	if (i->ifa_addr->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)i->ifa_addr;
		out->family = SMB2_ADDRESS_INET;
		memcpy(out->address, &in->sin_addr, 4);
		return true;
	}
	if (i->ifa_addr->sa_family != AF_INET6)
		return false;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)i->ifa_addr;
	out->family = SMB2_ADDRESS_INET6;
	out->scope_id = in6->sin6_scope_id;
	memcpy(out->address, &in6->sin6_addr, 16);
	return true;
}

// Reading the interfaces is a netlink dialogue with the kernel: short, but not on a loop.
struct nt_status ioctl_network_interfaces(
	struct request *req, const struct smb2_ioctl_request *m UNUSED, struct writer *w)
{
	struct ifaddrs *all = NULL;
	size_t last = SIZE_MAX;
	if (req->conn->dialect < SMB2_DIALECT_300)
		return STATUS(INVALID_DEVICE_REQUEST);
	if (!req->may_block)
		return WOULD_BLOCK;
	if (getifaddrs(&all) != 0)
		return STATUS(INSUFFICIENT_RESOURCES);
	for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
		struct smb2_network_interface interface;
		if (describe(i, &interface))
			smb2_network_interface_append(w, &last, &interface);
	}
	freeifaddrs(all);
	return writer_ok(w) ? STATUS(SUCCESS) : STATUS(BUFFER_TOO_SMALL);
}
