// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/list_users.h"

#include <strings.h>

#include "audit/probes/exposure_pipe.h"
#include "client/rpc/samr_calls.h"

enum {
	STUB_LEN_MAX = 1024,
	PIECE_LEN = 65536, // of an enumeration
	PIECES_MAX = 8,
	NAMES_SHOWN = 5,     // in the evidence
	NAMES_LEN_MAX = 400, // bytes of it
};

// A call under way: its request and its answer.
struct samr_call {
	uint8_t bytes[STUB_LEN_MAX];
	struct writer stub;
	struct rpc_answer answer;
};

static void call_begin(struct samr_call *c)
{
	c->stub = writer_make(c->bytes, sizeof(c->bytes));
	rpc_answer_init(&c->answer, 0);
}

static bool call_run(struct exposure_pipe *pipe, struct samr_call *c, const char *operation, uint16_t opnum,
	struct span *out)
{
	if (!writer_ok(&c->stub)) {
		exposure_pipe_untold(pipe, "a name is too long to be asked for");
		return false;
	}
	if (!exposure_pipe_call(pipe, operation, opnum, writer_since(&c->stub, 0), &c->answer))
		return false;
	*out = span_make(c->answer.stub, c->answer.stub_len);
	return true;
}

// A verdict and a status that let one go on.
static bool call_judge(struct exposure_pipe *pipe, const char *operation, enum verdict v, uint32_t status)
{
	if (v != VERDICT_OK)
		exposure_pipe_untold(
			pipe, exposure_text(pipe->e, "the answer to %s cannot be read", operation));
	else if ((status & 0x80000000u) != 0)
		exposure_pipe_refused(pipe, operation, status);
	else
		return true;
	return false;
}

static bool handle_ask(struct exposure_pipe *pipe, struct samr_call *c, const char *operation, uint16_t opnum,
	struct samr_handle *out)
{
	struct span stub;
	uint32_t status = 0;
	bool ok = call_run(pipe, c, operation, opnum, &stub);
	if (ok)
		ok = call_judge(pipe, operation, samr_handle_decode(stub, out, &status), status);
	rpc_answer_done(&c->answer);
	return ok;
}

static bool names_ask(struct exposure_pipe *pipe, struct samr_call *c, const char *operation, uint16_t opnum,
	struct arena *a, struct samr_names *out)
{
	struct span stub;
	bool ok = call_run(pipe, c, operation, opnum, &stub);
	if (ok) {
		enum verdict v = samr_names_decode(stub, a, out);
		ok = call_judge(pipe, operation, v, out->status);
	}
	rpc_answer_done(&c->answer);
	return ok;
}

static bool connect_server(struct exposure_pipe *pipe, struct samr_handle *server)
{
	struct samr_call c;
	call_begin(&c);
	samr_connect_encode(&c.stub, exposure_text(pipe->e, "\\\\%s", pipe->e->p->address),
		SAM_SERVER_ENUMERATE_DOMAINS | SAM_SERVER_LOOKUP_DOMAIN);
	return handle_ask(pipe, &c, "SamrConnect2", SAMR_CONNECT2, server);
}

// The one that is not BUILTIN: there are two in all.
static const char *domain_of(const struct samr_names *domains)
{
	for (uint32_t i = 0; i < domains->count; i++) {
		if (strcasecmp(domains->names[i].name, "Builtin") != 0)
			return domains->names[i].name;
	}
	return NULL;
}

static bool sid_ask(
	struct exposure_pipe *pipe, const struct samr_handle *server, const char *domain, struct sid *sid)
{
	struct samr_call c;
	struct span stub;
	uint32_t status = 0;
	call_begin(&c);
	samr_lookup_domain_encode(&c.stub, server, domain);
	bool ok = call_run(pipe, &c, "SamrLookupDomainInSamServer", SAMR_LOOKUP_DOMAIN, &stub);
	if (ok)
		ok = call_judge(
			pipe, "SamrLookupDomainInSamServer", samr_sid_decode(stub, sid, &status), status);
	rpc_answer_done(&c.answer);
	return ok;
}

