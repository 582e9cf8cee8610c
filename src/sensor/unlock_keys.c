// SPDX-License-Identifier: Apache-2.0
#include "sensor/unlock_keys.h"

#include <stdio.h>
#include <stdlib.h>

struct unlock_keys *unlock_keys_load(const char *keytab, const char *nt_hashes, char error[UNLOCK_ERROR_LEN])
{
	struct unlock_keys *k = calloc(1, sizeof(*k));
	if (k == NULL) {
		(void)snprintf(error, UNLOCK_ERROR_LEN, "memory is out");
		return NULL;
	}
	if ((keytab != NULL && !unlock_keytab_load(k, keytab, error)) ||
		(nt_hashes != NULL && !unlock_nt_hashes_load(k, nt_hashes, error))) {
		unlock_keys_free(k);
		return NULL;
	}
	return k;
}

static struct known_session *session_find(const struct unlock_keys *k, uint64_t id)
{
	struct known_session *s;
	HASH_FIND(hh, k->sessions, &id, sizeof(id), s);
	return s;
}

bool unlock_keys_add_session(struct unlock_keys *k, uint64_t session_id, struct span session_key)
{
	struct known_session *s = session_find(k, session_id);
	if (session_key.len > SECRET_LEN_MAX)
		return false;
	if (s == NULL) {
		s = calloc(1, sizeof(*s));
		if (s == NULL)
			return false;
		s->id = session_id;
		HASH_ADD(hh, k->sessions, id, sizeof(s->id), s);
	}
	secret_set(&s->key, session_key.data, session_key.len);
	return true;
}

void unlock_keys_free(struct unlock_keys *k)
{
	struct known_session *s, *next;
	if (k == NULL)
		return;
	HASH_ITER(hh, k->sessions, s, next)
	{
		HASH_DEL(k->sessions, s);
		secret_wipe(&s->key);
		free(s);
	}
	for (size_t i = 0; i < k->account_count; i++)
		free(k->accounts[i].name);
	if (k->accounts != NULL)
		secret_wipe_bytes(k->accounts, k->account_count * sizeof(k->accounts[0]));
	free(k->accounts);
	unlock_keytab_free(k);
	free(k);
}

void unlock_candidates_add(struct unlock_candidates *c, struct span key)
{
	if (key.len > 0 && key.len <= SECRET_LEN_MAX && c->count < UNLOCK_CANDIDATES_MAX)
		secret_set(&c->keys[c->count++], key.data, key.len);
}

void unlock_known_session(const struct unlock_keys *k, uint64_t session_id, struct unlock_candidates *out)
{
	const struct known_session *s = session_find(k, session_id);
	if (s != NULL)
		unlock_candidates_add(out, secret_span(&s->key));
}
