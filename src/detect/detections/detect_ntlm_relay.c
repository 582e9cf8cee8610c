// SPDX-License-Identifier: Apache-2.0
// ntlm_relay: somebody in between uses another's NTLM log-on for a session of his own.
//
// Signal, two connections: the same ServerChallenge and the same NTProofStr (NTLMv1: the same account) on
// both, while the SMB around them is not the same: SessionId, ServerGuid or ClientGuid differ. A server
// numbers its sessions itself, so there are two sessions and one log-on.
// Signal, one connection: MsvAvFlags announces a MIC that is not there (CVE-2019-1040) or, with keys, one
// that is wrong; the name that the client wanted (MsvAvTargetName) is the connection's own client, another
// server's, or just none that the server has.
// Evidence: challenge, proof, both packets of each; identities of both sessions; names; what was done with
// the target's session, from which comes the outcome: succeeded (a share was opened), authenticated (nothing
// was seen after it), blocked (all shares were refused: signing saved the server), failed.
//
// False positives: a load balancer, port forwarder or NAT repeats challenge and proof too, but the SMB is the
// same to the byte: NAT (one address of the pair is the same) is nothing, a forwarder a remark (nothing when
// it is in `forwarders`); one that changes the negotiation is downgrade's. The same connection captured at
// two places has the same addresses and ports. A fixed challenge repeats without its proof. Multichannel
// binds with challenges of its own. Names alone are a remark: aliases, DFS, clusters and CNAMEs (`aliases`)
// look like that; a target that is an address of a network behind NAT too. Of hosts in `forwarders` they tell
// nothing.
#include "detect/detections/detections.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "detect/memory.h"
#include "detect/names.h"
#include "detect/relay_pairs.h"
#include "detect/story.h"

enum { QUIET_S = 3, HOLD_S = 20 };

enum {
	NTLMSSP_NEGOTIATE_SIGN = 0x00000010, // MS-NLMP 2.2.2.5
	NTLMSSP_NEGOTIATE_ALWAYS_SIGN = 0x00008000,
	SIGNING_FLAGS = NTLMSSP_NEGOTIATE_SIGN | NTLMSSP_NEGOTIATE_ALWAYS_SIGN,
};

struct state {
	struct memory memory;
	struct names *names;
	struct relay_pairs *pairs;
};

static void hex(char *to, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		(void)snprintf(to + 2 * i, 3, "%02x", bytes[i]);
}

static bool key_of(const struct event *e, char key[RELAY_KEY_MAX])
{
	char challenge[17], proof[33] = "";
	if (!e->auth->has_challenge || e->auth->anonymous || detect_account(e)[0] == '\0')
		return false;
	hex(challenge, e->auth->server_challenge, sizeof(e->auth->server_challenge));
	if (e->auth->has_nt_proof)
		hex(proof, e->auth->nt_proof, sizeof(e->auth->nt_proof));
	(void)snprintf(key, RELAY_KEY_MAX, "%s|%s|%.60s", challenge, proof,
		e->auth->has_nt_proof ? "" : detect_account(e));
	return true;
}

// --- what proves it ---------------------------------------------------------------------------------

static void add_leg(struct finding *f, const struct relay_leg *l)
{
	finding_host(f, l->client);
	finding_host(f, l->server);
	finding_account(f, l->account);
	finding_flow(f, l->flow);
	if (f->first_us == 0 || l->time_us < f->first_us)
		f->first_us = l->time_us;
	if (l->time_us > f->last_us)
		f->last_us = l->time_us;
}

static const char *own_name(const struct relay_leg *l)
{
	return l->server_dns[0] != '\0' ? l->server_dns : l->server_name;
}

static void prove_proof(struct finding *f, const struct relay_leg *victim, const struct relay_leg *target)
{
	char challenge[17], proof[33];
	hex(challenge, target->server_challenge, sizeof(target->server_challenge));
	hex(proof, target->nt_proof, sizeof(target->nt_proof));
	finding_evidence(f, "server_challenge", target->challenge_packet, "%s", challenge);
	finding_evidence(f, "server_challenge_again", victim->challenge_packet, "%s", challenge);
	finding_evidence(f, "nt_proof", victim->authenticate_packet, "%s", proof);
	finding_evidence(f, "nt_proof_again", target->authenticate_packet, "%s", proof);
}

static void prove_identity(struct finding *f, const struct relay_leg *l, const char *which)
{
	char name[48], guid[33];
	hex(guid, l->server_guid, sizeof(l->server_guid));
	(void)snprintf(name, sizeof(name), "session_of_%s_leg", which);
	finding_evidence(f, name, l->packet, "%s:%u > %s:%u, SessionId 0x%llx, ServerGuid %s, dialect 0x%04x",
		l->client, l->client_port, l->server, l->server_port, (unsigned long long)l->session_id, guid,
		l->dialect);
}

