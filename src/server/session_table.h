// SPDX-License-Identifier: Apache-2.0
// All sessions of the server by SessionId: for limits and for PreviousSessionId. Thread-safe.
#ifndef SIGNET_SERVER_SESSION_TABLE_H
#define SIGNET_SERVER_SESSION_TABLE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

struct session;

struct session_table {
	pthread_mutex_t lock;
	struct session *by_id;
	uint32_t count;
	uint32_t max;
};

void session_table_init(struct session_table *t, uint32_t max);
void session_table_done(struct session_table *t);
// Gives the session an id that nobody can guess, and enters it; false when the table is full.
bool session_table_add(struct session_table *t, struct session *s) WARN_UNUSED;
// True when it was there: whoever gets true closes the session.
bool session_table_remove(struct session_table *t, struct session *s);
// With a reference; NULL when there is none.
struct session *session_table_find(struct session_table *t, uint64_t id) WARN_UNUSED;

#endif
