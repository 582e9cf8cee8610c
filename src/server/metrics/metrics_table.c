// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/metrics_table.h"

#define VALUE(field) .offset = offsetof(struct metrics_snapshot, field)
#define NUMBER(field) .print = metric_print_number, VALUE(field)
#define REASONS(KIND) .print = metric_print_reasons, .kind = EVENT_##KIND
#define SESSION_LABELS "dialect, cipher, signing, mechanism"

// Counters count from the server's start.
const struct metric metrics_table[] = {
	{ "signet_build_info", METRIC_GAUGE, "version, crypto", "always 1; its labels say what runs",
		metric_print_build },
	{ "signet_start_time_seconds", METRIC_GAUGE, "", "when the server started, since 1970",
		.print = metric_print_seconds, VALUE(start_time) },
	{ "signet_cpu_seconds_total", METRIC_COUNTER, "", "processor time of user and system",
		.print = metric_print_seconds, VALUE(cpu_seconds) },
	{ "signet_resident_memory_bytes", METRIC_GAUGE, "", "memory of the process that is in RAM",
		NUMBER(memory_resident) },

	{ "signet_posture_strict", METRIC_GAUGE, "",
		"1: nothing in [server] weakens the defaults; 0: something does, see signet serve --check",
		.print = metric_print_bool, VALUE(server_strict) },
	{ "signet_share_posture_strict", METRIC_GAUGE, "share",
		"1: neither the share nor the server is weakened; 0: one of them is", metric_print_shares },

	{ "signet_connections", METRIC_GAUGE, "", "connections now", NUMBER(connections) },
	{ "signet_connections_total", METRIC_COUNTER, "", "connections that were taken",
		NUMBER(events.succeeded[EVENT_CONNECTION_OPEN]) },
	{ "signet_connections_refused_total", METRIC_COUNTER, "reason",
		"connections that were closed before a byte was read", metric_print_refused_connections },
	{ "signet_connections_closed_total", METRIC_COUNTER, "reason", "connections that ended",
		REASONS(CONNECTION_CLOSE) },
	{ "signet_negotiations_failed_total", METRIC_COUNTER, "", "clients that nothing was agreed on with",
		NUMBER(events.failed[EVENT_NEGOTIATE]) },

	{ "signet_sessions", METRIC_GAUGE, SESSION_LABELS,
		"authenticated sessions now; cipher none: not sealed", metric_print_sessions },
	{ "signet_sessions_opened_total", METRIC_COUNTER, SESSION_LABELS, "sessions that were authenticated",
		metric_print_sessions_opened },
	{ "signet_sessions_closed_total", METRIC_COUNTER, "reason", "sessions that ended",
		REASONS(SESSION_CLOSE) },
	{ "signet_authentications_total", METRIC_COUNTER, "result, reason",
		"attempts to authenticate that ended; reason ok is success", metric_print_authentications },
	{ "signet_weakened_sessions_total", METRIC_COUNTER, "reason",
		"clients that got in with less than the server can ask for", REASONS(WEAKENED) },

	{ "signet_refusals_total", METRIC_COUNTER, "reason",
		"requests and connections refused for security's sake", REASONS(REFUSAL) },
	{ "signet_policy_violations_total", METRIC_COUNTER, "reason",
		"clients that broke what protects them or the server; their connections ended",
		REASONS(POLICY_VIOLATION) },
	{ "signet_tree_connects_refused_total", METRIC_COUNTER, "reason",
		"sessions that were refused a share", REASONS(TREE_CONNECT) },
	{ "signet_limits_reached_total", METRIC_COUNTER, "limit",
		"times that a limit was reached and told of", REASONS(LIMIT) },

	{ "signet_request_duration_seconds", METRIC_HISTOGRAM, "command",
		"from a whole frame (or the compound's request before) to the answer; waiting for a lock or "
		"a "
		"change is not in it",
		metric_print_latencies },
	{ "signet_requests_failed_total", METRIC_COUNTER, "command",
		"requests that were answered with an error", metric_print_failed },
	{ "signet_read_bytes_total", METRIC_COUNTER, "", "bytes of files that clients read",
		NUMBER(work.bytes_read) },
	{ "signet_written_bytes_total", METRIC_COUNTER, "", "bytes of files that clients wrote",
		NUMBER(work.bytes_written) },
	{ "signet_open_files", METRIC_GAUGE, "", "opens of files, directories and pipes now",
		NUMBER(open_files) },

	{ "signet_peers", METRIC_GAUGE, "", "addresses with a connection now", NUMBER(peers) },
	{ "signet_peers_memory_bytes", METRIC_GAUGE, "", "memory for requests and answers of all addresses",
		NUMBER(peers_memory) },
	{ "signet_peer_memory_highest_bytes", METRIC_GAUGE, "", "the same of the address that has most",
		NUMBER(peer_memory_highest) },
	{ "signet_peer_memory_limit_bytes", METRIC_GAUGE, "", "max_memory_per_peer",
		NUMBER(peer_memory_limit) },

	{ "signet_events_total", METRIC_COUNTER, "kind, result",
		"events by kind, dropped ones too; result failure, or success where nothing failed",
		metric_print_events },
	{ "signet_events_dropped_total", METRIC_COUNTER, "", "events that did not get to their file",
		NUMBER(events.lost) },
};

const size_t metrics_table_count = ARRAY_LEN(metrics_table);

const char *metric_type_name(enum metric_type type)
{
	static const char *const names[] = { "counter", "gauge", "histogram" };
	return names[type];
}
