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

static struct tcp_piece *pop(struct tcp_stream *s, struct tcp_memory *m)
{
	struct tcp_piece *p = s->ahead;
	s->ahead = p->next;
	s->ahead_len -= p->len;
	s->ahead_count--;
	m->used -= sizeof(*p) + p->len;
	return p;
}

// Pieces that have become due.
static void take_ahead(
	struct tcp_stream *s, struct tcp_memory *m, uint64_t time_us, const struct tcp_output *out)
{
	while (s->ahead != NULL && distance(s->next, s->ahead->sequence) <= 0) {
		struct tcp_piece *p = pop(s, m);
		take(s, p->sequence, span_make(p->bytes, p->len), p->missing, out);
		free(p);
	}
	s->hole_since_us = time_us; // of the next hole, if there is one
}

// What is missing before the first piece will not come.
static void give_up_hole(
	struct tcp_stream *s, struct tcp_memory *m, uint64_t time_us, const struct tcp_output *out)
{
	skip(s, s->ahead->sequence - s->next, out);
	take_ahead(s, m, time_us, out);
}

// A part of a segment that is still to be looked at.
struct part {
	uint32_t sequence;
	struct span known;
	size_t missing; // behind it
};

static size_t part_len(const struct part *p)
{
	return p->known.len + p->missing;
}

static struct part part_first(const struct part *p, size_t len)
{
	size_t known = p->known.len < len ? p->known.len : len;
	return (struct part){ p->sequence, span_make(p->known.data, known), len - known };
}

static void part_pass(struct part *p, size_t len)
{
	size_t known = p->known.len < len ? p->known.len : len;
	if (known > 0)
		p->known = span_make(p->known.data + known, p->known.len - known);
	p->missing -= len - known;
	p->sequence += (uint32_t)len;
}

// Copies it into the list, at this place; gives the place behind it.
static struct tcp_piece **insert(
	struct tcp_stream *s, struct tcp_memory *m, struct tcp_piece **at, const struct part *part)
{
	struct tcp_piece *p = malloc(sizeof(*p) + part->known.len);
	if (p == NULL)
		return at; // as if it had been lost
	p->sequence = part->sequence;
	p->len = (uint32_t)part->known.len;
	p->missing = (uint32_t)part->missing;
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
static void keep(struct tcp_stream *s, struct tcp_memory *m, struct part part)
{
	struct tcp_piece **at = &s->ahead;
	while (part_len(&part) > 0) {
		const struct tcp_piece *there = *at;
		int32_t before = there == NULL ? INT32_MAX : distance(part.sequence, there->sequence);
		if (before > 0) {
			size_t len = part_len(&part) < (size_t)before ? part_len(&part) : (size_t)before;
			const struct part first = part_first(&part, len);
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

static bool hole_is_final(const struct tcp_stream *s, const struct tcp_memory *m, uint64_t time_us)
{
	return s->ahead_len > TCP_STREAM_AHEAD_LEN_MAX || s->ahead_count > TCP_STREAM_AHEAD_COUNT_MAX ||
	       m->used > m->max || time_us > s->hole_since_us + TCP_STREAM_WAIT_US;
}

void tcp_stream_add(struct tcp_stream *s, struct tcp_memory *m, uint32_t sequence, struct span payload,
	size_t missing, uint64_t time_us, const struct tcp_output *out)
{
	if (payload.len + missing == 0)
		return;
	tcp_stream_start(s, sequence); // the beginning was not seen
	int32_t early = distance(s->next, sequence);
	if (early > TCP_STREAM_JUMP_MAX || early < -TCP_STREAM_JUMP_MAX)
		return;
	if (early <= 0 && s->ahead == NULL) {
		take(s, sequence, payload, missing, out);
	} else {
		if (s->ahead == NULL)
			s->hole_since_us = time_us;
		keep(s, m, (struct part){ sequence, payload, missing });
		if (early <= 0)
			take_ahead(s, m, time_us, out);
	}
	while (s->ahead != NULL && hole_is_final(s, m, time_us))
		give_up_hole(s, m, time_us, out);
}

void tcp_stream_fin(struct tcp_stream *s, uint32_t sequence)
{
	tcp_stream_start(s, sequence);
	s->ended = true;
	s->end = sequence;
}

void tcp_stream_finish(struct tcp_stream *s, struct tcp_memory *m, const struct tcp_output *out)
{
	while (s->ahead != NULL)
		give_up_hole(s, m, 0, out);
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
