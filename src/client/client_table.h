// SPDX-License-Identifier: Apache-2.0
// The requests in flight by MessageId.
#ifndef SIGNET_CLIENT_CLIENT_TABLE_H
#define SIGNET_CLIENT_CLIENT_TABLE_H

#include <stdint.h>

#include "client/client.h"

struct client_request {
	struct client_request *next; // in the loop's spare list
	uint64_t message_id;
	uint64_t async_id; // 0 until an interim response named one
	uint16_t command;
	uint16_t charge;
	client_done done;
	void *context;
};

// Slots by the low bits of the id; grows when two requests in flight would share one. Ids go up by one,
// so that happens only when an old one stays open for long.
struct client_table {
	struct client_request **slots;
	uint32_t slot_count; // a power of two
	uint32_t used;
};

int client_table_add(struct client_table *t, struct client_request *r) WARN_UNUSED;
struct client_request *client_table_find(const struct client_table *t, uint64_t message_id);
void client_table_remove(struct client_table *t, const struct client_request *r);
void client_table_done(struct client_table *t);

#endif
