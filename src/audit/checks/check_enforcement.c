// SPDX-License-Identifier: Apache-2.0
// Whether signing and encryption are required: what the server claims, and what it does.
#include "audit/checks/checks.h"

// A claim that it is not required, and a request without a signature that was refused all the same: other
// sessions may still be without, but not where nothing passes that is not encrypted.
static void claim_is_worse(const struct check_context *c, struct audit_finding *f)
{
	if (f == NULL)
		return;
	(void)!check_report(c, f->check->id, NULL, &c->facts->unsigned_accepted);
	f->severity = AUDIT_LOW;
	f->grade = 'B';
	f->summary = "NEGOTIATE does not demand signing, but an unsigned request was refused.";
}

static void check_signing_claim(const struct check_context *c)
{
	static const char id[] = "signing_not_required";
	const struct host_facts *h = c->facts;
	struct audit_finding *f = NULL;
	bool unsigned_passes = fact_is(&h->unsigned_accepted, ANSWER_YES);
	if (fact_is(&h->signing_required, ANSWER_NO))
		f = check_report(c, id, NULL, &h->signing_required);
	else if (fact_is(&h->signing_required, ANSWER_UNKNOWN) && unsigned_passes)
		f = check_report(c, id, NULL, &h->unsigned_accepted);
	else if (fact_is(&h->signing_required, ANSWER_UNKNOWN))
		check_leave_open(c, id, &h->signing_required);
	if (f != NULL && unsigned_passes && !fact_is(&h->signing_required, ANSWER_UNKNOWN))
		(void)!check_report(c, id, NULL, &h->unsigned_accepted);
	else if (fact_is(&h->unsigned_accepted, ANSWER_NO))
		claim_is_worse(c, f);
}

static void check_signing_kept(const struct check_context *c)
{
	static const char id[] = "signing_not_enforced";
	const struct host_facts *h = c->facts;
	if (!fact_is(&h->signing_required, ANSWER_YES))
		return;
	if (fact_is(&h->unsigned_accepted, ANSWER_UNKNOWN))
		check_leave_open(c, id, &h->unsigned_accepted);
	if (!fact_is(&h->unsigned_accepted, ANSWER_YES))
		return;
	(void)!check_report(c, id, NULL, &h->signing_required);
	(void)!check_report(c, id, NULL, &h->unsigned_accepted);
}

// A null session is never encrypted: that it may connect to IPC$ tells enough where nobody has an account.
static void check_encryption(const struct check_context *c)
{
	static const char id[] = "encryption_not_required";
	const struct host_facts *h = c->facts;
	if (fact_is(&h->unsealed_accepted, ANSWER_YES))
		(void)!check_report(c, id, NULL, &h->unsealed_accepted);
	else if (fact_is(&h->unsealed_accepted, ANSWER_UNKNOWN) && fact_is(&h->anonymous_ipc, ANSWER_YES))
		(void)!check_report(c, id, NULL, &h->anonymous_ipc);
	else if (fact_is(&h->unsealed_accepted, ANSWER_UNKNOWN))
		check_leave_open(c, id, &h->unsealed_accepted);
}

// A share that says in its flags that it is to be encrypted, and is not.
static void broken_promise(const struct check_context *c, const struct share_fact *s)
{
	struct audit_finding *f = check_report(c, "share_encryption_not_enforced", s->name, &s->encrypt_flag);
	if (f == NULL)
		return;
	f->severity = AUDIT_HIGH;
	f->summary = "The share asks for encryption by its flags, and is let be used without.";
}

static void check_share(const struct check_context *c, const struct share_fact *s)
{
	if (!fact_is(&s->unencrypted, ANSWER_YES))
		return;
	(void)!check_report(c, "share_encryption_not_enforced", s->name, &s->unencrypted);
	if (fact_is(&s->encrypt_flag, ANSWER_YES))
		broken_promise(c, s);
}

// One open question is enough for all shares.
static void check_share_encryption(const struct check_context *c)
{
	const struct host_facts *h = c->facts;
	const struct fact *unknown = NULL;
	for (const struct share_fact *s = h->shares; s != NULL; s = s->next) {
		check_share(c, s);
		if (fact_is(&s->unencrypted, ANSWER_UNKNOWN) && s->unencrypted.reason != NULL)
			unknown = &s->unencrypted;
	}
	if (unknown == NULL && !fact_is(&h->logged_on, ANSWER_YES))
		unknown = &h->unsealed_accepted;
	if (unknown != NULL)
		check_leave_open(c, "share_encryption_not_enforced", unknown);
}

void check_enforcement(const struct check_context *c)
{
	if (c->facts->dialect_max == 0)
		return;
	check_signing_claim(c);
	check_signing_kept(c);
	check_encryption(c);
	check_share_encryption(c);
}
