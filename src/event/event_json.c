// SPDX-License-Identifier: Apache-2.0
// An event as a line of JSON, written straight into the writer: this runs for each file that is
// opened and closed.
#include <string.h>
#include <time.h>

#include "event/event_json_text.h"
#include "event/event_json_watch.h"
#include "event/event_schema.h"

// The value of a field, whatever its width, as a number that is 0 when it is not set.
static uint64_t field_number(const struct event_field *f, const void *at)
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

static void put_value(struct writer *w, const struct event_field *f, uint64_t number)
{
	switch (f->type) {
	case EVENT_TYPE_TIME:
		json_put_time(w, number);
		break;
	case EVENT_TYPE_RESULT:
		json_put_word(w, number == EVENT_FAILURE ? "failure" : "success");
		break;
	case EVENT_TYPE_HEX64:
		json_put_hex(w, number, 16);
		break;
	case EVENT_TYPE_HEX32:
		json_put_hex(w, number, 8);
		break;
	case EVENT_TYPE_BOOL:
		json_put_text(w, number != 0 ? "true" : "false");
		break;
	case EVENT_TYPE_DIALECT:
		json_put_word(w, json_dialect_text((uint16_t)number));
		break;
	case EVENT_TYPE_STATUS:
		json_put_status(w, (struct nt_status){ (uint32_t)number });
		break;
	case EVENT_TYPE_KIND:
		json_put_word(w, event_kind_name((enum event_kind)number));
		break;
	case EVENT_TYPE_SEVERITY:
		json_put_word(w, event_severity_name((enum event_severity)number));
		break;
	default:
		json_put_decimal(w, number);
		break;
	}
}

// The structures that fields are in; NULL: the event lacks it.
struct parts {
	const void *at[EVENT_PARTS];
};

static struct parts parts_of(const struct event *e)
{
	return (struct parts){ {
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

// Before the value: the separator and the name.
static void put_name(struct writer *w, const struct event_field *f, size_t start)
{
	if (w->pos != start) {
		writer_bytes(w, f->json_name, f->json_name_len);
		return;
	}
	writer_u8(w, '{');
	writer_bytes(w, f->json_name + 1, f->json_name_len - 1);
}

static void put_text_field(
	struct writer *w, const struct event_field *f, const void *at, bool always, size_t start)
{
	const char *text;
	memcpy(&text, at, sizeof(text));
	if (text == NULL && !always)
		return;
	put_name(w, f, start);
	json_put_string(w, text != NULL ? text : "", f->text_max);
}

static void put_number_field(
	struct writer *w, const struct event_field *f, const void *at, bool always, size_t start)
{
	uint64_t number = field_number(f, at);
	if (number == 0 && !always)
		return;
	// Many readers of JSON know no larger number, and would throw the line away.
	if (f->type == EVENT_TYPE_NUMBER64 && number > INT64_MAX)
		number = INT64_MAX;
	put_name(w, f, start);
	put_value(w, f, number);
}

static void put_field(
	struct writer *w, const struct event_field *f, const void *part, bool always, size_t start)
{
	const void *at = (const char *)part + f->offset;
	if (f->type == EVENT_TYPE_TEXT) {
		put_text_field(w, f, at, always, start);
	} else if (!json_watch_has_type(f->type)) {
		put_number_field(w, f, at, always, start);
	} else if (always || json_watch_is_set(f, part, at)) {
		put_name(w, f, start);
		json_watch_put(w, f, part, at);
	}
}

// What the emitter left to be filled in.
static struct event completed(const struct event *e)
{
	struct event full = *e;
	struct timespec now;
	if (full.time_us == 0 && clock_gettime(CLOCK_REALTIME, &now) == 0)
		full.time_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
	if (full.result == EVENT_NO_RESULT && nt_status_is_error(full.status))
		full.result = EVENT_FAILURE;
	full.severity = event_severity_of(&full);
	return full;
}

bool event_write_json(const struct event *e, struct writer *w)
{
	const struct event full = completed(e);
	const event_kinds bit = 1u << full.kind;
	const struct parts parts = parts_of(&full);
	size_t start = w->pos, count;
	const uint8_t *fields = event_fields_of(full.kind, &count);
	for (size_t i = 0; i < count; i++) {
		const struct event_field *f = &event_fields[fields[i]];
		const void *part = parts.at[f->part];
		if (part != NULL)
			put_field(w, f, part, (f->always & bit) != 0, start);
	}
	json_put_text(w, "}\n");
	return writer_ok(w);
}
