// SPDX-License-Identifier: Apache-2.0
// unsealed_session: what is not sealed can be read by all on its way.
//
// Signal, warning: data in clear although the session was to be sealed (SMB2_SESSION_FLAG_ENCRYPT_DATA), or
// not even signed where the same client, server and account spoke sealed before. Signal, remark: signed only,
// and sealed before (of shares some may be sealed and some not); neither sealed nor signed, though both sides
// could have sealed.
// Evidence: how many messages in clear; what both sides offered.
// False positives: most sessions are signed and not sealed, by their server's policy: that is the verdict's
// to say and no finding. A session of which nothing ordinary was seen says nothing. Guests cannot seal.
// Sealed shares beside others in one session: the messages of those others are in clear; it was sealed in
// part then, which does not count as sealed before.
#include "detect/detections/detections.h"
#include "detect/detections/posture.h"

#include <inttypes.h>
#include <stdlib.h>

struct sealed_before {
	uint64_t packet;
};

struct state {
	struct posture *posture;
	struct detect_table *sealed; // client|server|account
};

enum why { WHY_NOTHING, WHY_REQUIRED, WHY_BEFORE, WHY_OPEN };

static enum why judge(struct state *s, const struct event *e, const char *key)
{
	const struct event_verdict *v = e->verdict;
	uint64_t in_clear =
		v->requests_unsigned + v->answers_unsigned + v->requests_signed + v->answers_signed;
	if (v->sealed != EVENT_NO || in_clear == 0 || posture_cannot_sign(e))
		return WHY_NOTHING;
	if (e->session != NULL && e->session->encrypted)
		return WHY_REQUIRED;
	if (detect_table_find(s->sealed, key) != NULL)
		return WHY_BEFORE;
	bool both = v->client_offers_encryption == EVENT_YES && v->server_offers_encryption == EVENT_YES;
	return both && v->signed_ == EVENT_NO ? WHY_OPEN : WHY_NOTHING;
}

static const char *words_of(enum why w)
{
	static const char *const words[] = { "", "though it is to be sealed", "though it was sealed before",
		"though both sides could" };
	return words[w];
}

static void tell(struct state *s, const struct event *e, enum why w)
{
	const struct event_verdict *v = e->verdict;
	bool first;
	struct finding *f = posture_finding(s->posture, e, &first);
	if (f == NULL)
		return;
	bool grave = w == WHY_REQUIRED || (w == WHY_BEFORE && v->signed_ == EVENT_NO);
	finding_worsen(f, grave ? EVENT_WARNING : EVENT_INFO);
	if (!first)
		return;
	uint64_t packet = detect_first_packet(e);
	finding_title(f, "session of %s from %s to %s is not sealed, %s", posture_account(e),
		detect_client(e), detect_server(e), words_of(w));
	finding_evidence(
		f, "requests_in_clear", packet, "%" PRIu64, v->requests_unsigned + v->requests_signed);
	finding_evidence(f, "answers_in_clear", packet, "%" PRIu64, v->answers_unsigned + v->answers_signed);
	finding_evidence(
		f, "client_offers_encryption", packet, "%s", posture_yes(v->client_offers_encryption));
	finding_evidence(
		f, "server_offers_encryption", packet, "%s", posture_yes(v->server_offers_encryption));
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	char key[STORY_KEY_MAX];
	if (!posture_is_session(e))
		return;
	detect_key(key, sizeof(key), detect_client(e), detect_server(e), detect_account(e));
	if (e->verdict->sealed == EVENT_YES) {
		struct sealed_before *b = detect_table_get(s->sealed, key);
		if (b != NULL)
			b->packet = detect_first_packet(e);
		return;
	}
	enum why w = judge(s, e, key);
	if (w != WHY_NOTHING)
		tell(s, e, w);
}

static void end(void *state)
{
	struct state *s = state;
	if (s->posture != NULL)
		posture_free(s->posture);
	detect_table_free(s->sealed);
	free(s);
}

static void *begin(const struct detect_context *context)
{
	struct state *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->posture = posture_new(context, &detect_unsealed_session, POSTURE_STANDS);
	s->sealed =
		detect_table_new(sizeof(struct sealed_before), context->settings->table_entries_max, NULL);
	if (s->posture == NULL || s->sealed == NULL) {
		end(s);
		return NULL;
	}
	return s;
}

static void tick(void *state, uint64_t now_us)
{
	struct state *s = state;
	posture_tick(s->posture, now_us);
}

static void finish(void *state)
{
	struct state *s = state;
	posture_finish(s->posture);
}

const struct detector detect_unsealed_session = {
	.id = "unsealed_session",
	.title = "session that could be sealed and is not",
	.technique = "T1040",
	.severity = EVENT_INFO,
	.begin = begin,
	.event = event,
	.tick = tick,
	.finish = finish,
	.end = end,
};
