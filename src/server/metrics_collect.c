// SPDX-License-Identifier: Apache-2.0
#include "server/metrics_collect.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/filetime.h"
#include "config/config_posture.h"
#include "crypto/crypto.h"
#include "event/event_sink.h"
#include "server/metrics/metrics_table.h"
#include "server/policy.h"
#include "server/server.h"

static uint64_t resident_memory(int fd)
{
	char text[128] = "";
	unsigned long long pages = 0;
	ssize_t n = fd < 0 ? -1 : pread(fd, text, sizeof(text) - 1, 0);
	if (n <= 0 || sscanf(text, "%*s %llu", &pages) != 1)
		return 0;
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double cpu_seconds(void)
{
	struct rusage usage;
	if (getrusage(RUSAGE_SELF, &usage) != 0)
		return 0;
	return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

static uint64_t connections_of(struct server *s)
{
	uint64_t count = 0;
	for (unsigned i = 0; i < s->loop_count; i++)
		count += atomic_load(&s->loops[i].connection_count);
	return count;
}

static double unix_seconds(uint64_t filetime)
{
	struct timespec t = filetime_to_timespec(filetime);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void collect_peers(struct server *s, struct metrics_snapshot *out)
{
	struct peers_usage usage = peers_usage(&s->peers);
	out->peers = usage.peers;
	out->peers_memory = usage.memory;
	out->peer_memory_highest = usage.memory_highest;
	out->peer_memory_limit = s->limits.max_memory_per_peer;
}

static void collect_shares(const struct config *c, struct metrics_share *out)
{
	for (size_t i = 0; i < c->share_count; i++)
		out[i] = (struct metrics_share){
			.name = c->shares[i].name,
			.strict = config_share_is_strict(c, &c->shares[i]),
		};
}

static void collect(struct server *s, int memory_fd, struct metrics_snapshot *out)
{
	event_sink_counts(s->events, &out->events);
	metrics_sum(&s->metrics, &out->work);
	collect_peers(s, out);
	out->connections = connections_of(s);
	out->open_files = atomic_load(&s->open_count);
	out->memory_resident = resident_memory(memory_fd);
	out->cpu_seconds = cpu_seconds();
	out->start_time = unix_seconds(s->start_time);
	out->version = SIGNET_VERSION;
	out->crypto = crypto_backend_name();
}

int metrics_collect(struct server *s, int memory_fd, FILE *out)
{
	struct policy *p = server_policy(s);
	const struct config *c = p->config;
	struct metrics_snapshot *snapshot = calloc(1, sizeof(*snapshot));
	struct metrics_share *shares = calloc(c->share_count + 1, sizeof(*shares));
	int err = snapshot == NULL || shares == NULL ? -ENOMEM : 0;
	if (err == 0) {
		collect(s, memory_fd, snapshot);
		collect_shares(c, shares);
		snapshot->server_strict = config_server_is_strict(c);
		snapshot->shares = shares;
		snapshot->share_count = c->share_count;
		metrics_print(out, snapshot);
	}
	free(snapshot);
	free(shares);
	policy_unref(p);
	return err;
}
