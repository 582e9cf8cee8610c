// SPDX-License-Identifier: Apache-2.0
// An event as a line of JSON, written straight into the writer: this runs for each file that is
// opened and closed.
#include <string.h>
#include <time.h>

#include "base/utf16.h"
#include "event/event_schema.h"

static const char hex_digits[] = "0123456789abcdef";

static void put_text(struct writer *w, const char *text)
{
	writer_bytes(w, text, strlen(text));
}

// A text of the program's own, which needs no escaping.
static void put_word(struct writer *w, const char *word)
{
	writer_u8(w, '"');
	put_text(w, word);
	writer_u8(w, '"');
}

static void put_decimal(struct writer *w, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	writer_bytes(w, digits + at, sizeof(digits) - at);
}

// Exactly so many decimal digits.
static void put_padded(char *out, unsigned value, unsigned digits)
{
	while (digits-- > 0) {
		out[digits] = (char)('0' + value % 10);
		value /= 10;
	}
}

static void put_hex(struct writer *w, uint64_t value, unsigned digits)
{
	char text[20] = "\"0x";
	for (unsigned i = 0; i < digits; i++)
		text[3 + i] = hex_digits[(value >> (4 * (digits - 1 - i))) & 15];
	text[3 + digits] = '"';
	writer_bytes(w, text, 4 + digits);
}

// Days since 1970-01-01 to a date, in the calendar where years begin in March (so that a leap day
// is a year's last day).
static void date_of_days(uint64_t days, unsigned *year, unsigned *month, unsigned *day)
{
	uint64_t z = days + 719468; // since 0000-03-01
	uint64_t era = z / 146097;
	uint64_t of_era = z % 146097;
	uint64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	uint64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	uint64_t from_march = (5 * of_year + 2) / 153;
	*day = (unsigned)(of_year - (153 * from_march + 2) / 5 + 1);
	*month = (unsigned)(from_march < 10 ? from_march + 3 : from_march - 9);
	*year = (unsigned)(year_of_era + era * 400 + (*month <= 2 ? 1 : 0));
}

// RFC 3339: "2026-01-31T12:00:00.000001Z".
static void put_time(struct writer *w, uint64_t us)
{
	char text[] = "\"0000-00-00T00:00:00.000000Z\"";
	unsigned year;
	unsigned month;
	unsigned day;
	unsigned second = (unsigned)(us / 1000000 % 86400);
	date_of_days(us / 86400000000u, &year, &month, &day);
	put_padded(text + 1, year, 4);
	put_padded(text + 6, month, 2);
	put_padded(text + 9, day, 2);
	put_padded(text + 12, second / 3600, 2);
	put_padded(text + 15, second / 60 % 60, 2);
	put_padded(text + 18, second % 60, 2);
	put_padded(text + 21, (unsigned)(us % 1000000), 6);
	writer_bytes(w, text, sizeof(text) - 1);
}

// Bytes from text on that stand for themselves in a JSON string.
static size_t plain_len(const char *text)
{
	size_t len = 0;
	while ((uint8_t)text[len] >= 0x20 && (uint8_t)text[len] < 0x7f && text[len] != '"' &&
		text[len] != '\\')
		len++;
	return len;
}

// Quote, backslash, and the control characters of ASCII and Latin-1 (which terminals obey).
static void put_control(struct writer *w, uint8_t c)
{
	const uint8_t escape[] = { '\\', 'u', '0', '0', (uint8_t)hex_digits[c >> 4],
		(uint8_t)hex_digits[c & 15] };
	if (c == '"' || c == '\\') {
		writer_u8(w, '\\');
		writer_u8(w, c);
	} else {
		writer_bytes(w, escape, sizeof(escape));
	}
}

// A byte that is part of no Unicode text, so that the reader of the log sees which one it was.
static void put_stray_byte(struct writer *w, uint8_t c)
{
	const uint8_t escape[] = { '\\', '\\', 'x', (uint8_t)hex_digits[c >> 4],
		(uint8_t)hex_digits[c & 15] };
	writer_bytes(w, escape, sizeof(escape));
}

