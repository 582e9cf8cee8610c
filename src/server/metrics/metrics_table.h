// SPDX-License-Identifier: Apache-2.0
// The one table of metrics: the page that Prometheus reads and docs/metrics.md come from it.
#ifndef SIGNET_SERVER_METRICS_TABLE_H
#define SIGNET_SERVER_METRICS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "event/event_counts.h"
#include "server/metrics/metrics.h"

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metrics_share {
	const char *name;
	bool strict;
};

// Everything that a page tells, at one time. Borrowed by who prints it.
struct metrics_snapshot {
	struct event_counts events;
	struct metrics_sums work;
	uint64_t connections; // now
	uint64_t open_files;
	uint64_t peers;               // addresses with a connection
	uint64_t peers_memory;        // bytes charged to them
	uint64_t peer_memory_highest; // to one of them
	uint64_t peer_memory_limit;
	uint64_t memory_resident; // bytes; 0: not known
	double cpu_seconds;
	double start_time; // seconds since 1970
	bool server_strict;
	const struct metrics_share *shares;
	size_t share_count;
	const char *version;
	const char *crypto; // backend
};

struct metric;
typedef void metric_printer(FILE *out, const struct metric *m, const struct metrics_snapshot *s);

struct metric {
	const char *name;
	enum metric_type type;
	const char *labels; // their names, for people; "" without
	const char *help;   // a line
	metric_printer *print;
	size_t offset;        // into struct metrics_snapshot, for printers that take one value
	enum event_kind kind; // for printers of reasons
};

extern const struct metric metrics_table[];
extern const size_t metrics_table_count;

const char *metric_type_name(enum metric_type type);

// The page (text exposition format 0.0.4).
void metrics_print(FILE *out, const struct metrics_snapshot *s);
// docs/metrics.md, and the names alone, one a line, as queries have them.
void metrics_print_markdown(FILE *out);
void metrics_print_names(FILE *out);

// The printers (metrics_text.c).
metric_printer metric_print_number;   // uint64_t
metric_printer metric_print_bool;     // bool
metric_printer metric_print_seconds;  // double
metric_printer metric_print_reasons;  // by reason, or limit, of `kind`
metric_printer metric_print_events;   // by kind and result
metric_printer metric_print_sessions; // now, by protection
metric_printer metric_print_sessions_opened;
metric_printer metric_print_authentications;
metric_printer metric_print_refused_connections;
metric_printer metric_print_latencies;
metric_printer metric_print_failed;
metric_printer metric_print_shares;
metric_printer metric_print_build;

#endif
