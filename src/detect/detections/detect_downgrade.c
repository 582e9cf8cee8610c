// SPDX-License-Identifier: Apache-2.0
// downgrade: less was agreed on than both sides can, because somebody in between saw to it.
//
// Signal: the same NEGOTIATE on two connections (the same 3.1.1 salt or ClientGuid, and one connection
// ends at the host that opens the other) with other bytes; FSCTL_VALIDATE_NEGOTIATE_INFO, which is
// signed, that does not say what the connection carried (MS-SMB2 3.3.5.15.12); a server that chose a higher
// dialect from such an offer before.
// Evidence: what differs, both packets.
// False positives: a client that offers less (old ones, "client max protocol") or a server that never could
// more; 3.0 without validation (the request is the client's to send). NAT gateways connect on for clients of
// any ClientGuid, but carry the NEGOTIATE as it is. A server that was set up anew chooses lower too: it
// is told once.
#include "detect/detections/detections.h"
#include "detect/detections/posture.h"

#include <stdio.h>
#include <string.h>

#include "detect/memory.h"

enum { GUID_LEN = 16, DIALECTS_MAX = 8, PAIR_WINDOW_S = 5, QUIET_S = 3, HOLD_S = 60 };

// A NEGOTIATE as one connection carried it.
struct carried {
	uint64_t flow, time_us, packet;
	char client[64], server[64];
	uint64_t client_hash, server_hash, salt;
	uint16_t dialects[DIALECTS_MAX];
	size_t dialect_count;
	uint16_t client_security_mode, server_security_mode, contexts, ciphers, signings;
	uint32_t client_capabilities, server_capabilities;
	uint16_t dialect, cipher, signing;
};

struct spoken {
	uint16_t dialect;
	uint64_t packet;
};

struct state {
	struct memory memory;
	struct detect_table *carried; // "salt" and "guid" keys: the last
	struct detect_table *spoken;  // by ServerGuid: the highest
};

static void carry(struct carried *c, const struct event *e)
{
	const struct event_negotiation *n = e->negotiation;
	memset(c, 0, sizeof(*c));
	c->flow = e->wire == NULL ? 0 : e->wire->flow;
	c->packet = e->wire == NULL ? 0 : e->wire->first_packet;
	c->time_us = e->time_us;
	(void)snprintf(c->client, sizeof(c->client), "%s", detect_client(e));
	(void)snprintf(c->server, sizeof(c->server), "%s", detect_server(e));
	c->client_hash = n->client_hash;
	c->server_hash = n->server_hash;
	c->salt = n->client_salt;
	for (size_t i = 0; i < n->client_dialect_count && i < DIALECTS_MAX; i++)
		c->dialects[c->dialect_count++] = n->client_dialects[i];
	c->client_security_mode = n->client_security_mode;
	c->server_security_mode = n->server_security_mode;
	c->client_capabilities = n->client_capabilities;
	c->server_capabilities = n->server_capabilities;
	c->contexts = n->client_contexts;
	c->ciphers = n->client_ciphers;
	c->signings = n->client_signing_algorithms;
	c->dialect = n->dialect;
	c->cipher = n->cipher;
	c->signing = n->signing_algorithm;
}

static const char *hex_key(char key[64], const char *kind, const uint8_t *bytes, size_t len)
{
	size_t at = (size_t)snprintf(key, 64, "%s|", kind);
	for (size_t i = 0; i < len && at + 3 < 64; i++)
		at += (size_t)snprintf(key + at, 64 - at, "%02x", bytes[i]);
	return key;
}

static bool is_zero(const uint8_t guid[GUID_LEN])
{
	static const uint8_t none[GUID_LEN];
	return memcmp(guid, none, GUID_LEN) == 0;
}

// --- two connections that carry one negotiation -------------------------------------------------------

static void differ(struct finding *f, const char *name, const struct carried *a, uint64_t x,
	const struct carried *b, uint64_t y)
{
	if (x != y)
		finding_evidence(f, name, b->packet, "0x%llx here, 0x%llx in packet %llu",
			(unsigned long long)y, (unsigned long long)x, (unsigned long long)a->packet);
}

