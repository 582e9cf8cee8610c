// SPDX-License-Identifier: Apache-2.0
#include "auth/throttle.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "wire/fscc/name_upcase.h"

// Peers, accounts and pairs of them share the form of their tables: open hashing into small sets, the entry
// of a set that was used least recently makes room. Who fills a set only shortens its own neighbours' memory.
enum { WAYS = 8, SETS = THROTTLE_ENTRIES / WAYS };

struct entry {
	uint64_t key; // 0: free. Keyed hash: two of the same key are the same to us
	uint64_t last_ms;
	uint64_t window_start_ms;
	uint32_t failures;
	uint32_t in_progress; // such an entry is never replaced
	uint64_t until_ms;    // a pair: locked; a peer: when its guesses at any accounts would be used up
	bool at_home;         // a pair: has logged on
};

struct throttle {
	pthread_mutex_t mutex;
	uint32_t in_progress_max;
	struct name_hash_key hash_key;
	struct entry peers[SETS][WAYS];
	struct entry accounts[SETS][WAYS];
	struct entry pairs[SETS][WAYS];
};

struct throttle *throttle_new(uint32_t in_progress_max)
{
	struct throttle *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->in_progress_max = in_progress_max;
	random_bytes(&t->hash_key, sizeof(t->hash_key));
	if (pthread_mutex_init(&t->mutex, NULL) != 0) {
		free(t);
		return NULL;
	}
	return t;
}

void throttle_free(struct throttle *t)
{
	if (t == NULL)
		return;
	pthread_mutex_destroy(&t->mutex);
	free(t);
}

// The address without the port, as text that the keyed hash of names takes. A host of IPv6 has a /64 to
// choose addresses from, so that is what counts.
static uint64_t peer_key(const struct throttle *t, const struct sockaddr_storage *peer)
{
	const uint8_t *bytes = NULL;
	size_t len = 0;
	char text[2 + 2 * 16 + 1] = "?";

	if (peer->ss_family == AF_INET) {
		bytes = (const uint8_t *)&((const struct sockaddr_in *)peer)->sin_addr;
		len = 4;
	} else if (peer->ss_family == AF_INET6) {
		const struct in6_addr *a = &((const struct sockaddr_in6 *)peer)->sin6_addr;
		bytes = IN6_IS_ADDR_V4MAPPED(a) ? a->s6_addr + 12 : a->s6_addr;
		len = IN6_IS_ADDR_V4MAPPED(a) ? 4 : 8;
	}
	for (size_t i = 0; i < len; i++) {
		text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
		text[2 * i + 2] = 0;
	}
	return name_hash(text, &t->hash_key) | 1;
}

static uint64_t account_key(const struct throttle *t, const char *account)
{
	return name_hash(account, &t->hash_key) | 1;
}

static uint64_t pair_key(const struct throttle *t, const struct sockaddr_storage *peer, const char *account)
{
	uint64_t of_peer = peer_key(t, peer);

	// Multiplied, or a pair of equal keys would be that of any other such pair.
	return ((of_peer * 0x9E3779B97F4A7C15u) ^ account_key(t, account)) | 1;
}

static struct entry *entry_find(struct entry table[SETS][WAYS], uint64_t key)
{
	struct entry *set = table[(key >> 1) % SETS];

	for (size_t i = 0; i < WAYS; i++)
		if (set[i].key == key)
			return &set[i];
	return NULL;
}

// NULL when all of the set have authentications in progress.
static struct entry *entry_get(struct entry table[SETS][WAYS], uint64_t key)
{
	struct entry *found = entry_find(table, key), *set = table[(key >> 1) % SETS];

	if (found != NULL)
		return found;
	for (size_t i = 0; i < WAYS; i++)
		if (set[i].in_progress == 0 && (found == NULL || set[i].last_ms < found->last_ms))
			found = &set[i];
	if (found != NULL)
		*found = (struct entry){ .key = key };
	return found;
}

bool throttle_begin(struct throttle *t, const struct sockaddr_storage *peer)
{
	pthread_mutex_lock(&t->mutex);
	struct entry *e = entry_get(t->peers, peer_key(t, peer));
	bool admitted = e != NULL && e->in_progress < t->in_progress_max;
	if (admitted)
		e->in_progress++;
	pthread_mutex_unlock(&t->mutex);
	return admitted;
}

void throttle_end(struct throttle *t, const struct sockaddr_storage *peer)
{
	pthread_mutex_lock(&t->mutex);
	struct entry *e = entry_find(t->peers, peer_key(t, peer));
	if (e != NULL && e->in_progress > 0)
		e->in_progress--;
	pthread_mutex_unlock(&t->mutex);
}

static uint32_t failure_count(struct entry table[SETS][WAYS], uint64_t key, uint64_t now_ms)
{
	struct entry *e = entry_get(table, key);

	if (e == NULL)
		return 1;
	if (e->failures == 0 || now_ms - e->window_start_ms > THROTTLE_WINDOW_MS) {
		e->window_start_ms = now_ms;
		e->failures = 0;
	}
	e->last_ms = now_ms;
	if (e->failures < UINT32_MAX)
		e->failures++;
	return e->failures;
}

