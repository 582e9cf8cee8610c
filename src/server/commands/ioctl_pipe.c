// SPDX-License-Identifier: Apache-2.0
// Controls of named pipes (MS-SMB2 3.3.5.15.3, .4, .10).
#include "server/commands/ioctl.h"

#include "base/utf16.h"
#include "server/connection.h"
#include "server/open.h"
#include "server/pipe_open.h"
#include "server/request.h"
#include "wire/smb2/smb2_ioctl_payloads.h"

struct nt_status ioctl_pipe_transceive(
	struct request *req, const struct smb2_ioctl_request *m, struct writer *w)
{
	struct pipe_open *pipe = req->open->pipe;
	bool more = false;
	pthread_mutex_lock(&pipe->lock);
	struct nt_status status = rpc_pipe_transceive(pipe->rpc, m->input, w, m->max_output_response, &more);
	pthread_mutex_unlock(&pipe->lock);
	return status;
}

// FSCTL_PIPE_PEEK's reply (MS-FSCC 2.3.44), without data: only whether a read would find any.
struct nt_status ioctl_pipe_peek(
	struct request *req, const struct smb2_ioctl_request *m UNUSED, struct writer *w)
{
	struct pipe_open *pipe = req->open->pipe;
	pthread_mutex_lock(&pipe->lock);
	size_t readable = rpc_pipe_readable(pipe->rpc);
	size_t message = rpc_pipe_message_readable(pipe->rpc);
	pthread_mutex_unlock(&pipe->lock);
	writer_u32(w, 3); // FILE_PIPE_CONNECTED_STATE
	writer_u32(w, (uint32_t)readable);
	writer_u32(w, readable == 0 ? 0 : 1);
	writer_u32(w, (uint32_t)message);
	return STATUS(SUCCESS);
}

// There is always room for another instance, so there is nothing to wait for.
struct nt_status ioctl_pipe_wait(
	struct request *req, const struct smb2_ioctl_request *m, struct writer *w UNUSED)
{
	struct fsctl_pipe_wait_request wait;
	if (fsctl_pipe_wait_request_decode(m->input, &wait) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	const char *name = utf16_to_utf8(req->arena, wait.name);
	return name != NULL && rpc_pipe_exists(name) ? STATUS(SUCCESS) : STATUS(OBJECT_NAME_NOT_FOUND);
}