static void prove_name(struct finding *f, const struct relay_leg *l)
{
	if (l->target_name[0] == '\0')
		return;
	finding_evidence(f, "target_name", l->authenticate_packet, "%s", l->target_name);
	finding_evidence(f, "server_name", l->challenge_packet, "%s", own_name(l));
}

static bool mic_removed(const struct relay_leg *l)
{
	return l->mic == EVENT_MIC_MISSING || l->mic == EVENT_MIC_ZERO;
}

static void prove_changes(struct finding *f, const struct relay_leg *victim, const struct relay_leg *target)
{
	uint32_t wanted = victim->negotiate_flags & SIGNING_FLAGS;
	if (mic_removed(target))
		finding_evidence(f, "mic_removed", target->authenticate_packet,
			"MsvAvFlags announces a MIC and there is none (CVE-2019-1040)");
	if (target->mic == EVENT_MIC_WRONG)
		finding_evidence(f, "mic_wrong", target->authenticate_packet, "the MIC does not verify");
	if (wanted != 0 && (target->negotiate_flags & wanted) != wanted && target->negotiate_flags != 0)
		finding_evidence(f, "signing_flags_cleared", target->challenge_packet,
			"NEGOTIATE 0x%08x became 0x%08x", victim->negotiate_flags, target->negotiate_flags);
	if (victim->client_negotiate_hash != 0 && target->client_negotiate_hash != 0 &&
		victim->client_negotiate_hash != target->client_negotiate_hash)
		finding_evidence(f, "smb_negotiate_differs", target->packet, "yes");
}

static void prove_outcome(struct finding *f, const struct relay_leg *target)
{
	if (!target->success)
		finding_evidence(f, "log_on_refused", target->packet, "0x%08x", target->status.code);
	else if (target->trees + target->uses > 0)
		finding_evidence(f, "session_used", target->first_use_packet,
			"%llu shares, %llu files or calls", (unsigned long long)target->trees,
			(unsigned long long)target->uses);
	else if (target->trees_refused > 0)
		finding_evidence(f, "shares_refused", target->refused_packet, "%llu times, 0x%08x",
			(unsigned long long)target->trees_refused, target->refused_status.code);
}

// --- verdicts ---------------------------------------------------------------------------------------

static struct finding *touch(struct state *s, const char *kind, const char *a, const char *b, const char *c,
	const char *d, uint64_t now_us)
{
	char key[STORY_KEY_MAX];
	(void)snprintf(key, sizeof(key), "%s|%s|%s|%s|%s", kind, a, b, c, d);
	return stories_touch(s->memory.stories, key, now_us);
}

static void tell_relay(struct state *s, const struct relay_exchange *x, uint64_t now_us)
{
	const struct relay_leg *victim = &x->legs[relay_victim_of(x)],
			       *target = &x->legs[1 - relay_victim_of(x)];
	const char *outcome = relay_outcome(target);
	bool got_in = target->success && strcmp(outcome, "blocked") != 0;
	struct finding *f =
		touch(s, "relay", victim->server, victim->client, target->server, target->account, now_us);
	if (f == NULL)
		return;
	bool first = f->count == 1, worse = got_in && f->severity != EVENT_ALERT;
	finding_worsen(f, got_in ? EVENT_ALERT : EVENT_WARNING);
	finding_host(f, target->client); // the relay first
	finding_host(f, victim->server);
	add_leg(f, victim);
	add_leg(f, target);
	if (!first && !worse)
		return;
	f->outcome = outcome;
	finding_title(f, "the log-on of %s from %s was relayed by %s to %s: %s", target->account,
		victim->client, target->client, target->server, outcome);
	finding_evidence(f, "relay_host", 0, "%s", target->client);
	finding_evidence(f, "victim", 0, "%s", victim->client);
	finding_evidence(f, "target", 0, "%s", target->server);
	prove_proof(f, victim, target);
	prove_identity(f, victim, "victim");
	prove_identity(f, target, "target");
	prove_name(f, target);
	prove_changes(f, victim, target);
	prove_outcome(f, target);
}

static void tell_forwarder(struct state *s, const struct relay_exchange *x, uint64_t now_us)
{
	const struct relay_leg *near = &x->legs[relay_victim_of(x)], *far = &x->legs[1 - relay_victim_of(x)];
	const struct config_strings *known = &s->memory.context.settings->forwarders;
	if (detect_list_has(known, near->server) || detect_list_has(known, far->client))
		return;
	struct finding *f = touch(s, "forwarder", near->server, far->client, far->server, "", now_us);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_INFO);
	finding_host(f, near->server);
	add_leg(f, near);
	add_leg(f, far);
	if (f->count > 1)
		return;
	finding_title(f, "%s forwards SMB connections to %s as they are: a proxy, or somebody in between",
		near->server, far->server);
	prove_proof(f, near, far);
	prove_identity(f, near, "near");
	prove_identity(f, far, "far");
	prove_name(f, near);
}

