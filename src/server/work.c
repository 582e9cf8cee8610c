// SPDX-License-Identifier: Apache-2.0
#include "server/work.h"

#include <errno.h>

#include "server/buffer.h"
#include "server/connection.h"
#include "server/server.h"
#include "server/session.h"
#include "session/sealing.h"
#include "session/signing.h"
#include "wire/smb2/frame.h"

enum {
	REPLY_LEN_FIRST = 8 << 10,
	// Beyond one large read it is a compound whose replies add up: room for all that may follow, so
	// that they are not copied again and again.
	REPLY_LEN_LARGE = (8 << 20) + 8192,
	FRAME_IN_ARENA_MAX = 2048,
	ARENA_CHUNK_ALWAYS = 64 << 10, // what a peer may have even at its limit, to be answered at all
};

static struct buffer_pool *work_pool(const struct work *w)
{
	return &w->conn->server->buffers;
}

static struct span work_copy_frame(struct work *w, struct span bytes)
{
	if (bytes.len <= FRAME_IN_ARENA_MAX) {
		void *copy = arena_copy(&w->arena, bytes.data, bytes.len);
		return span_make(copy, copy == NULL ? 0 : bytes.len);
	}
	w->frame = buffer_get(work_pool(w), w->conn->memory, bytes.len);
	if (w->frame == NULL)
		return span_make(NULL, 0);
	memcpy(w->frame->data, bytes.data, bytes.len);
	return span_make(w->frame->data, bytes.len);
}

static bool arena_take(struct arena_account *account, size_t len)
{
	struct work *w = CONTAINER_OF(account, struct work, arena_account);
	if (len > ARENA_CHUNK_ALWAYS && !connection_has_memory(w->conn, len))
		return false;
	memory_account_add(w->conn->memory, len);
	return true;
}

static void arena_give(struct arena_account *account, size_t len)
{
	struct work *w = CONTAINER_OF(account, struct work, arena_account);
	memory_account_sub(w->conn->memory, len);
}

struct work *work_new(struct connection *c, struct buffer *frame, struct span bytes)
{
	struct buffer *own = buffer_get(&c->server->buffers, c->memory, sizeof(struct work));
	if (own == NULL)
		return NULL;
	struct work *w = (struct work *)(void *)own->data;
	memset(w, 0, offsetof(struct work, arena_first));
	w->conn = connection_ref(c);
	w->begun_ns = metrics_now_ns();
	w->frame = frame;
	arena_init(&w->arena, w->arena_first, sizeof(w->arena_first));
	w->arena_account = (struct arena_account){ .take = arena_take, .give = arena_give };
	arena_charge_to(&w->arena, &w->arena_account);
	w->bytes = frame != NULL ? bytes : work_copy_frame(w, bytes);
	if (w->bytes.data == NULL) {
		work_free(w);
		return NULL;
	}
	return w;
}

void work_weigh(struct work *w, size_t len)
{
	unsigned weight = len > TURN_BYTES_MAX ? WORK_WEIGHT_MAX : len >= WORK_LARGE_LEN_MIN ? 1 : 0;
	if (weight <= w->weight)
		return;
	w->conn->weight += weight - w->weight;
	w->weight = weight;
}

static void work_drop_parts(struct work *w)
{
	for (size_t i = 0; i < w->part_count; i++)
		session_unref(w->parts[i].session);
	w->part_count = 0;
}

void work_free(struct work *w)
{
	struct connection *c = w->conn;
	work_drop_parts(w);
	payload_drop(&w->payload);
	session_unref(w->unsealed);
	if (w->throttled)
		throttle_end(c->server->throttle, &c->peer);
	buffer_put(work_pool(w), w->frame);
	buffer_put(work_pool(w), w->reply);
	arena_reset(&w->arena);
	buffer_put(work_pool(w), CONTAINER_OF(w, struct buffer, data));
	connection_unref(c);
}

