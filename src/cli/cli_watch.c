// SPDX-License-Identifier: Apache-2.0
// `signet watch (-i IFACE | -r FILE...) ...`.
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/watch_confine.h"
#include "cli/watch_input.h"
#include "cli/watch_run.h"
#include "detect/baseline.h"
#include "cli/watch_settings.h"
#include "event/event_schema.h"
#include "sensor/unlock.h"
#include "sink/database.h"
#include "sink/json_lines.h"
#include "sink/report.h"
#include "sink/syslog_sender.h"
#include "sink/zeek_logs.h"

struct watch_options {
	const char *interface;
	const char **files; // owned list of borrowed names
	size_t file_count;
	const char *config, *keytab, *nt_hash, *state, *zeek, *syslog, *user, *filter;
	bool json;
	enum event_severity min_severity, fail_on;
};

// --- options ----------------------------------------------------------------------------------------

enum {
	OPTION_CONFIG = 256,
	OPTION_JSON,
	OPTION_MIN,
	OPTION_KEYTAB,
	OPTION_HASH,
	OPTION_FAIL,
	OPTION_STATE,
	OPTION_ZEEK,
	OPTION_SYSLOG
};

static const struct option options[] = {
	{ "interface", required_argument, NULL, 'i' },
	{ "read", required_argument, NULL, 'r' },
	{ "config", required_argument, NULL, OPTION_CONFIG },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "min-severity", required_argument, NULL, OPTION_MIN },
	{ "keytab", required_argument, NULL, OPTION_KEYTAB },
	{ "nt-hash", required_argument, NULL, OPTION_HASH },
	{ "fail-on", required_argument, NULL, OPTION_FAIL },
	{ "state", required_argument, NULL, OPTION_STATE },
	{ "zeek", required_argument, NULL, OPTION_ZEEK },
	{ "syslog", required_argument, NULL, OPTION_SYSLOG },
	{ 0 },
};

bool cli_severity_parse(const char *text, enum event_severity *out)
{
	for (enum event_severity s = EVENT_INFO; s <= EVENT_ALERT; s++) {
		if (strcmp(text, event_severity_name(s)) == 0) {
			*out = s;
			return true;
		}
	}
	return false;
}

static int set_severity(const char *option, const char *value, enum event_severity *out)
{
	if (cli_severity_parse(value, out))
		return CLI_OK;
	return cli_usage_error("watch", "%s %s: info, notice, warning or alert is wanted", option, value);
}

static int set_option(int c, struct watch_options *o)
{
	switch (c) {
	case 'i':
		o->interface = optarg;
		return CLI_OK;
	case 'r':
		o->files[o->file_count++] = optarg;
		return CLI_OK;
	case OPTION_CONFIG:
		o->config = optarg;
		return CLI_OK;
	case OPTION_JSON:
		o->json = true;
		return CLI_OK;
	case OPTION_MIN:
		return set_severity("--min-severity", optarg, &o->min_severity);
	case OPTION_FAIL:
		return set_severity("--fail-on", optarg, &o->fail_on);
	case OPTION_KEYTAB:
		o->keytab = optarg;
		return CLI_OK;
	case OPTION_HASH:
		o->nt_hash = optarg;
		return CLI_OK;
	case OPTION_STATE:
		o->state = optarg;
		return CLI_OK;
	case OPTION_ZEEK:
		o->zeek = optarg;
		return CLI_OK;
	case OPTION_SYSLOG:
		o->syslog = optarg;
		return CLI_OK;
	default:
		return cli_usage_error("watch", "an option is not known, or its value is missing");
	}
}

static size_t count_of_stdin(const struct watch_options *o)
{
	size_t count = 0;
	for (size_t i = 0; i < o->file_count; i++)
		count += strcmp(o->files[i], "-") == 0;
	return count;
}

static int check_options(const struct watch_options *o)
{
	if (o->interface == NULL && o->file_count == 0)
		return cli_usage_error("watch", "-i IFACE or -r FILE is missing");
	if (o->interface != NULL && o->file_count > 0)
		return cli_usage_error("watch", "-i and -r exclude each other");
	if (count_of_stdin(o) > 1)
		return cli_usage_error("watch", "standard input can be read once");
	return CLI_OK;
}

// `-r a b c`: names without an option are captures too, as shells expand *.pcap to many.
static int parse_options(int argc, char **argv, struct watch_options *o)
{
	int status = CLI_OK;
	opterr = 0;
	optind = 1;
	for (int c = getopt_long(argc, argv, "i:r:", options, NULL); c != -1 && status == CLI_OK;
		c = getopt_long(argc, argv, "i:r:", options, NULL))
		status = set_option(c, o);
	if (status != CLI_OK)
		return status;
	if (optind < argc && o->file_count == 0)
		return cli_usage_error("watch", "%s: unexpected", argv[optind]);
	while (optind < argc)
		o->files[o->file_count++] = argv[optind++];
	return check_options(o);
}

// By its name below the state directory, which is the working directory of one who watches live.
#define LIVE_BASELINE "baseline"

// --- the watch --------------------------------------------------------------------------------------

static bool add_outlet(
	struct watch *w, const char *where, bool (*open)(const char *where, struct outlet *out))
{
	if (where == NULL)
		return true;
	if (!open(where, &w->outlets[w->outlet_count]))
		return false;
	w->outlet_count++;
	return true;
}

// What people read, or programs, on standard output.
static bool add_words(const struct watch_options *o, struct watch *w, struct outlet *out)
{
	const struct report_options report = { .at_once = w->live, .colour = isatty(STDOUT_FILENO) == 1 };
	if (o->json)
		return json_lines_open(w->live, out);
	if (o->interface != NULL && live_screen_is_possible())
		return live_view_open(o->interface, out, &w->view);
	return report_open(&report, out);
}

