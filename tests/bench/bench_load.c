// SPDX-License-Identifier: Apache-2.0
// The load generator: one phase a run, against any SMB 3 server.
//
//     bench_load --port PORT --user USER --password PASSWORD --share SHARE --phase NAME
//                [--host HOST] [--posture POSTURE] [--count N] [--bytes N] [--in-flight N]
//                [--directory NAME] [--step]
//
// Prints one line of JSON: phase, posture, work, count, bytes, seconds. With --step it writes "ready"
// when the phase is prepared and waits for a line before it measures, and after the result again
// before it cleans up: so that a caller can read the server's CPU time in between.
#include "bench_load.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/utf16.h"

struct posture {
	const char *name;
	uint16_t cipher; // NONE: signed only
	uint16_t signing;
	bool plain;
};

static const struct posture postures[] = {
	{ "sealed-128-gcm", SMB2_CIPHER_AES_128_GCM, SMB2_SIGNING_AES_GMAC, false },
	{ "sealed-256-gcm", SMB2_CIPHER_AES_256_GCM, SMB2_SIGNING_AES_GMAC, false },
	{ "sealed-128-ccm", SMB2_CIPHER_AES_128_CCM, SMB2_SIGNING_AES_GMAC, false },
	{ "signed-gmac", SMB2_CIPHER_NONE, SMB2_SIGNING_AES_GMAC, false },
	{ "signed-cmac", SMB2_CIPHER_NONE, SMB2_SIGNING_AES_CMAC, false },
	{ "plain", SMB2_CIPHER_NONE, SMB2_SIGNING_AES_GMAC, true },
};

static const struct bench_phase *const phase_lists[] = { bench_stream_phases, bench_file_phases,
	bench_session_phases, bench_list_phases };

void bench_give_up(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	(void)fprintf(stderr, "bench_load: ");
	(void)vfprintf(stderr, fmt, args);
	(void)fprintf(stderr, "\n");
	va_end(args);
	exit(1);
}

void bench_require(const char *what, int fault, struct nt_status got)
{
	if (fault < 0)
		bench_give_up("%s: %s", what, strerror(-fault));
	if (!nt_status_equal(got, STATUS(SUCCESS)))
		bench_give_up("%s: %s (0x%08x)", what, nt_status_name(got), got.code);
}

void bench_require_reply(const char *what, const struct client_reply *reply)
{
	bench_require(what, reply->fault, reply->header.status);
}

void bench_step(struct bench *b)
{
	int rc = client_loop_step(b->loop, b->options.timeout_ms);
	if (rc < 0)
		bench_give_up("the loop: %s", strerror(-rc));
}

struct client *bench_connect(struct bench *b, uint32_t *tree)
{
	struct nt_status status = { 0 };
	struct client *c = NULL;
	int rc = client_connect(b->loop, &b->options, b->host, b->port, &c, &status);
	bench_require("connect", rc, status);
	rc = client_log_in(c, &b->who, &status);
	bench_require("log in", rc, status);
	rc = client_tree_connect(c, b->share, tree, NULL, &status);
	bench_require("tree connect", rc, status);
	return c;
}

struct span bench_name(const char *name, uint64_t number, uint8_t *out, size_t cap)
{
	char text[32];
	(void)snprintf(text, sizeof(text), "%s%llu", name, (unsigned long long)number);
	struct writer w = writer_make(out, cap);
	if (!writer_utf16(&w, text) || !writer_ok(&w))
		bench_give_up("a name: %s", text);
	return writer_since(&w, 0);
}

const uint8_t *bench_payload(void)
{
	enum { LEN = 8 << 20 };
	static uint8_t bytes[LEN];
	static bool filled;
	for (size_t i = 0; i < LEN && !filled; i++)
		bytes[i] = (uint8_t)(i * 131 + (i >> 9));
	filled = true;
	return bytes;
}

static const struct bench_phase *phase_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(phase_lists); i++) {
		for (const struct bench_phase *p = phase_lists[i]; p->name != NULL; p++) {
			if (strcmp(p->name, name) == 0)
				return p;
		}
	}
	bench_give_up("no such phase: %s", name);
}