static void prove(struct finding *f, const struct carried *a, const struct carried *b)
{
	bool same_dialects = a->dialect_count == b->dialect_count &&
			     memcmp(a->dialects, b->dialects, a->dialect_count * sizeof(a->dialects[0])) == 0;
	if (a->client_hash != b->client_hash)
		finding_evidence(f, "request_differs", b->packet, "packets %llu and %llu",
			(unsigned long long)a->packet, (unsigned long long)b->packet);
	if (!same_dialects)
		finding_evidence(
			f, "dialects_offered", b->packet, "%zu and %zu", a->dialect_count, b->dialect_count);
	differ(f, "contexts_offered", a, a->contexts, b, b->contexts);
	differ(f, "ciphers_offered", a, a->ciphers, b, b->ciphers);
	differ(f, "signing_algorithms_offered", a, a->signings, b, b->signings);
	differ(f, "client_security_mode", a, a->client_security_mode, b, b->client_security_mode);
	differ(f, "client_capabilities", a, a->client_capabilities, b, b->client_capabilities);
	if (a->server_hash != 0 && b->server_hash != 0 && a->server_hash != b->server_hash)
		finding_evidence(f, "answer_differs", b->packet, "connections %llu and %llu",
			(unsigned long long)a->flow, (unsigned long long)b->flow);
	differ(f, "dialect", a, a->dialect, b, b->dialect);
	differ(f, "cipher", a, a->cipher, b, b->cipher);
	differ(f, "signing_algorithm", a, a->signing, b, b->signing);
	differ(f, "server_security_mode", a, a->server_security_mode, b, b->server_security_mode);
	differ(f, "server_capabilities", a, a->server_capabilities, b, b->server_capabilities);
}

static void tell_changed(struct state *s, const struct carried *a, const struct carried *b)
{
	// The near leg ends where the far one begins.
	bool a_is_near = strcmp(a->server, b->client) == 0;
	const struct carried *near = a_is_near ? a : b, *far = a_is_near ? b : a;
	char key[STORY_KEY_MAX];
	(void)snprintf(key, sizeof(key), "changed|%s|%s|%s", near->client, near->server, far->server);
	struct finding *f = stories_touch(s->memory.stories, key, b->time_us);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_ALERT);
	finding_host(f, near->server);
	finding_host(f, near->client);
	finding_host(f, far->server);
	finding_flow(f, near->flow);
	finding_flow(f, far->flow);
	if (f->first_us == 0)
		f->first_us = a->time_us < b->time_us ? a->time_us : b->time_us;
	f->last_us = b->time_us;
	finding_title(f, "%s changes what %s and %s negotiate (%llu times)", near->server, near->client,
		far->server, (unsigned long long)f->count);
	prove(f, near, far);
}

static bool is_changed(const struct carried *a, const struct carried *b)
{
	bool request = a->client_hash != 0 && b->client_hash != 0 && a->client_hash != b->client_hash;
	bool answer = a->server_hash != 0 && b->server_hash != 0 && a->server_hash != b->server_hash;
	return request || answer;
}

// One connection ends where the other begins. (Some tools always say the same salt and ClientGuid.)
static bool is_pair(const struct carried *a, const struct carried *b)
{
	bool meet = (strcmp(a->server, b->client) == 0) != (strcmp(b->server, a->client) == 0);
	bool near_in_time = b->time_us <= a->time_us + PAIR_WINDOW_S * UINT64_C(1000000);
	return a->flow != b->flow && near_in_time && meet;
}

static bool compare(struct state *s, const char *key, const struct carried *now)
{
	struct carried *before = detect_table_get(s->carried, key);
	if (before == NULL)
		return false;
	bool pair = before->time_us != 0 && is_pair(before, now);
	bool told = pair && is_changed(before, now);
	if (told)
		tell_changed(s, before, now);
	*before = *now;
	return pair;
}

