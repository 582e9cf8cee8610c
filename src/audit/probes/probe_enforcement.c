// SPDX-License-Identifier: Apache-2.0
// What is enforced once somebody is logged on: a request without a signature, and one that is signed but in
// the clear, are really sent. Each comes after the same request done properly, so that a refusal is about
// what was left out and about nothing else.
#include <errno.h>

#include "audit/probes/probe_login.h"
#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"
#include "client/client_send.h"

static const char no_ipc[] = "IPC$ cannot be connected to with this account";

// A refusal: a status, or the end of the connection (MS-SMB2 3.3.5.2.4, 3.3.5.2.9, 3.3.5.7).
static bool is_refusal(int rc, struct nt_status status)
{
	return rc == -ECONNRESET || rc == -EPIPE || (rc == 0 && nt_status_is_error(status));
}

static void judge(struct probe *p, struct fact *fact, const char *sent, const char *command, int rc,
	struct nt_status status)
{
	const char *words = probe_text(p, "%s, %s", command, probe_outcome(p, rc, status));
	if (rc == 0 && nt_status_ok(status))
		fact_set(p->facts, fact, ANSWER_YES, sent, words);
	else if (is_refusal(rc, status))
		fact_set(p->facts, fact, ANSWER_NO, sent, words);
	else
		fact_unknown(p->facts, fact, words);
}

// --- signing ----------------------------------------------------------------------------------------------

// The tree is connected to as the session is protected, and left without any protection: on 3.1.1 a
// TREE_CONNECT has to be signed in any case (MS-SMB2 3.3.5.7), so that it would tell nothing.
static void unsigned_disconnect(struct probe *p, struct client *c, uint32_t tree_id)
{
	struct nt_status status = STATUS(SUCCESS);
	client_set_signing(c, false);
	client_set_sealing(c, false);
	int rc = client_tree_disconnect(c, tree_id, &status);
	judge(p, &p->facts->unsigned_accepted,
		"after authentication: SMB2 TREE_CONNECT to IPC$, then TREE_DISCONNECT without a signature",
		"SMB2 TREE_DISCONNECT", rc, status);
}

// Without a tree there is ECHO, which serves if it is answered when signed.
static void unsigned_echo(struct probe *p, struct client *c)
{
	struct host_facts *f = p->facts;
	struct nt_status status = STATUS(SUCCESS);
	int rc = client_echo(c, &status);
	if (rc < 0 || !nt_status_ok(status)) {
		fact_unknown(f, &f->unsigned_accepted, no_ipc);
		return;
	}
	client_set_signing(c, false);
	client_set_sealing(c, false);
	rc = client_echo(c, &status);
	judge(p, &f->unsigned_accepted, "after authentication: SMB2 ECHO with a signature, then one without",
		"SMB2 ECHO", rc, status);
}

static void unsigned_try(struct probe *p, const struct client_options *o)
{
	struct host_facts *f = p->facts;
	struct nt_status status;
	struct client *c;
	uint32_t tree_id;
	int rc = probe_log_on(p, o, &c, &status);
	if (rc < 0) {
		fact_unknown(f, &f->unsigned_accepted, probe_outcome(p, rc, status));
		return;
	}
	client_set_signing(c, true);
	rc = client_tree_connect(c, "IPC$", &tree_id, NULL, &status);
	if (rc == 0 && nt_status_ok(status))
		unsigned_disconnect(p, c, tree_id);
	else if (rc == 0)
		unsigned_echo(p, c);
	else
		fact_unknown(f, &f->unsigned_accepted, probe_outcome(p, rc, status));
	client_free(c);
}

// --- encryption -------------------------------------------------------------------------------------------

// Whether the account may connect to IPC$ at all, when it does so sealed. Without a common cipher nothing
// can be demanded: then the refusal was of something else.
static bool sealed_works(struct probe *p)
{
	struct client_options o = probe_session_options(p);
	struct nt_status status;
	struct client *c;
	uint32_t tree_id;
	o.seal = true;
	int rc = probe_log_on(p, &o, &c, &status);
	if (rc < 0)
		return false;
	rc = client_tree_connect(c, "IPC$", &tree_id, NULL, &status);
	client_free(c);
	return rc == 0 && nt_status_ok(status);
}

static void unsealed_judge(struct probe *p, int rc, struct nt_status status)
{
	struct host_facts *f = p->facts;
	if (is_refusal(rc, status) && !sealed_works(p)) {
		fact_unknown(f, &f->unsealed_accepted, no_ipc);
		return;
	}
	judge(p, &f->unsealed_accepted,
		"after authentication: SMB2 TREE_CONNECT to IPC$, signed but not encrypted",
		"SMB2 TREE_CONNECT", rc, status);
}

static void unsealed_try(struct probe *p, const struct client_options *o)
{
	struct host_facts *f = p->facts;
	struct nt_status status;
	struct client *c;
	uint32_t tree_id;
	int rc = probe_log_on(p, o, &c, &status);
	if (rc < 0) {
		fact_unknown(f, &f->unsealed_accepted, probe_outcome(p, rc, status));
		return;
	}
	client_set_signing(c, true);
	client_set_sealing(c, false);
	rc = client_tree_connect(c, "IPC$", &tree_id, NULL, &status);
	client_free(c);
	unsealed_judge(p, rc, status);
}

void probe_enforcement(struct probe *p)
{
	const struct client_options o = probe_session_options(p);
	unsigned_try(p, &o);
	unsealed_try(p, &o);
}
