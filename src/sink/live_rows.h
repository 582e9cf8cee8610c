// SPDX-License-Identifier: Apache-2.0
// Private to live_table.c, live_layout.c and live_render.c: what the table holds. Texts have been made safe
// (printable.h).
#ifndef SIGNET_SINK_LIVE_ROWS_H
#define SIGNET_SINK_LIVE_ROWS_H

#include <locale.h>

#include "sink/live_table.h"
#include "sink/report.h"

enum { LIVE_ADDRESS_LEN = 64, LIVE_ACCOUNT_LEN = 120, LIVE_EVIDENCE_LEN = 600, LIVE_TITLE_LEN = 300 };

struct live_session {
	bool open;
	char grade;
	uint16_t dialect;
	uint64_t opened_us, told_us; // told: when it ended, or was looked at
	uint64_t bytes;
	char client[LIVE_ADDRESS_LEN], server[LIVE_ADDRESS_LEN];
	char account[LIVE_ACCOUNT_LEN];
	char protection[REPORT_PROTECTION_LEN];
	char reasons[REPORT_REASONS_LEN];
};

struct live_alert {
	uint64_t time_us;
	enum event_severity severity;
	char title[LIVE_TITLE_LEN]; // "ntlm_relay: ..."
	char evidence[LIVE_EVIDENCE_LEN];
};

struct live_table {
	struct live_session open[2 * LIVE_SESSIONS_MAX]; // cut to the first half when it is full
	size_t open_count;                               // of them
	uint64_t open_total;
	bool open_cut;                                // the first half is sorted
	struct live_session ended[LIVE_SESSIONS_MAX]; // a ring
	uint64_t ended_total;
	struct live_alert alerts[LIVE_ALERTS_MAX]; // a ring
	uint64_t alert_total;
	locale_t locale;
	const struct live_session *sorted[3 * LIVE_SESSIONS_MAX]; // while a picture is made
};

// Which comes first: the worse, then the newer. For qsort.
int live_session_order(const void *a, const void *b);

#endif
