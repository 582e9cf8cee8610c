// SPDX-License-Identifier: Apache-2.0
#include "sensor/fingerprint.h"
#include "sensor/legs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/sensor_state.h"
#include "wire/smb2/smb2_command.h"

struct seen_challenge {
	struct {
		uint8_t challenge[8];
		uint64_t session_id;
	} key;
	struct conversation *conversation;
	UT_hash_handle hh;
};

struct legs_table {
	struct seen_challenge *challenges; // uthash, the oldest first
};

struct seen_message {
	uint64_t message_id, session_id, hash, flow, packet;
	uint16_t command;
};

struct legs {
	unsigned int conversations; // that still have it
	struct seen_message messages[2][LEGS_MESSAGES];
};

struct legs_table *legs_table_new(void)
{
	return calloc(1, sizeof(struct legs_table));
}

static void forget(struct legs_table *t, struct seen_challenge *k)
{
	HASH_DEL(t->challenges, k);
	free(k);
}

void legs_table_free(struct legs_table *t)
{
	if (t == NULL)
		return;
	while (t->challenges != NULL)
		forget(t, t->challenges);
	free(t);
}

static void remember(struct legs_table *t, struct conversation *c, const struct seen_challenge *made)
{
	struct seen_challenge *k = calloc(1, sizeof(*k));
	if (k == NULL)
		return;
	if (HASH_COUNT(t->challenges) >= LEGS_CHALLENGES_MAX)
		forget(t, t->challenges);
	k->key = made->key;
	k->conversation = c;
	HASH_ADD(hh, t->challenges, key, sizeof(k->key), k);
}

static void join(struct conversation *a, struct conversation *b)
{
	if (a->legs != NULL || b->legs != NULL)
		return; // a third one: two are enough to see a change
	struct legs *l = calloc(1, sizeof(*l));
	if (l == NULL)
		return;
	l->conversations = 2;
	a->legs = b->legs = l;
}

void legs_of_challenge(struct conversation *c, const struct watched_session *s)
{
	struct legs_table *t = sensor_legs_of(c->sensor);
	const struct event_auth *a = s->auth == NULL ? NULL : &auth_watch_facts(s->auth)->auth;
	struct seen_challenge wanted, *k;
	if (t == NULL || a == NULL || !a->has_challenge)
		return;
	memset(&wanted, 0, sizeof(wanted));
	memcpy(wanted.key.challenge, a->server_challenge, sizeof(wanted.key.challenge));
	wanted.key.session_id = s->id;
	HASH_FIND(hh, t->challenges, &wanted.key, sizeof(wanted.key), k);
	if (k == NULL)
		remember(t, c, &wanted);
	else if (k->conversation != c)
		join(k->conversation, c);
}

static void tell(struct conversation *c, const struct smb2_header *h, const struct seen_message *other)
{
	char detail[128];
	(void)snprintf(detail, sizeof(detail), "packet %llu of connection %llu carries it differently",
		(unsigned long long)other->packet, (unsigned long long)other->flow);
	struct event e = {
		.kind = EVENT_ANOMALY,
		.reason = "legs_differ",
		.detail = detail,
		.command = smb2_command_name(h->command),
		.message_id = h->message_id,
	};
	sensor_count_anomaly(c->sensor);
	conversation_emit(c, watched_session_find(c, h->session_id), &e, 0);
}

void legs_message(struct conversation *c, const struct smb2_header *h, struct span message, size_t len)
{
	bool interim = c->from == FLOW_SERVER && nt_status_equal(h->status, STATUS(PENDING));
	if (message.len != len || interim || h->command == SMB2_NEGOTIATE)
		return;
	struct seen_message *m = &c->legs->messages[c->from][h->message_id % LEGS_MESSAGES];
	const struct seen_message now = {
		.message_id = h->message_id,
		.session_id = h->session_id,
		.hash = fingerprint_of(message),
		.flow = c->flow->id,
		.packet = conversation_packet(c),
		.command = h->command,
	};
	bool other_leg = m->flow != 0 && m->flow != now.flow && m->message_id == now.message_id &&
			 m->session_id == now.session_id && m->command == now.command;
	if (other_leg && m->hash != now.hash)
		tell(c, h, m);
	*m = now;
}

void legs_part(struct conversation *c)
{
	struct legs_table *t = sensor_legs_of(c->sensor);
	struct seen_challenge *k, *next;
	if (c->legs != NULL && --c->legs->conversations == 0)
		free(c->legs);
	c->legs = NULL;
	if (t == NULL)
		return;
	HASH_ITER(hh, t->challenges, k, next)
	{
		// cppcheck-suppress uninitvar ; it does not see into HASH_ITER
		if (k->conversation == c)
			forget(t, k);
	}
}
