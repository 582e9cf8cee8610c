// SPDX-License-Identifier: Apache-2.0
#include "sensor/rpc_argument.h"

#include <stdio.h>
#include <string.h>

#include "base/reader.h"
#include "base/utf16.h"
#include "wire/dtyp/guid.h"

enum { UNITS_MIN = 1, SHORT_COUNT = 4, COMMAND_LEN_MAX = 512 };

// Where strings of one kind are looked for.
struct strings {
	struct reader r;
	size_t word; // bytes of a count, and its alignment: 4, or 8 (NDR64)
	size_t unit; // bytes of a character
};

static uint64_t read_count(struct strings *s)
{
	return s->word == 8 ? reader_u64(&s->r) : reader_u32(&s->r);
}

static uint32_t unit_at(struct span text, size_t unit, size_t i)
{
	const uint8_t *p = text.data + i * unit;
	return unit == 2 ? (uint32_t)p[0] | (uint32_t)p[1] << 8 : p[0];
}

// Characters as names have them; a NUL only at the end.
static bool is_text(struct span text, size_t unit)
{
	size_t count = text.len / unit;
	for (size_t i = 0; i < count; i++) {
		uint32_t c = unit_at(text, unit, i);
		if (c == 0 && i + 1 == count && i > 0)
			return true;
		if (c < 0x20 && c != '\t' && c != '\r' && c != '\n')
			return false;
	}
	return count > 0;
}

// A conformant varying string at the cursor: maximum, offset (zero), count, characters.
static bool read_string(struct strings *s, struct span *text)
{
	uint64_t max = read_count(s), offset = read_count(s), count = read_count(s);
	if (!reader_ok(&s->r) || offset != 0 || count < UNITS_MIN || count > max || count > s->r.len)
		return false;
	*text = reader_bytes(&s->r, (size_t)count * s->unit);
	if (!reader_ok(&s->r) || text->data == NULL || !is_text(*text, s->unit))
		return false;
	bool terminated = unit_at(*text, s->unit, (size_t)count - 1) == 0;
	if (terminated)
		text->len -= s->unit;
	// Short arrays of other things look like text; they have more room than they use.
	return terminated || count >= SHORT_COUNT || max <= count + 1;
}

// The next string at or behind the cursor.
static bool next_string(struct strings *s, struct span *text)
{
	reader_align(&s->r, s->word);
	while (reader_left(&s->r) > 3 * s->word) {
		struct strings here = *s;
		if (read_string(&here, text)) {
			s->r = here.r;
			return true;
		}
		reader_skip(&s->r, s->word);
	}
	return false;
}

static bool has_backslash(struct span text, size_t unit)
{
	for (size_t i = 0; i < text.len / unit; i++)
		if (unit_at(text, unit, i) == '\\')
			return true;
	return false;
}

// Of the strings: the first, the second, the first with a backslash (behind the first when `behind`), the
// last.
struct found {
	struct span first, second, path, last;
};

static bool find_strings(struct strings s, bool behind, struct found *f)
{
	struct span text;
	*f = (struct found){ .first = { NULL, 0 } };
	while (next_string(&s, &text)) {
		bool is_first = f->first.data == NULL;
		if (is_first)
			f->first = text;
		else if (f->second.data == NULL)
			f->second = text;
		if (f->path.data == NULL && !(is_first && behind) && has_backslash(text, s.unit))
			f->path = text;
		f->last = text;
	}
	return f->first.data != NULL;
}

static void put_text(struct span text, size_t unit, char *out, size_t size)
{
	size_t at = 0;
	for (size_t i = 0; i < text.len / unit; i++) {
		char bytes[4];
		uint32_t c = unit_at(text, unit, i);
		size_t len = utf8_put(bytes, c < 0x20 || c == 0x7f ? '?' : c);
		if (at + len >= size)
			break;
		memcpy(out + at, bytes, len);
		at += len;
	}
	out[at] = '\0';
}

// As much of a part as fits behind what is there.
static size_t append(char text[RPC_WATCH_ARGUMENT_LEN_MAX], size_t at, const char *part, size_t max)
{
	size_t room = RPC_WATCH_ARGUMENT_LEN_MAX - 1 - at;
	size_t len = strnlen(part, max < room ? max : room);
	memcpy(text + at, part, len);
	text[at + len] = '\0';
	return at + len;
}

// "NAME: COMMAND LINE"
static void put_named(const char *name, const char *command, char text[RPC_WATCH_ARGUMENT_LEN_MAX])
{
	size_t at = append(text, 0, name, RPC_WATCH_ARGUMENT_LEN_MAX / 2);
	if (command[0] == '\0')
		return;
	at = append(text, at, ": ", 2);
	(void)append(text, at, command, RPC_WATCH_ARGUMENT_LEN_MAX);
}

// What stands between <tag> and </tag>, in UTF-8.
static void element_of(const char *xml, const char *tag, char *out, size_t size)
{
	char opening[32], closing[32];
	(void)snprintf(opening, sizeof(opening), "<%s>", tag);
	(void)snprintf(closing, sizeof(closing), "</%s>", tag);
	const char *start = strstr(xml, opening);
	const char *end = start == NULL ? NULL : strstr(start, closing);
	out[0] = '\0';
	if (end == NULL)
		return;
	start += strlen(opening);
	size_t len = (size_t)(end - start) < size - 1 ? (size_t)(end - start) : size - 1;
	memcpy(out, start, len);
	out[len] = '\0';
}

