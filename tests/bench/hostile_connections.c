// SPDX-License-Identifier: Apache-2.0
// Attacks that need no more than connections and log-ons.
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hostile.h"

enum {
	CONNECTIONS_AN_ADDRESS = 400, // below max_connections_per_peer
	STORM_ADDRESSES = 64,
	ABANDON_MS = 20,
	HOLD_US = 50000,
};

// Sessions that are authenticated and then silent.
static void run_idle_sessions(struct hostile *h, unsigned thread, uint32_t count)
{
	struct client_loop *loop = client_loop_new();
	for (uint32_t i = 0; i < count && hostile_goes_on(h); i++) {
		uint32_t tree;
		uint32_t number = thread * count + i;
		if (hostile_session(h, loop, number / CONNECTIONS_AN_ADDRESS, &tree) != NULL)
			(void)atomic_fetch_add(&h->done, 1);
	}
	hostile_ready(h);
	while (hostile_goes_on(h))
		(void)usleep(HOLD_US);
}

// Connections that have sent half a frame's length, made again when the server ends them.
static void run_half_open(struct hostile *h, unsigned thread, uint32_t count)
{
	int *fds = calloc(count, sizeof(*fds));
	for (uint32_t i = 0; i < count; i++) {
		fds[i] = hostile_socket(h, (thread * count + i) / CONNECTIONS_AN_ADDRESS);
		if (fds[i] >= 0 && send(fds[i], "\0\0", 2, MSG_NOSIGNAL) == 2)
			(void)atomic_fetch_add(&h->done, 1);
	}
	hostile_ready(h);
	while (hostile_goes_on(h)) {
		(void)usleep(HOLD_US);
		for (uint32_t i = 0; i < count; i++) {
			char byte;
			if (fds[i] >= 0 && recv(fds[i], &byte, 1, MSG_DONTWAIT) != 0)
				continue;
			(void)close(fds[i]);
			fds[i] = hostile_socket(h, (thread * count + i) / CONNECTIONS_AN_ADDRESS);
			(void)atomic_fetch_add(&h->done, 1);
		}
	}
}

// TCP connections made and reset, without a byte.
static void run_connect_flood(struct hostile *h, unsigned thread, uint32_t count)
{
	(void)count;
	hostile_ready(h);
	for (uint32_t i = 0; hostile_goes_on(h); i++) {
		struct linger reset = { .l_onoff = 1 };
		int fd = hostile_socket(h, (thread + i) % STORM_ADDRESSES);
		if (fd < 0)
			continue;
		(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		(void)close(fd);
		(void)atomic_fetch_add(&h->done, 1);
	}
}

static void run_negotiate_flood(struct hostile *h, unsigned thread, uint32_t count)
{
	struct client_loop *loop = client_loop_new();
	(void)count;
	hostile_ready(h);
	for (uint32_t i = 0; hostile_goes_on(h); i++) {
		struct client *c = hostile_connect(h, loop, (thread + i) % STORM_ADDRESSES, 5000);
		if (c == NULL)
			continue;
		client_free(c);
		(void)atomic_fetch_add(&h->done, 1);
	}
}

// Whoever has no answer soon does not wait for it: the delay of a failure costs the attacker nothing.
static void storm(struct hostile *h, unsigned thread, const struct client_credentials *who, int timeout_ms)
{
	struct client_loop *loop = client_loop_new();
	hostile_ready(h);
	for (uint32_t i = 0; hostile_goes_on(h); i++) {
		struct nt_status status = { 0 };
		struct client *c = hostile_connect(h, loop, (thread + i) % STORM_ADDRESSES, timeout_ms);
		if (c == NULL)
			continue;
		hostile_ignore(client_log_in(c, who, &status));
		client_free(c);
		(void)atomic_fetch_add(&h->done, 1);
	}
}

static void run_logons_wrong(struct hostile *h, unsigned thread, uint32_t count)
{
	char user[32];
	(void)count;
	(void)snprintf(user, sizeof(user), "nobody%u", thread);
	const struct client_credentials who = { .user = thread % 2 == 0 ? h->user : user,
		.password = "a wrong one",
		.target_name = "cifs/localhost" };
	storm(h, thread, &who, ABANDON_MS);
}

static void run_logons_right(struct hostile *h, unsigned thread, uint32_t count)
{
	(void)count;
	const struct client_credentials who = {
		.user = h->user, .password = h->password, .target_name = "cifs/localhost"
	};
	storm(h, thread, &who, 5000);
}

const struct attack hostile_connection_attacks[] = {
	{ "idle_sessions", 8, 10000, run_idle_sessions },
	{ "half_open", 4, 2000, run_half_open },
	{ "connect_flood", 4, 0, run_connect_flood },
	{ "negotiate_flood", 8, 0, run_negotiate_flood },
	{ "logons_wrong", 16, 0, run_logons_wrong },
	{ "logons_right", 8, 0, run_logons_right },
	{ 0 },
};
