// SPDX-License-Identifier: Apache-2.0
#include "event/event_json_common.h"

#include <stdlib.h>

enum { VALUES_MAX = 32, TEXTS_LEN = 1024, JSON_LEN = 2048 }; // what is longer is written anew

struct value {
	uint64_t number;
	const char *text; // into texts; NULL: there is none
};

struct event_json_common {
	bool filled;
	enum event_kind kind;
	size_t from, to; // in its list of fields
	bool has_connection, has_session;
	struct value values[VALUES_MAX];
	char texts[TEXTS_LEN];
	size_t json_len;
	uint8_t json[JSON_LEN];
};

struct event_json_common *event_json_common_new(void)
{
	return calloc(1, sizeof(struct event_json_common));
}

void event_json_common_free(struct event_json_common *c)
{
	free(c);
}

static bool is_common(const struct event_field *f)
{
	return f->part == EVENT_PART_CONNECTION || f->part == EVENT_PART_SESSION;
}

void json_common_range(const struct event_json_common *c, const struct json_line *l, size_t *from, size_t *to)
{
	size_t i = 0;
	if (c->filled && c->kind == l->kind) {
		*from = c->from;
		*to = c->to;
		return;
	}
	while (i < l->count && !is_common(&event_fields[l->fields[i]]))
		i++;
	*from = i;
	while (i < l->count && is_common(&event_fields[l->fields[i]]))
		i++;
	*to = i;
}

static const char *text_at(const void *at)
{
	const char *text;
	memcpy(&text, at, sizeof(text));
	return text;
}

// By what they hold: memory may be another's now, or have changed.
static bool is_same(const struct value *v, const struct event_field *f, const void *part)
{
	const void *at = (const char *)part + f->offset;
	if (f->type != EVENT_TYPE_TEXT)
		return v->number == json_field_number(f, at);
	const char *text = text_at(at);
	return text == NULL ? v->text == NULL : v->text != NULL && strcmp(v->text, text) == 0;
}

bool json_common_put(const struct event_json_common *c, struct json_line *l, size_t from, size_t to)
{
	const struct json_parts *p = &l->parts;
	if (!c->filled || c->kind != l->kind || c->has_connection != (p->at[EVENT_PART_CONNECTION] != NULL) ||
		c->has_session != (p->at[EVENT_PART_SESSION] != NULL))
		return false;
	for (size_t i = from; i < to; i++) {
		const struct event_field *f = &event_fields[l->fields[i]];
		if (p->at[f->part] != NULL && !is_same(&c->values[i - from], f, p->at[f->part]))
			return false;
	}
	writer_bytes(l->w, c->json, c->json_len);
	return true;
}

// False: it does not fit.
static bool keep_value(struct event_json_common *c, size_t *used, struct value *v,
	const struct event_field *f, const void *part)
{
	const void *at = (const char *)part + f->offset;
	if (f->type != EVENT_TYPE_TEXT) {
		*v = (struct value){ .number = json_field_number(f, at) };
		return true;
	}
	const char *text = text_at(at);
	*v = (struct value){ .text = NULL };
	if (text == NULL)
		return true;
	size_t len = strlen(text) + 1;
	if (len > TEXTS_LEN - *used)
		return false;
	v->text = memcpy(c->texts + *used, text, len);
	*used += len;
	return true;
}

void json_common_keep(
	struct event_json_common *c, const struct json_line *l, size_t from, size_t to, size_t before)
{
	size_t used = 0;
	c->filled = false;
	// The first field has no comma before it.
	if (from == 0 || to - from > VALUES_MAX || !writer_ok(l->w) || l->w->pos - before > JSON_LEN)
		return;
	for (size_t i = from; i < to; i++) {
		const struct event_field *f = &event_fields[l->fields[i]];
		const void *part = l->parts.at[f->part];
		if (part != NULL && !keep_value(c, &used, &c->values[i - from], f, part))
			return;
	}
	c->kind = l->kind;
	c->from = from;
	c->to = to;
	c->has_connection = l->parts.at[EVENT_PART_CONNECTION] != NULL;
	c->has_session = l->parts.at[EVENT_PART_SESSION] != NULL;
	c->json_len = l->w->pos - before;
	memcpy(c->json, l->w->base + before, c->json_len);
	c->filled = true;
}
