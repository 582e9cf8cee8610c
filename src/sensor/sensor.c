// SPDX-License-Identifier: Apache-2.0
#include "sensor/sensor.h"

#include <stdlib.h>
#include <string.h>

#include "sensor/conversation.h"
#include "sensor/emitter.h"
#include "sensor/kerberos_watch.h"
#include "sensor/legs.h"
#include "sensor/rpc_stream.h"
#include "sensor/sensor_state.h"
#include "sensor/shared_session.h"
#include "wire/smb2/smb2_header.h"

enum { KERBEROS_PORT = 88, SECOND_US = 1000000 };

struct sensor {
	struct sensor_config config;
	struct sensor_emitter emitter;
	struct sensor_counts counts;
	struct flow_table *flows;
	struct legs_table *legs;
	struct shared_table *shared;
	struct kerberos_datagrams *kerberos;
	char *capture;
	uint64_t limit_told_us;
};

// What a flow's state is.
enum watched_kind { WATCHED_SMB, WATCHED_KERBEROS, WATCHED_RPC };

struct watched_flow {
	enum watched_kind kind;
	struct conversation *conversation;
	struct kerberos_stream *kerberos;
	struct rpc_stream *rpc;
};

const struct sensor_limits sensor_limits_default = {
	.flows = { .flows_max = 262144, .ahead_len_max = 256u << 20, .idle_us = 3600ull * SECOND_US },
	.sessions_per_connection_max = 1024,
	.opens_per_connection_max = 65536,
	.requests_per_connection_max = 4096,
	.message_len_max = 1 << 20,
};

const struct sensor_limits *sensor_limits_of(const struct sensor *s)
{
	return &s->config.limits;
}

const struct unlock_keys *sensor_keys_of(const struct sensor *s)
{
	return s->config.keys;
}

struct legs_table *sensor_legs_of(const struct sensor *s)
{
	return s->legs;
}

struct shared_table *sensor_shared_of(const struct sensor *s)
{
	return s->shared;
}

void sensor_count_message(struct sensor *s, bool sealed)
{
	if (sealed)
		s->counts.sealed++;
	else
		s->counts.messages++;
}

void sensor_count_session(struct sensor *s)
{
	s->counts.sessions++;
}

void sensor_count_anomaly(struct sensor *s)
{
	s->counts.anomalies++;
}

void sensor_limit_reached(struct sensor *s, const char *limit, uint64_t value, uint64_t now_us)
{
	if (now_us < s->limit_told_us + SECOND_US)
		return;
	s->limit_told_us = now_us;
	struct event_wire wire = { .capture = s->capture };
	struct event e = {
		.kind = EVENT_CAPTURE, .reason = "limit", .detail = limit, .value = value, .wire = &wire
	};
	emitter_emit(&s->emitter, &e, now_us);
}

// --- flows ------------------------------------------------------------------------------------------

// A message from the server says so: SMB2_FLAGS_SERVER_TO_REDIR, SMB_FLAGS_REPLY of SMB1.
static bool is_from_server(struct span first, bool *known)
{
	enum { SMB1_FLAGS_OFFSET = 4 + 9, SMB2_FLAGS_OFFSET = 4 + SMB2_HEADER_FLAGS_OFFSET };
	uint32_t id = first.len >= 8 ? smb2_protocol_id(span_make(first.data + 4, first.len - 4)) : 0;
	*known = (id == SMB2_PROTOCOL_ID && first.len > SMB2_FLAGS_OFFSET) ||
		 (id == SMB1_PROTOCOL_ID && first.len > SMB1_FLAGS_OFFSET);
	if (!*known)
		return false;
	return id == SMB2_PROTOCOL_ID ? (first.data[SMB2_FLAGS_OFFSET] & SMB2_FLAGS_SERVER_TO_REDIR) != 0
				      : (first.data[SMB1_FLAGS_OFFSET] & 0x80) != 0;
}

static bool is_smb_port(uint16_t port)
{
	return port == 445 || port == 139;
}

static struct watched_flow *begin_smb(struct sensor *s, struct flow *f, struct span first)
{
	struct watched_flow *w = calloc(1, sizeof(*w));
	if (w == NULL)
		return NULL;
	w->kind = WATCHED_SMB;
	w->conversation = conversation_new(s, &s->emitter, f);
	if (w->conversation == NULL) {
		free(w);
		return NULL;
	}
	s->counts.connections++;
	if (!smb_frame_is_likely(first) && f->midstream) {
		smb_stream_search(&w->conversation->streams[FLOW_CLIENT]);
		smb_stream_search(&w->conversation->streams[FLOW_SERVER]);
	}
	return w;
}

static struct watched_flow *begin_kerberos(void)
{
	struct watched_flow *w = calloc(1, sizeof(*w));
	if (w == NULL)
		return NULL;
	w->kind = WATCHED_KERBEROS;
	w->kerberos = kerberos_stream_new();
	if (w->kerberos == NULL) {
		free(w);
		return NULL;
	}
	return w;
}

static struct watched_flow *begin_rpc(void)
{
	struct watched_flow *w = calloc(1, sizeof(*w));
	if (w == NULL)
		return NULL;
	w->kind = WATCHED_RPC;
	w->rpc = rpc_stream_new();
	if (w->rpc == NULL) {
		free(w);
		return NULL;
	}
	return w;
}

