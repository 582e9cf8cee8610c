// SPDX-License-Identifier: Apache-2.0
#include "wire/kerberos/kerberos_der.h"

enum { DER_INTEGER = 0x02 };

static int64_t integer(struct der_reader *d)
{
	struct reader r = reader_make(der_value(d, DER_INTEGER));
	uint64_t value = 0;

	reader_require(&d->r, r.len >= 1 && r.len <= 5, VERDICT_BAD_VALUE);
	if (!reader_ok(&d->r))
		return 0;
	bool negative = (r.base[0] & 0x80) != 0;
	for (size_t i = 0; i < r.len; i++)
		value = value << 8 | reader_u8(&r);
	return negative ? (int64_t)value - ((int64_t)1 << (8 * r.len)) : (int64_t)value;
}

int64_t kerberos_integer(struct der_reader *d, unsigned n)
{
	struct der_reader context = der_enter(d, (uint8_t)(DER_CONTEXT_0 + n));
	int64_t value = integer(&context);

	der_leave(d, &context);
	return value;
}

int32_t kerberos_int32(struct der_reader *d, unsigned n)
{
	int64_t value = kerberos_integer(d, n);

	reader_require(&d->r, value >= INT32_MIN && value <= INT32_MAX, VERDICT_BAD_VALUE);
	return reader_ok(&d->r) ? (int32_t)value : 0;
}

unsigned kerberos_name(struct der_reader *d, unsigned n, struct span *components, unsigned max)
{
	struct der_reader outer = der_enter(d, (uint8_t)(DER_CONTEXT_0 + n));
	struct der_reader name = der_enter(&outer, DER_SEQUENCE);
	unsigned count = 0;

	(void)kerberos_integer(&name, 0);
	struct der_reader context = der_enter(&name, DER_CONTEXT_0 + 1);
	struct der_reader strings = der_enter(&context, DER_SEQUENCE);
	while (reader_left(&strings.r) > 0) {
		reader_require(&strings.r, count < max, VERDICT_TOO_LONG);
		struct span text = der_value(&strings, DER_GENERAL_STRING);
		if (reader_ok(&strings.r))
			components[count++] = text;
	}
	reader_require(&strings.r, count > 0, VERDICT_BAD_VALUE);
	der_leave(&context, &strings);
	der_leave(&name, &context);
	der_leave(&outer, &name);
	der_leave(d, &outer);
	return count;
}
