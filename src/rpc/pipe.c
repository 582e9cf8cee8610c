// SPDX-License-Identifier: Apache-2.0
#include "rpc/pipe.h"

#include <stdlib.h>
#include <string.h>

#include "rpc/pipe_state.h"

bool rpc_pipe_exists(const char *name)
{
	return rpc_interface_find(name) != NULL;
}

struct rpc_pipe *rpc_pipe_new(const char *name, const struct rpc_context *ctx)
{
	const struct rpc_interface *interface = rpc_interface_find(name);
	struct rpc_pipe *pipe = interface == NULL ? NULL : calloc(1, sizeof(*pipe));
	if (pipe == NULL)
		return NULL;
	pipe->interface = interface;
	pipe->ctx = ctx;
	return pipe;
}

void rpc_pipe_free(struct rpc_pipe *pipe)
{
	if (pipe == NULL)
		return;
	pipe_request_forget(&pipe->request);
	pipe_output_done(&pipe->output);
	free(pipe);
}

// What the fragment at the start of the input will be long; 0 while its header is not complete.
static size_t fragment_len(struct rpc_pipe *pipe)
{
	if (pipe->input_len < DCERPC_HEADER_LEN)
		return 0;
	struct reader r = reader_make(span_make(pipe->input, DCERPC_HEADER_LEN));
	struct dcerpc_header h = { 0 };
	enum verdict v = dcerpc_header_decode(&r, &h);
	if (v == VERDICT_BAD_VALUE)
		pipe_bind_nak(pipe, 0, DCERPC_NAK_NOT_SPECIFIED); // a foreign drep: its integers tell nothing
	if (v != VERDICT_OK || h.frag_length > DCERPC_FRAGMENT_LEN_MAX) {
		pipe->dead = true;
		return 0;
	}
	return h.frag_length;
}

// Moves bytes into the input until a fragment is complete; returns how many it took.
static size_t input_fill(struct rpc_pipe *pipe, struct span bytes, size_t target)
{
	size_t want = target - pipe->input_len;
	size_t len = bytes.len < want ? bytes.len : want;
	memcpy(pipe->input + pipe->input_len, bytes.data, len);
	pipe->input_len += len;
	return len;
}

struct nt_status rpc_pipe_write(struct rpc_pipe *pipe, struct span bytes)
{
	if (pipe->output.len - pipe->output.pos > RPC_OUTPUT_LEN_MAX / 2)
		return STATUS(INSUFFICIENT_RESOURCES);
	while (!pipe->dead && bytes.len > 0) {
		size_t target = fragment_len(pipe);
		size_t took = input_fill(pipe, bytes, target == 0 ? DCERPC_HEADER_LEN : target);
		bytes = span_make(bytes.data + took, bytes.len - took);
		target = fragment_len(pipe);
		if (pipe->dead || target == 0 || pipe->input_len < target)
			continue;
		pipe->input_len = 0;
		pipe_pdu_handle(pipe, span_make(pipe->input, target));
	}
	bool answered = pipe->output.len > pipe->output.pos;
	return pipe->dead && !answered ? STATUS(PIPE_DISCONNECTED) : STATUS(SUCCESS);
}

struct nt_status rpc_pipe_read(struct rpc_pipe *pipe, struct writer *w, size_t max, bool *more)
{
	*more = false;
	if (pipe->output.pos == pipe->output.len)
		return pipe->dead ? STATUS(PIPE_DISCONNECTED) : STATUS(PIPE_EMPTY);
	*more = pipe_output_take(&pipe->output, w, max) > 0;
	return *more ? STATUS(BUFFER_OVERFLOW) : STATUS(SUCCESS);
}

struct nt_status rpc_pipe_transceive(
	struct rpc_pipe *pipe, struct span in, struct writer *w, size_t max, bool *more)
{
	*more = false;
	if (rpc_pipe_readable(pipe) > 0)
		return STATUS(PIPE_BUSY);
	struct nt_status status = rpc_pipe_write(pipe, in);
	return nt_status_ok(status) ? rpc_pipe_read(pipe, w, max, more) : status;
}

size_t rpc_pipe_readable(const struct rpc_pipe *pipe)
{
	return pipe->output.len - pipe->output.pos;
}

size_t rpc_pipe_message_readable(const struct rpc_pipe *pipe)
{
	return pipe_output_message_len(&pipe->output);
}
