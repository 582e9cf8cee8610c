// SPDX-License-Identifier: Apache-2.0
// Each share in the clear: TREE_CONNECT, and CREATE of its root to read its attributes, signed but not
// encrypted. What was refused is tried sealed: only where that is let in did encryption make the difference.
#include <errno.h>

#include "audit/probes/probe_login.h"
#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"
#include "client/client_send.h"
#include "client/rpc/srvsvc_calls.h"
#include "wire/dtyp/access_mask.h"

enum { SHARES_MAX = 256 };

struct attempt {
	const char *command; // the last one
	int fault;
	struct nt_status status;
};

static bool let_in(const struct attempt *a)
{
	return a->fault == 0 && nt_status_ok(a->status);
}

static bool refused(const struct attempt *a)
{
	return a->fault == -ECONNRESET || a->fault == -EPIPE ||
	       (a->fault == 0 && nt_status_is_error(a->status));
}

static void root_open(struct client *c, uint32_t tree_id, struct attempt *a)
{
	struct smb2_create_request m = client_open_request(span_make("", 0));
	struct smb2_create_response opened;
	struct nt_status ignored;
	m.desired_access = FILE_READ_ATTRIBUTES;
	a->command = "CREATE of its root";
	a->fault = client_create(c, tree_id, &m, &opened, &a->status);
	if (let_in(a))
		(void)!client_close(c, tree_id, opened.file_id, &ignored);
}

static void share_enter(struct client *c, const struct share_fact *s, bool sealed, struct attempt *a)
{
	uint32_t tree_id;
	client_set_sealing(c, sealed);
	a->command = "TREE_CONNECT";
	a->fault = client_tree_connect(c, s->name, &tree_id, NULL, &a->status);
	// The share's own flag turned sealing on.
	client_set_sealing(c, sealed);
	if (let_in(a))
		root_open(c, tree_id, a);
}

// False: there is no session to try it in.
static bool share_try(struct probe *p, const struct share_fact *s, bool sealed, struct attempt *a)
{
	struct client_options o = probe_session_options(p);
	struct client *c;
	o.seal = sealed;
	a->fault = probe_log_on(p, &o, &c, &a->status);
	if (a->fault < 0)
		return false;
	client_set_signing(c, true);
	share_enter(c, s, sealed, a);
	client_free(c);
	return true;
}

static void share_judge(struct probe *p, struct share_fact *s)
{
	struct attempt plain = { 0 }, sealed = { 0 };
	if (!share_try(p, s, false, &plain)) {
		fact_unknown(p->facts, &s->unencrypted, probe_outcome(p, plain.fault, plain.status));
		return;
	}
	const char *sent = probe_text(
		p, "SMB2 TREE_CONNECT to %s and CREATE of its root, signed but not encrypted", s->name);
	const char *received =
		probe_text(p, "SMB2 %s, %s", plain.command, probe_outcome(p, plain.fault, plain.status));
	if (let_in(&plain))
		fact_set(p->facts, &s->unencrypted, ANSWER_YES, sent, received);
	else if (!refused(&plain))
		fact_unknown(p->facts, &s->unencrypted, received);
	else if (share_try(p, s, true, &sealed) && let_in(&sealed))
		fact_set(p->facts, &s->unencrypted, ANSWER_NO, sent,
			probe_text(p, "%s; the same encrypted is let in", received));
	else
		fact_unknown(p->facts, &s->unencrypted, "the account has no access, encrypted or not");
}

void probe_share_encryption(struct probe *p)
{
	unsigned left = SHARES_MAX;
	for (struct share_fact *s = p->facts->shares; s != NULL && !probe_is_over(p); s = s->next) {
		if ((s->type & STYPE_MASK) != STYPE_DISKTREE)
			continue;
		if (left-- == 0)
			return;
		share_judge(p, s);
	}
}
