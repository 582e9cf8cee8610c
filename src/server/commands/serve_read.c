// SPDX-License-Identifier: Apache-2.0
// READ (MS-SMB2 3.3.5.12). The data goes from the page cache into the reply, where it is sealed.
#include "wire/smb2/smb2_read.h"

#include "server/command_rules.h"
#include "server/connection.h"
#include "server/file_table.h"
#include "server/kept_times.h"
#include "server/open.h"
#include "server/open_content.h"
#include "server/open_sharing.h"
#include "server/pipe_open.h"
#include "server/request.h"
#include "server/work.h"
#include "storage/file_data.h"
#include "storage/streams.h"
#include "wire/dtyp/access_mask.h"

static struct nt_status check(const struct request *req, const struct smb2_read_request *m)
{
	const struct open *o = req->open;
	if (m->length > req->conn->max_read_size || !request_credits_cover(req, 0, m->length))
		return STATUS(INVALID_PARAMETER);
	if (m->channel != SMB2_CHANNEL_NONE)
		return STATUS(INVALID_PARAMETER); // no RDMA here
	if (o->is_directory)
		return STATUS(INVALID_DEVICE_REQUEST);
	if ((o->granted_access & (FILE_READ_DATA | FILE_EXECUTE)) == 0)
		return STATUS(ACCESS_DENIED);
	if (o->pipe == NULL && (m->offset > INT64_MAX || m->offset + m->length > INT64_MAX))
		return STATUS(INVALID_PARAMETER);
	return STATUS(SUCCESS);
}

static struct nt_status read_pipe(struct request *req, const struct smb2_read_request *m)
{
	struct pipe_open *pipe = req->open->pipe;
	bool more = false;
	size_t begun = smb2_read_response_begin(req->out);
	pthread_mutex_lock(&pipe->lock);
	struct nt_status status = rpc_pipe_read(pipe->rpc, req->out, m->length, &more);
	pthread_mutex_unlock(&pipe->lock);
	smb2_read_response_end(req->out, begun);
	return status;
}

// Whether the response is all that its frame will seal.
static bool is_alone_in_seal(const struct request *req)
{
	return req->sealed && req->work->message_count == 1 && req->async_id == 0;
}

static ssize_t read_bytes(struct request *req, const struct smb2_read_request *m, uint8_t *data)
{
	struct open *o = req->open;
	if (o->stream_name != NULL)
		return stream_read(o->fd, o->stream_name, m->offset, data, m->length);
	if (is_alone_in_seal(req) && payload_borrow(&req->work->payload, o, m->offset, m->length, data)) {
		open_content_read_in_place(o, m->offset, m->length);
		return m->length;
	}
	ssize_t n = file_read(o->fd, data, m->length, m->offset, req->may_block);
	if (n > 0)
		open_content_read(o, m->offset, (struct span){ data, (size_t)n });
	return n;
}

static struct nt_status read_file(struct request *req, const struct smb2_read_request *m)
{
	struct open *o = req->open;
	if (open_range_is_locked(o, m->offset, m->length, false))
		return STATUS(FILE_LOCK_CONFLICT);
	size_t begun = smb2_read_response_begin(req->out);
	size_t data_at = req->out->pos;
	uint8_t *data = writer_take(req->out, m->length);
	if (data == NULL)
		return STATUS(INSUFFICIENT_RESOURCES);
	ssize_t n = read_bytes(req, m, data);
	if (n < 0)
		return request_status_of_errno(req, (int)n);
	if ((n == 0 && m->length != 0) || (uint64_t)n < m->minimum_count)
		return STATUS(END_OF_FILE);
	writer_rewind(req->out, data_at + (size_t)n);
	smb2_read_response_end(req->out, begun);
	open_count_bytes(o, (uint64_t)n, 0);
	kept_times_restore(o);
	pthread_mutex_lock(&o->lock);
	o->position = m->offset + (uint64_t)n;
	pthread_mutex_unlock(&o->lock);
	return STATUS(SUCCESS);
}

struct nt_status serve_read(struct request *req)
{
	struct smb2_read_request m;
	if (smb2_read_request_decode(req->message, &m) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	struct nt_status status = check(req, &m);
	if (!nt_status_ok(status))
		return status;
	if (!request_reserve(req, (size_t)m.length + 64))
		return STATUS(INSUFFICIENT_RESOURCES);
	if (!req->may_block && m.length > TURN_BYTES_MAX) {
		work_weigh(req->work, m.length);
		return WOULD_BLOCK;
	}
	return req->open->pipe != NULL ? read_pipe(req, &m) : read_file(req, &m);
}
