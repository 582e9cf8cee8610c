// SPDX-License-Identifier: Apache-2.0
#include "sensor/rpc_stream.h"

#include <stdlib.h>

#include "sensor/emitter.h"
#include "sensor/rpc_logon.h"
#include "sensor/rpc_watch.h"
#include "wire/dcerpc/pdu.h"

struct rpc_stream {
	struct rpc_watch *watch;
};

// A call is told of with these.
struct place {
	const struct rpc_stream *stream;
	struct sensor_emitter *emitter;
	const struct flow *flow;
};

// A bind that is its connection's first fragment, whole, without an earlier one's rest (C706 12.6.4.3).
bool rpc_stream_is_likely(struct span first)
{
	enum { BIND_LEN_MIN = 72, WHOLE = DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG };
	if (first.len < DCERPC_HEADER_LEN)
		return false;
	const uint8_t *p = first.data;
	uint16_t len = (uint16_t)(p[8] | p[9] << 8);
	bool is_bind = p[0] == 5 && p[1] <= 1 && p[2] == DCERPC_BIND && (p[3] & WHOLE) == WHOLE;
	// Little-endian numbers, ASCII, IEEE: all there is.
	return is_bind && p[4] == 0x10 && p[5] == 0 && len >= BIND_LEN_MIN;
}

struct rpc_stream *rpc_stream_new(void)
{
	struct rpc_stream *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->watch = rpc_watch_new("");
	if (s->watch == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void rpc_stream_free(struct rpc_stream *s)
{
	if (s == NULL)
		return;
	rpc_watch_free(s->watch);
	free(s);
}

static const char *or_null(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}

static void tell(void *context, const struct event_rpc *rpc)
{
	const struct place *at = context;
	const struct flow *f = at->flow;
	const struct rpc_logon *who = rpc_watch_logon(at->stream->watch);
	if (rpc->interface == NULL)
		return;
	struct event_rpc call = *rpc;
	struct event_connection about = { .id = f->id };
	struct flow_names names;
	struct event_session session = { 0 };
	if (who != NULL)
		session = (struct event_session){ .account = or_null(who->account),
			.domain = or_null(who->domain),
			.mechanism = who->mechanism,
			.service = or_null(who->service) };
	struct event_wire wire = { .flow = f->id,
		.packet = f->packet == NULL ? 0 : f->packet->number,
		.midstream = f->midstream,
		.capture = at->emitter->capture };
	call.pipe = NULL;
	flow_names_fill(&names, &about, &f->client, &f->server);
	struct event e = {
		.kind = EVENT_RPC, .connection = &about, .session = &session, .rpc = &call, .wire = &wire
	};
	emitter_emit(at->emitter, &e, f->last_us);
}

void rpc_stream_data(struct rpc_stream *s, struct sensor_emitter *e, const struct flow *f,
	enum flow_side from, struct span bytes)
{
	struct place at = { .stream = s, .emitter = e, .flow = f };
	if (from == FLOW_CLIENT)
		rpc_watch_request_bytes(s->watch, bytes, tell, &at);
}

void rpc_stream_gap(struct rpc_stream *s, enum flow_side from)
{
	if (from == FLOW_CLIENT)
		rpc_watch_gap(s->watch);
}
