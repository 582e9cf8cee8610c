// SPDX-License-Identifier: Apache-2.0
#include "sensor/rpc_logon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { APPLICATION_AP_REQ = 0x6E };

// A Kerberos token as DCE/RPC has it is the bare AP-REQ (RPC_C_AUTHN_GSS_KERBEROS, DCE style): it gets the
// frame that GSS-API gives it elsewhere (RFC 4121 4.1).
static bool give_framed(struct auth_watch *w, struct span token)
{
	static const uint8_t krb5[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02,
		0x01, 0x00 };
	enum { HEAD_LEN = 4 + sizeof(krb5) };
	size_t len = sizeof(krb5) + token.len;
	uint8_t *framed = len > UINT16_MAX ? NULL : malloc(HEAD_LEN + token.len);
	if (framed == NULL)
		return false;
	const uint8_t head[4] = { 0x60, 0x82, (uint8_t)(len >> 8), (uint8_t)len };
	memcpy(framed, head, sizeof(head));
	memcpy(framed + sizeof(head), krb5, sizeof(krb5));
	memcpy(framed + HEAD_LEN, token.data, token.len);
	bool understood = auth_watch_client_token(w, span_make(framed, HEAD_LEN + token.len));
	free(framed);
	return understood;
}

static struct rpc_logon *logon_of(const struct auth_facts *facts)
{
	const char *service = facts->auth.service == NULL ? "" : facts->auth.service;
	if (facts->account[0] == '\0' && service[0] == '\0')
		return NULL;
	struct rpc_logon *l = calloc(1, sizeof(*l));
	if (l == NULL)
		return NULL;
	(void)snprintf(l->account, sizeof(l->account), "%s", facts->account);
	(void)snprintf(l->domain, sizeof(l->domain), "%s", facts->domain);
	(void)snprintf(l->service, sizeof(l->service), "%s", service);
	l->mechanism = facts->mechanism; // a constant
	return l;
}

struct rpc_logon *rpc_logon_find(struct span token)
{
	struct auth_watch *w = token.len == 0 ? NULL : auth_watch_new();
	if (w == NULL)
		return NULL;
	bool understood = token.data[0] == APPLICATION_AP_REQ ? give_framed(w, token)
							      : auth_watch_client_token(w, token);
	struct rpc_logon *l = understood ? logon_of(auth_watch_facts(w)) : NULL;
	auth_watch_free(w);
	return l;
}
