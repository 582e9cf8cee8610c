// SPDX-License-Identifier: Apache-2.0
// Clients that mean harm: one attack a run, against a server that somebody else is measured on.
//
//     bench_hostile --port PORT --user USER --password PASSWORD --share SHARE --attack NAME
//                   [--host HOST] [--count N]
//     bench_hostile --list
//
// Prints "ready" when the attack stands, goes on until its standard input ends, and prints how much it
// did as one line of JSON.
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hostile.h"

// A machine that is slow may take longer for the first than an attack is meant to last.
enum { FIRST_DONE_MS = 20000 };

static const struct attack *const lists[] = { hostile_connection_attacks, hostile_request_attacks,
	hostile_frame_attacks };

static const struct attack *attack_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		for (const struct attack *a = lists[i]; a->name != NULL; a++) {
			if (strcmp(a->name, name) == 0)
				return a;
		}
	}
	(void)fprintf(stderr, "bench_hostile: no such attack: %s\n", name);
	exit(2);
}

static int print_names(void)
{
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		for (const struct attack *a = lists[i]; a->name != NULL; a++)
			(void)puts(a->name);
	}
	return 0;
}

struct attacker {
	pthread_t thread;
	struct hostile *h;
	const struct attack *attack;
	unsigned number;
	uint32_t count;
};

static void *attacker_run(void *arg)
{
	struct attacker *a = arg;
	a->attack->run(a->h, a->number, a->count);
	return NULL;
}

static void wait_for_ready(struct hostile *h, unsigned threads)
{
	while (atomic_load(&h->ready) < threads)
		(void)usleep(1000);
	(void)puts("ready");
	(void)fflush(stdout);
}

static void wait_for_end_of_input(void)
{
	char bytes[64];
	while (read(STDIN_FILENO, bytes, sizeof(bytes)) > 0)
		;
}

static void attack_run(struct hostile *h, const struct attack *a)
{
	uint32_t count = h->count != 0 ? h->count : a->count;
	struct attacker *attackers = calloc(a->threads, sizeof(*attackers));
	if (attackers == NULL)
		exit(1);
	for (unsigned i = 0; i < a->threads; i++) {
		attackers[i] =
			(struct attacker){ .h = h, .attack = a, .number = i, .count = count / a->threads };
		if (pthread_create(&attackers[i].thread, NULL, attacker_run, &attackers[i]) != 0)
			exit(1);
		(void)pthread_detach(attackers[i].thread); // the process's end is its end
	}
	wait_for_ready(h, a->threads);
	wait_for_end_of_input();
	for (unsigned ms = 0; ms < FIRST_DONE_MS && atomic_load(&h->done) == 0; ms++)
		(void)usleep(1000);
	atomic_store(&h->end, true);
	// What a thread waits for may be an answer that comes late or never.
	(void)printf("{\"attack\": \"%s\", \"done\": %llu}\n", a->name, atomic_load(&h->done));
	(void)fflush(stdout);
	_exit(0);
}

static void raise_descriptor_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "host", required_argument, NULL, 'h' },
		{ "port", required_argument, NULL, 'p' }, { "user", required_argument, NULL, 'u' },
		{ "password", required_argument, NULL, 'w' }, { "share", required_argument, NULL, 's' },
		{ "attack", required_argument, NULL, 'a' }, { "count", required_argument, NULL, 'c' },
		{ "list", no_argument, NULL, 'l' }, { NULL, 0, NULL, 0 } };
	static struct hostile h = { .host = "127.0.0.1" };
	const char *attack = NULL;
	int option;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'h':
			h.host = optarg;
			break;
		case 'p':
			h.port = (uint16_t)atoi(optarg);
			break;
		case 'u':
			h.user = optarg;
			break;
		case 'w':
			h.password = optarg;
			break;
		case 's':
			h.share = optarg;
			break;
		case 'a':
			attack = optarg;
			break;
		case 'c':
			h.count = (uint32_t)atoi(optarg);
			break;
		case 'l':
			return print_names();
		default:
			return 2;
		}
	}
	if (h.port == 0 || h.user == NULL || h.password == NULL || h.share == NULL || attack == NULL) {
		(void)fprintf(stderr,
			"bench_hostile: --port, --user, --password, --share and --attack are needed\n");
		return 2;
	}
	raise_descriptor_limit();
	attack_run(&h, attack_find(attack));
	return 0;
}
