// SPDX-License-Identifier: Apache-2.0
#include "server/connection.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/filetime.h"
#include "event/event_sink.h"
#include "server/buffer.h"
#include "server/dispatch.h"
#include "server/park.h"
#include "server/peers.h"
#include "server/server.h"
#include "server/session.h"
#include "server/work.h"
#include "server/work_finish.h"
#include "wire/smb2/frame.h"

enum {
	// Before a client has shown who it is, no message that it may send is larger.
	FRAME_LEN_MAX_UNAUTHENTICATED = 128 << 10,
	// Payload, and room for the headers of a compound around it.
	FRAME_LEN_MAX_AUTHENTICATED = (8 << 20) + (64 << 10),
	// A client that does not take its replies is not listened to beyond so many bytes of them.
	SEND_QUEUED_MAX = 4 << 20,
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

// --- receiving ------------------------------------------------------------------------------------

// Half of a peer's memory is for what its requests come to, so that taking them stops before they
// have to be refused; a connection that has nothing going on may always go on.
static bool connection_has_room(const struct connection *c)
{
	if (c->outbox.queued > SEND_QUEUED_MAX || c->weight >= WORK_WEIGHT_MAX ||
		c->work_count - c->parked_count >= c->server->limits.max_requests_per_connection)
		return false;
	size_t used = atomic_load_explicit(&c->memory->used, memory_order_relaxed);
	return used <= c->memory->max / 2 || c->work_count == c->parked_count;
}

bool connection_has_memory(struct connection *c, size_t len)
{
	if (memory_account_has(c->memory, len))
		return true;
	if (peer_tells_of_memory(c->counted, monotonic_ms()))
		server_limit_reached(c->server, c, "max_memory_per_peer", c->memory->max);
	return false;
}

static uint32_t frame_len_max(const struct connection *c)
{
	return atomic_load(&c->authenticated) ? FRAME_LEN_MAX_AUTHENTICATED : FRAME_LEN_MAX_UNAUTHENTICATED;
}

// What is long is received in pieces to its end: the last of them is no longer than the others.
static unsigned receive_len(const struct connection *c, size_t left)
{
	bool in_pieces = c->partial_need > TURN_BYTES_MAX && left > TURN_PIECE_LEN;
	return in_pieces ? TURN_PIECE_LEN : (unsigned)left;
}

static void on_alloc(uv_handle_t *handle, size_t suggested UNUSED, uv_buf_t *buf)
{
	struct connection *c = handle->data;
	size_t left = c->partial == NULL ? 0 : c->partial_need - c->partial_len;
	if (left > 0)
		*buf = uv_buf_init((char *)c->partial->data + c->partial_len, receive_len(c, left));
	else
		*buf = uv_buf_init((char *)c->loop->scratch, LOOP_SCRATCH_LEN);
}

// Keeps bytes for later: the beginning of a frame, or what may not be worked on for now.
static void connection_keep(struct connection *c, const uint8_t *data, size_t len, size_t need)
{
	struct buffer *b = buffer_get(&c->server->buffers, c->memory, need > len ? need : len);
	if (b == NULL) {
		connection_close(c, CONNECTION_END_LIMIT);
		return;
	}
	memcpy(b->data, data, len);
	c->partial = b;
	c->partial_len = len;
	c->partial_need = need;
	c->partial_start = 0;
	c->partial_since_ms = uv_now(&c->loop->uv);
}

static void on_read(uv_stream_t *stream, ssize_t nread, const uv_buf_t *buf);

static void connection_pause(struct connection *c)
{
	if (c->reading)
		(void)uv_read_stop((uv_stream_t *)&c->tcp);
	c->reading = false;
}

static void connection_resume(struct connection *c)
{
	if (c->reading || c->state >= CONNECTION_CLOSING)
		return;
	c->reading = true;
	(void)uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read);
}

// The length of the frame that begins at data, its header included; 0 when it is none.
static size_t frame_len(const struct connection *c, const uint8_t *data)
{
	uint32_t len = 0;
	if (frame_header_decode(span_make(data, FRAME_HEADER_LEN), &len) != VERDICT_OK)
		return 0;
	return len >= FRAME_LEN_MIN && len <= frame_len_max(c) ? FRAME_HEADER_LEN + len : 0;
}

static void connection_on_turn(struct loop_task *task)
{
	struct connection *c = CONTAINER_OF(task, struct connection, turn);
	c->put_off = false;
	outbox_hold(c);
	connection_go_on(c);
	outbox_release(c);
	connection_unref(c);
}

// Goes on with what is kept when the others have had their turn.
static void connection_put_off(struct connection *c)
{
	connection_pause(c);
	c->put_off = true;
	c->turn.run = connection_on_turn;
	connection_ref(c);
	turn_put_off(c->loop, &c->turn);
}

enum parsed {
	PARSED_ALL,
	PARSED_NEEDS_MORE,  // the rest is part of a frame
	PARSED_HAS_TO_WAIT, // for room, or its turn
};

// What is to be done about the frame that begins at data: PARSED_ALL when it is to be dispatched.
static enum parsed frame_judge(struct connection *c, size_t len, size_t whole)
{
	// A frame that was begun to be received is not waited for in memory that is not there.
	bool fits = whole <= LOOP_SCRATCH_LEN || connection_has_memory(c, whole);
	if (len < whole)
		return fits ? PARSED_NEEDS_MORE : PARSED_HAS_TO_WAIT;
	if (!connection_has_room(c))
		return PARSED_HAS_TO_WAIT;
	if (!turn_is_over(c->loop))
		return PARSED_ALL;
	connection_put_off(c);
	return PARSED_HAS_TO_WAIT;
}

