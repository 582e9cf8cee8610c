// SPDX-License-Identifier: Apache-2.0
#include "server/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/filetime.h"
#include "base/log.h"
#include "base/secret.h"
#include "event/event_sink.h"
#include "server/acting.h"
#include "server/connection.h"
#include "base/scheduling.h"

static unsigned loops_wanted(const struct config *c)
{
	return c->threads != 0 ? c->threads : processors_usable();
}

static int prepare_acting(void)
{
	int err = acting_init();
	if (err == -EPERM)
		log_error("identity = unix needs CAP_SETUID and CAP_SETGID; give the service both "
			  "(AmbientCapabilities), or start it as root");
	return err;
}

int server_init(struct server *s, struct policy *policy, struct event_sink *events)
{
	const struct config *c = policy->config;
	*s = (struct server){ .events = events, .policy = policy, .limits = c->limits };
	atomic_init(&s->policy_generation, policy->generation);
	pthread_rwlock_init(&s->policy_lock, NULL);
	random_bytes(s->guid, sizeof(s->guid));
	s->start_time = filetime_now();
	s->acts_as_users = c->identity == FILES_OF_UNIX_USERS;
	s->samples_content = c->detect == DETECTION_ON;
	int err = metrics_init(&s->metrics);
	if (err != 0)
		return err;
	buffer_pool_init(&s->buffers);
	peers_init(&s->peers, &c->limits);
	refused_sockets_init(&s->refused, events);
	session_table_init(&s->sessions, c->limits.max_sessions);
	file_table_init(&s->files);
	s->throttle = throttle_new(c->limits.max_authentications_per_peer);
	s->notify = notify_registry_new(true);
	s->loop_count = loops_wanted(c);
	s->loops = calloc(s->loop_count, sizeof(*s->loops));
	if (s->throttle == NULL || s->notify == NULL || s->loops == NULL)
		return -ENOMEM;
	err = s->acts_as_users ? prepare_acting() : 0;
	// A thread begins as whom its maker acts as: here that is nobody.
	return err != 0 ? err : worker_pool_init(&s->workers);
}

int server_start(struct server *s)
{
	for (unsigned i = 0; i < s->loop_count; i++) {
		int err = loop_start(&s->loops[i], s);
		if (err != 0)
			return err;
	}
	return 0;
}

void server_stop(struct server *s)
{
	for (unsigned i = 0; i < s->loop_count; i++)
		loop_stop(&s->loops[i]);
	worker_pool_done(&s->workers);
	for (unsigned i = 0; i < s->loop_count; i++)
		loop_done(&s->loops[i]);
	free(s->loops);
	refused_sockets_tell(&s->refused, monotonic_ms(), true);
	notify_registry_free(s->notify);
	throttle_free(s->throttle);
	file_table_done(&s->files);
	session_table_done(&s->sessions);
	peers_done(&s->peers);
	buffer_pool_done(&s->buffers);
	metrics_done(&s->metrics);
	policy_unref(s->policy);
	pthread_rwlock_destroy(&s->policy_lock);
}

struct policy *server_policy(struct server *s)
{
	pthread_rwlock_rdlock(&s->policy_lock);
	struct policy *p = policy_ref(s->policy);
	pthread_rwlock_unlock(&s->policy_lock);
	return p;
}

void server_set_policy(struct server *s, struct policy *p)
{
	pthread_rwlock_wrlock(&s->policy_lock);
	struct policy *before = s->policy;
	s->policy = p;
	atomic_store(&s->policy_generation, p->generation);
	pthread_rwlock_unlock(&s->policy_lock);
	policy_unref(before);
}

void server_limit_reached(struct server *s, const struct connection *c, const char *limit, uint64_t value)
{
	struct event e = { .kind = EVENT_LIMIT, .connection = &c->about, .limit = limit, .value = value };
	event_emit(s->events, &e);
}

// --- accepted sockets -------------------------------------------------------------------------------

struct accept_task {
	struct loop_task task;
	struct loop *loop;
	struct peer *peer;
	struct sockaddr_storage address;
	int fd;
};

static void accept_on_loop(struct loop_task *task)
{
	struct accept_task *a = CONTAINER_OF(task, struct accept_task, task);
	connection_accept(a->loop, a->fd, a->peer, &a->address);
	free(a);
}

static struct loop *emptiest_loop(struct server *s)
{
	struct loop *best = &s->loops[0];
	for (unsigned i = 1; i < s->loop_count; i++) {
		if (atomic_load(&s->loops[i].connection_count) < atomic_load(&best->connection_count))
			best = &s->loops[i];
	}
	return best;
}

static bool network_admitted(struct server *s, const struct sockaddr_storage *peer)
{
	struct policy *p = server_policy(s);
	bool admitted = network_list_admits(&p->config->networks, (const struct sockaddr *)peer);
	policy_unref(p);
	return admitted;
}

static void socket_refuse(struct server *s, const struct sockaddr_storage *peer, enum event_kind kind,
	const char *word, uint64_t value)
{
	const struct refused_why why = { .kind = kind, .word = word, .value = value };
	refused_sockets_add(&s->refused, peer, &why, monotonic_ms());
}

void server_tell_refused(struct server *s)
{
	refused_sockets_tell(&s->refused, monotonic_ms(), false);
}

// Judged before a byte is read: networks first, then how many there are already.
static bool socket_admitted(struct server *s, const struct sockaddr_storage *peer, struct peer **counted)
{
	if (!network_admitted(s, peer)) {
		socket_refuse(s, peer, EVENT_REFUSAL, "network_not_admitted", 0);
		return false;
	}
	switch (peers_add_connection(&s->peers, peer, counted)) {
	case PEERS_ADMITTED:
		return true;
	case PEERS_TOO_MANY:
		socket_refuse(s, peer, EVENT_LIMIT, "max_connections", s->limits.max_connections);
		return false;
	default:
		socket_refuse(
			s, peer, EVENT_LIMIT, "max_connections_per_peer", s->limits.max_connections_per_peer);
		return false;
	}
}

void server_take_socket(struct server *s, int fd)
{
	struct sockaddr_storage peer = { 0 };
	socklen_t len = sizeof(peer);
	struct peer *counted = NULL;
	if (getpeername(fd, (struct sockaddr *)&peer, &len) != 0 || !socket_admitted(s, &peer, &counted)) {
		close(fd);
		return;
	}
	struct accept_task *a = malloc(sizeof(*a));
	if (a == NULL) {
		peers_remove_connection(&s->peers, counted);
		peers_unref(&s->peers, counted);
		close(fd);
		return;
	}
	*a = (struct accept_task){
		.task = { .run = accept_on_loop },
		.loop = emptiest_loop(s),
		.peer = counted,
		.address = peer,
		.fd = fd,
	};
	loop_post(a->loop, &a->task);
}
