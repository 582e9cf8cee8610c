// SPDX-License-Identifier: Apache-2.0
// What keys prove of SMB1: who authenticated, and that nobody changed a message on its way.
#include <stdlib.h>
#include <string.h>

#include "sensor/sensor_state.h"
#include "sensor/smb1_state.h"

// --- the exchange -----------------------------------------------------------------------------------

static void keep(struct smb1_copy *copy, struct span bytes, bool widen)
{
	size_t each = widen ? 2 : 1;
	free(copy->data);
	*copy = (struct smb1_copy){ .data = calloc(bytes.len * each + 1, 1) };
	if (copy->data == NULL)
		return;
	copy->len = bytes.len * each;
	for (size_t i = 0; i < bytes.len; i++)
		copy->data[i * each] = bytes.data[i];
}

void smb1_note_responses(struct smb1_basic_logon *b, const struct smb1_session_setup *s, bool unicode)
{
	if (s->nt_response.len > SMB1_SIGNING_RESPONSE_LEN_MAX)
		return;
	keep(&b->nt_response, s->nt_response, false);
	keep(&b->account_utf16, s->account, !unicode);
	keep(&b->domain_utf16, s->domain, !unicode);
}

static struct span span_of(const struct smb1_copy *c)
{
	return span_make(c->data, c->len);
}

static struct unlock_smb1_basic basic_of(const struct smb1_watch *w)
{
	struct unlock_smb1_basic b = {
		.account = w->basic.account == NULL ? "" : w->basic.account,
		.account_utf16 = span_of(&w->basic.account_utf16),
		.domain_utf16 = span_of(&w->basic.domain_utf16),
		.nt_response = span_of(&w->basic.nt_response),
	};
	memcpy(b.challenge, w->challenge, sizeof(b.challenge));
	return b;
}

static struct smb1_signing *unlock(
	struct smb1_message *m, struct watched_session *s, struct unlock_findings *findings)
{
	const struct smb1_watch *w = m->watch;
	const struct unlock_smb1_basic basic = basic_of(w);
	const struct unlock_smb1_exchange x = {
		.facts = s->auth == NULL ? NULL : auth_watch_facts(s->auth),
		.basic = w->basic.set ? &basic : NULL,
		.header = &m->header,
		.final_answer = m->message.len == m->len ? m->message : span_make(NULL, 0),
	};
	*findings = (struct unlock_findings){ .mic = EVENT_MIC_UNKNOWN };
	if (sensor_keys_of(m->c->sensor) == NULL || s->guest || (w->basic.set && !w->has_challenge))
		return NULL;
	return unlock_smb1(sensor_keys_of(m->c->sensor), &x, findings);
}

// --- signatures -------------------------------------------------------------------------------------

static void count_signature(struct smb1_message *m, struct watched_session *s, int right)
{
	struct event e = {
		.kind = EVENT_ANOMALY,
		.reason = "signature_wrong",
		.command = smb1_command_name(m->header.command),
		.message_id = m->header.mid,
	};
	if (s != NULL && right > 0)
		s->signatures_verified++;
	if (right != 0)
		return;
	watched_session_note_wrong(s, conversation_packet(m->c));
	sensor_count_anomaly(m->c->sensor);
	conversation_emit(m->c, s, &e, 0);
}

// Anonymous sessions sign nothing.
static bool makes_key(const struct smb1_message *m, const struct watched_session *s)
{
	const struct smb1_basic_logon *b = &m->watch->basic;
	const char *mechanism = b->set            ? b->mechanism
				: s->auth == NULL ? ""
						  : auth_watch_facts(s->auth)->mechanism;
	return nt_status_ok(m->header.status) && !s->guest && strcmp(mechanism, "anonymous") != 0;
}

enum event_mic smb1_unlock(struct smb1_message *m, struct watched_session *s)
{
	struct unlock_findings findings;
	struct smb1_signing *signing = unlock(m, s, &findings);
	bool first = makes_key(m, s) && !m->watch->has_signer;
	watched_session_name_client(s, findings.principal);
	if (!first) {
		smb1_signing_free(signing);
		return findings.mic;
	}
	m->watch->has_signer = true; // whether or not its key is known
	m->watch->signing = signing;
	if (signing != NULL && smb1_is_signed(&m->header) && m->message.len == m->len && !m->c->lossy)
		count_signature(m, s, findings.final_wrong ? 0 : 1);
	return findings.mic;
}

void smb1_check_signature(struct smb1_message *m)
{
	struct smb1_signing *signing = m->watch->signing;
	bool whole = m->message.len == m->len, is_request = m->c->from == FLOW_CLIENT;
	if (signing == NULL)
		return;
	if (!whole && is_request)
		smb1_signing_skip(signing, &m->header);
	if (whole)
		count_signature(m, m->session,
			is_request ? smb1_signing_request(signing, &m->header, m->message)
				   : smb1_signing_answer(signing, &m->header, m->message));
}
