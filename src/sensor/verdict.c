// SPDX-License-Identifier: Apache-2.0
#include "sensor/verdict.h"

#include <string.h>

#include "sensor/shared_session.h"
#include "wire/smb2/smb2_header.h"

// Points off the best grade; from 0 'A' to 5 'F'.
enum { GRADE_A, GRADE_B, GRADE_C, GRADE_D, GRADE_E, GRADE_F };

static void take_off(struct session_verdict *v, int *worst, int grade, const char *reason)
{
	if (v->verdict.reason_count < VERDICT_REASONS_MAX)
		v->reasons[v->verdict.reason_count++] = reason;
	if (grade > *worst)
		*worst = grade;
}

static bool is(const char *text, const char *word)
{
	return text != NULL && strcmp(text, word) == 0;
}

static void judge_dialect(struct session_verdict *v, int *worst)
{
	switch (v->verdict.dialect) {
	case 0:
	case SMB2_DIALECT_311:
		break;
	case SMB2_DIALECT_302:
	case SMB2_DIALECT_300:
		take_off(v, worst, GRADE_C, "dialect_below_3.1.1");
		break;
	case 1:
		take_off(v, worst, GRADE_F, "smb1");
		break;
	default:
		take_off(v, worst, GRADE_D, "dialect_without_encryption");
		break;
	}
}

static void judge_protection(struct session_verdict *v, int *worst)
{
	if (v->verdict.sealed == EVENT_YES)
		return;
	if (v->verdict.sealed == EVENT_NO)
		take_off(v, worst, GRADE_B, "unsealed");
	if (v->verdict.signed_ == EVENT_NO)
		take_off(v, worst, GRADE_E, "unsigned");
	if (v->verdict.server_requires_signing == EVENT_NO && v->verdict.signed_ != EVENT_NO)
		take_off(v, worst, GRADE_C, "signing_not_required_by_server");
	if (v->verdict.negotiate_validated == EVENT_NO)
		take_off(v, worst, GRADE_D, "negotiate_not_validated");
}

static void judge_identity(const struct watched_session *s, struct session_verdict *v, int *worst)
{
	if (is(s->mechanism, "guest"))
		take_off(v, worst, GRADE_F, "guest");
	else if (is(s->mechanism, "anonymous"))
		take_off(v, worst, GRADE_F, "anonymous");
	else if (is(s->mechanism, "ntlmv1"))
		take_off(v, worst, GRADE_F, "ntlmv1");
	else if (is(s->mechanism, "ntlmv2"))
		take_off(v, worst, GRADE_B, "ntlm");
}

static enum event_yes yes_if(bool known, bool yes)
{
	if (!known)
		return EVENT_UNKNOWN;
	return yes ? EVENT_YES : EVENT_NO;
}

static void fill_counts(const struct watched_session *s, struct event_verdict *v)
{
	const struct protection_counts *q = &s->counts[FLOW_CLIENT], *a = &s->counts[FLOW_SERVER];
	v->requests_signed = q->signed_;
	v->requests_unsigned = q->unsigned_;
	v->requests_sealed = q->sealed;
	v->answers_signed = a->signed_;
	v->answers_unsigned = a->unsigned_;
	v->answers_sealed = a->sealed;
	uint64_t sealed = q->sealed + a->sealed, open = q->unsigned_ + a->unsigned_;
	uint64_t signed_ = q->signed_ + a->signed_;
	bool any = sealed + open + signed_ > 0;
	v->sealed = yes_if(any, open + signed_ == 0);
	v->signed_ = yes_if(any, open == 0);
	v->signatures_verified = s->signatures_verified;
	v->signatures_wrong = s->signatures_wrong;
	v->wrong_packet = s->wrong_packet;
	v->decrypted = s->decrypted;
}

static void fill_negotiated(const struct negotiated *n, struct event_verdict *v)
{
	bool both = n->request_seen && n->response_seen;
	v->client_dialects = n->client_dialects;
	v->client_dialect_count = n->client_dialect_count;
	v->dialect = n->dialect;
	v->client_requires_signing =
		yes_if(n->request_seen, (n->client_security_mode & SMB2_NEGOTIATE_SIGNING_REQUIRED) != 0);
	v->server_requires_signing =
		yes_if(n->response_seen, (n->server_security_mode & SMB2_NEGOTIATE_SIGNING_REQUIRED) != 0);
	v->client_offers_encryption = yes_if(n->request_seen,
		n->client_offers_cipher || (n->client_capabilities & SMB2_GLOBAL_CAP_ENCRYPTION) != 0);
	v->server_offers_encryption = yes_if(n->response_seen, n->cipher != 0);
	v->preauth_integrity = yes_if(n->response_seen, n->dialect == SMB2_DIALECT_311);
	bool can_validate = n->dialect == SMB2_DIALECT_300 || n->dialect == SMB2_DIALECT_302;
	if (both && can_validate)
		v->negotiate_validated = n->validated == EVENT_YES ? EVENT_YES : EVENT_NO;
}

void verdict_of_session(const struct watched_session *s, struct session_verdict *out)
{
	const struct conversation *c = s->conversation;
	int worst = GRADE_A;
	memset(out, 0, sizeof(*out));
	out->verdict.reasons = out->reasons;
	fill_counts(s, &out->verdict);
	fill_negotiated(&c->negotiated, &out->verdict);
	out->verdict.bytes_to_server = c->flow->bytes[FLOW_CLIENT];
	out->verdict.bytes_to_client = c->flow->bytes[FLOW_SERVER];
	if (watched_session_is_bound(s))
		out->verdict.channel_of = s->shared->first_flow;
	out->verdict.opened_us = s->opened_us;
	out->verdict.closed_us = conversation_now(c);
	judge_dialect(out, &worst);
	judge_protection(out, &worst);
	judge_identity(s, out, &worst);
	// What was not seen is never called fine; what is known to be bad still is.
	bool whole = s->beginning_seen && out->verdict.dialect != 0;
	if (!whole)
		take_off(out, &worst, worst, "beginning_not_seen");
	out->verdict.grade = whole || worst >= GRADE_D ? (char)('A' + worst) : '?';
}