static void tell_mic(struct state *s, const struct relay_leg *l, uint64_t now_us)
{
	struct finding *f = touch(s, "mic", l->client, l->server, l->account, "", now_us);
	if (f == NULL)
		return;
	finding_worsen(f, l->success ? EVENT_ALERT : EVENT_WARNING);
	add_leg(f, l);
	if (f->count > 1)
		return;
	f->outcome = relay_outcome(l);
	finding_title(f, "the log-on of %s from %s to %s was changed on its way: its MIC is %s", l->account,
		l->client, l->server, mic_removed(l) ? "removed" : "wrong");
	prove_changes(f, l, l);
	prove_outcome(f, l);
}

// The sender is whom the log-on was meant for: he passes on what was sent to him.
static bool meant_for_its_sender(struct state *s, const struct relay_leg *l)
{
	char host[NAME_LEN_MAX];
	if (strcmp(l->client, l->server) == 0)
		return false;
	if (strcasecmp(names_host(l->target_name, host), l->client) == 0)
		return true;
	return names_judge(s->names, l->client, l->target_name) == NAME_FITS &&
	       names_judge(s->names, l->server, l->target_name) == NAME_OTHERS;
}

static void tell_name(struct state *s, const struct relay_leg *l, uint64_t now_us)
{
	enum name_verdict v = names_judge(s->names, l->server, l->target_name);
	if (l->target_name[0] == '\0' || v == NAME_FITS || v == NAME_NOT_TOLD)
		return;
	if (detect_list_has(&s->memory.context.settings->forwarders, l->client))
		return; // what it passes on was meant for itself
	bool returned = meant_for_its_sender(s, l);
	struct finding *f = touch(s, "name", l->client, l->server, l->target_name, "", now_us);
	if (f == NULL)
		return;
	finding_worsen(f, returned ? EVENT_WARNING : EVENT_INFO);
	add_leg(f, l);
	if (f->count > 1)
		return;
	finding_title(f, "%s meant to log on at %s, and did at %s, which calls itself %s%s", l->client,
		l->target_name, l->server, own_name(l),
		returned ? ": it passes on what was meant for it" : "");
	prove_name(f, l);
}

static void settled(void *context, const struct relay_exchange *x, uint64_t now_us)
{
	struct state *s = context;
	const struct relay_leg *l = &x->legs[x->count - 1];
	switch (relay_kind_of(x)) {
	case RELAY_RELAYED:
		tell_relay(s, x, now_us);
		return;
	case RELAY_FORWARDED:
		tell_forwarder(s, x, now_us);
		return;
	case RELAY_CHANGED: // downgrade tells
		return;
	default:
		break;
	}
	if (mic_removed(l) || l->mic == EVENT_MIC_WRONG)
		tell_mic(s, l, now_us);
	else
		tell_name(s, l, now_us);
}

// --- the detector -----------------------------------------------------------------------------------

static void end(void *state)
{
	struct state *s = state;
	relay_pairs_free(s->pairs);
	names_free(s->names);
	memory_end(s);
}

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.teller = &detect_ntlm_relay,
		.quiet_s = QUIET_S,
		.hold_s = HOLD_S,
	};
	struct state *s = memory_begin(context, &plan);
	if (s == NULL)
		return NULL;
	const struct relay_pairs_user user = { .key = key_of, .settled = settled, .context = s };
	s->names = names_new(context->settings);
	s->pairs = relay_pairs_new(context->settings, &user);
	if (s->names != NULL && s->pairs != NULL)
		return s;
	end(s);
	return NULL;
}

// What a server calls itself. (A relay shows its victim the target's names, so an address may have several.)
static void learn(struct state *s, const struct event *e)
{
	if (!detect_is_authentication(e) || e->auth == NULL || !e->auth->has_challenge)
		return;
	names_learn(s->names, detect_server(e), e->auth->server_name);
	names_learn(s->names, detect_server(e), e->auth->server_dns);
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	learn(s, e);
	relay_pairs_event(s->pairs, e);
}

static void tick(void *state, uint64_t now_us)
{
	struct state *s = state;
	relay_pairs_tick(s->pairs, now_us);
	memory_tick(s, now_us);
}

static void finish(void *state)
{
	struct state *s = state;
	relay_pairs_finish(s->pairs);
	memory_finish(s);
}

const struct detector detect_ntlm_relay = {
	.id = "ntlm_relay",
	.title = "somebody else's NTLM log-on was used",
	.technique = "T1557.001",
	.severity = EVENT_INFO, // what is found raises it
	.begin = begin,
	.event = event,
	.tick = tick,
	.finish = finish,
	.end = end,
};
