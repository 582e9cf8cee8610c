// SPDX-License-Identifier: Apache-2.0
// What each peer address uses: connections, and memory for what they receive and send, for the limit
// of one peer's share of the server.
// Thread-safe.
#ifndef SIGNET_SERVER_PEERS_H
#define SIGNET_SERVER_PEERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/attributes.h"

struct memory_account;
struct peer;

// What counts as one peer: IPv4 as IPv4-mapped, so that a peer is the same over both kinds of socket; of
// IPv6 the /64, for whoever has one address of it has all of them.
enum { PEER_KEY_LEN = 16 };
void peer_key(const struct sockaddr_storage *address, uint8_t key[PEER_KEY_LEN]);

struct peers {
	pthread_mutex_t lock;
	struct peer *by_address;
	uint32_t connections;
	uint32_t connections_max;
	uint32_t connections_per_peer_max;
	uint64_t memory_per_peer_max;
};

enum peers_verdict { PEERS_ADMITTED, PEERS_TOO_MANY, PEERS_TOO_MANY_OF_PEER };

struct config_limits;

void peers_init(struct peers *p, const struct config_limits *limits);
void peers_done(struct peers *p);
// Counts a connection unless it would be one too many; *out then has a reference.
enum peers_verdict peers_add_connection(
	struct peers *p, const struct sockaddr_storage *address, struct peer **out) WARN_UNUSED;
// It counts no more; the reference stays.
void peers_remove_connection(struct peers *p, struct peer *peer);
void peers_unref(struct peers *p, struct peer *peer);
// Lives as long as the peer.
struct memory_account *peer_memory(struct peer *peer);
struct peers_usage {
	uint64_t peers; // with a connection, or work left of one
	uint64_t memory;
	uint64_t memory_highest; // of one peer
};
// What all of them use now.
struct peers_usage peers_usage(struct peers *p);
// Whether it is time to tell again that this peer is at its limit of memory: once a second.
bool peer_tells_of_memory(struct peer *peer, uint64_t now_ms) WARN_UNUSED;

#endif
