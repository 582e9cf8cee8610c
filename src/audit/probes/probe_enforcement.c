// SPDX-License-Identifier: Apache-2.0
// What is enforced once somebody is logged on: a request without a signature, and one that is signed but in
// the clear, are really sent. Each is measured by the same request done properly, so that a refusal is about
// what was left out and about nothing else.
#include "audit/probes/attempt.h"
#include "audit/probes/probe_login.h"
#include "audit/probes/probes.h"
#include "client/client_send.h"

static const char no_ipc[] = "IPC$ cannot be connected to with this account";

static void ipc_connect(struct client *c, struct attempt *a, uint32_t *tree_id)
{
	a->command = "TREE_CONNECT";
	a->fault = client_tree_connect(c, "IPC$", tree_id, NULL, &a->status);
}

// --- signing ----------------------------------------------------------------------------------------------

// The tree is connected to as the session is protected, and left without any protection: on 3.1.1 a
// TREE_CONNECT has to be signed in any case (MS-SMB2 3.3.5.7), so that it would tell nothing.
static void leave_unsigned(struct client *c, struct attempt *a, void *context)
{
	bool *measured = context;
	uint32_t tree_id;
	ipc_connect(c, a, &tree_id);
	if (!attempt_let_in(a))
		return;
	*measured = true;
	client_set_signing(c, false);
	client_set_sealing(c, false);
	a->command = "TREE_DISCONNECT";
	a->fault = client_tree_disconnect(c, tree_id, &a->status);
}

// For who may not connect to IPC$.
static void echo_unsigned(struct client *c, struct attempt *a, void *context)
{
	bool *measured = context;
	a->command = "ECHO";
	a->fault = client_echo(c, &a->status);
	if (!attempt_let_in(a))
		return;
	*measured = true;
	client_set_signing(c, false);
	client_set_sealing(c, false);
	a->fault = client_echo(c, &a->status);
}

static void unsigned_judge(
	struct probe *p, void (*act)(struct client *c, struct attempt *a, void *context), const char *sent)
{
	struct fact *fact = &p->facts->unsigned_accepted;
	struct attempt a;
	bool measured = false;
	if (attempt_both_ways(p, act, &measured, fact, sent, &a) && measured)
		fact_set(p->facts, fact, ANSWER_NO, sent, attempt_words(p, &a));
}

static void unsigned_try(struct probe *p)
{
	struct fact *fact = &p->facts->unsigned_accepted;
	unsigned_judge(p, leave_unsigned,
		"after authentication: SMB2 TREE_CONNECT to IPC$, then TREE_DISCONNECT without a signature");
	if (fact->answer == ANSWER_UNKNOWN && fact->reason == NULL)
		unsigned_judge(p, echo_unsigned,
			"after authentication: SMB2 ECHO with a signature, then one without");
	if (fact->answer == ANSWER_UNKNOWN)
		fact_unknown(p->facts, fact, no_ipc);
}

// --- encryption -------------------------------------------------------------------------------------------

static void enter_plain(struct client *c, struct attempt *a, void *context)
{
	uint32_t tree_id;
	(void)context;
	client_set_sealing(c, false);
	ipc_connect(c, a, &tree_id);
}

static void enter_sealed(struct client *c, struct attempt *a, void *context)
{
	uint32_t tree_id;
	(void)context;
	ipc_connect(c, a, &tree_id);
}

static void unsealed_try(struct probe *p)
{
	static const char sent[] =
		"after authentication: SMB2 TREE_CONNECT to IPC$, signed but not encrypted";
	struct fact *fact = &p->facts->unsealed_accepted;
	struct attempt plain, sealed;
	if (!attempt_both_ways(p, enter_plain, NULL, fact, sent, &plain))
		return;
	attempt_make(p, ATTEMPT_SEALED, enter_sealed, NULL, &sealed);
	if (attempt_let_in(&sealed))
		fact_set(p->facts, fact, ANSWER_NO, sent,
			probe_text(p, "%s; the same encrypted is let in", attempt_words(p, &plain)));
	else
		fact_unknown(p->facts, fact, no_ipc);
}

void probe_enforcement(struct probe *p)
{
	unsigned_try(p);
	unsealed_try(p);
}
