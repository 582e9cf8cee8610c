// SPDX-License-Identifier: Apache-2.0
// The client's side of Kerberos in SPNEGO (RFC 4121, RFC 4178): a ticket out, the server's proof back. GSSAPI
// does it, with the tickets of the credential cache that the environment names, and may wait for a KDC.
#ifndef SIGNET_CLIENT_CLIENT_KERBEROS_H
#define SIGNET_CLIENT_CLIENT_KERBEROS_H

#include <gssapi/gssapi.h>

#include "base/arena.h"
#include "base/secret.h"
#include "client/client.h"

struct client_kerberos {
	gss_ctx_id_t context;
	gss_name_t service;
	int32_t ticket_encryption;
	struct secret session_key; // after client_kerberos_finish
};

// The token with the ticket for who's target name, or for cifs/<host>. -EKEYREJECTED: there is none to be
// had; -ENOMEM, or what run_blocking failed with.
int client_kerberos_first(struct client_kerberos *k, const struct client_credentials *who, const char *host,
	struct arena *a, struct span *token) WARN_UNUSED;
// With the server's last token. -EPROTO: it does not prove that the server has the ticket's key.
int client_kerberos_finish(struct client_kerberos *k, struct span token) WARN_UNUSED;
void client_kerberos_done(struct client_kerberos *k);

#endif
