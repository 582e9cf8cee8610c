// SPDX-License-Identifier: Apache-2.0
#include "sensor/shared_session.h"

#include <stdlib.h>
#include <string.h>

#include "sensor/sensor_state.h"
#include "wire/smb2/smb2_header.h"

struct shared_table {
	struct shared_session *newest; // uthash by id, the newest of each
};

struct session_budget {
	unsigned int users; // the connection, and its sessions
	uint32_t taken;
};

// --- budgets ----------------------------------------------------------------------------------------

struct session_budget *session_budget_new(void)
{
	struct session_budget *b = calloc(1, sizeof(*b));
	if (b != NULL)
		b->users = 1;
	return b;
}

void session_budget_release(struct session_budget *b)
{
	if (b != NULL && --b->users == 0)
		free(b);
}

bool session_budget_take(struct session_budget *b, uint32_t max)
{
	if (b->taken >= max)
		return false;
	b->taken++;
	return true;
}

void session_budget_give(struct session_budget *b)
{
	b->taken--;
}

// --- where they are found ---------------------------------------------------------------------------

struct shared_table *shared_table_new(void)
{
	return calloc(1, sizeof(struct shared_table));
}

void shared_table_free(struct shared_table *t)
{
	free(t);
}

static struct shared_session *newest_of(const struct shared_table *t, uint64_t id)
{
	struct shared_session *x;
	HASH_FIND(hh, t->newest, &id, sizeof(id), x);
	return x;
}

static void put_first(struct shared_table *t, struct shared_session *x)
{
	HASH_ADD(hh, t->newest, id, sizeof(x->id), x);
}

static void unlink_from(struct shared_table *t, struct shared_session *x)
{
	struct shared_session *before = newest_of(t, x->id);
	if (before == x) {
		HASH_DEL(t->newest, x);
		if (x->older != NULL)
			put_first(t, x->older);
	} else {
		while (before != NULL && before->older != x)
			before = before->older;
		if (before != NULL)
			before->older = x->older;
	}
	x->older = NULL;
	x->table = NULL;
}

static void drop_beyond(struct shared_table *t, struct shared_session *newest)
{
	struct shared_session *last = newest;
	size_t count = 1;
	for (; last->older != NULL; last = last->older)
		count++;
	if (count > SHARED_SESSIONS_OF_ONE_ID)
		unlink_from(t, last);
}

static void link_into(struct shared_table *t, struct shared_session *x)
{
	struct shared_session *before = newest_of(t, x->id);
	if (before != NULL)
		HASH_DEL(t->newest, before);
	x->older = before;
	x->table = t;
	put_first(t, x);
	drop_beyond(t, x);
}

// --- sessions ---------------------------------------------------------------------------------------

struct shared_session *shared_session_new(struct session_budget *b)
{
	struct shared_session *x = calloc(1, sizeof(*x));
	if (x == NULL)
		return NULL;
	x->channels = 1;
	x->budget = b;
	b->users++;
	return x;
}

void shared_session_withdraw(struct shared_session *x)
{
	if (x->table != NULL)
		unlink_from(x->table, x);
}

static void identity_done(struct shared_identity *i)
{
	free(i->account);
	free(i->domain);
	free(i->workstation);
	free(i->principal);
}

void shared_session_release(struct shared_session *x)
{
	if (--x->channels > 0)
		return;
	shared_session_withdraw(x);
	session_secrets_free(x->secrets);
	session_budget_release(x->budget);
	identity_done(&x->identity);
	free(x);
}

static char *copy(const char *text)
{
	return text == NULL ? NULL : strdup(text);
}

static void take_identity(struct shared_session *x, const struct watched_session *s)
{
	identity_done(&x->identity);
	x->identity = (struct shared_identity){
		.account = copy(s->account),
		.domain = copy(s->domain),
		.workstation = copy(s->workstation),
		.principal = copy(s->principal),
		.mechanism = s->mechanism,
		.guest = s->guest,
		.anonymous = s->anonymous,
	};
}

// Before 3.0 there are no other connections of a session.
void shared_session_publish(struct watched_session *s)
{
	const struct conversation *c = s->conversation;
	struct shared_session *x = s->shared;
	if (watched_session_is_bound(s))
		return; // it began elsewhere
	take_identity(x, s);
	x->first_flow = c->flow->id;
	x->dialect = c->negotiated.dialect;
	x->beginning_seen = s->beginning_seen;
	if (x->table != NULL || (x->dialect != 0 && x->dialect < SMB2_DIALECT_300))
		return;
	x->id = s->id;
	x->server = c->flow->server;
	memcpy(x->client_guid, c->negotiated.client_guid, sizeof(x->client_guid));
	memcpy(x->server_guid, c->negotiated.server_guid, sizeof(x->server_guid));
	link_into(sensor_shared_of(c->sensor), x);
}

static bool is_same(const struct conversation *c, const struct shared_session *x)
{
	const struct negotiated *n = &c->negotiated;
	if (!n->request_seen || !n->response_seen || !x->beginning_seen)
		return endpoint_equal(&c->flow->server, &x->server);
	return memcmp(n->client_guid, x->client_guid, sizeof(x->client_guid)) == 0 &&
	       memcmp(n->server_guid, x->server_guid, sizeof(x->server_guid)) == 0;
}

bool shared_session_join(struct watched_session *s)
{
	struct shared_session *own = s->shared;
	struct shared_session *x = newest_of(sensor_shared_of(s->conversation->sensor), s->id);
	while (x != NULL && (x == own || !is_same(s->conversation, x)))
		x = x->older;
	if (x == NULL || own->channels > 1 || own->trees != NULL || own->opens != NULL)
		return false;
	shared_session_release(own);
	s->shared = x;
	x->channels++;
	return true;
}

static void fill(char **field, const char *text, const char **shown)
{
	if (*field == NULL)
		*field = copy(text);
	*shown = *field;
}

void shared_session_identify(struct watched_session *s)
{
	const struct shared_identity *i = &s->shared->identity;
	fill(&s->account, i->account, &s->about.account);
	fill(&s->domain, i->domain, &s->about.domain);
	fill(&s->workstation, i->workstation, &s->about.workstation);
	fill(&s->principal, i->principal, &s->about.principal);
	if (s->mechanism == NULL) {
		s->mechanism = s->about.mechanism = i->mechanism;
		s->guest = i->guest;
		s->anonymous = i->anonymous;
	}
}
