// SPDX-License-Identifier: Apache-2.0
#include "session/sequence_window.h"

#include <stdbool.h>
#include <string.h>

static uint64_t *word_of(struct sequence_window *w, uint64_t id)
{
	return &w->used[id % SEQUENCE_WINDOW_MAX / 64];
}

static uint64_t bit_of(uint64_t id)
{
	return UINT64_C(1) << (id % 64);
}

void sequence_window_init(struct sequence_window *w, uint32_t credits_max)
{
	memset(w, 0, sizeof(*w));
	w->range_max = credits_max < SEQUENCE_WINDOW_MAX ? credits_max : SEQUENCE_WINDOW_MAX;
	if (w->range_max == 0)
		w->range_max = 1;
	w->high = 1;
	w->credits = 1;
}

static bool any_used(struct sequence_window *w, uint64_t id, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if ((*word_of(w, id + i) & bit_of(id + i)) != 0)
			return true;
	return false;
}

// Moves low past the used ids, clearing their bits for the ids that take their places.
static void forget_used(struct sequence_window *w)
{
	while (w->low < w->high && (*word_of(w, w->low) & bit_of(w->low)) != 0) {
		*word_of(w, w->low) &= ~bit_of(w->low);
		w->low++;
	}
}

enum sequence_result sequence_window_consume(
	struct sequence_window *w, uint64_t message_id, uint16_t credit_charge)
{
	uint32_t count = credit_charge == 0 ? 1 : credit_charge;
	if (message_id < w->low)
		return SEQUENCE_REPLAY;
	// Of differences, because message_id + count may wrap.
	if (message_id >= w->high || count > w->high - message_id)
		return SEQUENCE_OUTSIDE;
	if (any_used(w, message_id, count))
		return SEQUENCE_REPLAY;
	for (uint32_t i = 0; i < count; i++)
		*word_of(w, message_id + i) |= bit_of(message_id + i);
	w->credits -= count;
	forget_used(w);
	return SEQUENCE_OK;
}

uint16_t sequence_window_grant(struct sequence_window *w, uint16_t n)
{
	uint64_t room = w->range_max - (w->high - w->low);
	// MessageId 0xFF..FF is the server's own, for its notifications (MS-SMB2 2.2.1.2).
	uint64_t ids_left = UINT64_MAX - w->high;
	uint64_t granted = n;
	if (granted > room)
		granted = room;
	if (granted > ids_left)
		granted = ids_left;
	w->high += granted;
	w->credits += (uint32_t)granted;
	return (uint16_t)granted;
}
