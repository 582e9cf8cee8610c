// SPDX-License-Identifier: Apache-2.0
// The table of metrics for people (docs/metrics.md), and its names for the tests of who queries them.
#include "server/metrics/metrics_table.h"

static const char introduction[] =
	"<!-- Generated from src/server/metrics by `signet help metrics-markdown`; a test compares the two. "
	"-->\n"
	"# Metrics\n"
	"\n"
	"With `[server] metrics = 127.0.0.1:9445`, `signet serve` answers `GET /metrics` there for\n"
	"[Prometheus](https://prometheus.io/) (plain HTTP, text format). It is off by default. The page "
	"names\n"
	"shares and counts; it has no accounts, files or addresses, and nothing encrypts it: bind it to\n"
	"loopback, or put it behind something that authenticates. Only addresses that `networks` admits are\n"
	"answered; any other address than a loopback one is named by `signet serve --check`.\n"
	"\n"
	"- Serving the page takes a thread of its own and disturbs no client: 16 connections at most, each "
	"with\n"
	"  5 seconds.\n"
	"- Counters count from the server's start, and are kept per core: no lock is taken for a request.\n"
	"- Whatever leaves an event is counted, also when the event was dropped; `reason` and `limit` are "
	"the\n"
	"  words of [events.md](events.md#reasons). Their rows are there from the start, at 0.\n"
	"- A dashboard for Grafana is in [packaging/grafana](../packaging/grafana).\n"
	"\n"
	"```yaml\n"
	"scrape_configs:\n"
	"  - job_name: signet\n"
	"    static_configs:\n"
	"      - targets: [127.0.0.1:9445]\n"
	"```\n";

static void print_bounds(FILE *out)
{
	fputs("\nBuckets of latency (`le`), in seconds:", out);
	for (size_t i = 0; i < METRICS_BUCKETS - 1; i++)
		fprintf(out, " %g", metrics_bounds[i]);
	fputs(" +Inf.\n", out);
}

void metrics_print_markdown(FILE *out)
{
	fputs(introduction, out);
	fputs("\n| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n", out);
	for (size_t i = 0; i < metrics_table_count; i++) {
		const struct metric *m = &metrics_table[i];
		fprintf(out, "| `%s` | %s | %s | %s |\n", m->name, metric_type_name(m->type), m->labels,
			m->help);
	}
	print_bounds(out);
}

void metrics_print_names(FILE *out)
{
	static const char *const parts[] = { "_bucket", "_sum", "_count" };
	for (size_t i = 0; i < metrics_table_count; i++) {
		const struct metric *m = &metrics_table[i];
		for (size_t p = 0; m->type == METRIC_HISTOGRAM && p < ARRAY_LEN(parts); p++)
			fprintf(out, "%s%s\n", m->name, parts[p]);
		if (m->type != METRIC_HISTOGRAM)
			fprintf(out, "%s\n", m->name);
	}
}
