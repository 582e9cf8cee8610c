// SPDX-License-Identifier: Apache-2.0
#include "event/event_json_watch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "event/event_json_text.h"

// Beyond this a list is cut, so that an event stays within EVENT_JSON_MAX.
enum { LIST_MAX = 32, LIST_BYTES_MAX = 6000 };

static size_t list_count(const struct event_field *f, const void *part)
{
	size_t count;
	memcpy(&count, (const char *)part + f->count_offset, sizeof(count));
	return count < LIST_MAX ? count : LIST_MAX;
}

static bool is_zero(const void *at, size_t len)
{
	static const uint8_t zeros[16];
	return memcmp(at, zeros, len) == 0;
}

bool json_watch_is_set(const struct event_field *f, const void *part, const void *at)
{
	switch (f->type) {
	case EVENT_TYPE_LETTER:
		return *(const char *)at != 0;
	case EVENT_TYPE_YES:
		return *(const enum event_yes *)at != EVENT_UNKNOWN;
	case EVENT_TYPE_MIC:
		return *(const enum event_mic *)at != EVENT_MIC_UNKNOWN;
	case EVENT_TYPE_REAL:
		return *(const double *)at > 0;
	case EVENT_TYPE_KEY8:
		return !is_zero(at, 8);
	case EVENT_TYPE_KEY16:
		return !is_zero(at, 16);
	default:
		return list_count(f, part) > 0;
	}
}

static void put_mic(struct writer *w, enum event_mic mic)
{
	static const char *const names[] = { "unknown", "none", "missing", "zero", "present", "verified",
		"wrong" };
	json_put_word(w, names[mic]);
}

// With two decimals, as printf rounds it: it would take longer than the rest of a file's event. The product
// may have been rounded; fma has not, so that the sign of what is beyond the half is exact.
static void put_real(struct writer *w, double value)
{
	enum { MOST = 1000000 };
	char text[340]; // the largest number's digits
	if (!(value >= 0 && value < MOST)) {
		(void)snprintf(text, sizeof(text), "%.2f", value);
		json_put_text(w, text);
		return;
	}
	uint64_t hundredths = (uint64_t)(value * 100);
	double beyond = fma(value, 100, -((double)hundredths + 0.5));
	if (beyond > 0 || (beyond == 0 && hundredths % 2 == 1))
		hundredths++;
	json_put_decimal(w, hundredths / 100);
	const char rest[] = { '.', (char)('0' + hundredths / 10 % 10), (char)('0' + hundredths % 10) };
	writer_bytes(w, rest, sizeof(rest));
}

static void put_evidence(struct writer *w, const struct event_evidence *e, size_t text_max)
{
	json_put_text(w, "{\"name\":");
	json_put_string(w, e->name, text_max);
	json_put_text(w, ",\"value\":");
	json_put_string(w, e->value == NULL ? "" : e->value, text_max);
	if (e->packet != 0) {
		json_put_text(w, ",\"packet\":");
		json_put_decimal(w, e->packet);
	}
	writer_u8(w, '}');
}

static void put_item(struct writer *w, const struct event_field *f, const void *list, size_t i)
{
	switch (f->type) {
	case EVENT_TYPE_TEXTS:
		json_put_string(w, ((const char *const *)list)[i], f->text_max);
		break;
	case EVENT_TYPE_NUMBERS:
		json_put_decimal(w, ((const uint64_t *)list)[i]);
		break;
	case EVENT_TYPE_DIALECTS:
		json_put_word(w, json_dialect_text(((const uint16_t *)list)[i]));
		break;
	default:
		put_evidence(w, &((const struct event_evidence *)list)[i], f->text_max);
		break;
	}
}

static void put_list(struct writer *w, const struct event_field *f, const void *part, const void *at)
{
	const void *list;
	memcpy(&list, at, sizeof(list));
	size_t count = list_count(f, part), start = w->pos;
	writer_u8(w, '[');
	for (size_t i = 0; i < count && w->pos - start < LIST_BYTES_MAX; i++) {
		if (i > 0)
			writer_u8(w, ',');
		put_item(w, f, list, i);
	}
	writer_u8(w, ']');
}

void json_watch_put(struct writer *w, const struct event_field *f, const void *part, const void *at)
{
	const char letter[2] = { *(const char *)at, 0 };
	switch (f->type) {
	case EVENT_TYPE_LETTER:
		json_put_string(w, letter, 1);
		break;
	case EVENT_TYPE_YES:
		json_put_text(w, *(const enum event_yes *)at == EVENT_YES ? "true" : "false");
		break;
	case EVENT_TYPE_MIC:
		put_mic(w, *(const enum event_mic *)at);
		break;
	case EVENT_TYPE_REAL:
		put_real(w, *(const double *)at);
		break;
	case EVENT_TYPE_KEY8:
		json_put_bytes(w, at, 8);
		break;
	case EVENT_TYPE_KEY16:
		json_put_bytes(w, at, 16);
		break;
	default:
		put_list(w, f, part, at);
		break;
	}
}
