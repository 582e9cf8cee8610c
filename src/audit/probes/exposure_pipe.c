// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/exposure_pipe.h"

static void open_failed(struct exposure_pipe *pipe, int rc, struct nt_status status)
{
	pipe->answered = exposure_answered(pipe->e, rc);
	pipe->received = exposure_words(pipe->e, rc, status);
}

static bool is_data(struct nt_status status)
{
	return nt_status_ok(status) || nt_status_equal(status, STATUS(BUFFER_OVERFLOW));
}

static const char *bind_words(const struct exposure *e, const struct rpc_bind_end *end)
{
	if (end->accepted)
		return "bind_ack: accepted";
	if (end->kind == RPC_ANSWER_BIND_ACK)
		return exposure_text(e, "bind_ack: rejected, reason %u", end->reason);
	if (end->kind == RPC_ANSWER_BIND_NAK)
		return exposure_text(e, "bind_nak, reason %u", end->reason);
	return "a fault instead of a bind_ack";
}

static void bind(struct exposure_pipe *pipe, const struct rpc_service *service)
{
	struct dcerpc_syntax syntax = rpc_service_syntax(service);
	struct rpc_bind_end end = { 0 };
	struct nt_status status = STATUS(SUCCESS);
	int rc = rpc_channel_bind(&pipe->channel, &syntax, &end, &status);
	if (rc < 0 || !is_data(status)) {
		open_failed(pipe, rc, status);
		return;
	}
	pipe->answered = true;
	pipe->bound = end.accepted;
	pipe->received = bind_words(pipe->e, &end);
}

void exposure_pipe_open(struct exposure_pipe *pipe, struct exposure *e, const struct rpc_service *service)
{
	struct nt_status status = STATUS(SUCCESS);
	*pipe = (struct exposure_pipe){ .e = e };
	pipe->sent = exposure_text(e, "CREATE of the pipe %s %s, bind of %s (%s version %u)", service->pipe,
		e->as, service->interface, service->uuid, service->version);
	if (!exposure_ipc(e)) {
		pipe->answered = e->refused;
		pipe->sent = e->sent;
		pipe->received = e->received;
		return;
	}
	int rc = rpc_channel_open(&pipe->channel, e->client, e->ipc, service->pipe, &status);
	if (pipe->channel.open)
		bind(pipe, service);
	else
		open_failed(pipe, rc, status);
}

void exposure_pipe_close(struct exposure_pipe *pipe)
{
	if (pipe->e->client != NULL)
		rpc_channel_close(&pipe->channel);
	pipe->channel.open = false;
}

bool exposure_pipe_call(struct exposure_pipe *pipe, const char *operation, uint16_t opnum, struct span stub,
	struct rpc_answer *answer)
{
	struct nt_status status = STATUS(SUCCESS);
	pipe->sent = exposure_text(pipe->e, "%s %s", operation, pipe->e->as);
	answer->account = pipe->e->p->facts->arena->account;
	int rc = rpc_channel_call(&pipe->channel, opnum, stub, answer, &status);
	if (rc < 0 || !is_data(status)) {
		open_failed(pipe, rc, status);
		return false;
	}
	pipe->answered = true;
	if (answer->kind == RPC_ANSWER_STUB)
		return true;
	pipe->received = exposure_text(pipe->e, "fault 0x%08X", answer->fault);
	return false;
}

void exposure_pipe_refused(struct exposure_pipe *pipe, const char *operation, uint32_t code)
{
	pipe->answered = true;
	pipe->received = exposure_text(pipe->e, "%s: 0x%08X", operation, code);
}

void exposure_pipe_untold(struct exposure_pipe *pipe, const char *why)
{
	pipe->answered = false;
	pipe->received = why;
}

static struct pipe_fact *pipe_fact_for(struct host_facts *h, const struct rpc_service *s)
{
	struct pipe_fact **at = &h->pipes;
	for (; *at != NULL; at = &(*at)->next) {
		// Both are rows of the same table.
		if ((*at)->name == s->pipe && (*at)->interface == s->interface)
			return *at;
	}
	struct pipe_fact *f = arena_zalloc(h->arena, sizeof(*f));
	if (f == NULL)
		return NULL;
	f->name = s->pipe;
	f->interface = s->interface;
	f->coercion = s->coercion;
	*at = f;
	return f;
}

// ksmbd acknowledges a bind of whatever interface it is asked for: there it says nothing of this one. Tried
// with one that nobody has.
static bool binds_anything(struct exposure *e, const struct rpc_service *service)
{
	struct rpc_service nobodys = *service;
	struct exposure_pipe pipe;
	nobodys.uuid = "5d1f7c3e-9a42-4b08-8e67-2c90b1d4f3a6";
	exposure_pipe_open(&pipe, e, &nobodys);
	bool bound = pipe.bound;
	exposure_pipe_close(&pipe);
	return bound;
}

static void try_one(struct exposure *e, const struct rpc_service *service, struct fact *f)
{
	struct exposure_pipe pipe;
	exposure_pipe_open(&pipe, e, service);
	exposure_pipe_close(&pipe);
	if (!pipe.answered)
		fact_unknown(e->p->facts, f, pipe.received);
	else if (pipe.bound && service->coercion && binds_anything(e, service))
		fact_unknown(
			e->p->facts, f, "the pipe acknowledges a bind of an interface that nobody has, too");
	else
		fact_set(e->p->facts, f, pipe.bound ? ANSWER_YES : ANSWER_NO, pipe.sent, pipe.received);
}

void exposure_try_pipes(struct exposure *e)
{
	for (size_t i = 0; i < rpc_service_count && !probe_is_over(e->p); i++) {
		struct pipe_fact *f = pipe_fact_for(e->p->facts, &rpc_services[i]);
		if (f != NULL)
			try_one(e, &rpc_services[i],
				e->who == EXPOSURE_ACCOUNT ? &f->authenticated : &f->anonymous);
	}
}
