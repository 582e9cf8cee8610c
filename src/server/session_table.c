// SPDX-License-Identifier: Apache-2.0
#include "server/session_table.h"

#include "base/secret.h"
#include "server/session.h"

void session_table_init(struct session_table *t, uint32_t max)
{
	*t = (struct session_table){ .max = max };
	pthread_mutex_init(&t->lock, NULL);
}

void session_table_done(struct session_table *t)
{
	pthread_mutex_destroy(&t->lock);
}

static struct session *table_lookup(struct session_table *t, uint64_t id)
{
	struct session *s = NULL;
	HASH_FIND(in_table, t->by_id, &id, sizeof(id), s);
	return s;
}

// Neither 0 nor all ones mean a session on the wire.
static uint64_t table_free_id(struct session_table *t)
{
	uint64_t id = 0;
	do
		random_bytes(&id, sizeof(id));
	while (id == 0 || id == UINT64_MAX || table_lookup(t, id) != NULL);
	return id;
}

bool session_table_add(struct session_table *t, struct session *s)
{
	pthread_mutex_lock(&t->lock);
	bool room = t->count < t->max;
	if (room) {
		s->id = table_free_id(t);
		session_ref(s);
		HASH_ADD(in_table, t->by_id, id, sizeof(s->id), s);
		t->count++;
	}
	pthread_mutex_unlock(&t->lock);
	return room;
}

bool session_table_remove(struct session_table *t, struct session *s)
{
	pthread_mutex_lock(&t->lock);
	bool found = table_lookup(t, s->id) == s;
	if (found) {
		HASH_DELETE(in_table, t->by_id, s);
		t->count--;
	}
	pthread_mutex_unlock(&t->lock);
	return found;
}

struct session *session_table_find(struct session_table *t, uint64_t id)
{
	pthread_mutex_lock(&t->lock);
	struct session *s = table_lookup(t, id);
	if (s != NULL)
		session_ref(s);
	pthread_mutex_unlock(&t->lock);
	return s;
}
