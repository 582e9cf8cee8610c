// SPDX-License-Identifier: Apache-2.0
#include "capture/tcp_stream.h"

#include <stdlib.h>
#include <string.h>

// A segment that came before its time. In order of sequence; they may overlap.
struct tcp_piece {
	struct tcp_piece *next;
	uint32_t sequence;
	uint32_t len;     // bytes
	uint32_t missing; // and so many that the capture does not have
	bool ack;
	uint32_t acknowledgment;
	uint8_t bytes[];
};

static int32_t distance(uint32_t from, uint32_t to)
{
	return (int32_t)(to - from); // sequence numbers wrap (RFC 9293 3.4)
}

void tcp_stream_start(struct tcp_stream *s, uint32_t first)
{
	if (s->started)
		return;
	s->started = true;
	s->next = first;
}

static void deliver(struct tcp_stream *s, struct span bytes, const struct tcp_output *out)
{
	s->next += (uint32_t)bytes.len;
	s->delivered += bytes.len;
	out->data(out->context, bytes);
}

static void skip(struct tcp_stream *s, uint32_t len, const struct tcp_output *out)
{
	if (len == 0)
		return;
	s->next += len;
	s->lost += len;
	out->gap(out->context, len);
}

// What of a segment is due now, when it begins at or before what is due.
static void take(struct tcp_stream *s, uint32_t sequence, struct span payload, size_t missing,
	const struct tcp_output *out)
{
	int32_t late = distance(sequence, s->next); // bytes that were seen before
	size_t whole = payload.len + missing;
	if ((size_t)late >= whole) {
		s->repeated += whole;
		return;
	}
	s->repeated += (size_t)late;
	size_t known = (size_t)late < payload.len ? payload.len - (size_t)late : 0;
	if (known > 0)
		deliver(s, span_make(payload.data + (payload.len - known), known), out);
	skip(s, (uint32_t)(whole - (size_t)late - known), out);
}

// Whether the sender of this had seen more of the other direction than has come out: it answers what is not
// there yet. The other's FIN takes a number of its own (RFC 9293 3.4).
static bool answers_too_early(const struct tcp_stream *s, bool ack, uint32_t acknowledgment)
{
	const struct tcp_stream *peer = s->peer;
	if (!ack || peer == NULL || !peer->started || peer->unseen)
		return false;
	int32_t unseen = distance(peer->next, acknowledgment);
	if (peer->ended && acknowledgment == peer->end + 1)
		unseen--;
	return unseen > 0 && unseen <= TCP_STREAM_JUMP_MAX;
}

static struct tcp_piece *pop(struct tcp_stream *s, struct tcp_memory *m)
{
	struct tcp_piece *p = s->ahead;
	s->ahead = p->next;
	s->ahead_len -= p->len;
	s->ahead_count--;
	m->used -= sizeof(*p) + p->len;
	return p;
}

static bool is_due(const struct tcp_stream *s, const struct tcp_piece *p)
{
	return distance(s->next, p->sequence) <= 0 && !answers_too_early(s, p->ack, p->acknowledgment);
}

// Pieces that have become due.
static bool take_ahead(
	struct tcp_stream *s, struct tcp_memory *m, uint64_t time_us, const struct tcp_output *out)
{
	bool any = false;
	for (; s->ahead != NULL && is_due(s, s->ahead); any = true) {
		struct tcp_piece *p = pop(s, m);
		take(s, p->sequence, span_make(p->bytes, p->len), p->missing, out);
		free(p);
	}
	if (any)
		s->waits_since_us = time_us; // for the next, if there is one
	return any;
}

bool tcp_stream_has_hole(const struct tcp_stream *s)
{
	return s->ahead != NULL && distance(s->next, s->ahead->sequence) > 0;
}

void tcp_stream_give_up(
	struct tcp_stream *s, struct tcp_memory *m, uint64_t time_us, const struct tcp_output *out)
{
	if (tcp_stream_has_hole(s))
		skip(s, s->ahead->sequence - s->next, out);
	else if (s->peer != NULL)
		s->peer->unseen = true;
	(void)take_ahead(s, m, time_us, out);
	s->waits_since_us = time_us;
}

// --- a segment, a part at a time

static size_t part_len(const struct tcp_data *p)
{
	return p->known.len + p->missing;
}

static struct tcp_data part_first(const struct tcp_data *p, size_t len)
{
	struct tcp_data first = *p;
	first.known = span_make(p->known.data, p->known.len < len ? p->known.len : len);
	first.missing = len - first.known.len;
	return first;
}

static void part_pass(struct tcp_data *p, size_t len)
{
	size_t known = p->known.len < len ? p->known.len : len;
	if (known > 0)
		p->known = span_make(p->known.data + known, p->known.len - known);
	p->missing -= len - known;
	p->sequence += (uint32_t)len;
}

