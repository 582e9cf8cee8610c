// SPDX-License-Identifier: Apache-2.0
// An ordinary client whose waiting is measured: opens, reads 4 KiB and closes; reads 64 KiB sealed.
//
//     bench_victim PORT USER PASSWORD SHARE FILE
//
// For each line "SECONDS" of its standard input it works so long, and prints a line of JSON: how often,
// and the 50th and 99th percentile and the longest of each, in microseconds. Ends with the input.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/utf16.h"
#include "client/client_send.h"

enum { SAMPLES_MAX = 200000, LARGE = 64 << 10, SMALL = 4096, PAUSE_US = 1000, TIMEOUT_MS = 60000 };

struct series {
	const char *name;
	size_t count;
	double us[SAMPLES_MAX];
};

struct victim {
	struct client_loop *loop;
	struct client *c;
	uint32_t tree;
	struct span name;
	struct smb2_file_id id;
	struct series open;
	struct series read;
};

static void want(const char *what, int fault, struct nt_status status)
{
	if (fault >= 0 && nt_status_ok(status))
		return;
	(void)fprintf(stderr, "bench_victim: %s: %s %s\n", what, strerror(-fault), nt_status_name(status));
	exit(1);
}

static double now_us(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static struct smb2_file_id open_file(struct victim *v)
{
	struct nt_status status = { 0 };
	struct smb2_create_request m = client_open_request(v->name);
	struct smb2_create_response opened = { 0 };
	want("open", client_create(v->c, v->tree, &m, &opened, &status), status);
	return opened.file_id;
}

static void read_file(struct victim *v, struct smb2_file_id id, uint32_t len)
{
	struct nt_status status = { 0 };
	struct span data = { 0 };
	struct smb2_read_request m = { .file_id = id, .length = len };
	want("read", client_read(v->c, v->tree, &m, &data, &status), status);
	if (data.len != len) {
		(void)fprintf(stderr, "bench_victim: read: %zu bytes\n", data.len);
		exit(1);
	}
}

static void take_open(struct victim *v)
{
	struct nt_status status = { 0 };
	struct smb2_file_id id = open_file(v);
	read_file(v, id, SMALL);
	want("close", client_close(v->c, v->tree, id, &status), status);
}

static void take_read(struct victim *v)
{
	read_file(v, v->id, LARGE);
}

static void sample(struct victim *v, struct series *s, void (*take)(struct victim *v))
{
	double start = now_us();
	take(v);
	if (s->count < SAMPLES_MAX)
		s->us[s->count++] = now_us() - start;
}

static int compare(const void *a, const void *b)
{
	double x, y;
	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static void print(struct series *s, const char *end)
{
	qsort(s->us, s->count, sizeof(s->us[0]), compare);
	(void)printf("\"%s\": {\"count\": %zu, \"p50\": %.0f, \"p99\": %.0f, \"max\": %.0f}%s", s->name,
		s->count, s->us[s->count / 2], s->us[s->count * 99 / 100], s->us[s->count - 1], end);
}

static void measure(struct victim *v, double seconds)
{
	double end = now_us() + seconds * 1e6;
	v->open.count = v->read.count = 0;
	do {
		sample(v, &v->open, take_open);
		sample(v, &v->read, take_read);
		(void)usleep(PAUSE_US);
	} while (now_us() < end);
	(void)printf("{");
	print(&v->open, ", ");
	print(&v->read, "}\n");
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct victim v = { .open = { .name = "open" }, .read = { .name = "read" } };
	static uint8_t name[512];
	char line[64];
	struct nt_status status = { 0 };
	if (argc != 6)
		return 2;
	struct client_options options = client_options_default();
	options.timeout_ms = TIMEOUT_MS;
	v.loop = client_loop_new();
	want("connect", client_connect(v.loop, &options, "127.0.0.1", (uint16_t)atoi(argv[1]), &v.c, &status),
		status);
	const struct client_credentials who = {
		.user = argv[2], .password = argv[3], .target_name = "cifs/localhost"
	};
	want("log in", client_log_in(v.c, &who, &status), status);
	want("tree", client_tree_connect(v.c, argv[4], &v.tree, NULL, &status), status);
	struct writer w = writer_make(name, sizeof(name));
	(void)writer_utf16(&w, argv[5]);
	v.name = writer_since(&w, 0);
	v.id = open_file(&v);
	while (fgets(line, sizeof(line), stdin) != NULL)
		measure(&v, atof(line));
	client_free(v.c);
	client_loop_free(v.loop);
	return 0;
}