// Frame after frame from data, of which *done bytes are worked on, and *need bytes of what is left would
// make a header or a frame.
static enum parsed connection_parse(
	struct connection *c, const uint8_t *data, size_t len, size_t *done, size_t *need)
{
	for (*done = 0; *done < len && c->state < CONNECTION_CLOSING;) {
		*need = FRAME_HEADER_LEN;
		size_t left = len - *done;
		if (left < FRAME_HEADER_LEN)
			return PARSED_NEEDS_MORE;
		size_t whole = frame_len(c, data + *done);
		if (whole == 0) {
			dispatch_bad_frame(c, span_make(data + *done, left));
			return PARSED_ALL;
		}
		*need = whole;
		enum parsed judged = frame_judge(c, left, whole);
		if (judged != PARSED_ALL)
			return judged;
		struct span bytes = { data + *done + FRAME_HEADER_LEN, whole - FRAME_HEADER_LEN };
		*done += whole;
		dispatch_frame(c, NULL, bytes);
	}
	return PARSED_ALL;
}

// Bytes that were received into the loop's memory: what is left of them is kept.
static void connection_take_scratch(struct connection *c, const uint8_t *data, size_t len)
{
	size_t done;
	size_t need;
	enum parsed parsed = connection_parse(c, data, len, &done, &need);
	if (parsed == PARSED_ALL)
		return;
	connection_keep(c, data + done, len - done, parsed == PARSED_NEEDS_MORE ? need : len - done);
	if (parsed == PARSED_HAS_TO_WAIT)
		connection_pause(c);
}

// A frame that has its buffer to itself is handed over with it. False when it is not one, or has to wait.
static bool connection_take_whole(struct connection *c, struct buffer *b, size_t len)
{
	size_t whole = len >= FRAME_HEADER_LEN ? frame_len(c, b->data) : 0;
	if (whole != len || !connection_has_room(c) || turn_is_over(c->loop))
		return false;
	dispatch_frame(c, b, span_make(b->data + FRAME_HEADER_LEN, len - FRAME_HEADER_LEN));
	return true;
}

// The kept part has grown to what was wanted of it: a header, or a whole frame, or all that waited.
static void connection_take_partial(struct connection *c)
{
	struct buffer *b = c->partial;
	size_t start = c->partial_start;
	size_t len = c->partial_len;
	size_t done;
	size_t need;
	c->partial = NULL;
	c->partial_len = 0;
	c->partial_need = 0;
	c->partial_start = 0;
	if (start == 0 && connection_take_whole(c, b, len))
		return;
	enum parsed parsed = connection_parse(c, b->data + start, len - start, &done, &need);
	if (parsed == PARSED_HAS_TO_WAIT) {
		connection_pause(c);
		c->partial = b;
		c->partial_len = c->partial_need = len;
		c->partial_start = start + done;
		return;
	}
	if (parsed == PARSED_NEEDS_MORE)
		connection_keep(c, b->data + start + done, len - start - done, need);
	buffer_put(&c->server->buffers, b);
}

static void connection_take(struct connection *c, const uint8_t *data, size_t len)
{
	if (c->partial == NULL) {
		connection_take_scratch(c, data, len);
		return;
	}
	c->partial_len += len;
	if (c->partial_len == c->partial_need)
		connection_take_partial(c);
}

static void on_read(uv_stream_t *stream, ssize_t nread, const uv_buf_t *buf)
{
	struct connection *c = stream->data;
	if (nread == 0)
		return;
	if (nread < 0) {
		connection_close(c, nread == UV_EOF ? CONNECTION_END_CLIENT : CONNECTION_END_IO_ERROR);
		return;
	}
	if (c->loop->draining)
		return; // thrown away
	c->last_receive_ms = uv_now(&c->loop->uv);
	// Who has not shown who he is comes after everybody who has.
	if (atomic_load(&c->authenticated))
		turn_begin(c->loop);
	else
		turn_begin_empty(c->loop);
	// What all requests of one read are answered with goes out together.
	outbox_hold(c);
	connection_take(c, (const uint8_t *)buf->base, (size_t)nread);
	outbox_release(c);
	// Where so much came there is more, and libuv would go on reading it. A piece of a large frame was a
	// turn by itself: receiving it went before this turn began.
	bool ends_turn = nread == TURN_PIECE_LEN || turn_is_over(c->loop);
	if (c->reading && c->state < CONNECTION_CLOSING && (size_t)nread == buf->len && ends_turn)
		connection_put_off(c);
}

void connection_go_on(struct connection *c)
{
	if (c->reading || c->put_off || c->state >= CONNECTION_CLOSING)
		return;
	if (!c->loop->draining && !connection_has_room(c))
		return;
	connection_resume(c);
	if (c->partial != NULL && c->partial_len == c->partial_need)
		connection_take_partial(c);
}

void connection_work_ended(struct connection *c, unsigned weight)
{
	c->work_count--;
	c->weight -= weight;
	connection_go_on(c);
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
	connection_resume(c);
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
