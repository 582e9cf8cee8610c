// SPDX-License-Identifier: Apache-2.0
#include "client/client_output.h"

#include <errno.h>
#include <stdlib.h>

#include "client/client_state.h"

static size_t round_up(size_t len)
{
	return (len + CLIENT_OUTPUT_LEN_MIN - 1) / CLIENT_OUTPUT_LEN_MIN * CLIENT_OUTPUT_LEN_MIN;
}

static struct client_output *output_new(size_t cap)
{
	struct client_output *o = calloc(1, sizeof(*o));
	if (o == NULL)
		return NULL;
	o->bytes = malloc(cap);
	o->cap = cap;
	if (o->bytes == NULL) {
		free(o);
		return NULL;
	}
	return o;
}

static void output_free(struct client_output *o)
{
	free(o->bytes);
	free(o);
}

// The first spare block that is large enough.
static struct client_output *spare_take(struct client_loop *loop, size_t len)
{
	for (struct client_output **at = &loop->spare; *at != NULL; at = &(*at)->next) {
		struct client_output *o = *at;
		if (o->cap < len)
			continue;
		*at = o->next;
		loop->spare_count--;
		return o;
	}
	return NULL;
}

struct client_output *client_output_take(struct client_loop *loop, size_t len)
{
	struct client_output *o = spare_take(loop, len);
	if (o == NULL)
		o = output_new(round_up(len));
	if (o == NULL)
		return NULL;
	o->next = NULL;
	o->w = writer_make(o->bytes, o->cap);
	o->w.pos = CLIENT_OUTPUT_HEADROOM;
	o->part_count = 0;
	o->charge = 0;
	o->start = 0;
	return o;
}

int client_output_reserve(struct client_output *o, size_t more)
{
	if (o->cap - o->w.pos >= more)
		return 0;
	size_t cap = round_up(o->w.pos + more);
	uint8_t *bytes = realloc(o->bytes, cap);
	if (bytes == NULL)
		return -ENOMEM;
	o->bytes = bytes;
	o->cap = cap;
	o->w.base = bytes;
	o->w.cap = cap;
	return 0;
}

void client_output_give_back(struct client_loop *loop, struct client_output *o)
{
	if (loop->spare_count >= CLIENT_SPARE_OUTPUTS_MAX) {
		output_free(o);
		return;
	}
	o->next = loop->spare;
	loop->spare = o;
	loop->spare_count++;
}

void client_outputs_free(struct client_loop *loop)
{
	while (loop->spare != NULL) {
		struct client_output *o = loop->spare;
		loop->spare = o->next;
		output_free(o);
	}
	loop->spare_count = 0;
}

void client_output_push(struct client_output_queue *q, struct client_output *o)
{
	o->next = NULL;
	if (q->last != NULL)
		q->last->next = o;
	else
		q->first = o;
	q->last = o;
}

struct client_output *client_output_pop(struct client_output_queue *q)
{
	struct client_output *o = q->first;
	if (o == NULL)
		return NULL;
	q->first = o->next;
	if (q->first == NULL)
		q->last = NULL;
	return o;
}
