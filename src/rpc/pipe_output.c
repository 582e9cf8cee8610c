// SPDX-License-Identifier: Apache-2.0
#include "rpc/pipe_state.h"

#include <stdlib.h>
#include <string.h>

enum { OUTPUT_CAP_MIN = 1024 };

// Forgets what was read, so that the buffer grows with what waits and not with what has passed.
static void output_compact(struct pipe_output *out)
{
	if (out->pos == 0)
		return;
	memmove(out->bytes, out->bytes + out->pos, out->len - out->pos);
	out->len -= out->pos;
	out->pos = 0;
}

static bool output_grow(struct pipe_output *out, size_t need)
{
	size_t cap = out->cap < OUTPUT_CAP_MIN ? OUTPUT_CAP_MIN : out->cap;
	while (cap < need)
		cap *= 2;
	uint8_t *bytes = realloc(out->bytes, cap);
	if (bytes == NULL)
		return false;
	out->bytes = bytes;
	out->cap = cap;
	return true;
}

uint8_t *pipe_output_room(struct rpc_pipe *pipe, size_t len)
{
	struct pipe_output *out = &pipe->output;
	if (out->cap - out->len < len)
		output_compact(out);
	bool fits = out->len + len <= RPC_OUTPUT_LEN_MAX &&
		    (out->cap - out->len >= len || output_grow(out, out->len + len));
	if (!fits) {
		pipe->dead = true;
		return NULL;
	}
	return out->bytes + out->len;
}

void pipe_output_add(struct rpc_pipe *pipe, size_t len)
{
	pipe->output.len += len;
}

// Each message is a PDU of our own making: its length is in its header.
size_t pipe_output_message_len(const struct pipe_output *out)
{
	if (out->message_left > 0 || out->pos == out->len)
		return out->message_left;
	const uint8_t *frag_length = out->bytes + out->pos + 8;
	return (size_t)frag_length[0] | (size_t)frag_length[1] << 8;
}

size_t pipe_output_take(struct pipe_output *out, struct writer *w, size_t max)
{
	size_t left = pipe_output_message_len(out);
	size_t len = left < max ? left : max;
	writer_bytes(w, out->bytes + out->pos, len);
	out->pos += len;
	out->message_left = left - len;
	if (out->pos == out->len)
		pipe_output_done(out);
	return out->message_left;
}

// An idle pipe keeps no buffer.
void pipe_output_done(struct pipe_output *out)
{
	free(out->bytes);
	*out = (struct pipe_output){ 0 };
}
