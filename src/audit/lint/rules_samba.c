// SPDX-License-Identifier: Apache-2.0
#include "audit/lint/rules_samba.h"

#include <stdlib.h>

#include "audit/lint/samba_view.h"

static void judge_shares(struct samba_view *v)
{
	while (samba_view_next(v) != NULL) {
		rules_samba_share_contradictions(v);
		if (!samba_share_yes(v, "available"))
			continue;
		rules_samba_share_access(v);
		rules_samba_share_files(v);
	}
}

void rules_samba(struct lint_context *c)
{
	struct samba_view *v = malloc(sizeof(*v));
	if (v == NULL) {
		c->no_memory = true;
		return;
	}
	samba_view_init(v, c);
	rules_samba_protocol(v);
	rules_samba_algorithms(v);
	rules_samba_authentication(v);
	rules_samba_anonymous(v);
	rules_samba_domain(v);
	rules_samba_client(v);
	rules_samba_exposure(v);
	rules_samba_settings(v);
	judge_shares(v);
	free(v);
}