static void on_negotiate(struct state *s, const struct event *e)
{
	const struct event_negotiation *n = e->negotiation;
	struct carried now;
	char key[64];
	carry(&now, e);
	bool paired = false;
	if (n->client_salt != 0)
		paired = compare(s,
			hex_key(key, "salt", (const uint8_t *)&n->client_salt, sizeof(n->client_salt)), &now);
	if (is_zero(n->client_guid))
		return;
	struct carried *by_guid =
		detect_table_get(s->carried, hex_key(key, "guid", n->client_guid, GUID_LEN));
	if (by_guid == NULL)
		return;
	// With its salt it would have been found above, had nobody taken that away.
	bool salts_tell = by_guid->salt != 0 && now.salt != 0 && by_guid->salt != now.salt;
	if (!paired && !salts_tell)
		(void)compare(s, key, &now);
	else
		*by_guid = now;
}

// --- less than before ---------------------------------------------------------------------------------

static bool offers(const struct event_negotiation *n, uint16_t dialect)
{
	for (size_t i = 0; i < n->client_dialect_count; i++)
		if (n->client_dialects[i] == dialect)
			return true;
	return false;
}

static void on_choice(struct state *s, const struct event *e)
{
	const struct event_negotiation *n = e->negotiation;
	char key[64], story[STORY_KEY_MAX];
	if (n->dialect < 0x0202 || n->dialect > 0x0311 || is_zero(n->server_guid) || !detect_is_success(e))
		return;
	struct spoken *p = detect_table_get(s->spoken, hex_key(key, "server", n->server_guid, GUID_LEN));
	if (p == NULL)
		return;
	uint64_t packet = detect_first_packet(e);
	if (n->dialect >= p->dialect) {
		p->dialect = n->dialect;
		p->packet = packet;
		return;
	}
	if (!offers(n, p->dialect))
		return;
	struct finding *f = stories_touch(s->memory.stories,
		detect_key(story, sizeof(story), "lower", detect_client(e), detect_server(e)), e->time_us);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_WARNING);
	finding_about(f, e);
	if (f->count > 1)
		return;
	finding_title(f, "%s chose SMB %s for %s, which offered %s, and has chosen that before",
		detect_server(e), posture_dialect(n->dialect), detect_client(e), posture_dialect(p->dialect));
	finding_evidence(f, "dialect", packet, "%s", posture_dialect(n->dialect));
	finding_evidence(f, "dialect_before", p->packet, "%s", posture_dialect(p->dialect));
}

static void on_anomaly(struct state *s, const struct event *e)
{
	char key[STORY_KEY_MAX];
	if (e->reason == NULL || strcmp(e->reason, "negotiate_changed") != 0)
		return;
	struct finding *f = stories_touch(s->memory.stories,
		detect_key(key, sizeof(key), "validation", detect_client(e), detect_server(e)), e->time_us);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_ALERT);
	finding_about(f, e);
	finding_title(
		f, "what %s and %s negotiated was changed on its way", detect_client(e), detect_server(e));
	finding_evidence(f, "validate_negotiate_info", e->wire == NULL ? 0 : e->wire->packet, "%s",
		e->detail == NULL ? "" : e->detail);
}

// --- the detector -----------------------------------------------------------------------------------

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	if (e->kind == EVENT_ANOMALY)
		on_anomaly(s, e);
	if (e->kind != EVENT_NEGOTIATE || e->negotiation == NULL)
		return;
	on_negotiate(s, e);
	on_choice(s, e);
}

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.tables = {
			{ .offset = offsetof(struct state, carried), .entry_len = sizeof(struct carried) },
			{ .offset = offsetof(struct state, spoken), .entry_len = sizeof(struct spoken) },
		},
		.teller = &detect_downgrade,
		.quiet_s = QUIET_S,
		.hold_s = HOLD_S,
	};
	return memory_begin(context, &plan);
}

const struct detector detect_downgrade = {
	.id = "downgrade",
	.title = "less was negotiated than both sides can",
	.technique = "T1562.010",
	.severity = EVENT_WARNING,
	.begin = begin,
	.event = event,
	.tick = memory_tick,
	.finish = memory_finish,
	.end = memory_end,
};
