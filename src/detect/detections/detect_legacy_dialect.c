// SPDX-License-Identifier: Apache-2.0
// legacy_dialect: SMB below 3.1.1 has no preauth integrity: what is negotiated can be changed on its
// way; 2.0.2 and 2.1 cannot be sealed at all.
//
// Signal: a session that speaks less than 3.1.1; and somebody who only asks for it: SMB1 offered without SMB2
// and refused, or PROBE_DIALECTS old dialects offered to a server one by one.
// Evidence: what was offered and chosen.
// Severity: 2.0.2 and 2.1 a warning, 3.0 and 3.0.2 a notice; who asks a notice: nothing was had.
// False positives: an SMB1 NEGOTIATE that offers "SMB 2.???" as well is how old clients begin SMB2; it is no
// SMB1. A capability below what is used says nothing; only what was spoken counts.
#include "detect/detections/detections.h"
#include "detect/detections/posture.h"

#include <stdio.h>
#include <stdlib.h>

enum { SMB1 = 1, PROBE_DIALECTS = 3 };

struct probe {
	uint32_t dialects; // a bit each
};

struct state {
	struct posture *posture;
	struct detect_table *probes; // by client and server
};

static void on_session(struct posture *p, const struct event *e)
{
	uint16_t dialect = e->verdict->dialect;
	bool first;
	if (dialect <= SMB1 || dialect >= 0x0311)
		return;
	struct finding *f = posture_finding(p, e, &first);
	if (f == NULL)
		return;
	finding_worsen(f, dialect < 0x0300 ? EVENT_WARNING : EVENT_NOTICE);
	if (!first)
		return;
	uint64_t packet = detect_first_packet(e);
	finding_title(f, "session of %s from %s to %s speaks SMB %s", posture_account(e), detect_client(e),
		detect_server(e), posture_dialect(dialect));
	finding_evidence(f, "dialect", packet, "%s", posture_dialect(dialect));
	for (size_t i = 0; i < e->verdict->client_dialect_count; i++)
		finding_evidence(f, "offered", packet, "%s", posture_dialect(e->verdict->client_dialects[i]));
}

// --- who only asks ----------------------------------------------------------------------------------

static uint32_t bit_of(uint16_t dialect)
{
	static const uint16_t dialects[] = { SMB1, 0x0202, 0x0210, 0x0300, 0x0302 };
	for (uint32_t i = 0; i < ARRAY_LEN(dialects); i++)
		if (dialects[i] == dialect)
			return UINT32_C(1) << i;
	return 0;
}

// The only dialect that was asked for, if it is an old one.
static uint16_t asked_for(const struct event *e)
{
	const struct event_negotiation *n = e->negotiation;
	if (e->kind != EVENT_NEGOTIATE || n == NULL)
		return 0;
	if (n->client_is_smb1)
		return n->dialect == 0 && !detect_is_success(e) ? SMB1 : 0;
	return n->client_dialect_count == 1 ? n->client_dialects[0] : 0;
}

static void on_probe(struct state *s, const struct event *e, uint16_t dialect)
{
	char key[STORY_KEY_MAX];
	detect_key(key, sizeof(key), "probe", detect_client(e), detect_server(e));
	struct probe *r = detect_table_get(s->probes, key);
	if (r == NULL)
		return;
	r->dialects |= bit_of(dialect);
	if (dialect != SMB1 && __builtin_popcount(r->dialects) < PROBE_DIALECTS)
		return;
	struct finding *f = stories_touch(s->posture->stories, key, e->time_us);
	if (f == NULL)
		return;
	finding_about(f, e);
	finding_worsen(f, EVENT_NOTICE);
	finding_evidence(f, dialect == SMB1 ? "smb1_refused" : "offered_alone", detect_first_packet(e), "%s",
		posture_dialect(dialect));
	f->outcome = "failed";
	finding_title(f, "%s asks %s for old dialects, without a log-on", detect_client(e), detect_server(e));
}

// --- the detector -----------------------------------------------------------------------------------

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	uint16_t dialect = asked_for(e);
	if (posture_is_session(e))
		on_session(s->posture, e);
	else if (bit_of(dialect) != 0)
		on_probe(s, e, dialect);
}

static void end(void *state)
{
	struct state *s = state;
	if (s->posture != NULL)
		posture_free(s->posture);
	detect_table_free(s->probes);
	free(s);
}

static void *begin(const struct detect_context *context)
{
	struct state *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->posture = posture_new(context, &detect_legacy_dialect, POSTURE_STANDS);
	s->probes = detect_table_new(sizeof(struct probe), context->settings->table_entries_max, NULL);
	if (s->posture == NULL || s->probes == NULL) {
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

const struct detector detect_legacy_dialect = {
	.id = "legacy_dialect",
	.title = "session below SMB 3.1.1",
	.technique = "T1562.010",
	.severity = EVENT_NOTICE,
	.begin = begin,
	.event = event,
	.tick = tick,
	.finish = finish,
	.end = end,
};
