// SPDX-License-Identifier: Apache-2.0
#include "server/connection.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/filetime.h"
#include "event/event_sink.h"
#include "server/buffer.h"
#include "server/park.h"
#include "server/peers.h"
#include "server/server.h"
#include "server/session.h"
#include "server/work_finish.h"

enum {
	// A peer that is gone without a word is noticed after so long and ten more seconds: what it had
	// open and locked is in others' way until then.
	KEEPALIVE_S = 30,
	// A frame has come whole within this time: slower than any line that is meant to be used.
	FRAME_RECEIVE_MS_MAX = 300000,
};

const char *connection_end_name(enum connection_end end)
{
	static const char *const names[] = {
		[CONNECTION_END_CLIENT] = "closed_by_client",
		[CONNECTION_END_SERVER_STOP] = "server_stop",
		[CONNECTION_END_IO_ERROR] = "io_error",
		[CONNECTION_END_PROTOCOL] = "protocol_violation",
		[CONNECTION_END_POLICY] = "policy_violation",
		[CONNECTION_END_TAMPERED] = "integrity_failure",
		[CONNECTION_END_TIMEOUT] = "timeout",
		[CONNECTION_END_LIMIT] = "limit",
		[CONNECTION_END_REPLACED] = "session_replaced",
	};
	return names[end];
}

uint16_t connection_credit_charge(const struct connection *c, const struct smb2_header *h)
{
	return c->supports_multi_credit && h->credit_charge != 0 ? h->credit_charge : 1;
}

// --- life -----------------------------------------------------------------------------------------

struct connection *connection_ref(struct connection *c)
{
	atomic_fetch_add(&c->refs, 1);
	return c;
}

void connection_unref(struct connection *c)
{
	if (atomic_fetch_sub(&c->refs, 1) != 1)
		return;
	pthread_mutex_destroy(&c->lock);
	peers_unref(&c->server->peers, c->counted);
	free(c);
}

static void list_add(struct connection *c)
{
	struct loop *l = c->loop;
	c->next = l->connections;
	if (c->next != NULL)
		c->next->prev = c;
	l->connections = c;
	atomic_fetch_add(&l->connection_count, 1);
}

static void list_remove(struct connection *c)
{
	struct loop *l = c->loop;
	if (c->next != NULL)
		c->next->prev = c->prev;
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		l->connections = c->next;
	atomic_fetch_sub(&l->connection_count, 1);
}

static void connection_on_closed(uv_handle_t *handle)
{
	struct connection *c = handle->data;
	struct loop *l = c->loop;
	list_remove(c);
	peers_remove_connection(&c->server->peers, c->counted);
	buffer_put(&c->server->buffers, c->partial);
	c->partial = NULL;
	outbox_done(c);
	connection_unref(c);
	loop_check_stopped(l);
}

static void connection_emit(struct connection *c, enum event_kind kind)
{
	struct event e = { .kind = kind, .connection = &c->about };
	if (kind == EVENT_CONNECTION_CLOSE) {
		e.reason = connection_end_name(c->end);
		e.duration_ms = monotonic_ms() - c->opened_ms;
		e.bytes_read = atomic_load(&c->bytes_read);
		e.bytes_written = atomic_load(&c->bytes_written);
	}
	event_emit(c->server->events, &e);
}

void connection_close(struct connection *c, enum connection_end why)
{
	if (c->state == CONNECTION_CLOSED)
		return;
	if (c->state != CONNECTION_CLOSING)
		c->end = why;
	c->state = CONNECTION_CLOSED;
	connection_emit(c, EVENT_CONNECTION_CLOSE);
	park_cancel_all(c);
	work_end_delayed(c);
	sessions_close_of_connection(c);
	uv_close((uv_handle_t *)&c->tcp, connection_on_closed);
}

static void connection_on_shutdown(uv_shutdown_t *req, int status)
{
	struct connection *c = req->data;
	free(req);
	if (c->loop->draining && status == 0)
		c->lingering_since_ms = uv_now(&c->loop->uv);
	else
		connection_close(c, c->end);
	connection_unref(c);
}

void connection_shut_down(struct connection *c)
{
	uv_shutdown_t *req = malloc(sizeof(*req));
	if (req == NULL) {
		connection_close(c, c->end);
		return;
	}
	req->data = connection_ref(c);
	if (uv_shutdown(req, (uv_stream_t *)&c->tcp, connection_on_shutdown) != 0) {
		free(req);
		connection_close(c, c->end);
		connection_unref(c);
	}
}

