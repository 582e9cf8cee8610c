// SPDX-License-Identifier: Apache-2.0
#include "server/peers.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "config/config.h"
#include "server/buffer.h"

enum { TELL_EVERY_MS = 1000 };

struct peer {
	uint8_t key[PEER_KEY_LEN];
	uint32_t connections;
	uint32_t refs; // a connection that ended may still have work going on
	struct memory_account memory;
	atomic_uint_fast64_t told_ms;
	UT_hash_handle hh;
};

void peer_key(const struct sockaddr_storage *address, uint8_t key[PEER_KEY_LEN])
{
	memset(key, 0, PEER_KEY_LEN);
	if (address->ss_family == AF_INET) {
		key[10] = key[11] = 0xFF;
		memcpy(key + 12, &((const struct sockaddr_in *)address)->sin_addr, 4);
		return;
	}
	const struct in6_addr *in6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
	memcpy(key, in6, IN6_IS_ADDR_V4MAPPED(in6) ? 16 : 8);
}

void peers_init(struct peers *p, const struct config_limits *limits)
{
	*p = (struct peers){
		.connections_max = limits->max_connections,
		.connections_per_peer_max = limits->max_connections_per_peer,
		.memory_per_peer_max = limits->max_memory_per_peer,
	};
	pthread_mutex_init(&p->lock, NULL);
}

void peers_done(struct peers *p)
{
	struct peer *peer;
	struct peer *next;
	HASH_ITER(hh, p->by_address, peer, next)
	{
		HASH_DEL(p->by_address, peer);
		free(peer);
	}
	pthread_mutex_destroy(&p->lock);
}

static struct peer *peer_find_or_add(struct peers *p, const uint8_t key[PEER_KEY_LEN])
{
	struct peer *peer = NULL;
	HASH_FIND(hh, p->by_address, key, PEER_KEY_LEN, peer);
	if (peer != NULL)
		return peer;
	peer = calloc(1, sizeof(*peer));
	if (peer == NULL)
		return NULL;
	memcpy(peer->key, key, PEER_KEY_LEN);
	peer->memory.max = p->memory_per_peer_max;
	HASH_ADD(hh, p->by_address, key, PEER_KEY_LEN, peer);
	return peer;
}

enum peers_verdict peers_add_connection(
	struct peers *p, const struct sockaddr_storage *address, struct peer **out)
{
	uint8_t key[PEER_KEY_LEN];
	peer_key(address, key);
	enum peers_verdict verdict = PEERS_TOO_MANY;
	pthread_mutex_lock(&p->lock);
	struct peer *peer = p->connections < p->connections_max ? peer_find_or_add(p, key) : NULL;
	if (peer != NULL && peer->connections >= p->connections_per_peer_max) {
		verdict = PEERS_TOO_MANY_OF_PEER;
	} else if (peer != NULL) {
		verdict = PEERS_ADMITTED;
		peer->connections++;
		peer->refs++;
		p->connections++;
		*out = peer;
	}
	pthread_mutex_unlock(&p->lock);
	return verdict;
}

void peers_remove_connection(struct peers *p, struct peer *peer)
{
	pthread_mutex_lock(&p->lock);
	p->connections--;
	peer->connections--;
	pthread_mutex_unlock(&p->lock);
}

void peers_unref(struct peers *p, struct peer *peer)
{
	pthread_mutex_lock(&p->lock);
	bool last = --peer->refs == 0;
	if (last)
		HASH_DEL(p->by_address, peer);
	pthread_mutex_unlock(&p->lock);
	if (last)
		free(peer);
}

struct memory_account *peer_memory(struct peer *peer)
{
	return &peer->memory;
}

struct peers_usage peers_usage(struct peers *p)
{
	struct peers_usage u = { 0 };
	pthread_mutex_lock(&p->lock);
	for (struct peer *peer = p->by_address; peer != NULL; peer = peer->hh.next) {
		uint64_t used = atomic_load_explicit(&peer->memory.used, memory_order_relaxed);
		u.peers++;
		u.memory += used;
		u.memory_highest = used > u.memory_highest ? used : u.memory_highest;
	}
	pthread_mutex_unlock(&p->lock);
	return u;
}

bool peer_tells_of_memory(struct peer *peer, uint64_t now_ms)
{
	uint64_t before = atomic_load(&peer->told_ms);
	return now_ms - before >= TELL_EVERY_MS &&
	       atomic_compare_exchange_strong(&peer->told_ms, &before, now_ms);
}
