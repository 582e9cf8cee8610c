// SPDX-License-Identifier: Apache-2.0
// Bytes into a pipe: the first chooses the pipe and how the rest is cut into writes.
#include <stdlib.h>

#include "rpc/pipe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void server_info(void *user, struct arena *a, struct rpc_server_info *out)
{
	(void)user;
	(void)a;
	*out = (struct rpc_server_info){ .name = "S", .comment = "c", .domain = "D", .version_major = 10 };
}

static const struct rpc_share SHARES[] = {
	{ .name = "one", .comment = "first" },
	{ .name = "IPC$", .comment = "", .kind = RPC_SHARE_IPC, .special = true },
};

static bool shares(void *user, struct arena *a, const struct rpc_share **out, size_t *count)
{
	(void)user;
	(void)a;
	*out = SHARES;
	*count = sizeof(SHARES) / sizeof(SHARES[0]);
	return true;
}

static bool share_find(void *user, struct arena *a, const char *name, struct rpc_share *out)
{
	(void)user;
	(void)a;
	*out = SHARES[0];
	return strcmp(name, SHARES[0].name) == 0;
}

static void drain(struct rpc_pipe *pipe, size_t max)
{
	uint8_t out[512];
	bool more = false;
	for (;;) {
		size_t before = rpc_pipe_readable(pipe);
		struct writer w = writer_make(out, sizeof(out));
		struct nt_status status = rpc_pipe_read(pipe, &w, max, &more);
		if (nt_status_is_error(status))
			return;
		if (w.pos == 0 || rpc_pipe_readable(pipe) + w.pos != before)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	const struct rpc_context ctx = { NULL, server_info, shares, share_find };
	struct rpc_pipe *pipe = rpc_pipe_new((data[0] & 1) != 0 ? "wkssvc" : "srvsvc", &ctx);
	if (pipe == NULL)
		return 0;
	size_t step = (data[0] >> 1) == 0 ? size : data[0] >> 1;
	for (size_t pos = 1; pos < size; pos += step) {
		size_t len = size - pos < step ? size - pos : step;
		if (!nt_status_ok(rpc_pipe_write(pipe, span_make(data + pos, len))))
			break;
	}
	drain(pipe, 100);
	rpc_pipe_free(pipe);
	return 0;
}
