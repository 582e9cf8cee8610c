// SPDX-License-Identifier: Apache-2.0
// Each share in the clear: TREE_CONNECT, and CREATE of its root to read its attributes, signed but not
// encrypted. What was refused is tried sealed: only where that is let in did encryption make the difference.
#include "audit/probes/attempt.h"
#include "audit/probes/list_shares.h"
#include "audit/probes/probe_login.h"
#include "audit/probes/probes.h"
#include "client/client_send.h"
#include "wire/dtyp/access_mask.h"

enum { SHARES_MAX = 256 };

struct visit {
	const char *share;
	bool sealed;
};

static void root_open(struct client *c, uint32_t tree_id, struct attempt *a)
{
	struct smb2_create_request m = client_open_request(span_make("", 0));
	struct smb2_create_response opened;
	struct nt_status ignored;
	m.desired_access = FILE_READ_ATTRIBUTES;
	a->command = "CREATE of its root";
	a->fault = client_create(c, tree_id, &m, &opened, &a->status);
	if (attempt_let_in(a))
		(void)!client_close(c, tree_id, opened.file_id, &ignored);
}

static void visit_make(struct client *c, struct attempt *a, void *context)
{
	const struct visit *v = context;
	uint32_t tree_id;
	client_set_sealing(c, v->sealed);
	a->command = "TREE_CONNECT";
	a->fault = client_tree_connect(c, v->share, &tree_id, NULL, &a->status);
	// The share's own flag turned sealing on.
	client_set_sealing(c, v->sealed);
	if (attempt_let_in(a))
		root_open(c, tree_id, a);
}

static void share_try(struct probe *p, struct share_fact *s)
{
	struct visit v = { .share = s->name };
	struct attempt plain, sealed;
	const char *sent = probe_text(
		p, "SMB2 TREE_CONNECT to %s and CREATE of its root, signed but not encrypted", s->name);
	if (!attempt_both_ways(p, visit_make, &v, &s->unencrypted, sent, &plain))
		return;
	v.sealed = true;
	attempt_make(p, ATTEMPT_SEALED, visit_make, &v, &sealed);
	if (attempt_let_in(&sealed))
		fact_set(p->facts, &s->unencrypted, ANSWER_NO, sent,
			probe_text(p, "%s; the same encrypted is let in", attempt_words(p, &plain)));
	else
		fact_unknown(p->facts, &s->unencrypted, "the account has no access, encrypted or not");
}

void probe_share_encryption(struct probe *p)
{
	unsigned left = SHARES_MAX;
	for (struct share_fact *s = p->facts->shares; s != NULL && left > 0; s = s->next) {
		if (probe_is_over(p))
			return;
		if (!share_is_disk(s))
			continue;
		left--;
		share_try(p, s);
	}
}
