// SPDX-License-Identifier: Apache-2.0
// Why a connection ended.
#ifndef SIGNET_SERVER_CONNECTION_END_H
#define SIGNET_SERVER_CONNECTION_END_H

enum connection_end {
	CONNECTION_END_CLIENT,      // the client closed it
	CONNECTION_END_SERVER_STOP, // this server is stopping
	CONNECTION_END_IO_ERROR,    // the socket failed
	CONNECTION_END_PROTOCOL,    // something the specification answers with a disconnect
	CONNECTION_END_POLICY,      // unsigned or unsealed after authentication
	CONNECTION_END_TAMPERED,    // a signature or seal that does not verify
	CONNECTION_END_TIMEOUT,     // a time limit of the configuration
	CONNECTION_END_LIMIT,       // a named limit
	CONNECTION_END_REPLACED,    // its session was superseded
};

// As events have it: "closed_by_client".
const char *connection_end_name(enum connection_end end);

#endif
