// SPDX-License-Identifier: Apache-2.0
// An event as a line of JSON, written straight into the writer: this runs for each file that is
// opened and closed.
#include <string.h>
#include <time.h>

#include "event/event_json_common.h"
#include "event/event_json_text.h"
#include "event/event_json_watch.h"
#include "event/event_schema.h"

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
	uint64_t number = json_field_number(f, at);
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
static void complete(struct event *e)
{
	struct timespec now;
	if (e->time_us == 0 && clock_gettime(CLOCK_REALTIME, &now) == 0)
		e->time_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
	if (e->result == EVENT_NO_RESULT && nt_status_is_error(e->status))
		e->result = EVENT_FAILURE;
	e->severity = event_severity_of(e);
}

// Those from one place in the list of a kind's fields to before another.
static void put_fields(struct json_line *l, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct event_field *f = &event_fields[l->fields[i]];
		const void *part = l->parts.at[f->part];
		if (part != NULL)
			put_field(l->w, f, part, (f->always & l->bit) != 0, l->start);
	}
}

static void put_common(struct event_json_common *common, struct json_line *l, size_t from, size_t to)
{
	size_t before = l->w->pos;
	if (json_common_put(common, l, from, to))
		return;
	put_fields(l, from, to);
	json_common_keep(common, l, from, to, before);
}

bool event_write_json_after(struct event_json_common *common, const struct event *e, struct writer *w)
{
	struct event full = *e;
	complete(&full);
	struct json_line l = { .kind = full.kind,
		.bit = 1u << full.kind,
		.parts = json_parts_of(&full),
		.w = w,
		.start = w->pos };
	l.fields = event_fields_of(full.kind, &l.count);
	size_t from = 0, to;
	if (common != NULL) {
		json_common_range(common, &l, &from, &to);
		put_fields(&l, 0, from);
		put_common(common, &l, from, to);
		from = to;
	}
	put_fields(&l, from, l.count);
	json_put_text(w, "}\n");
	return writer_ok(w);
}

bool event_write_json(const struct event *e, struct writer *w)
{
	return event_write_json_after(NULL, e, w);
}
