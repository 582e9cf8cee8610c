// SPDX-License-Identifier: Apache-2.0
// `signet map (--state DIR | -r FILE...) [--json | --dot | --allow nftables|windows]`: who speaks SMB to
// whom.
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/watch_input.h"
#include "sensor/sensor.h"
#include "sink/database.h"
#include "sink/graph.h"

struct map_options {
	const char *state, *since;
	const char **files; // owned list of borrowed names
	size_t file_count;
	void (*print)(struct graph *g, FILE *out);
};

// --- options ----------------------------------------------------------------------------------------

static int set_print(struct map_options *o, void (*print)(struct graph *g, FILE *out))
{
	if (o->print != NULL)
		return cli_usage_error("map", "--json, --dot and --allow exclude each other");
	o->print = print;
	return CLI_OK;
}

static int set_allow(struct map_options *o)
{
	if (strcmp(optarg, "nftables") == 0)
		return set_print(o, graph_print_nftables);
	if (strcmp(optarg, "windows") == 0)
		return set_print(o, graph_print_windows);
	return cli_usage_error("map", "--allow %s: nftables or windows is wanted", optarg);
}

static int set_option(int c, struct map_options *o)
{
	switch (c) {
	case 'r':
		o->files[o->file_count++] = optarg;
		return CLI_OK;
	case 's':
		o->state = optarg;
		return CLI_OK;
	case 't':
		o->since = optarg;
		return CLI_OK;
	case 'j':
		return set_print(o, graph_print_json);
	case 'd':
		return set_print(o, graph_print_dot);
	case 'a':
		return set_allow(o);
	default:
		return cli_usage_error("map", "an option is not known, or its value is missing");
	}
}

static int parse_options(int argc, char **argv, struct map_options *o)
{
	static const struct option options[] = {
		{ "read", required_argument, NULL, 'r' },
		{ "state", required_argument, NULL, 's' },
		{ "since", required_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'j' },
		{ "dot", no_argument, NULL, 'd' },
		{ "allow", required_argument, NULL, 'a' },
		{ 0 },
	};
	int status = CLI_OK;
	opterr = 0;
	optind = 1;
	for (int c = 0; status == CLI_OK && (c = getopt_long(argc, argv, "r:", options, NULL)) != -1;)
		status = set_option(c, o);
	if (status != CLI_OK)
		return status;
	if (optind < argc && o->file_count == 0)
		return cli_usage_error("map", "%s: unexpected", argv[optind]);
	while (optind < argc)
		o->files[o->file_count++] = argv[optind++];
	if ((o->state == NULL) == (o->file_count == 0))
		return cli_usage_error("map", "give either --state DIR or -r FILE");
	if (o->since != NULL && o->state == NULL)
		return cli_usage_error("map", "--since goes with --state");
	return CLI_OK;
}

// --- from captures ----------------------------------------------------------------------------------

struct filling {
	struct graph *graph;
	bool full;
};

static void on_event(void *context, const struct event *e)
{
	struct filling *f = context;
	struct graph_edge edge;
	if (graph_edge_of(e, &edge) && !graph_add(f->graph, &edge))
		f->full = true;
}

static void read_packets(struct watch_input *in, struct sensor *sensor)
{
	struct packet p;
	struct watch_input_file *from;
	while (watch_input_next(in, &p, &from) == CAPTURE_PACKET)
		sensor_packet(sensor, &p);
	sensor_finish(sensor);
	for (size_t i = 0; i < in->count; i++)
		if (in->files[i].damaged)
			(void)fprintf(
				stderr, "signet map: %s; what comes before was read\n", in->files[i].error);
}

static int fill_from_captures(const struct map_options *o, struct filling *f)
{
	struct watch_input in;
	const struct sensor_config config = {
		.emit = on_event, .context = f, .limits = sensor_limits_default
	};
	struct sensor *sensor = sensor_new(&config);
	int status = CLI_FAILURE;
	if (sensor == NULL)
		return status;
	if (watch_input_open_files(&in, o->files, o->file_count)) {
		read_packets(&in, sensor);
		status = in.unreadable == 0 ? CLI_OK : CLI_FAILURE;
	}
	watch_input_close(&in);
	sensor_free(sensor);
	return status;
}

// --- from what was kept -----------------------------------------------------------------------------