// One character that is not plain; moves past it.
static void put_character(struct writer *w, const char **text)
{
	const char *start = *text;
	uint32_t c = utf8_next(text);
	size_t len = (size_t)(*text - start);
	if (c == UTF8_INVALID) {
		put_stray_byte(w, (uint8_t) * (*text)++);
	} else if (c < 0xa0) {
		put_control(w, (uint8_t)c);
	} else if (c >= 0xd800 && c <= 0xdfff) {
		// JSON readers differ on lone surrogates; a client must not get its line thrown away.
		for (size_t i = 0; i < len; i++)
			put_stray_byte(w, (uint8_t)start[i]);
	} else {
		writer_bytes(w, start, len);
	}
}

// A JSON string of at most max bytes between its quotes; what is too long ends in an ellipsis.
static void put_string(struct writer *w, const char *text, size_t max)
{
	static const char ellipsis[] = "\xe2\x80\xa6";
	enum { LONGEST_CHARACTER = 15 }; // a surrogate's three bytes, escaped
	size_t room = max;
	writer_u8(w, '"');
	for (;;) {
		size_t len = plain_len(text);
		len = len < room ? len : room;
		writer_bytes(w, text, len);
		text += len;
		room -= len;
		if (*text == 0 || room < LONGEST_CHARACTER)
			break;
		size_t before = w->pos;
		put_character(w, &text);
		room -= w->pos - before;
	}
	if (*text != 0)
		writer_bytes(w, ellipsis, sizeof(ellipsis) - 1);
	writer_u8(w, '"');
}

static const char *dialect_text(uint16_t dialect)
{
	switch (dialect) {
	case 0x0311:
		return "3.1.1";
	case 0x0302:
		return "3.0.2";
	case 0x0300:
		return "3.0";
	case 0x0210:
		return "2.1";
	case 0x0202:
		return "2.0.2";
	default:
		return "unknown";
	}
}

static void put_status(struct writer *w, struct nt_status status)
{
	const char *name = nt_status_name(status);
	if (strcmp(name, "STATUS_UNKNOWN") == 0) {
		put_hex(w, status.code, 8);
		return;
	}
	put_word(w, name);
}

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
		put_time(w, number);
		break;
	case EVENT_TYPE_RESULT:
		put_word(w, number == EVENT_FAILURE ? "failure" : "success");
		break;
	case EVENT_TYPE_HEX64:
		put_hex(w, number, 16);
		break;
	case EVENT_TYPE_HEX32:
		put_hex(w, number, 8);
		break;
	case EVENT_TYPE_BOOL:
		put_text(w, number != 0 ? "true" : "false");
		break;
	case EVENT_TYPE_DIALECT:
		put_word(w, dialect_text((uint16_t)number));
		break;
	case EVENT_TYPE_STATUS:
		put_status(w, (struct nt_status){ (uint32_t)number });
		break;
	case EVENT_TYPE_KIND:
		put_word(w, event_kind_name((enum event_kind)number));
		break;
	case EVENT_TYPE_SEVERITY:
		put_word(w, event_severity_name((enum event_severity)number));
		break;
	default:
		put_decimal(w, number);
		break;
	}
}

// Where the field is; NULL when the event lacks that part.
static const void *field_at(const struct event_field *f, const struct event *e)
{
	const void *part = f->part == EVENT_PART_EVENT     ? (const void *)e
			   : f->part == EVENT_PART_SESSION ? (const void *)e->session
							   : (const void *)e->connection;
	return part != NULL ? (const char *)part + f->offset : NULL;
}

// Before the value: the separator and the name.
static void put_name(struct writer *w, const struct event_field *f, size_t start)
{
	put_text(w, w->pos == start ? "{\"" : ",\"");
	put_text(w, f->name);
	put_text(w, "\":");
}

static void put_text_field(
	struct writer *w, const struct event_field *f, const void *at, bool always, size_t start)
{
	const char *text;
	memcpy(&text, at, sizeof(text));
	if (text == NULL && !always)
		return;
	put_name(w, f, start);
	put_string(w, text != NULL ? text : "", f->text_max);
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
	size_t start = w->pos;
	for (size_t i = 0; i < event_field_count; i++) {
		const struct event_field *f = &event_fields[i];
		const void *at = (f->may & bit) != 0 ? field_at(f, &full) : NULL;
		bool always = (f->always & bit) != 0;
		if (at == NULL)
			continue;
		if (f->type == EVENT_TYPE_TEXT) {
			put_text_field(w, f, at, always, start);
			continue;
		}
		uint64_t number = field_number(f, at);
		if (number == 0 && !always)
			continue;
		put_name(w, f, start);
		put_value(w, f, number);
	}
	put_text(w, "}\n");
	return writer_ok(w);
}