static void *on_begin(void *context, struct flow *f, enum flow_side from, struct span first, bool *swap)
{
	struct sensor *s = context;
	bool known, likely = smb_frame_is_likely(first);
	if (f->server.port == KERBEROS_PORT && !likely)
		return begin_kerberos();
	if (!likely && !is_smb_port(f->server.port))
		return from == FLOW_CLIENT && rpc_stream_is_likely(first) ? begin_rpc() : NULL;
	bool from_server = is_from_server(first, &known);
	*swap = known && from_server != (from == FLOW_SERVER);
	return begin_smb(s, f, first);
}

static void on_data(void *context, struct flow *f, enum flow_side from, struct span bytes)
{
	struct sensor *s = context;
	struct watched_flow *w = f->state;
	if (w->kind == WATCHED_SMB)
		conversation_data(w->conversation, from, bytes);
	else if (w->kind == WATCHED_RPC)
		rpc_stream_data(w->rpc, &s->emitter, f, from, bytes);
	else
		kerberos_stream_data(w->kerberos, &s->emitter, f, from, bytes);
}

static void on_gap(void *context, struct flow *f, enum flow_side from, uint64_t len)
{
	(void)context;
	struct watched_flow *w = f->state;
	if (w->kind == WATCHED_SMB)
		conversation_gap(w->conversation, from, len);
	else if (w->kind == WATCHED_RPC)
		rpc_stream_gap(w->rpc, from);
	else
		kerberos_stream_gap(w->kerberos, from);
}

static void on_end(void *context, struct flow *f, enum flow_end why)
{
	struct sensor *s = context;
	struct watched_flow *w = f->state;
	if (why == FLOW_END_EVICTED)
		sensor_limit_reached(s, "flows_max", s->config.limits.flows.flows_max, f->last_us);
	if (w->kind == WATCHED_SMB) {
		conversation_end(w->conversation);
		conversation_free(w->conversation);
	} else {
		kerberos_stream_free(w->kerberos);
		rpc_stream_free(w->rpc);
	}
	free(w);
}

static void on_datagram(void *context, const struct endpoint *source, const struct endpoint *destination,
	struct span payload, const struct packet *p)
{
	struct sensor *s = context;
	kerberos_watch_datagram(s->kerberos, &s->emitter, source, destination, payload, p);
}

// A connection that nobody took: a CONNECTION_CLOSE of a server that is not there.
static void on_attempt(void *context, const struct flow *f, bool refused)
{
	struct sensor *s = context;
	if (!is_smb_port(f->server.port))
		return;
	struct event_connection about = { .id = f->id };
	struct flow_names names;
	struct event_wire wire = { .flow = f->id, .first_packet = f->first_packet, .capture = s->capture };
	flow_names_fill(&names, &about, &f->client, &f->server);
	struct event e = {
		.kind = EVENT_CONNECTION_CLOSE,
		.reason = refused ? "refused" : "no_answer",
		.connection = &about,
		.wire = &wire,
	};
	emitter_emit(&s->emitter, &e, f->last_us);
}

// --- the sensor -------------------------------------------------------------------------------------

static const uint16_t udp_ports[] = { KERBEROS_PORT, 0 };

struct sensor *sensor_new(const struct sensor_config *config)
{
	struct sensor *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->config = *config;
	s->emitter.emit = config->emit;
	s->emitter.context = config->context;
	const struct flow_handler handler = {
		.begin = on_begin,
		.data = on_data,
		.gap = on_gap,
		.end = on_end,
		.datagram = on_datagram,
		.attempt = on_attempt,
		.udp_ports = udp_ports,
		.context = s,
	};
	s->legs = legs_table_new();
	s->shared = shared_table_new();
	s->kerberos = kerberos_datagrams_new();
	s->flows = flow_table_new(&handler, &config->limits.flows);
	if (s->legs == NULL || s->shared == NULL || s->kerberos == NULL || s->flows == NULL) {
		flow_table_free(s->flows);
		legs_table_free(s->legs);
		shared_table_free(s->shared);
		kerberos_datagrams_free(s->kerberos);
		free(s);
		return NULL;
	}
	return s;
}

void sensor_free(struct sensor *s)
{
	if (s == NULL)
		return;
	sensor_finish(s);
	flow_table_free(s->flows);
	legs_table_free(s->legs);
	shared_table_free(s->shared);
	kerberos_datagrams_free(s->kerberos);
	free(s->capture);
	free(s);
}

void sensor_set_capture(struct sensor *s, const char *name)
{
	free(s->capture);
	s->capture = strdup(name);
	s->emitter.capture = s->capture;
}

void sensor_packet(struct sensor *s, const struct packet *p)
{
	flow_table_packet(s->flows, p);
}

void sensor_finish(struct sensor *s)
{
	flow_table_finish(s->flows, FLOW_END_CAPTURE);
}

static void tell_sessions(void *context, struct flow *f)
{
	struct sensor_emitter *to = context;
	struct watched_flow *w = f->state;
	if (w->kind == WATCHED_SMB)
		conversation_tell_sessions(w->conversation, to);
}

void sensor_each_session(struct sensor *s, void (*fn)(void *context, const struct event *e), void *context)
{
	struct sensor_emitter to = { .emit = fn, .context = context, .capture = s->capture };
	flow_table_each(s->flows, tell_sessions, &to);
}

const struct sensor_counts *sensor_counts(const struct sensor *s)
{
	struct sensor *counting = (struct sensor *)(uintptr_t)s;
	counting->counts.events = s->emitter.events;
	return &s->counts;
}

const struct flow_counts *sensor_flow_counts(const struct sensor *s)
{
	return flow_table_counts(s->flows);
}