static uint32_t delay_of(uint32_t failures)
{
	uint32_t steps = 1 + (failures - 1) / THROTTLE_STEP_FAILURES;
	uint32_t most = THROTTLE_DELAY_MS_MAX / THROTTLE_DELAY_MS;

	return (steps < most ? steps : most) * THROTTLE_DELAY_MS;
}

static bool pair_locked(const struct entry *pair, uint64_t now_ms)
{
	return pair != NULL && now_ms < pair->until_ms;
}

// The peer's guesses come back one by one, so no more than that pass once they are used up.
static bool peer_sprays(const struct entry *peer, uint64_t now_ms)
{
	const uint64_t most = (uint64_t)THROTTLE_SPRAY_FAILURES * THROTTLE_SPRAY_MS;

	return peer != NULL && peer->until_ms > now_ms + most - THROTTLE_SPRAY_MS;
}

bool throttle_admits(
	struct throttle *t, const struct sockaddr_storage *peer, const char *account, uint64_t now_ms)
{
	pthread_mutex_lock(&t->mutex);
	const struct entry *pair = entry_find(t->pairs, pair_key(t, peer, account));
	const struct entry *from = entry_find(t->peers, peer_key(t, peer));
	bool at_home = pair != NULL && pair->at_home;
	bool admitted = !pair_locked(pair, now_ms) && (at_home || !peer_sprays(from, now_ms));
	pthread_mutex_unlock(&t->mutex);
	return admitted;
}

// Forgotten only when the last lock is long over: whoever goes on guessing waits longer and longer.
static void pair_guessed(struct throttle *t, uint64_t key, uint64_t now_ms)
{
	struct entry *e = entry_get(t->pairs, key);

	if (e == NULL)
		return;
	uint64_t quiet_since = e->until_ms > e->last_ms ? e->until_ms : e->last_ms;
	if (now_ms > quiet_since && now_ms - quiet_since > THROTTLE_WINDOW_MS)
		e->failures = 0;
	e->last_ms = now_ms;
	if (e->failures < UINT32_MAX)
		e->failures++;
	if (e->failures < THROTTLE_LOCK_FAILURES)
		return;
	uint64_t lock_ms = THROTTLE_LOCK_MS;
	for (uint32_t i = THROTTLE_LOCK_FAILURES; i < e->failures && lock_ms < THROTTLE_LOCK_MS_MAX; i++)
		lock_ms *= 2;
	e->until_ms = now_ms + (lock_ms < THROTTLE_LOCK_MS_MAX ? lock_ms : THROTTLE_LOCK_MS_MAX);
}

static void peer_guessed(struct throttle *t, uint64_t key, uint64_t now_ms)
{
	struct entry *e = entry_get(t->peers, key);

	if (e != NULL)
		e->until_ms = (e->until_ms > now_ms ? e->until_ms : now_ms) + THROTTLE_SPRAY_MS;
}

uint32_t throttle_failure(struct throttle *t, const struct sockaddr_storage *peer, const char *account,
	bool guess, uint64_t now_ms)
{
	pthread_mutex_lock(&t->mutex);
	uint32_t by_peer = failure_count(t->peers, peer_key(t, peer), now_ms);
	uint32_t by_account = *account != 0 ? failure_count(t->accounts, account_key(t, account), now_ms) : 0;
	if (guess) {
		pair_guessed(t, pair_key(t, peer, account), now_ms);
		peer_guessed(t, peer_key(t, peer), now_ms);
	}
	pthread_mutex_unlock(&t->mutex);
	return delay_of(by_peer > by_account ? by_peer : by_account);
}

void throttle_success(
	struct throttle *t, const struct sockaddr_storage *peer, const char *account, uint64_t now_ms)
{
	pthread_mutex_lock(&t->mutex);
	struct entry *e = entry_get(t->pairs, pair_key(t, peer, account));
	if (e != NULL) {
		e->failures = 0;
		e->until_ms = 0;
		e->last_ms = now_ms;
		e->at_home = true;
	}
	pthread_mutex_unlock(&t->mutex);
}

static uint32_t failures_of(const struct entry *e, uint64_t now_ms)
{
	return e == NULL || now_ms - e->window_start_ms > THROTTLE_WINDOW_MS ? 0 : e->failures;
}

uint32_t throttle_peer_failures(struct throttle *t, const struct sockaddr_storage *peer, uint64_t now_ms)
{
	pthread_mutex_lock(&t->mutex);
	uint32_t count = failures_of(entry_find(t->peers, peer_key(t, peer)), now_ms);
	pthread_mutex_unlock(&t->mutex);
	return count;
}

uint32_t throttle_account_failures(struct throttle *t, const char *account, uint64_t now_ms)
{
	pthread_mutex_lock(&t->mutex);
	uint32_t count = failures_of(entry_find(t->accounts, account_key(t, account)), now_ms);
	pthread_mutex_unlock(&t->mutex);
	return count;
}
