// SPDX-License-Identifier: Apache-2.0
// Numbers with units, both ways.
#include "config/config_quantity.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct unit {
	const char *suffix;
	uint64_t factor;
};

static const struct unit size_units[] = { { "G", 1u << 30 }, { "M", 1u << 20 }, { "K", 1u << 10 },
	{ "", 1 } };
static const struct unit time_units[] = { { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 } };

// Digits up to the first other character (*rest); false without any, or beyond 2^53.
static bool digits_decode(const char *text, unsigned base, uint64_t *out, const char **rest)
{
	uint64_t value = 0;
	const char *p = text;
	for (; *p >= '0' && (unsigned)(*p - '0') < base; p++) {
		value = value * base + (unsigned)(*p - '0');
		if (value > 1ull << 53)
			return false;
	}
	*out = value;
	*rest = p;
	return p > text;
}

bool number_decode(const char *text, unsigned base, uint64_t *out)
{
	const char *rest;
	uint64_t value;
	if (!digits_decode(text, base, &value, &rest) || *rest != 0)
		return false;
	*out = value;
	return true;
}

static bool quantity_decode(const char *text, const struct unit *units, size_t count, uint64_t *out)
{
	const char *suffix;
	uint64_t value;
	if (!digits_decode(text, 10, &value, &suffix))
		return false;
	suffix += strspn(suffix, " \t");
	bool bare_zero = value == 0 && *suffix == 0;
	for (size_t i = 0; i < count; i++) {
		if (bare_zero || strcasecmp(suffix, units[i].suffix) == 0)
			return !__builtin_mul_overflow(value, units[i].factor, out);
	}
	return false;
}

bool size_decode(const char *text, uint64_t *out)
{
	return quantity_decode(text, size_units, ARRAY_LEN(size_units), out);
}

bool time_decode(const char *text, uint64_t *out)
{
	return quantity_decode(text, time_units, ARRAY_LEN(time_units), out);
}

static void quantity_text(uint64_t value, const struct unit *units, char out[QUANTITY_TEXT_LEN])
{
	while (units->factor > 1 && value % units->factor != 0)
		units++;
	(void)snprintf(out, QUANTITY_TEXT_LEN, "%llu%s", (unsigned long long)(value / units->factor),
		value == 0 ? "" : units->suffix);
}

void config_size_text(uint64_t bytes, char out[QUANTITY_TEXT_LEN])
{
	quantity_text(bytes, size_units, out);
}

void config_time_text(uint64_t ms, char out[QUANTITY_TEXT_LEN])
{
	quantity_text(ms, time_units, out);
}