static bool add_row(sqlite3_stmt *s, struct graph *g)
{
	static const char grades[] = "ABCDEF?";
	const char *client = (const char *)sqlite3_column_text(s, 0);
	const char *server = (const char *)sqlite3_column_text(s, 1);
	const char *grade = (const char *)sqlite3_column_text(s, 3);
	const char *at = grade == NULL || grade[0] == '\0' ? NULL : strchr(grades, grade[0]);
	uint64_t sessions = (uint64_t)sqlite3_column_int64(s, 4);
	struct graph_edge e = {
		.port = (uint16_t)sqlite3_column_int(s, 2),
		.sessions = sessions,
		.sealed = (uint64_t)sqlite3_column_int64(s, 5),
		.signed_ = (uint64_t)sqlite3_column_int64(s, 6),
		.unprotected = (uint64_t)sqlite3_column_int64(s, 7),
		.first_us = (uint64_t)sqlite3_column_int64(s, 8),
		.last_us = (uint64_t)sqlite3_column_int64(s, 9),
	};
	e.grades[at == NULL ? GRAPH_GRADES - 1 : (size_t)(at - grades)] = sessions;
	(void)snprintf(e.client, sizeof(e.client), "%s", client == NULL ? "" : client);
	(void)snprintf(e.server, sizeof(e.server), "%s", server == NULL ? "" : server);
	return graph_add(g, &e);
}

static const char question[] =
	"SELECT client, server, server_port, grade, count(*), sum(sealed = 2), sum(sealed <> 2 AND signed = "
	"2),"
	" sum(sealed <> 2 AND signed = 1), min(opened), max(time) FROM session"
	" WHERE time >= ?1 AND client IS NOT NULL AND server IS NOT NULL GROUP BY 1, 2, 3, 4";
_Static_assert(EVENT_YES == 2 && EVENT_NO == 1, "as the question has them");

static int fill_from_state(const struct map_options *o, struct filling *f, int64_t since_us)
{
	sqlite3_stmt *s = NULL;
	sqlite3 *db = database_open_for_reading(o->state);
	if (db == NULL)
		return CLI_FAILURE;
	int rc = sqlite3_prepare_v2(db, question, -1, &s, NULL);
	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_int64(s, 1, since_us);
		while ((rc = sqlite3_step(s)) == SQLITE_ROW && !f->full)
			f->full = !add_row(s, f->graph);
	}
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		(void)fprintf(stderr, "signet map: %s/signet.db: %s\n", o->state, sqlite3_errmsg(db));
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
	return rc == SQLITE_DONE ? CLI_OK : CLI_FAILURE;
}

// --- the verb ---------------------------------------------------------------------------------------

static int fill(const struct map_options *o, struct filling *f)
{
	int64_t since_us = 0;
	if (o->state == NULL)
		return fill_from_captures(o, f);
	if (o->since != NULL && !ask_time_parse(o->since, ask_now_us(), &since_us))
		return cli_usage_error("map", "--since %s: 2026-01-31 or 30m, 12h, 7d is wanted", o->since);
	return fill_from_state(o, f, since_us);
}

static int map(const struct map_options *o)
{
	struct filling f = { .graph = graph_new() };
	int status = f.graph == NULL ? CLI_FAILURE : fill(o, &f);
	if (f.full) {
		(void)fprintf(stderr, "signet map: there are more than %d pairs, or memory is out\n",
			GRAPH_EDGES_MAX);
		status = CLI_FAILURE;
	}
	if (f.graph != NULL && graph_left_out(f.graph) > 0)
		(void)fprintf(stderr,
			"signet map: %llu sessions are left out: their ends are not two addresses\n",
			(unsigned long long)graph_left_out(f.graph));
	if (f.graph != NULL && status != CLI_USAGE)
		(o->print == NULL ? graph_print_table : o->print)(f.graph, stdout);
	graph_free(f.graph);
	return fflush(stdout) == 0 && ferror(stdout) == 0 ? status : CLI_FAILURE;
}

int cli_map(int argc, char **argv)
{
	struct map_options o = { .files = calloc((size_t)argc, sizeof(*o.files)) };
	if (o.files == NULL)
		return CLI_FAILURE;
	int status = parse_options(argc, argv, &o);
	if (status == CLI_OK)
		status = map(&o);
	free(o.files);
	return status;
}