// SchRpcRegisterTask: the task's path, and what its definition runs (MS-TSCH 2.5.1).
static void put_task(const struct found *f, char text[RPC_WATCH_ARGUMENT_LEN_MAX])
{
	char xml[RPC_WATCH_KEPT_LEN_MAX], name[RPC_WATCH_ARGUMENT_LEN_MAX];
	char command[COMMAND_LEN_MAX], arguments[COMMAND_LEN_MAX], line[2 * COMMAND_LEN_MAX + 1];
	put_text(f->second, 2, xml, sizeof(xml));
	element_of(xml, "Command", command, sizeof(command));
	element_of(xml, "Arguments", arguments, sizeof(arguments));
	(void)snprintf(line, sizeof(line), arguments[0] == '\0' ? "%s" : "%s %s", command, arguments);
	put_text(f->first, 2, name, sizeof(name));
	put_named(name, line, text);
}

static void put_service(const struct found *f, size_t unit, char text[RPC_WATCH_ARGUMENT_LEN_MAX])
{
	char name[RPC_WATCH_ARGUMENT_LEN_MAX], command[RPC_WATCH_ARGUMENT_LEN_MAX] = "";
	put_text(f->first, unit, name, sizeof(name));
	if (f->path.data != NULL)
		put_text(f->path, unit, command, sizeof(command));
	put_named(name, command, text);
}

// --- DCOM -------------------------------------------------------------------------------------------

// Classes that let others run things when they are activated from afar. The activation's properties hold the
// class (MS-DCOM 2.2.22.2.1); what is around it is of no use here.
static bool put_class(struct span stub, char text[RPC_WATCH_ARGUMENT_LEN_MAX])
{
	static const struct {
		const char *uuid, *name;
	} classes[] = {
		{ "8bc3f05e-d86b-11d0-a075-00c04fb68820", "WbemLevel1Login" },
		{ "49b2791a-b1ae-4c90-9b8e-e860ba07f889", "MMC20.Application" },
		{ "9ba05972-f6a8-11cf-a442-00a0c90a8f39", "ShellWindows" },
		{ "c08afd90-f2a1-11d1-8455-00a0c91f3880", "ShellBrowserWindow" },
	};
	struct reader r = reader_make(stub);
	while (reader_left(&r) >= GUID_LEN) {
		char uuid[GUID_TEXT_SIZE];
		struct reader here = r;
		struct guid g = reader_guid(&here);
		guid_to_text(&g, uuid);
		for (size_t i = 0; i < ARRAY_LEN(classes); i++)
			if (strcmp(uuid, classes[i].uuid) == 0)
				return append(text, 0, classes[i].name, RPC_WATCH_ARGUMENT_LEN_MAX) > 0;
		reader_skip(&r, sizeof(uint32_t));
	}
	return false;
}

// FLAGGED_WORD_BLOB (MS-OAUT 2.2.23.1) behind its pointer: a count of characters, bytes, the count again.
static bool read_bstr(struct reader *r, struct span *text)
{
	reader_align(r, sizeof(uint32_t));
	if (reader_u32(r) == 0)
		return false;
	uint32_t max = reader_u32(r);
	uint32_t bytes = reader_u32(r);
	uint32_t count = reader_u32(r);
	if (!reader_ok(r) || count != max || bytes != count * 2)
		return false;
	*text = reader_bytes(r, bytes);
	return reader_ok(r) && is_text(*text, 2);
}

// IWbemServices::ExecMethod (MS-WMI 3.1.4.3.22)
static bool put_method(struct span stub, char text[RPC_WATCH_ARGUMENT_LEN_MAX])
{
	enum { ORPCTHIS_LEN = 32 }; // without extensions
	char object[RPC_WATCH_ARGUMENT_LEN_MAX], method[RPC_WATCH_ARGUMENT_LEN_MAX];
	struct reader r = reader_make(stub);
	struct span first, second;
	reader_skip(&r, ORPCTHIS_LEN);
	if (!read_bstr(&r, &first) || !read_bstr(&r, &second))
		return false;
	put_text(first, 2, object, sizeof(object));
	put_text(second, 2, method, sizeof(method));
	put_named(object, method, text);
	return true;
}

static size_t unit_of(enum rpc_argument kind)
{
	return kind == RPC_ARGUMENT_SERVICE_ASCII || kind == RPC_ARGUMENT_FIRST_ASCII ? 1 : 2;
}

bool rpc_argument_find(
	struct span stub, bool ndr64, enum rpc_argument kind, char text[RPC_WATCH_ARGUMENT_LEN_MAX])
{
	struct found f;
	size_t unit = unit_of(kind);
	bool is_service = kind == RPC_ARGUMENT_SERVICE || kind == RPC_ARGUMENT_SERVICE_ASCII;
	const struct strings s = { .r = reader_make(stub), .word = ndr64 ? 8 : 4, .unit = unit };
	if (kind == RPC_ARGUMENT_CLASS)
		return put_class(stub, text);
	if (kind == RPC_ARGUMENT_METHOD)
		return put_method(stub, text);
	if (kind == RPC_ARGUMENT_NONE || !find_strings(s, is_service, &f))
		return false;
	if (is_service)
		put_service(&f, unit, text);
	else if (kind == RPC_ARGUMENT_TASK)
		put_task(&f, text);
	else if (kind == RPC_ARGUMENT_LAST)
		put_text(f.last, unit, text, RPC_WATCH_ARGUMENT_LEN_MAX);
	else if (kind == RPC_ARGUMENT_PATH && f.path.data != NULL)
		put_text(f.path, unit, text, RPC_WATCH_ARGUMENT_LEN_MAX);
	else
		put_text(f.first, unit, text, RPC_WATCH_ARGUMENT_LEN_MAX);
	return true;
}
