// SPDX-License-Identifier: Apache-2.0
#include "audit/report/report_value.h"

#include <errno.h>
#include <time.h>

#include "audit/report/report_clean.h"

void value_builder_init(struct value_builder *b)
{
	*b = (struct value_builder){ 0 };
	arena_init(&b->arena, NULL, 0);
}

void value_builder_done(struct value_builder *b)
{
	arena_reset(&b->arena);
}

static json_t *value_made(struct value_builder *b, json_t *value)
{
	if (!value)
		b->failed = true;
	return value;
}

json_t *value_text(struct value_builder *b, const char *text)
{
	const char *clean = report_clean(&b->arena, text);

	if (!text)
		return json_null();
	return value_made(b, clean ? json_string(clean) : NULL);
}

json_t *value_literal(struct value_builder *b, const char *text)
{
	return text ? value_made(b, json_string(text)) : json_null();
}

json_t *value_char(struct value_builder *b, char c)
{
	return value_made(b, json_stringn(&c, 1));
}

void value_format_time(uint64_t us, char out[VALUE_TIME_LEN])
{
	time_t seconds = (time_t)(us / 1000000);
	struct tm tm;
	size_t len;

	out[0] = 0;
	if (!gmtime_r(&seconds, &tm))
		return;
	len = strftime(out, VALUE_TIME_LEN, "%Y-%m-%dT%H:%M:%S", &tm);
	(void)snprintf(out + len, VALUE_TIME_LEN - len, ".%03uZ", (unsigned)(us / 1000 % 1000));
}

json_t *value_time(struct value_builder *b, uint64_t us)
{
	char text[VALUE_TIME_LEN];

	if (us == 0)
		return json_null();
	value_format_time(us, text);
	return value_made(b, json_string(text));
}

json_t *value_object(struct value_builder *b)
{
	return value_made(b, json_object());
}

json_t *value_array(struct value_builder *b)
{
	return value_made(b, json_array());
}

void value_set(struct value_builder *b, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		b->failed = true;
}

void value_append(struct value_builder *b, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) != 0)
		b->failed = true;
}

int value_write(struct value_builder *b, FILE *out, json_t *value)
{
	int result = 0;

	if (b->failed || !value)
		result = -ENOMEM;
	else if (json_dumpf(value, out, JSON_COMPACT | JSON_ENCODE_ANY) != 0)
		result = -EIO;
	json_decref(value);
	arena_reset(&b->arena);
	return result;
}

json_t *value_references(struct value_builder *b, const struct check *check)
{
	json_t *all = value_array(b);

	for (size_t i = 0; i < CHECK_REFERENCES_MAX && check->references[i].source; i++) {
		json_t *one = value_object(b);

		value_set(b, one, "source", value_literal(b, check->references[i].source));
		value_set(b, one, "id", value_literal(b, check->references[i].id));
		value_append(b, all, one);
	}
	return all;
}