static bool domain_open(struct exposure_pipe *pipe, const struct samr_handle *server, struct arena *a,
	struct samr_handle *domain)
{
	struct samr_names domains = { 0 };
	struct samr_call c;
	struct sid sid;
	call_begin(&c);
	samr_enumerate_domains_encode(&c.stub, server);
	if (!names_ask(pipe, &c, "SamrEnumerateDomainsInSamServer", SAMR_ENUMERATE_DOMAINS, a, &domains))
		return false;
	const char *name = domain_of(&domains);
	if (name == NULL) {
		exposure_pipe_untold(pipe, "the server names no domain of accounts");
		return false;
	}
	if (!sid_ask(pipe, server, name, &sid))
		return false;
	call_begin(&c);
	samr_open_domain_encode(&c.stub, server, DOMAIN_LIST_ACCOUNTS, &sid);
	return handle_ask(pipe, &c, "SamrOpenDomain", SAMR_OPEN_DOMAIN, domain);
}

// What is kept of a list of accounts: how many there were, and the first few names.
struct tally {
	unsigned count;
	unsigned shown;
	bool more; // than were counted
	char text[NAMES_LEN_MAX];
	size_t len;
};

static void tally_add(struct tally *t, const struct samr_names *users)
{
	struct writer w = writer_make(t->text + t->len, sizeof(t->text) - 1 - t->len);
	for (uint32_t i = 0; i < users->count && t->shown < NAMES_SHOWN; i++, t->shown++) {
		writer_span(&w, span_of_str(t->shown == 0 ? "" : ", "));
		writer_span(&w, span_of_str(users->names[i].name));
		if (!writer_ok(&w))
			break;
		t->len = (size_t)((char *)w.base - t->text) + w.pos;
	}
	t->text[t->len] = '\0';
	t->count += users->count;
}

static bool piece_ask(struct exposure_pipe *pipe, const struct samr_handle *domain, uint32_t resume,
	struct arena *a, struct samr_names *users)
{
	struct samr_call c;
	call_begin(&c);
	samr_enumerate_users_encode(&c.stub, domain, resume, PIECE_LEN);
	return names_ask(pipe, &c, "SamrEnumerateUsersInDomain", SAMR_ENUMERATE_USERS, a, users);
}

// Piece by piece, as long as the server goes on and within a limit: a list need not end.
static bool users_count(
	struct exposure_pipe *pipe, const struct samr_handle *domain, struct arena *a, struct tally *t)
{
	struct samr_names users = { .status = SAMR_STATUS_MORE_ENTRIES };
	for (unsigned i = 0; i < PIECES_MAX && users.status == SAMR_STATUS_MORE_ENTRIES; i++) {
		uint32_t resume = users.resume;
		arena_reset(a);
		users = (struct samr_names){ 0 };
		if (!piece_ask(pipe, domain, resume, a, &users))
			return t->count > 0;
		tally_add(t, &users);
		if (users.count == 0)
			break;
	}
	t->more = users.status == SAMR_STATUS_MORE_ENTRIES;
	return true;
}

// True where accounts were named.
static bool users_listed(struct exposure_pipe *pipe, struct arena *a)
{
	struct samr_handle server, domain;
	struct tally t = { 0 };
	if (!connect_server(pipe, &server) || !domain_open(pipe, &server, a, &domain) ||
		!users_count(pipe, &domain, a, &t))
		return false;
	pipe->answered = true;
	pipe->received = exposure_text(pipe->e, "%u accounts%s: %s%s", t.count, t.more ? " and more" : "",
		t.text, t.count > t.shown ? ", ..." : "");
	return t.count > 0;
}

void exposure_list_users(struct exposure *e, struct fact *f)
{
	struct exposure_pipe pipe;
	struct arena a;
	arena_init(&a, NULL, 0);
	arena_charge_to(&a, e->p->facts->arena->account);
	exposure_pipe_open(&pipe, e, rpc_service_find("samr"));
	bool listed = pipe.bound && users_listed(&pipe, &a);
	if (pipe.answered)
		fact_set(e->p->facts, f, listed ? ANSWER_YES : ANSWER_NO, pipe.sent, pipe.received);
	else
		fact_unknown(e->p->facts, f, pipe.received);
	exposure_pipe_close(&pipe);
	arena_reset(&a);
}
