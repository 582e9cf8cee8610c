// SPDX-License-Identifier: Apache-2.0
// WRITE (MS-SMB2 3.3.5.13). The data is written from where it was received and decrypted.
#include "wire/smb2/smb2_write.h"

#include <errno.h>

#include "base/filetime.h"
#include "base/scheduling.h"
#include "server/change_report.h"
#include "server/command_rules.h"
#include "server/connection.h"
#include "server/file_table.h"
#include "server/kept_times.h"
#include "server/open.h"
#include "server/open_content.h"
#include "server/open_sharing.h"
#include "server/pipe_open.h"
#include "server/request.h"
#include "server/share.h"
#include "server/tree.h"
#include "storage/file_data.h"
#include "storage/streams.h"
#include "wire/dtyp/access_mask.h"
#include "wire/smb2/smb2_create.h"
#include "wire/smb2/smb2_read.h"

// An offset that means "at the end" (MS-FSA 2.1.5.4; MS-SMB2 3.3.5.13 refuses it as Windows does).
static struct nt_status check(const struct request *req, const struct smb2_write_request *m)
{
	const struct open *o = req->open;
	if (m->data.len > req->conn->max_write_size || !request_credits_cover(req, m->data.len, 0))
		return STATUS(INVALID_PARAMETER);
	if (m->channel != SMB2_CHANNEL_NONE)
		return STATUS(INVALID_PARAMETER);
	if (o->is_directory)
		return STATUS(INVALID_DEVICE_REQUEST);
	bool appends_only = (o->granted_access & FILE_WRITE_DATA) == 0;
	if (appends_only && (o->granted_access & FILE_APPEND_DATA) == 0)
		return STATUS(ACCESS_DENIED);
	if (o->pipe == NULL && (m->offset > INT64_MAX || m->offset + m->data.len > INT64_MAX))
		return STATUS(INVALID_PARAMETER);
	if (o->pipe == NULL && !tree_is_writable(req->tree))
		return STATUS(ACCESS_DENIED); // a reload took the right away
	return STATUS(SUCCESS);
}

static struct nt_status write_pipe(struct request *req, const struct smb2_write_request *m)
{
	struct pipe_open *pipe = req->open->pipe;
	pthread_mutex_lock(&pipe->lock);
	struct nt_status status = rpc_pipe_write(pipe->rpc, m->data);
	pthread_mutex_unlock(&pipe->lock);
	return status;
}

static int write_stream(struct open *o, const struct smb2_write_request *m)
{
	pthread_mutex_lock(&o->file->io_lock);
	int err = stream_write(o->fd, o->stream_name, m->offset, m->data);
	pthread_mutex_unlock(&o->file->io_lock);
	return err;
}

// On a loop, where the file system makes no promise but is known to be fast (io_pace.h).
static ssize_t write_at_pace(struct open *o, const struct smb2_write_request *m)
{
	struct io_pace *pace = &o->share->pace;
	uint64_t began = monotonic_ms();
	if (!io_pace_is_fast(pace, began))
		return -EAGAIN;
	ssize_t n = file_write(o->fd, m->data.data, m->data.len, m->offset, true);
	io_pace_note(pace, began, monotonic_ms());
	return n;
}

// On a worker, which lets the loops in between two pieces.
static int write_in_pieces(struct open *o, const struct smb2_write_request *m)
{
	for (size_t done = 0; done < m->data.len;) {
		size_t len =
			m->data.len - done < TURN_PIECE_ALONE_LEN ? m->data.len - done : TURN_PIECE_ALONE_LEN;
		ssize_t n = file_write(o->fd, m->data.data + done, len, m->offset + done, true);
		if (n < 0)
			return (int)n;
		done += (size_t)n;
		step_aside();
	}
	return 0;
}

static int write_bytes(struct request *req, const struct smb2_write_request *m)
{
	struct open *o = req->open;
	if (m->data.len == 0)
		return 0;
	if (o->stream_name != NULL)
		return write_stream(o, m);
	if (req->may_block && m->data.len > TURN_BYTES_MAX)
		return write_in_pieces(o, m);
	ssize_t n = file_write(o->fd, m->data.data, m->data.len, m->offset, req->may_block);
	if (n == -EAGAIN && !req->may_block)
		n = write_at_pace(o, m);
	return n < 0 ? (int)n : 0;
}

static bool writes_through(const struct open *o, const struct smb2_write_request *m)
{
	return (m->flags & SMB2_WRITEFLAG_WRITE_THROUGH) != 0 ||
	       (o->create_options & FILE_WRITE_THROUGH) != 0;
}

static struct nt_status write_file(struct request *req, const struct smb2_write_request *m)
{
	struct open *o = req->open;
	bool through = writes_through(o, m) && o->stream_name == NULL;
	bool large = m->data.len > TURN_BYTES_MAX;
	if (!req->may_block && (o->stream_name != NULL || through || large))
		return WOULD_BLOCK;
	if (open_range_is_locked(o, m->offset, m->data.len, true))
		return STATUS(FILE_LOCK_CONFLICT);
	open_content_before_write(o, m->offset, m->data.len, req->may_block);
	int err = write_bytes(req, m);
	if (err == 0 && through)
		err = file_flush(o->fd, true);
	if (err != 0)
		return request_status_of_errno(req, err);
	open_content_written(o, m->offset, m->data);
	open_count_bytes(o, 0, m->data.len);
	kept_times_restore(o);
	pthread_mutex_lock(&o->lock);
	o->position = m->offset + m->data.len;
	pthread_mutex_unlock(&o->lock);
	change_report_write(o);
	return STATUS(SUCCESS);
}

struct nt_status serve_write(struct request *req)
{
	struct smb2_write_request m;
	if (smb2_write_request_decode(req->message, &m) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	struct nt_status status = check(req, &m);
	if (nt_status_ok(status))
		status = req->open->pipe != NULL ? write_pipe(req, &m) : write_file(req, &m);
	if (nt_status_ok(status))
		smb2_write_response_encode(
			req->out, &(struct smb2_write_response){ .count = (uint32_t)m.data.len });
	return status;
}
