// SPDX-License-Identifier: Apache-2.0
#include "sensor/conversation.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf16.h"
#include "sensor/legs.h"
#include "sensor/observe.h"
#include "sensor/sensor_state.h"
#include "sensor/shared_session.h"
#include "sensor/smb1_watch.h"
#include "sensor/watched_session.h"
#include "wire/smb2/smb2_command.h"
#include "wire/smb2/smb2_transform.h"

// Again when the sides were turned round after the first bytes.
static void conversation_name_sides(struct conversation *c)
{
	const struct flow *f = c->flow;
	if (c->about.client_address != NULL && endpoint_equal(&c->named_client, &f->client))
		return;
	c->named_client = f->client;
	flow_names_fill(&c->names, &c->about, &f->client, &f->server);
}

struct conversation *conversation_new(struct sensor *s, struct sensor_emitter *e, struct flow *f)
{
	struct conversation *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->budget = session_budget_new();
	if (c->budget == NULL) {
		free(c);
		return NULL;
	}
	c->sensor = s;
	c->emitter = e;
	c->flow = f;
	c->about.id = f->id;
	conversation_name_sides(c);
	preauth_hash_init(&c->preauth);
	c->preauth_broken = f->midstream;
	return c;
}

void conversation_free(struct conversation *c)
{
	for (int side = FLOW_CLIENT; side <= FLOW_SERVER; side++)
		smb_stream_free(&c->streams[side]);
	while (c->pending != NULL)
		pending_remove(c, c->pending);
	smb1_watch_free(c->smb1);
	legs_part(c);
	session_budget_release(c->budget);
	free(c);
}

void conversation_end(struct conversation *c)
{
	if (c->negotiated.request_seen && !c->negotiated.told)
		conversation_tell_negotiate(c, STATUS(SUCCESS), EVENT_FAILURE, "unanswered");
	while (c->sessions != NULL)
		watched_session_end(c->sessions, "connection_closed");
}

void conversation_tell_sessions(struct conversation *c, struct sensor_emitter *to)
{
	struct watched_session *s, *next;
	struct sensor_emitter *own = c->emitter;
	c->emitter = to;
	HASH_ITER(hh, c->sessions, s, next)
	{
		// cppcheck-suppress uninitvar ; it does not see into HASH_ITER
		if (s->established)
			watched_session_tell(s, "open");
	}
	c->emitter = own;
}

uint64_t conversation_now(const struct conversation *c)
{
	return c->flow->packet != NULL ? c->flow->packet->time_us : c->flow->last_us;
}

uint64_t conversation_packet(const struct conversation *c)
{
	return c->flow->packet != NULL ? c->flow->packet->number : 0;
}

struct event_wire conversation_wire(const struct conversation *c, uint64_t first_packet)
{
	return (struct event_wire){
		.flow = c->flow->id,
		.packet = conversation_packet(c),
		.first_packet = first_packet,
		.midstream = c->flow->midstream,
		.lossy = c->lossy,
		.capture = c->emitter->capture,
	};
}

void conversation_emit(
	struct conversation *c, const struct watched_session *s, const struct event *e, uint64_t first_packet)
{
	struct event_wire wire = conversation_wire(c, first_packet);
	struct event full = *e;
	conversation_name_sides(c);
	full.wire = &wire;
	full.connection = &c->about;
	full.session = s == NULL ? NULL : &s->about;
	emitter_emit(c->emitter, &full, conversation_now(c));
}

void conversation_anomaly(struct conversation *c, const char *reason, const char *detail)
{
	struct event e = { .kind = EVENT_ANOMALY, .reason = reason, .detail = detail };
	sensor_count_anomaly(c->sensor);
	conversation_emit(c, NULL, &e, 0);
}

// --- messages ---------------------------------------------------------------------------------------

static void on_message(void *context, struct span bytes, size_t len)
{
	observe_frame(context, bytes, len);
}

static void on_trouble(void *context, const char *reason, uint64_t bytes)
{
	struct conversation *c = context;
	(void)bytes;
	c->lossy = true;
	if (c->smb1 != NULL)
		smb1_watch_lost(c->smb1, c->from);
	if (strcmp(reason, "lost") != 0)
		conversation_anomaly(c, reason, NULL);
}

static bool is_sealed(struct span head)
{
	return smb2_protocol_id(head) == SMB2_TRANSFORM_PROTOCOL_ID;
}

enum {
	BULK_COMMAND_OFFSET = SMB2_HEADER_COMMAND_OFFSET,
	BULK_SAMPLE_LEN = 4096, // of the data of a large READ or WRITE
	BULK_LEN_MIN = 8192,    // a message that is longer is asked about
};

// READ and WRITE that stand alone carry nothing behind their data.
static bool is_bulk(struct span head)
{
	struct reader r = reader_make(head);
	reader_skip(&r, SMB2_HEADER_COMMAND_OFFSET);
	unsigned int command = reader_u16(&r);
	reader_seek(&r, SMB2_HEADER_NEXT_COMMAND_OFFSET);
	return reader_u32(&r) == 0 && reader_ok(&r) && (command == SMB2_READ || command == SMB2_WRITE);
}

