// SPDX-License-Identifier: Apache-2.0
#include "client/client_table.h"

#include <errno.h>
#include <stdlib.h>

enum {
	SLOTS_MIN = 16,
	SLOTS_MAX = 1 << 20, // two ids further apart cannot both be open: credits do not reach so far
};

static struct client_request **slot_of(const struct client_table *t, uint64_t message_id)
{
	return &t->slots[message_id & (t->slot_count - 1)];
}

// Requests that had their own slot among fewer have it among more.
static void spread(const struct client_table *t, struct client_request **slots, uint32_t count)
{
	for (uint32_t i = 0; i < t->slot_count; i++) {
		struct client_request *r = t->slots[i];
		if (r != NULL)
			slots[r->message_id & (count - 1)] = r;
	}
}

static int grow(struct client_table *t, uint32_t count)
{
	if (count > SLOTS_MAX)
		return -EOVERFLOW;
	struct client_request **slots = calloc(count, sizeof(struct client_request *));
	if (slots == NULL)
		return -ENOMEM;
	spread(t, slots, count);
	free(t->slots);
	t->slots = slots;
	t->slot_count = count;
	return 0;
}

int client_table_add(struct client_table *t, struct client_request *r)
{
	while (t->slot_count == 0 || *slot_of(t, r->message_id) != NULL) {
		int rc = grow(t, t->slot_count == 0 ? SLOTS_MIN : t->slot_count * 2);
		if (rc < 0)
			return rc;
	}
	*slot_of(t, r->message_id) = r;
	t->used++;
	return 0;
}

struct client_request *client_table_find(const struct client_table *t, uint64_t message_id)
{
	if (t->slot_count == 0)
		return NULL;
	struct client_request *r = *slot_of(t, message_id);
	return r != NULL && r->message_id == message_id ? r : NULL;
}

void client_table_remove(struct client_table *t, const struct client_request *r)
{
	*slot_of(t, r->message_id) = NULL;
	t->used--;
}

void client_table_done(struct client_table *t)
{
	free(t->slots);
	*t = (struct client_table){ 0 };
}
