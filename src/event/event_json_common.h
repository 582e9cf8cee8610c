// SPDX-License-Identifier: Apache-2.0
// Private to this folder: a line as it is written, and what of it is as in the line before.
#ifndef SIGNET_EVENT_EVENT_JSON_COMMON_H
#define SIGNET_EVENT_EVENT_JSON_COMMON_H

#include <string.h>

#include "base/writer.h"
#include "event/event_schema.h"

// The structures that fields are in; NULL: the event lacks it.
struct json_parts {
	const void *at[EVENT_PARTS];
};

static inline struct json_parts json_parts_of(const struct event *e)
{
	return (struct json_parts){ {
		[EVENT_PART_EVENT] = e,
		[EVENT_PART_CONNECTION] = e->connection,
		[EVENT_PART_SESSION] = e->session,
		[EVENT_PART_WIRE] = e->wire,
		[EVENT_PART_AUTH] = e->auth,
		[EVENT_PART_VERDICT] = e->verdict,
		[EVENT_PART_RPC] = e->rpc,
		[EVENT_PART_CONTENT] = e->content,
		[EVENT_PART_ALERT] = e->alert,
	} };
}

// The value of a field, whatever its width, as a number that is 0 when it is not set.
static inline uint64_t json_field_number(const struct event_field *f, const void *at)
{
	uint64_t wide = 0;
	uint32_t narrow = 0;
	uint16_t short_ = 0;
	switch (f->type) {
	case EVENT_TYPE_TIME:
	case EVENT_TYPE_NUMBER64:
	case EVENT_TYPE_HEX64:
		memcpy(&wide, at, sizeof(wide));
		return wide;
	case EVENT_TYPE_NUMBER16:
	case EVENT_TYPE_DIALECT:
		memcpy(&short_, at, sizeof(short_));
		return short_;
	case EVENT_TYPE_BOOL:
		return *(const bool *)at ? 1 : 0;
	default:
		memcpy(&narrow, at, sizeof(narrow));
		return narrow;
	}
}

struct json_line {
	enum event_kind kind;
	event_kinds bit;
	struct json_parts parts;
	const uint8_t *fields; // of the kind: places in the table
	size_t count;
	struct writer *w;
	size_t start; // where it begins
};

// The fields of connection and session, which stand together, from one place to before another.
void json_common_range(
	const struct event_json_common *c, const struct json_line *l, size_t *from, size_t *to);
// Writes them as they were written last. False: they are not the same.
bool json_common_put(
	const struct event_json_common *c, struct json_line *l, size_t from, size_t to) WARN_UNUSED;
// Remembers them: they were written from `before` on.
void json_common_keep(
	struct event_json_common *c, const struct json_line *l, size_t from, size_t to, size_t before);

#endif
