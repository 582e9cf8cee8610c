// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: who logs on within DCE/RPC itself (MS-RPCE 2.2.2.11), as over TCP, where no session
// says it: by NTLM who it is, by Kerberos what the ticket is for.
#ifndef SIGNET_SENSOR_RPC_LOGON_H
#define SIGNET_SENSOR_RPC_LOGON_H

#include "base/attributes.h"
#include "base/span.h"
#include "sensor/auth_watch.h"

// Texts are "" when not seen.
struct rpc_logon {
	char account[AUTH_WATCH_NAME_LEN_MAX];
	char domain[AUTH_WATCH_NAME_LEN_MAX];
	char service[AUTH_WATCH_NAME_LEN_MAX];
	const char *mechanism; // "ntlmv1", "ntlmv2", "kerberos"
};

// token: of a client's security trailer. Malloc'ed; NULL when it says neither, or memory is out.
struct rpc_logon *rpc_logon_find(struct span token) WARN_UNUSED;

#endif
