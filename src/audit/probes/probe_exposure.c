// SPDX-License-Identifier: Apache-2.0
// What the account of the audit is shown and let into: shares, pipes, interfaces. Nothing is written.
#include "audit/probes/exposure_pipe.h"
#include "audit/probes/list_shares.h"
#include "audit/probes/probe_login.h"
#include "audit/probes/probes.h"
#include "audit/probes/try_interfaces.h"
#include "audit/probes/try_share.h"

static void shares_try(struct exposure *e, const struct share_listing *l)
{
	for (const struct listed_share *s = l->first; s != NULL; s = s->next) {
		struct share_fact *f = share_fact_for(e->p->facts, &s->is);
		if (f == NULL || probe_is_over(e->p))
			return;
		if (share_is_disk(f))
			exposure_try_share(e, f, s->is.descriptor);
	}
}

void probe_exposure(struct probe *p)
{
	struct arena a;
	struct exposure e = exposure_make(p, EXPOSURE_ACCOUNT);
	arena_init(&a, NULL, 0);
	arena_charge_to(&a, p->facts->arena->account);
	struct share_listing l = exposure_list_shares(&e, true, &a);
	if (l.answered)
		fact_set(p->facts, &p->facts->lists_shares, l.listed ? ANSWER_YES : ANSWER_NO, l.sent,
			l.received);
	else
		fact_unknown(p->facts, &p->facts->lists_shares, l.received);
	shares_left_out(p->facts, &l);
	exposure_try_interfaces(&e, &p->facts->interfaces_told);
	exposure_try_pipes(&e);
	if (l.listed)
		shares_try(&e, &l);
	exposure_close(&e);
	arena_reset(&a);
}
