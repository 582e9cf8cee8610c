// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/name_valid.h"

#include <string.h>
#include <strings.h>

#include "base/utf16.h"

// UTF-16 units of len bytes; SIZE_MAX when they are not UTF-8. What follows them must be no
// continuation byte, which holds for separators and the terminator.
static size_t units_of(const char *name, size_t len)
{
	const char *end = name + len;
	size_t units = 0;
	while (name < end) {
		uint32_t c = utf8_next(&name);
		if (c == UTF8_INVALID || c == 0)
			return SIZE_MAX;
		units += c >= 0x10000 ? 2 : 1;
	}
	return name == end ? units : SIZE_MAX;
}

static bool has_any_of(const char *name, size_t len, const char *set)
{
	for (size_t i = 0; i < len; i++) {
		if (name[i] == '\0' || strchr(set, name[i]))
			return true;
	}
	return false;
}

static bool has_control(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)name[i] < 0x20)
			return true;
	}
	return false;
}

static bool is_dots(const char *name, size_t len)
{
	return (len == 1 && name[0] == '.') || (len == 2 && name[0] == '.' && name[1] == '.');
}

struct nt_status name_component_check(const char *name, size_t len)
{
	// MS-FSCC 2.1.5.2
	if (len == 0 || is_dots(name, len) || has_control(name, len) || has_any_of(name, len, "\"*/:<>?\\|"))
		return STATUS(OBJECT_NAME_INVALID);
	return units_of(name, len) <= NAME_UNITS_MAX ? STATUS(SUCCESS) : STATUS(OBJECT_NAME_INVALID);
}

struct nt_status name_stream_check(const char *name, size_t len)
{
	// MS-FSCC 2.1.5.3
	if (len == 0 || has_any_of(name, len, "\\/:"))
		return STATUS(OBJECT_NAME_INVALID);
	return units_of(name, len) <= NAME_UNITS_MAX ? STATUS(SUCCESS) : STATUS(OBJECT_NAME_INVALID);
}

// What follows the first colon: "name", "name:$TYPE" or ":$TYPE".
struct stream_text {
	const char *name;
	size_t name_len;
	const char *type; // NULL: none
};

static struct nt_status stream_split(const char *text, struct stream_text *out)
{
	const char *colon = strchr(text, ':');
	out->name = text;
	out->name_len = colon ? (size_t)(colon - text) : strlen(text);
	out->type = colon ? colon + 1 : NULL;
	if (out->name_len == 0 && !colon)
		return STATUS(OBJECT_NAME_INVALID); // "file:"
	if (colon && (!colon[1] || strchr(colon + 1, ':')))
		return STATUS(OBJECT_NAME_INVALID); // "file:stream:", "file:a:b:c"
	return out->name_len ? name_stream_check(out->name, out->name_len) : STATUS(SUCCESS);
}

static bool is_index(const struct stream_text *s)
{
	return s->name_len == 0 || (s->name_len == 4 && strncasecmp(s->name, "$I30", 4) == 0);
}

// MS-FSCC 2.1.5.1: only these two types can be opened by name.
static struct nt_status stream_take(const struct stream_text *s, struct arena *a, struct path_parts *out)
{
	out->has_type = s->type != NULL;
	if (s->type && strcasecmp(s->type, "$INDEX_ALLOCATION") == 0 && is_index(s))
		out->type = STREAM_TYPE_INDEX_ALLOCATION;
	else if (s->type && strcasecmp(s->type, "$DATA") != 0)
		return STATUS(OBJECT_NAME_INVALID);
	if (s->name_len == 0)
		return STATUS(SUCCESS);
	out->stream = arena_strndup(a, s->name, s->name_len);
	return out->stream ? STATUS(SUCCESS) : STATUS(NO_MEMORY);
}

static struct nt_status components_check(const char *path, size_t len)
{
	size_t start = 0;
	for (size_t i = 0; i <= len; i++) {
		if (i < len && path[i] != '\\')
			continue;
		if (i - start == 2 && is_dots(path + start, 2))
			return STATUS(OBJECT_PATH_SYNTAX_BAD);
		struct nt_status status = name_component_check(path + start, i - start);
		if (!nt_status_ok(status))
			return status;
		start = i + 1;
	}
	return STATUS(SUCCESS);
}

static struct nt_status path_check(const char *path, size_t len, bool has_stream)
{
	if (path[0] == '\\')
		return STATUS(INVALID_PARAMETER);
	if (len == 0) // the root, or a stream of it
		return STATUS(SUCCESS);
	if (has_stream && path[len - 1] == '\\')
		return STATUS(OBJECT_NAME_INVALID); // "dir\:stream"
	return components_check(path, len);
}

struct nt_status path_parse(const char *path, struct arena *a, struct path_parts *out)
{
	struct path_parts parts = { 0 };
	struct stream_text stream = { 0 };
	size_t len = strcspn(path, ":"), units = units_of(path, strlen(path));
	bool has_stream = path[len] == ':';
	if (units == SIZE_MAX)
		return STATUS(OBJECT_NAME_INVALID);
	if (units > PATH_UNITS_MAX)
		return STATUS(NAME_TOO_LONG);
	parts.trailing_backslash = !has_stream && len > 1 && path[len - 1] == '\\';
	if (parts.trailing_backslash)
		len--;
	struct nt_status status = path_check(path, len, has_stream);
	if (nt_status_ok(status) && has_stream)
		status = stream_split(path + len + 1, &stream);
	if (nt_status_ok(status) && has_stream)
		status = stream_take(&stream, a, &parts);
	if (!nt_status_ok(status))
		return status;
	parts.path = arena_strndup(a, path, len);
	if (!parts.path)
		return STATUS(NO_MEMORY);
	*out = parts;
	return STATUS(SUCCESS);
}

char *stream_wire_name(const char *stream, struct arena *a)
{
	return arena_printf(a, ":%s:$DATA", stream ? stream : "");
}

struct nt_status stream_name_parse(const char *text, struct arena *a, const char **stream)
{
	struct path_parts parts = { 0 };
	struct stream_text split = { 0 };
	if (text[0] != ':')
		return STATUS(OBJECT_NAME_INVALID);
	struct nt_status status = stream_split(text + 1, &split);
	if (nt_status_ok(status))
		status = stream_take(&split, a, &parts);
	if (nt_status_ok(status) && parts.type != STREAM_TYPE_DATA)
		status = STATUS(OBJECT_NAME_INVALID);
	if (nt_status_ok(status))
		*stream = parts.stream;
	return status;
}
