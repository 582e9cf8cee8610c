// SPDX-License-Identifier: Apache-2.0
// Sessions: how fast they are set up, what many idle ones cost; and the smallest request of all.
#include <stdlib.h>

#include "bench_load.h"

enum {
	SETUPS_COUNT = 200,
	IDLE_COUNT = 1000,
	ECHOES_COUNT = 200000,
	ECHOES_IN_FLIGHT = 32,
};

static void run_setups(struct bench *b, const struct bench_phase *p UNUSED, struct bench_result *out)
{
	uint64_t count = b->count != 0 ? b->count : SETUPS_COUNT;
	for (uint64_t i = 0; i < count; i++) {
		uint32_t tree;
		client_free(bench_connect(b, &tree));
	}
	*out = (struct bench_result){ "connect, negotiate, log in, tree connect", count, 0 };
}

static struct client **idle;
static uint64_t idle_count;

static void run_idle(struct bench *b, const struct bench_phase *p UNUSED, struct bench_result *out)
{
	idle_count = b->count != 0 ? b->count : IDLE_COUNT;
	idle = calloc(idle_count, sizeof(struct client *));
	if (idle == NULL)
		bench_give_up("no memory");
	for (uint64_t i = 0; i < idle_count; i++) {
		uint32_t tree;
		idle[i] = bench_connect(b, &tree);
	}
	*out = (struct bench_result){ "idle session", idle_count, 0 };
}

static void finish_idle(struct bench *b UNUSED, const struct bench_phase *p UNUSED)
{
	for (uint64_t i = 0; i < idle_count; i++) {
		if (client_fault(idle[i]) != 0)
			bench_give_up("an idle session was lost");
		client_free(idle[i]);
	}
	free(idle);
}

struct echoes {
	struct bench *b;
	uint64_t todo;
	uint64_t left;
};

static void send_echo(struct echoes *e);

static void on_echo(void *context, const struct client_reply *reply)
{
	struct echoes *e = context;
	bench_require_reply("echo", reply);
	e->left--;
	send_echo(e);
}

static void send_echo(struct echoes *e)
{
	if (e->todo == 0)
		return;
	e->todo--;
	if (client_send_echo(e->b->client, on_echo, e) < 0)
		bench_give_up("send");
}

static void run_echo(struct bench *b, const struct bench_phase *p UNUSED, struct bench_result *out)
{
	uint64_t count = b->count != 0 ? b->count : ECHOES_COUNT;
	uint32_t in_flight = b->in_flight != 0 ? b->in_flight : ECHOES_IN_FLIGHT;
	struct echoes e = { b, count, count };
	for (uint32_t i = 0; i < in_flight; i++)
		send_echo(&e);
	while (e.left > 0)
		bench_step(b);
	*out = (struct bench_result){ "echo", count, 0 };
}

const struct bench_phase bench_session_phases[] = {
	{ .name = "setup", .own_connections = true, .run = run_setups },
	{ .name = "idle", .own_connections = true, .run = run_idle, .finish = finish_idle },
	{ .name = "echo", .run = run_echo },
	{ 0 },
};
