// SPDX-License-Identifier: Apache-2.0
// What somebody without an account is shown and let into: over a null session, and as a guest where one was
// let in before.
#include "audit/probes/exposure_pipe.h"
#include "audit/probes/list_shares.h"
#include "audit/probes/list_users.h"
#include "audit/probes/probes.h"
#include "audit/probes/try_interfaces.h"
#include "audit/probes/try_share.h"

// Also the shares that the account of the audit was shown are tried, whether nobody may list them or not.
static void shares_list(struct exposure *e)
{
	struct arena a;
	struct host_facts *h = e->p->facts;
	arena_init(&a, NULL, 0);
	arena_charge_to(&a, h->arena->account);
	struct share_listing l = exposure_list_shares(e, false, &a);
	if (l.answered)
		fact_set(h, &h->anonymous_lists_shares, l.listed && l.count > 0 ? ANSWER_YES : ANSWER_NO,
			l.sent, l.received);
	else
		fact_unknown(h, &h->anonymous_lists_shares, l.received);
	shares_left_out(h, &l);
	for (const struct listed_share *s = l.first; s != NULL; s = s->next) {
		if (share_fact_for(h, &s->is) == NULL)
			break;
	}
	arena_reset(&a);
}

static void shares_try(struct exposure *e)
{
	for (struct share_fact *f = e->p->facts->shares; f != NULL && !probe_is_over(e->p); f = f->next) {
		bool guest = e->who == EXPOSURE_GUEST;
		if (share_is_disk(f))
			exposure_try_share_as_nobody(e, f->name, guest ? &f->guest : &f->anonymous,
				guest ? &f->guest_writes : &f->anonymous_writes);
	}
}

static void over_null_session(struct probe *p)
{
	struct exposure e = exposure_make(p, EXPOSURE_ANONYMOUS);
	struct host_facts *h = p->facts;
	shares_list(&e);
	exposure_list_users(&e, &h->anonymous_lists_users);
	exposure_try_interfaces(&e, &h->interfaces_told_anonymous);
	exposure_try_pipes(&e);
	shares_try(&e);
	exposure_close(&e);
}

static void as_guest(struct probe *p)
{
	struct exposure e = exposure_make(p, EXPOSURE_GUEST);
	shares_try(&e);
	exposure_close(&e);
}

// Nobody is refused here who was not let in before: this never is a failed log-on.
void probe_null_session(struct probe *p)
{
	over_null_session(p);
	if (p->options->try_failed_logon && fact_is(&p->facts->guest, ANSWER_YES))
		as_guest(p);
}