void connection_finish(struct connection *c, enum connection_end why)
{
	if (c->state == CONNECTION_CLOSED || c->state == CONNECTION_CLOSING)
		return;
	outbox_flush(c);
	if (c->state == CONNECTION_CLOSED)
		return;
	c->state = CONNECTION_CLOSING;
	c->end = why;
	if (!c->loop->draining)
		(void)uv_read_stop((uv_stream_t *)&c->tcp);
	if (outbox_is_empty(c))
		connection_shut_down(c);
}

// --- beginning, and limits of time ----------------------------------------------------------------

void sockaddr_text(const struct sockaddr_storage *a, char *text, uint16_t *port)
{
	if (a->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)a;
		(void)inet_ntop(AF_INET, &in->sin_addr, text, INET6_ADDRSTRLEN);
		*port = ntohs(in->sin_port);
		return;
	}
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)a;
	if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		(void)inet_ntop(AF_INET, &in6->sin6_addr.s6_addr[12], text, INET6_ADDRSTRLEN);
	else
		(void)inet_ntop(AF_INET6, &in6->sin6_addr, text, INET6_ADDRSTRLEN);
	*port = ntohs(in6->sin6_port);
}

static void connection_describe(struct connection *c, int fd)
{
	socklen_t len = sizeof(c->local);
	(void)getsockname(fd, (struct sockaddr *)&c->local, &len);
	c->about.id = atomic_fetch_add(&c->server->next_connection_id, 1) + 1;
	c->about.client_address = c->peer_text;
	c->about.server_address = c->local_text;
	sockaddr_text(&c->peer, c->peer_text, &c->about.client_port);
	sockaddr_text(&c->local, c->local_text, &c->about.server_port);
}

static struct connection *connection_new(
	struct loop *l, int fd, struct peer *counted, const struct sockaddr_storage *address)
{
	struct connection *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->loop = l;
	c->server = l->server;
	atomic_init(&c->refs, 1);
	pthread_mutex_init(&c->lock, NULL);
	c->counted = counted;
	c->memory = peer_memory(counted);
	c->peer = *address;
	c->opened_ms = monotonic_ms();
	c->last_receive_ms = uv_now(&l->uv);
	connection_describe(c, fd);
	sequence_window_init(&c->window, c->server->limits.max_credits);
	return c;
}

void connection_accept(struct loop *l, int fd, struct peer *counted, const struct sockaddr_storage *address)
{
	bool ends = l->stopping || l->draining;
	struct connection *c = ends ? NULL : connection_new(l, fd, counted, address);
	if (c == NULL) {
		peers_remove_connection(&l->server->peers, counted);
		peers_unref(&l->server->peers, counted);
		close(fd);
		return;
	}
	(void)uv_tcp_init(&l->uv, &c->tcp);
	c->tcp.data = c;
	list_add(c);
	if (uv_tcp_open(&c->tcp, fd) != 0) {
		close(fd);
		connection_close(c, CONNECTION_END_IO_ERROR);
		return;
	}
	(void)uv_tcp_nodelay(&c->tcp, 1);
	(void)uv_tcp_keepalive(&c->tcp, 1, KEEPALIVE_S);
	connection_emit(c, EVENT_CONNECTION_OPEN);
	connection_go_on(c);
}

static void connection_time_out(struct connection *c, const char *limit, uint64_t value)
{
	struct event e = { .kind = EVENT_LIMIT, .connection = &c->about, .limit = limit, .value = value };
	event_emit(c->server->events, &e);
	connection_close(c, CONNECTION_END_TIMEOUT);
}

void connection_check_time(struct connection *c)
{
	const struct config_limits *limits = &c->server->limits;
	uint64_t now = uv_now(&c->loop->uv);
	if (c->state == CONNECTION_CLOSED)
		return;
	sessions_check_time(c);
	connection_go_on(c); // memory that its peer's other connections had may be free again
	if (c->state == CONNECTION_CLOSED)
		return;
	if (c->reading && c->partial != NULL && now - c->partial_since_ms > FRAME_RECEIVE_MS_MAX)
		connection_time_out(c, "frame_receive_time", FRAME_RECEIVE_MS_MAX);
	else if (c->outbox.stalled_ms != 0 && now - c->outbox.stalled_ms > limits->send_timeout_ms)
		connection_time_out(c, "send_timeout", limits->send_timeout_ms);
	else if (!atomic_load(&c->authenticated) &&
		 monotonic_ms() - c->opened_ms > limits->authentication_timeout_ms)
		connection_time_out(c, "authentication_timeout", limits->authentication_timeout_ms);
	else if (limits->idle_timeout_ms != 0 && now - c->last_receive_ms > limits->idle_timeout_ms &&
		 !sessions_have_opens(c))
		connection_time_out(c, "idle_timeout", limits->idle_timeout_ms);
}
