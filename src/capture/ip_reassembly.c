// SPDX-License-Identifier: Apache-2.0
#include "capture/ip_reassembly.h"

#include <stdlib.h>
#include <string.h>

struct piece {
	uint32_t start;
	uint32_t end;
};

struct partial {
	bool used;
	uint8_t protocol;
	uint32_t id;
	struct ip_address source;
	struct ip_address destination;
	uint64_t began_us;
	uint32_t len;                                  // known once the last fragment came; 0: not yet
	struct piece pieces[IP_REASSEMBLY_PIECES_MAX]; // what is there, in order, not touching
	unsigned int piece_count;
	uint8_t *bytes; // IP_REASSEMBLY_LEN_MAX
};

struct ip_reassembly {
	struct partial partials[IP_REASSEMBLY_PACKETS_MAX];
	uint8_t *whole; // what the last call gave out
};

struct ip_reassembly *ip_reassembly_new(void)
{
	return calloc(1, sizeof(struct ip_reassembly));
}

void ip_reassembly_free(struct ip_reassembly *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < IP_REASSEMBLY_PACKETS_MAX; i++)
		free(r->partials[i].bytes);
	free(r->whole);
	free(r);
}

static bool is_of(const struct partial *p, const struct ip_packet *ip)
{
	return p->used && p->id == ip->fragment_id && p->protocol == ip->protocol &&
	       ip_address_equal(&p->source, &ip->source) &&
	       ip_address_equal(&p->destination, &ip->destination);
}

static void forget(struct partial *p)
{
	free(p->bytes);
	*p = (struct partial){ .used = false };
}

static struct partial *begin(struct partial *p, const struct ip_packet *ip, uint64_t time_us)
{
	forget(p);
	p->bytes = malloc(IP_REASSEMBLY_LEN_MAX);
	if (p->bytes == NULL)
		return NULL;
	p->used = true;
	p->protocol = ip->protocol;
	p->id = ip->fragment_id;
	p->source = ip->source;
	p->destination = ip->destination;
	p->began_us = time_us;
	return p;
}

static struct partial *find_or_begin(struct ip_reassembly *r, const struct ip_packet *ip, uint64_t time_us)
{
	struct partial *oldest = &r->partials[0];
	for (size_t i = 0; i < IP_REASSEMBLY_PACKETS_MAX; i++) {
		struct partial *p = &r->partials[i];
		if (p->used && time_us > p->began_us + IP_REASSEMBLY_TIMEOUT_US)
			forget(p);
		if (is_of(p, ip))
			return p;
		if (oldest->used && (!p->used || p->began_us < oldest->began_us))
			oldest = p;
	}
	return begin(oldest, ip, time_us);
}

static void insert_piece(struct partial *p, unsigned int at, struct piece new)
{
	memmove(&p->pieces[at + 1], &p->pieces[at], (p->piece_count - at) * sizeof(new));
	p->pieces[at] = new;
	p->piece_count++;
}

// Fills only what is not there yet. False: too many pieces.
static bool add_bytes(struct partial *p, uint32_t start, struct span bytes)
{
	uint32_t at = start, end = start + (uint32_t)bytes.len;
	for (unsigned int i = 0; at < end; i++) {
		uint32_t hole_end = i < p->piece_count ? p->pieces[i].start : end;
		if (at < hole_end) {
			uint32_t stop = end < hole_end ? end : hole_end;
			if (p->piece_count == IP_REASSEMBLY_PIECES_MAX)
				return false;
			memcpy(p->bytes + at, bytes.data + (at - start), stop - at);
			insert_piece(p, i, (struct piece){ at, stop });
			at = stop;
		} else if (at < p->pieces[i].end) {
			at = p->pieces[i].end;
		}
	}
	return true;
}

static bool is_whole(const struct partial *p)
{
	uint32_t at = 0;
	for (unsigned int i = 0; i < p->piece_count && p->pieces[i].start <= at; i++)
		at = p->pieces[i].end;
	return p->len != 0 && at >= p->len;
}

bool ip_reassembly_add(struct ip_reassembly *r, struct ip_packet *ip, uint64_t time_us)
{
	if (ip->missing != 0 || ip->fragment_offset + ip->payload.len > IP_REASSEMBLY_LEN_MAX)
		return false;
	struct partial *p = find_or_begin(r, ip, time_us);
	if (p == NULL)
		return false;
	if (!ip->more_fragments && p->len == 0)
		p->len = ip->fragment_offset + (uint32_t)ip->payload.len;
	if (!add_bytes(p, ip->fragment_offset, ip->payload)) {
		forget(p);
		return false;
	}
	if (!is_whole(p))
		return false;
	free(r->whole);
	r->whole = p->bytes;
	p->bytes = NULL;
	ip->payload = span_make(r->whole, p->len);
	ip->is_fragment = false;
	forget(p);
	return true;
}