static bool add_outlets(const struct watch_options *o, struct watch *w)
{
	struct outlet *out = &w->outlets[w->outlet_count];
	if (!add_words(o, w, out))
		return false;
	out->min_severity = o->min_severity;
	w->outlet_count++;
	// What is kept is kept whole.
	if (!add_outlet(w, o->state, database_open))
		return false;
	w->last_incident = o->state != NULL ? database_last_incident(o->state) : 0;
	return add_outlet(w, o->zeek, zeek_logs_open) && add_outlet(w, o->syslog, syslog_sender_open);
}

static bool open_input(const struct watch_options *o, struct watch_input *in)
{
	if (o->interface != NULL)
		return watch_input_open_interface(in, o->interface, o->filter);
	return watch_input_open_files(in, o->files, o->file_count);
}

static bool load_keys(const struct watch_options *o, struct unlock_keys **keys)
{
	char error[UNLOCK_ERROR_LEN];
	if (o->keytab == NULL && o->nt_hash == NULL)
		return true;
	*keys = unlock_keys_load(o->keytab, o->nt_hash, error);
	if (*keys == NULL)
		(void)fprintf(stderr, "signet watch: %s\n", error);
	return *keys != NULL;
}

static int watch(const struct watch_options *o, struct watch_input *in,
	const struct detect_settings *settings, const struct unlock_keys *keys)
{
	struct watch w = {
		.input = in,
		.settings = settings,
		.keys = keys,
		.live = o->interface != NULL || in->files[0].size == 0,
		.progress = o->interface == NULL && isatty(STDERR_FILENO) == 1,
		.fail_on = o->fail_on,
		.baseline = o->interface != NULL && o->state != NULL ? LIVE_BASELINE : NULL,
	};
	struct watch_confinement confinement = {
		.live = o->interface != NULL,
		.user = o->user,
		.state = o->state,
		.sends = o->syslog != NULL,
	};
	bool ready = add_outlets(o, &w);
	confinement.terminal = w.view != NULL;
	ready = ready && watch_confine(&confinement);
	bool ok = (ready ? watch_run(&w) : watch_close_outlets(&w)) && ready;
	if (w.alerted)
		return CLI_ALERTED;
	return ok && in->unreadable == 0 ? CLI_OK : CLI_FAILURE;
}

// What is said on the command line comes before what the file says.
static int merge(struct watch_options *o, const struct watch_settings *s)
{
	const struct {
		const char **option;
		const char *setting;
	} texts[] = { { &o->keytab, s->keytab }, { &o->nt_hash, s->nt_hash }, { &o->state, s->state },
		{ &o->zeek, s->zeek }, { &o->syslog, s->syslog }, { &o->user, s->user },
		{ &o->filter, s->filter } };
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (*texts[i].option == NULL)
			*texts[i].option = texts[i].setting;
	int status = CLI_OK;
	if (o->min_severity == EVENT_DEFAULT_SEVERITY && s->min_severity != NULL)
		status = set_severity("min_severity", s->min_severity, &o->min_severity);
	if (status == CLI_OK && o->fail_on == EVENT_DEFAULT_SEVERITY && s->fail_on != NULL)
		status = set_severity("fail_on", s->fail_on, &o->fail_on);
	return status;
}

static int run(const struct watch_options *o, const struct detect_settings *settings)
{
	struct watch_input in = { .files = NULL };
	struct unlock_keys *keys = NULL;
	int status = CLI_FAILURE;
	if (load_keys(o, &keys) && open_input(o, &in))
		status = watch(o, &in, settings, keys);
	watch_input_close(&in);
	unlock_keys_free(keys);
	return status;
}

// What is usual (first_seen) goes from run to run beside the database.
static int run_with_baseline(const struct watch_options *o, struct detect_settings *settings)
{
	char path[PATH_MAX];
	if (o->state == NULL)
		return run(o, settings);
	(void)snprintf(path, sizeof(path), "%s/baseline", o->state);
	settings->baseline = baseline_new();
	int err = settings->baseline == NULL ? -ENOMEM : baseline_load(settings->baseline, path);
	if (err != 0)
		(void)fprintf(
			stderr, "signet watch: %s: %s; move it away to learn anew\n", path, strerror(-err));
	int status = err != 0 ? CLI_FAILURE : run(o, settings);
	const char *saved = o->interface != NULL ? LIVE_BASELINE : path;
	err = err != 0 || status == CLI_FAILURE ? 0 : baseline_save(settings->baseline, saved);
	if (err != 0)
		(void)fprintf(stderr, "signet watch: %s cannot be written: %s\n", path, strerror(-err));
	baseline_free(settings->baseline);
	settings->baseline = NULL;
	return err != 0 ? CLI_FAILURE : status;
}

static int configure_and_run(struct watch_options *o)
{
	struct watch_settings s;
	watch_settings_init(&s);
	int status = CLI_USAGE;
	if (o->config == NULL || watch_settings_load(&s, o->config))
		status = merge(o, &s);
	if (status == CLI_OK && s.detect.segmentation_learn_s > 0 && o->state == NULL)
		status = cli_usage_error(
			"watch", "segmentation_learn_s: --state DIR keeps what is learned; give one");
	if (status == CLI_OK)
		status = run_with_baseline(o, &s.detect);
	watch_settings_done(&s);
	return status;
}

int cli_watch(int argc, char **argv)
{
	struct watch_options o = { .files = calloc((size_t)argc, sizeof(*o.files)) };
	if (o.files == NULL)
		return CLI_FAILURE;
	int status = parse_options(argc, argv, &o);
	if (status == CLI_OK)
		status = configure_and_run(&o);
	free(o.files);
	return status;
}
