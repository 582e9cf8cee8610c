// SPDX-License-Identifier: Apache-2.0
// What each peer address uses: connections, for the limit of one peer's share of the server.
// Thread-safe.
#ifndef SIGNET_SERVER_PEERS_H
#define SIGNET_SERVER_PEERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/attributes.h"

struct peer;

struct peers {
	pthread_mutex_t lock;
	struct peer *by_address;
	uint32_t connections;
	uint32_t connections_max;
	uint32_t connections_per_peer_max;
};

enum peers_verdict { PEERS_ADMITTED, PEERS_TOO_MANY, PEERS_TOO_MANY_OF_PEER };

struct config_limits;

void peers_init(struct peers *p, const struct config_limits *limits);
void peers_done(struct peers *p);
// Counts a connection unless it would be one too many.
enum peers_verdict peers_add_connection(struct peers *p, const struct sockaddr_storage *address) WARN_UNUSED;
void peers_remove_connection(struct peers *p, const struct sockaddr_storage *address);
#endif
