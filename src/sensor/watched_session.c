// SPDX-License-Identifier: Apache-2.0
#include "sensor/watched_session.h"

#include <stdlib.h>
#include <string.h>

#include "sensor/observe.h"
#include "sensor/sensor_state.h"
#include "sensor/shared_session.h"
#include "sensor/verdict.h"
#include "sensor/watched_open.h"

struct watched_session *watched_session_find(const struct conversation *c, uint64_t id)
{
	struct watched_session *s;
	HASH_FIND(hh, c->sessions, &id, sizeof(id), s);
	return s;
}

static struct watched_session *session_add(struct conversation *c, uint64_t id)
{
	uint32_t max = sensor_limits_of(c->sensor)->sessions_per_connection_max;
	if (c->session_count >= max) {
		sensor_limit_reached(c->sensor, "sessions_per_connection_max", max, conversation_now(c));
		return NULL;
	}
	struct watched_session *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->shared = shared_session_new(c->budget);
	if (s->shared == NULL) {
		free(s);
		return NULL;
	}
	s->id = s->about.id = id;
	s->conversation = c;
	s->opened_us = conversation_now(c);
	s->first_packet = conversation_packet(c);
	HASH_ADD(hh, c->sessions, id, sizeof(s->id), s);
	c->session_count++;
	return s;
}

struct watched_session *watched_session_get(struct conversation *c, uint64_t id)
{
	struct watched_session *s = watched_session_find(c, id);
	return s != NULL ? s : session_add(c, id);
}

void watched_session_renumber(struct watched_session *s, uint64_t id)
{
	struct conversation *c = s->conversation;
	HASH_DEL(c->sessions, s);
	s->id = s->about.id = id;
	HASH_ADD(hh, c->sessions, id, sizeof(s->id), s);
}

void watched_session_forget(struct watched_session *s)
{
	struct conversation *c = s->conversation;
	while (s->shared->channels == 1 && s->shared->opens != NULL)
		watched_open_remove(s, s->shared->opens);
	while (s->shared->channels == 1 && s->shared->trees != NULL)
		watched_tree_remove(s, s->shared->trees);
	shared_session_release(s->shared);
	HASH_DEL(c->sessions, s);
	c->session_count--;
	auth_watch_free(s->auth);
	session_secrets_free(s->channel_secrets);
	free(s->account);
	free(s->domain);
	free(s->workstation);
	free(s->principal);
	free(s);
}

void watched_session_tell(struct watched_session *s, const char *reason)
{
	struct session_verdict v;
	verdict_of_session(s, &v);
	struct event e = {
		.kind = EVENT_SESSION,
		.reason = reason,
		.duration_ms = (conversation_now(s->conversation) - s->opened_us) / 1000,
		.verdict = &v.verdict,
	};
	conversation_emit(s->conversation, s, &e, s->first_packet);
}

void watched_session_close_all(struct watched_session *s, const char *reason)
{
	while (s->shared->opens != NULL)
		watched_open_close(s, s->shared->opens, reason);
	shared_session_withdraw(s->shared);
}

bool watched_session_is_bound(const struct watched_session *s)
{
	return s->binding && s->shared->first_flow != 0 && s->shared->first_flow != s->conversation->flow->id;
}

void watched_session_bound(struct watched_session *s)
{
	struct conversation *c = s->conversation;
	s->binding = true;
	// Then the binding is all that is missing of its beginning.
	s->beginning_seen = s->shared->beginning_seen && c->negotiated.response_seen;
	if (c->negotiated.dialect == 0) // which all connections of a session have in common (MS-SMB2 3.3.5.5)
		c->negotiated.dialect = c->about.dialect = s->shared->dialect;
	shared_session_identify(s);
}

const struct session_secrets *watched_session_signing(const struct watched_session *s)
{
	return s->binding ? s->channel_secrets : s->shared->secrets;
}

const struct session_secrets *watched_session_sealing(const struct watched_session *s)
{
	return s->shared->secrets;
}

void watched_session_end(struct watched_session *s, const char *reason)
{
	if (s->shared->channels == 1)
		watched_session_close_all(s, reason);
	observe_session_unfinished(s);
	if (s->established)
		watched_session_tell(s, reason);
	watched_session_forget(s);
}

static void replace(char **field, const char *text, const char **shown)
{
	if (text != NULL && text[0] != '\0') {
		free(*field);
		*field = strdup(text);
	}
	*shown = *field;
}

static const char *mechanism_of(const struct watched_session *s, const struct auth_facts *f)
{
	if (s->guest)
		return "guest";
	return s->anonymous ? "anonymous" : f->mechanism;
}

void watched_session_identify(struct watched_session *s)
{
	if (s->auth == NULL)
		return;
	const struct auth_facts *f = auth_watch_facts(s->auth);
	replace(&s->account, f->account, &s->about.account);
	replace(&s->domain, f->domain, &s->about.domain);
	replace(&s->workstation, f->workstation, &s->about.workstation);
	replace(&s->principal, f->principal, &s->about.principal);
	if (mechanism_of(s, f)[0] != '\0')
		s->mechanism = s->about.mechanism = mechanism_of(s, f);
}

void watched_session_note_wrong(struct watched_session *s, uint64_t packet)
{
	if (s == NULL)
		return;
	if (s->signatures_wrong++ == 0)
		s->wrong_packet = packet;
}

void watched_session_name_client(struct watched_session *s, const char *principal)
{
	char account[UNLOCK_PRINCIPAL_LEN];
	const char *at = strrchr(principal, '@');
	if (at == NULL || strlen(principal) >= sizeof(account))
		return;
	size_t len = (size_t)(at - principal);
	memcpy(account, principal, len);
	account[len] = '\0';
	replace(&s->principal, principal, &s->about.principal);
	replace(&s->account, account, &s->about.account);
	replace(&s->domain, at + 1, &s->about.domain);
}
