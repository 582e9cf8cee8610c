// SPDX-License-Identifier: Apache-2.0
// Each share in the clear: TREE_CONNECT, and CREATE of its root to read its attributes, signed but not
// encrypted. What was refused is tried sealed: only where that is let in did encryption make the difference.
#include "audit/probes/attempt.h"
#include "audit/probes/list_shares.h"
#include "audit/probes/probe_login.h"
#include "audit/probes/probes.h"
#include "client/client_send.h"
#include "wire/dtyp/access_mask.h"

enum { LOG_ONS_MAX = 256 }; // shares that a session of their own is made for

struct visit {
	struct probe *p;
	struct share_fact *share;
	bool sealed;
};

static struct share_fact *disk_from(struct share_fact *s)
{
	while (s != NULL && !share_is_disk(s))
		s = s->next;
	return s;
}

static const char *sent_words(struct probe *p, const struct share_fact *s)
{
	return probe_text(
		p, "SMB2 TREE_CONNECT to %s and CREATE of its root, signed but not encrypted", s->name);
}

static void root_open(struct client *c, uint32_t tree_id, struct attempt *a)
{
	struct smb2_create_request m = client_open_request(span_make("", 0));
	struct smb2_create_response opened;
	struct nt_status ignored;
	m.desired_access = FILE_READ_ATTRIBUTES;
	a->command = "CREATE of its root";
	a->fault = client_create(c, tree_id, &m, &opened, &a->status);
	if (!attempt_let_in(a))
		return;
	// The connection's end ends both, too.
	(void)!client_close(c, tree_id, opened.file_id, &ignored);
	if (client_fault(c) == 0)
		(void)!client_tree_disconnect(c, tree_id, &ignored);
}

static void share_enter(struct client *c, const char *share, bool sealed, struct attempt *a)
{
	uint32_t tree_id;
	client_set_sealing(c, sealed);
	a->command = "TREE_CONNECT";
	a->fault = client_tree_connect(c, share, &tree_id, NULL, &a->status);
	// The share's own flag turned sealing on.
	client_set_sealing(c, sealed);
	if (attempt_let_in(a))
		root_open(c, tree_id, a);
}

// A session that was let into one share goes on to the next ones, as far as it is let in: a host with a
// thousand shares is not logged on to a thousand times.
static void others_enter(struct client *c, const struct attempt *first, const struct visit *v)
{
	struct share_fact *s = disk_from(v->share->next);
	for (; s != NULL && client_fault(c) == 0 && !probe_is_over(v->p); s = disk_from(s->next)) {
		struct attempt a = { .protection = first->protection, .has_session = true };
		share_enter(c, s->name, false, &a);
		if (!attempt_let_in(&a))
			return;
		fact_set(v->p->facts, &s->unencrypted, ANSWER_YES,
			attempt_sent(v->p, &a, sent_words(v->p, s)), attempt_words(v->p, &a));
	}
}

static void visit_make(struct client *c, struct attempt *a, void *context)
{
	const struct visit *v = context;
	share_enter(c, v->share->name, v->sealed, a);
	if (attempt_let_in(a) && !v->sealed)
		others_enter(c, a, v);
}

static void share_try(struct probe *p, struct share_fact *s)
{
	struct visit v = { .p = p, .share = s };
	struct attempt plain, sealed;
	const char *sent = sent_words(p, s);
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
	unsigned log_ons = 0;
	for (struct share_fact *s = disk_from(p->facts->shares); s != NULL; s = disk_from(s->next)) {
		if (fact_is(&s->unencrypted, ANSWER_YES))
			continue;
		if (log_ons++ == LOG_ONS_MAX)
			fact_unknown(p->facts, &s->unencrypted, "more shares than are tried");
		if (log_ons > LOG_ONS_MAX || probe_is_over(p))
			return;
		share_try(p, s);
	}
}