// What goes through a pipe is never sampled: a call may stand anywhere in it.
static bool is_of_pipe(const struct conversation *c, struct span head)
{
	struct smb2_header h;
	if (smb2_header_decode(head, &h) != VERDICT_OK)
		return false;
	struct watched_session *s = watched_session_find(c, h.session_id);
	struct watched_tree *t = s == NULL ? NULL : watched_tree_find(s, h.tree_id);
	return t != NULL && t->is_pipe;
}

static bool has_secrets(const struct conversation *c, struct span head, size_t len)
{
	struct smb2_transform_header h;
	if (smb2_transform_header_decode_head(head, len, &h) != VERDICT_OK)
		return false;
	struct watched_session *s = watched_session_find(c, h.session_id);
	return s != NULL && watched_session_sealing(s) != NULL;
}

// A signature that is to be verified needs all of its message.
static bool will_verify(const struct conversation *c, struct span head)
{
	struct smb2_header h;
	if (c->smb1 != NULL && smb2_protocol_id(head) == SMB1_PROTOCOL_ID)
		return smb1_watch_will_verify(c->smb1);
	if (smb2_header_decode(head, &h) != VERDICT_OK || (h.flags & SMB2_FLAGS_SIGNED) == 0)
		return false;
	struct watched_session *s = watched_session_find(c, h.session_id);
	return s != NULL && watched_session_signing(s) != NULL;
}

static size_t on_wanted(void *context, struct span head, size_t len)
{
	const struct conversation *c = context;
	size_t most = sensor_limits_of(c->sensor)->message_len_max;
	if (is_sealed(head))
		return has_secrets(c, head, len) ? len : SMB2_TRANSFORM_HEADER_LEN;
	if (len <= BULK_LEN_MIN)
		return len;
	if (will_verify(c, head))
		return len;
	if (smb2_protocol_id(head) == SMB2_PROTOCOL_ID && is_bulk(head) && !is_of_pipe(c, head))
		return BULK_SAMPLE_LEN;
	return len < most ? len : most;
}

static struct smb_stream_user stream_user(struct conversation *c)
{
	return (struct smb_stream_user){
		.wanted = on_wanted, .message = on_message, .trouble = on_trouble, .context = c
	};
}

void conversation_data(struct conversation *c, enum flow_side from, struct span bytes)
{
	struct smb_stream_user user = stream_user(c);
	c->from = from;
	smb_stream_data(&c->streams[from], &user, bytes);
}

void conversation_gap(struct conversation *c, enum flow_side from, uint64_t len)
{
	struct smb_stream_user user = stream_user(c);
	c->from = from;
	smb_stream_gap(&c->streams[from], &user, len);
}

// --- requests that wait for their answers ------------------------------------------------------------

struct pending *pending_find(struct conversation *c, uint64_t message_id)
{
	struct pending *p;
	HASH_FIND(hh, c->pending, &message_id, sizeof(message_id), p);
	return p;
}

void pending_remove(struct conversation *c, struct pending *p)
{
	HASH_DEL(c->pending, p); // NOLINT(clang-analyzer-core.NullDereference): p is in the table
	c->pending_count--;
	free(p->name);
	free(p);
}

struct pending *pending_add(struct conversation *c, const struct smb2_header *h)
{
	struct pending *p = pending_find(c, h->message_id);
	if (p != NULL)
		pending_remove(c, p); // its answer was lost, and the number is used again
	// The oldest answer will not come any more.
	if (c->pending_count >= sensor_limits_of(c->sensor)->requests_per_connection_max)
		pending_remove(c, c->pending);
	p = malloc(sizeof(*p)); // calloc takes none of those that this thread freed just now
	if (p == NULL)
		return NULL;
	*p = (struct pending){ .message_id = h->message_id, .command = h->command };
	p->related = (h->flags & SMB2_FLAGS_RELATED_OPERATIONS) != 0;
	p->is_signed = (h->flags & SMB2_FLAGS_SIGNED) != 0;
	p->session_id = h->session_id;
	p->tree_id = h->tree_id;
	p->packet = conversation_packet(c);
	p->time_us = conversation_now(c);
	HASH_ADD(hh, c->pending, message_id, sizeof(p->message_id), p);
	c->pending_count++;
	return p;
}

char *text_of_utf16(struct span utf16)
{
	uint8_t first[1024];
	struct arena a;
	arena_init(&a, first, sizeof(first));
	const char *text = utf16_to_utf8(&a, utf16);
	char *copy = strdup(text == NULL ? "" : text);
	arena_reset(&a);
	for (char *p = copy; p != NULL && *p != '\0'; p++)
		if (*p == '\\')
			*p = '/';
	return copy;
}