// Copies it into the list, at this place; gives the place behind it.
static struct tcp_piece **insert(
	struct tcp_stream *s, struct tcp_memory *m, struct tcp_piece **at, const struct tcp_data *part)
{
	struct tcp_piece *p = malloc(sizeof(*p) + part->known.len);
	if (p == NULL)
		return at; // as if it had been lost
	p->sequence = part->sequence;
	p->len = (uint32_t)part->known.len;
	p->missing = (uint32_t)part->missing;
	p->ack = part->ack;
	p->acknowledgment = part->acknowledgment;
	if (p->len > 0)
		memcpy(p->bytes, part->known.data, p->len);
	p->next = *at;
	*at = p;
	s->ahead_len += p->len;
	s->ahead_count++;
	m->used += sizeof(*p) + p->len;
	return &p->next;
}

// Only what no earlier segment has: a second one must not say something else.
static void keep(struct tcp_stream *s, struct tcp_memory *m, struct tcp_data part)
{
	struct tcp_piece **at = &s->ahead;
	while (part_len(&part) > 0) {
		const struct tcp_piece *there = *at;
		int32_t before = there == NULL ? INT32_MAX : distance(part.sequence, there->sequence);
		if (before > 0) {
			size_t len = part_len(&part) < (size_t)before ? part_len(&part) : (size_t)before;
			const struct tcp_data first = part_first(&part, len);
			at = insert(s, m, at, &first);
			part_pass(&part, len);
		}
		if (there == NULL)
			return;
		int32_t over = distance(part.sequence, there->sequence + there->len + there->missing);
		if (over > 0)
			part_pass(&part, part_len(&part) < (size_t)over ? part_len(&part) : (size_t)over);
		at = &(*at)->next;
	}
}

// What the other direction waits for itself is decided there first: its bytes come before the answer to them.
static bool peer_decides(const struct tcp_stream *s)
{
	return !tcp_stream_has_hole(s) && s->peer != NULL && tcp_stream_has_hole(s->peer);
}

static bool has_waited_enough(const struct tcp_stream *s, const struct tcp_memory *m, uint64_t time_us)
{
	return s->ahead_len > TCP_STREAM_AHEAD_LEN_MAX || s->ahead_count > TCP_STREAM_AHEAD_COUNT_MAX ||
	       m->used > m->max || (time_us > s->waits_since_us + TCP_STREAM_WAIT_US && !peer_decides(s));
}

bool tcp_stream_go_on(
	struct tcp_stream *s, struct tcp_memory *m, uint64_t time_us, const struct tcp_output *out)
{
	bool any = take_ahead(s, m, time_us, out);
	for (; s->ahead != NULL && has_waited_enough(s, m, time_us); any = true)
		tcp_stream_give_up(s, m, time_us, out);
	return any;
}

// Behind what came out already.
static struct tcp_data without_repeated(struct tcp_stream *s, const struct tcp_data *d)
{
	struct tcp_data rest = *d;
	int32_t late = distance(d->sequence, s->next);
	if (late > 0) {
		size_t known = part_len(d) < (size_t)late ? part_len(d) : (size_t)late;
		part_pass(&rest, known);
		s->repeated += known;
	}
	return rest;
}

void tcp_stream_add(struct tcp_stream *s, struct tcp_memory *m, const struct tcp_data *d, uint64_t time_us,
	const struct tcp_output *out)
{
	if (part_len(d) == 0)
		return;
	tcp_stream_start(s, d->sequence); // the beginning was not seen
	int32_t early = distance(s->next, d->sequence);
	if (early > TCP_STREAM_JUMP_MAX || early < -TCP_STREAM_JUMP_MAX)
		return;
	s->unseen = false;
	if (early <= 0 && s->ahead == NULL && !answers_too_early(s, d->ack, d->acknowledgment)) {
		take(s, d->sequence, d->known, d->missing, out);
		return;
	}
	if (s->ahead == NULL)
		s->waits_since_us = time_us;
	keep(s, m, without_repeated(s, d));
	(void)tcp_stream_go_on(s, m, time_us, out);
}

void tcp_stream_fin(struct tcp_stream *s, uint32_t sequence)
{
	tcp_stream_start(s, sequence);
	s->ended = true;
	s->end = sequence;
}

void tcp_stream_free(struct tcp_stream *s, struct tcp_memory *m)
{
	while (s->ahead != NULL)
		free(pop(s, m));
}

bool tcp_stream_is_over(const struct tcp_stream *s)
{
	return s->ended && distance(s->end, s->next) >= 0;
}
