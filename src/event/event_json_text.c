// SPDX-License-Identifier: Apache-2.0
#include "event/event_json_text.h"

#include <string.h>

#include "base/utf16.h"

static const char hex_digits[] = "0123456789abcdef";

// A text of the program's own, which needs no escaping.
void json_put_word(struct writer *w, const char *word)
{
	writer_u8(w, '"');
	json_put_text(w, word);
	writer_u8(w, '"');
}

void json_put_decimal(struct writer *w, uint64_t value)
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

void json_put_hex(struct writer *w, uint64_t value, unsigned digits)
{
	char text[20] = "\"0x";
	for (unsigned i = digits; i-- > 0; value >>= 4)
		text[3 + i] = hex_digits[value & 15];
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
void json_put_time(struct writer *w, uint64_t us)
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

// Bytes that stand for themselves in a JSON string: all of ASCII that can be seen but '"' and '\\'.
static const bool is_plain[256] = { [0x20 ... 0x21] = true, [0x23 ... 0x5b] = true, [0x5d ... 0x7e] = true };

static size_t plain_len(const char *text)
{
	size_t len = 0;
	while (is_plain[(uint8_t)text[len]])
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
void json_put_string(struct writer *w, const char *text, size_t max)
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

const char *json_dialect_text(uint16_t dialect)
{
	switch (dialect) {
	case 1:
		return "1";
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

void json_put_status(struct writer *w, struct nt_status status)
{
	const char *name = nt_status_name(status);
	if (strcmp(name, "STATUS_UNKNOWN") == 0) {
		json_put_hex(w, status.code, 8);
		return;
	}
	json_put_word(w, name);
}

void json_put_bytes(struct writer *w, const uint8_t *bytes, size_t len)
{
	writer_u8(w, '"');
	for (size_t i = 0; i < len; i++) {
		writer_u8(w, (uint8_t)hex_digits[bytes[i] >> 4]);
		writer_u8(w, (uint8_t)hex_digits[bytes[i] & 15]);
	}
	writer_u8(w, '"');
}
