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
	for (uint32_t i = 0; i < l->list.count && i < EXPOSURE_SHARES_MAX; i++) {
		const struct srvsvc_listed_share *s = &l->list.shares[i];
		struct share_fact *f = share_fact_for(e->p->facts, s);
		if (f == NULL || probe_is_over(e->p))
			return;
		if (share_is_disk(f))
			exposure_try_share(e, f, s->descriptor);
	}
}

void probe_exposure(struct probe *p)
{
	struct arena a;
	struct exposure e = exposure_make(p, EXPOSURE_ACCOUNT);
	arena_init(&a, NULL, 0);
	struct share_listing l = exposure_list_shares(&e, true, &a);
	if (l.answered)
		fact_set(p->facts, &p->facts->lists_shares, l.listed ? ANSWER_YES : ANSWER_NO, l.sent,
			l.received);
	else
		fact_unknown(p->facts, &p->facts->lists_shares, l.received);
	exposure_try_interfaces(&e, &p->facts->interfaces_told);
	exposure_try_pipes(&e);
	if (l.listed)
		shares_try(&e, &l);
	exposure_close(&e);
	arena_reset(&a);
}