bool work_reserve(struct work *w, size_t len)
{
	size_t used = w->reply == NULL ? REPLY_HEADROOM : w->out.pos;
	if (len > REPLY_LEN_MAX || used + len > REPLY_LEN_MAX)
		return false;
	if (w->reply != NULL && !w->out.overflow && writer_left(&w->out) >= len)
		return true;
	size_t want = used + len + SMB2_HEADER_LEN; // room for an error after a refused reservation
	if (want > REPLY_LEN_LARGE)
		want = REPLY_LEN_MAX + REPLY_HEADROOM;
	// What an error needs is always there.
	if (want > REPLY_LEN_FIRST && !connection_has_memory(w->conn, want))
		return false;
	struct buffer *bigger =
		buffer_get(work_pool(w), w->conn->memory, want < REPLY_LEN_FIRST ? REPLY_LEN_FIRST : want);
	if (bigger == NULL)
		return false;
	if (w->reply != NULL)
		memcpy(bigger->data, w->reply->data, used);
	buffer_put(work_pool(w), w->reply);
	w->reply = bigger;
	w->out = writer_make(bigger->data, bigger->cap);
	w->out.pos = used;
	return true;
}

void work_begin_part(struct work *w)
{
	writer_align(&w->out, 8, REPLY_HEADROOM); // MS-SMB2 3.3.4.1.3
	w->parts[w->part_count] = (struct reply_part){ .offset = w->out.pos };
}

void work_end_part(struct work *w, struct session *signer)
{
	struct reply_part *part = &w->parts[w->part_count++];
	part->session = signer == NULL ? NULL : session_ref(signer);
}

static int work_sign_part(struct work *w, const struct reply_part *part, size_t end)
{
	if (part->session == NULL)
		return 0;
	uint8_t *message = w->out.base + part->offset;
	return message_sign(part->session->sign_key, SENT_BY_SERVER, message, end - part->offset);
}

// Each NextCommand but the last leads to the next response, the padding before it included; a
// signature covers that padding too.
static int work_chain_and_sign(struct work *w)
{
	if (w->part_count > 1 && work_reserve(w, 8))
		writer_align(&w->out, 8, REPLY_HEADROOM); // the last one as well (MS-SMB2 3.3.4.1.3)
	for (size_t i = 0; i < w->part_count; i++) {
		struct reply_part *part = &w->parts[i];
		bool last = i + 1 == w->part_count;
		size_t end = last ? w->out.pos : w->parts[i + 1].offset;
		smb2_header_patch_next_command(
			&w->out, part->offset, last ? 0 : (uint32_t)(end - part->offset));
		int err = work_sign_part(w, part, end);
		if (err != 0)
			return err;
	}
	return 0;
}

static int work_protect(struct work *w, size_t *start)
{
	int err = work_chain_and_sign(w);
	if (err != 0 || w->unsealed == NULL) {
		*start = REPLY_HEADROOM;
		return err;
	}
	struct session *s = w->unsealed;
	*start = REPLY_HEADROOM - TRANSFORM_HEADER_LEN;
	if (w->payload.open != NULL)
		return payload_seal(&w->payload, s, w->out.base + *start, w->out.pos - *start);
	return message_seal(s->encryption_key, &s->nonces, s->id, w->out.base + *start, w->out.pos - *start);
}

void work_protect_reply(struct work *w)
{
	size_t start = 0;
	if (w->part_count == 0)
		return; // nothing is to be said, or all of it was protected
	int err = work_protect(w, &start);
	payload_drop(&w->payload);
	work_drop_parts(w);
	if (err != 0) {
		w->disconnect = true;
		w->end = CONNECTION_END_LIMIT; // the key's nonces are used up, or the library failed
		return;
	}
	frame_header_put(w->out.base + start - FRAME_HEADER_LEN, (uint32_t)(w->out.pos - start));
	w->protected =
		span_make(w->out.base + start - FRAME_HEADER_LEN, w->out.pos - start + FRAME_HEADER_LEN);
}

void work_take_reply(struct work *w, struct buffer **owner, struct span *frame)
{
	*owner = NULL;
	work_protect_reply(w);
	*frame = w->protected;
	if (frame->len == 0)
		return;
	*owner = w->reply;
	w->reply = NULL;
	w->out = (struct writer){ 0 };
	w->protected = span_make(NULL, 0);
}