static void posture_set(struct client_options *o, const char *name)
{
	const struct posture *p = NULL;
	for (size_t i = 0; i < ARRAY_LEN(postures); i++) {
		if (strcmp(postures[i].name, name) == 0)
			p = &postures[i];
	}
	if (p == NULL)
		bench_give_up("no such posture: %s", name);
	*o = client_options_default();
	o->seal = p->cipher != SMB2_CIPHER_NONE;
	o->sign = !p->plain;
	if (p->plain)
		o->security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED;
	o->ciphers.count = 0;
	if (o->seal)
		smb2_negotiate_ids_add(&o->ciphers, p->cipher);
	o->signing.count = 0;
	smb2_negotiate_ids_add(&o->signing, p->signing);
}

static double now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void wait_for_line(bool step, const char *say)
{
	char line[64];
	if (!step)
		return;
	if (say != NULL)
		(void)printf("%s\n", say);
	(void)fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL)
		exit(1);
}

static void phase_run(struct bench *b, const struct bench_phase *p, const char *posture, bool step)
{
	struct bench_result r = { 0 };
	if (!p->own_connections)
		b->client = bench_connect(b, &b->tree);
	if (p->prepare != NULL)
		p->prepare(b, p);
	wait_for_line(step, "ready");
	double start = now();
	p->run(b, p, &r);
	double seconds = now() - start;
	(void)printf("{\"phase\": \"%s\", \"posture\": \"%s\", \"work\": \"%s\", \"count\": %llu, "
		     "\"bytes\": %llu, \"seconds\": %.6f}\n",
		p->name, posture, r.work, (unsigned long long)r.count, (unsigned long long)r.bytes, seconds);
	wait_for_line(step, NULL);
	if (p->finish != NULL)
		p->finish(b, p);
	client_free(b->client);
}

static uint64_t number_of(const char *text)
{
	char *end;
	unsigned long long v = strtoull(text, &end, 10);
	if (*text == '\0' || *end != '\0')
		bench_give_up("not a number: %s", text);
	return v;
}

struct arguments {
	const char *phase;
	const char *posture;
	bool step;
};

static void argument_take(int option, struct bench *b, struct arguments *a)
{
	switch (option) {
	case 'h':
		b->host = optarg;
		return;
	case 'p':
		b->port = (uint16_t)number_of(optarg);
		return;
	case 'u':
		b->who.user = optarg;
		return;
	case 'w':
		b->who.password = optarg;
		return;
	case 's':
		b->share = optarg;
		return;
	case 'P':
		a->phase = optarg;
		return;
	case 'o':
		a->posture = optarg;
		return;
	case 'c':
		b->count = number_of(optarg);
		return;
	case 'b':
		b->bytes = number_of(optarg);
		return;
	case 'i':
		b->in_flight = (uint32_t)number_of(optarg);
		return;
	case 'd':
		b->directory = optarg;
		return;
	case 'S':
		a->step = true;
		return;
	default:
		exit(2);
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "host", required_argument, NULL, 'h' },
		{ "port", required_argument, NULL, 'p' }, { "user", required_argument, NULL, 'u' },
		{ "password", required_argument, NULL, 'w' }, { "share", required_argument, NULL, 's' },
		{ "phase", required_argument, NULL, 'P' }, { "posture", required_argument, NULL, 'o' },
		{ "count", required_argument, NULL, 'c' }, { "bytes", required_argument, NULL, 'b' },
		{ "in-flight", required_argument, NULL, 'i' }, { "directory", required_argument, NULL, 'd' },
		{ "step", no_argument, NULL, 'S' }, { NULL, 0, NULL, 0 } };
	struct bench b = { .host = "127.0.0.1", .port = 445, .directory = "many" };
	struct arguments a = { .posture = "sealed-128-gcm" };
	int option;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		argument_take(option, &b, &a);
	if (b.who.user == NULL || b.who.password == NULL || b.share == NULL || a.phase == NULL)
		bench_give_up("--user, --password, --share and --phase are needed");
	posture_set(&b.options, a.posture);
	b.loop = client_loop_new();
	if (b.loop == NULL)
		bench_give_up("no loop");
	phase_run(&b, phase_find(a.phase), a.posture, a.step);
	client_loop_free(b.loop);
	return 0;
}
