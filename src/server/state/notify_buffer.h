// SPDX-License-Identifier: Apache-2.0
// What a watch has collected and nobody has fetched yet: a FILE_NOTIFY_INFORMATION list (MS-FSCC 2.7.1)
// within a limit, beyond which only "look for yourself" is left.
#ifndef SIGNET_SERVER_STATE_NOTIFY_BUFFER_H
#define SIGNET_SERVER_STATE_NOTIFY_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct notify_buffer {
	uint8_t *bytes;
	size_t len;
	size_t cap;
	size_t limit;
	size_t last; // where the last record starts
	size_t count;
	bool overflow; // changes were lost: the client must list the directory
};

void notify_buffer_init(struct notify_buffer *b, size_t limit);
void notify_buffer_done(struct notify_buffer *b);
bool notify_buffer_empty(const struct notify_buffer *b);
// name: UTF-8 with '/' between components. A modification that repeats the last record is not
// recorded again; a name that no client could see (not UTF-8) is left out.
void notify_buffer_append(struct notify_buffer *b, uint32_t action, const char *name);
// Loses what is there.
void notify_buffer_overflow(struct notify_buffer *b);
// Empties the buffer. True: *bytes (malloc'ed) and *len are the list; false: it overflowed or does not
// fit into max.
bool notify_buffer_take(struct notify_buffer *b, size_t max, uint8_t **bytes, size_t *len);

#endif
