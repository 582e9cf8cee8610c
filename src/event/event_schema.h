// SPDX-License-Identifier: Apache-2.0
// The one table of an event's fields: the JSON form, docs/events.md, its machine-readable form and
// the checks of what tests emitted all come from it.
#ifndef SIGNET_EVENT_EVENT_SCHEMA_H
#define SIGNET_EVENT_EVENT_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "event/event.h"

enum event_type {
	EVENT_TYPE_TIME,     // RFC 3339, UTC, microseconds
	EVENT_TYPE_KIND,     // event_kind_name
	EVENT_TYPE_SEVERITY, // "info", "notice", "warning", "alert"
	EVENT_TYPE_RESULT,   // "success", "failure"
	EVENT_TYPE_TEXT,
	EVENT_TYPE_NUMBER64, // JSON number; uint64_t
	EVENT_TYPE_NUMBER32,
	EVENT_TYPE_NUMBER16,
	EVENT_TYPE_HEX64, // "0x0123456789abcdef"; uint64_t
	EVENT_TYPE_HEX32,
	EVENT_TYPE_BOOL,
	EVENT_TYPE_DIALECT, // "3.1.1"; uint16_t
	EVENT_TYPE_STATUS,  // "STATUS_ACCESS_DENIED"; "0xc0001234" when it has no name
	EVENT_TYPE_LETTER,  // one character; char
	EVENT_TYPE_YES,     // enum event_yes: true, false, or left out
	EVENT_TYPE_MIC,     // enum event_mic: "none", "verified", ...
	EVENT_TYPE_REAL,    // double
	EVENT_TYPE_KEY8,    // 8 bytes in hexadecimal, left out when all are zero
	EVENT_TYPE_KEY16,   // 16 bytes likewise
	// Lists: a pointer, with its count in the size_t that count_offset names.
	EVENT_TYPE_TEXTS,
	EVENT_TYPE_NUMBERS,  // uint64_t
	EVENT_TYPE_DIALECTS, // uint16_t
	EVENT_TYPE_EVIDENCE, // struct event_evidence: [{"name":...,"value":...,"packet":...}]
};

// The structure that a field is kept in.
enum event_part {
	EVENT_PART_EVENT,
	EVENT_PART_CONNECTION,
	EVENT_PART_SESSION,
	EVENT_PART_WIRE,
	EVENT_PART_AUTH,
	EVENT_PART_VERDICT,
	EVENT_PART_RPC,
	EVENT_PART_CONTENT,
	EVENT_PART_ALERT,
	EVENT_PARTS
};

typedef uint32_t event_kinds; // one bit a kind
#define EVENT_BIT(NAME) (1u << EVENT_##NAME)
_Static_assert(EVENT_KIND_COUNT <= 32, "event_kinds has a bit for each kind");

struct event_field {
	const char *name;
	const char *json_name; // as it stands before a value, with the comma before it: ,"name":
	size_t json_name_len;
	enum event_type type;
	enum event_part part;
	size_t offset;       // into struct event or the structure of its part
	size_t count_offset; // of a list: where its size_t count is
	event_kinds may;     // kinds that can have it
	event_kinds always;  // kinds that have it also when it is 0 or empty
	uint32_t text_max;   // TEXT: bytes of its JSON form beyond which it is cut
	const char *unit;    // "bytes", "ms"; "" without
	const char *ecs;     // Elastic Common Schema field; "" when it has none
	const char *ocsf;    // OCSF attribute
	const char *help;
};

extern const struct event_field event_fields[];
extern const size_t event_field_count;

// The fields that a kind can have, in the table's order: their places in it. Any thread may ask.
const uint8_t *event_fields_of(enum event_kind kind, size_t *count);

struct event_kind_info {
	const char *name;
	enum event_severity severity;
	const char *ecs_category;
	const char *ecs_type;
	const char *ocsf_class;
	const char *help;
};

extern const struct event_kind_info event_kind_infos[EVENT_KIND_COUNT];

const char *event_type_name(enum event_type type);
const char *event_severity_name(enum event_severity severity);
// The severity that the event is written with.
enum event_severity event_severity_of(const struct event *e);

// docs/events.md, and the same as JSON: {"kinds":[...],"fields":[...],"reasons":[...]}.
void event_schema_print_markdown(FILE *out);
void event_schema_print_json(FILE *out);

#endif
