// SPDX-License-Identifier: Apache-2.0
// The server's end, in order: what is being worked on is finished and answered, what waits (locks,
// notifications) is answered CANCELLED, and nothing new is begun. A connection that has nothing left to
// send ends its side; what its client still sends is read and thrown away for a moment, because a socket
// closed with bytes unread takes answers back that are on their way.
#ifndef SIGNET_SERVER_DRAIN_H
#define SIGNET_SERVER_DRAIN_H

#include <stdbool.h>

struct server;

// From any thread, once. The sockets that listen are closed already.
void server_drain(struct server *s);
// Whether no connection is left.
bool server_is_drained(struct server *s);

#endif
