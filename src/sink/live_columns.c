// SPDX-License-Identifier: Apache-2.0
#include "sink/live_columns.h"

#include <inttypes.h>
#include <stdio.h>

#define SECOND_US UINT64_C(1000000)

// At most six characters.
static void put_age(char out[LIVE_CELL_LEN], uint64_t us)
{
	uint64_t s = us / SECOND_US;
	if (s < 100)
		(void)snprintf(out, LIVE_CELL_LEN, "%" PRIu64 "s", s);
	else if (s < 6000)
		(void)snprintf(out, LIVE_CELL_LEN, "%" PRIu64 "m%02" PRIu64 "s", s / 60, s % 60);
	else if (s < 360000)
		(void)snprintf(out, LIVE_CELL_LEN, "%" PRIu64 "h%02" PRIu64 "m", s / 3600, s / 60 % 60);
	else
		(void)snprintf(out, LIVE_CELL_LEN, "%" PRIu64 "d", s / 86400);
}

// At most five characters.
static void put_bytes(char out[LIVE_CELL_LEN], uint64_t bytes)
{
	static const char units[] = "KMGTPE";
	if (bytes < 1000) {
		(void)snprintf(out, LIVE_CELL_LEN, "%" PRIu64, bytes);
		return;
	}
	double n = (double)bytes / 1000;
	size_t unit = 0;
	for (; n >= 999.5 && unit + 2 < sizeof(units); unit++)
		n /= 1000;
	(void)snprintf(out, LIVE_CELL_LEN, n < 9.95 ? "%.1f%c" : "%.0f%c", n, units[unit]);
}

const struct live_column_row live_columns[COLUMN_COUNT] = {
	[MARK] = { " ", 1, 1, 0, false },
	[GRADE] = { "G", 1, 1, 0, false },
	[CLIENT] = { "CLIENT", 9, 39, 0, false },
	[ARROW] = { "", 2, 2, 0, false },
	[SERVER] = { "SERVER", 9, 47, 0, false },
	[ACCOUNT] = { "ACCOUNT", 7, 40, 0, false },
	[DIALECT] = { "SMB", 5, 5, 1, false },
	[HOW] = { "PROTECTION", 8, 26, 1, false },
	[BYTES] = { "BYTES", 5, 5, 2, true },
	[AGE] = { "AGE", 6, 6, 2, true },
	[WHY] = { "WHY", 10, 200, 3, false },
};

void live_column_text(
	const struct live_session *s, enum live_column column, uint64_t now_us, char out[LIVE_CELL_LEN])
{
	switch (column) {
	case MARK:
		(void)snprintf(out, LIVE_CELL_LEN, "%s", s->open ? "*" : " ");
		return;
	case GRADE:
		(void)snprintf(out, LIVE_CELL_LEN, "%c", s->grade);
		return;
	case CLIENT:
		(void)snprintf(out, LIVE_CELL_LEN, "%s", s->client);
		return;
	case ARROW:
		(void)snprintf(out, LIVE_CELL_LEN, "->");
		return;
	case SERVER:
		(void)snprintf(out, LIVE_CELL_LEN, "%s", s->server);
		return;
	case ACCOUNT:
		(void)snprintf(out, LIVE_CELL_LEN, "%s", s->account);
		return;
	case DIALECT:
		(void)snprintf(out, LIVE_CELL_LEN, "%s", report_dialect_text(s->dialect));
		return;
	case HOW:
		(void)snprintf(out, LIVE_CELL_LEN, "%s", s->protection);
		return;
	case BYTES:
		put_bytes(out, s->bytes);
		return;
	case AGE:
		put_age(out, now_us > s->opened_us ? now_us - s->opened_us : 0);
		return;
	case WHY:
	case COLUMN_COUNT:
		(void)snprintf(out, LIVE_CELL_LEN, "%s", s->reasons);
		return;
	}
}
