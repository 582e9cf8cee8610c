// SPDX-License-Identifier: Apache-2.0
// Copying on the server (MS-SMB2 3.3.5.15.5, .6; MS-FSCC 2.3.8).
#include "server/commands/ioctl.h"

#include <errno.h>

#include "server/buffer.h"
#include "server/change_report.h"
#include "server/connection.h"
#include "server/file_attributes_of.h"
#include "server/file_table.h"
#include "server/open.h"
#include "server/open_sharing.h"
#include "server/request.h"
#include "server/server.h"
#include "server/session.h"
#include "server/share.h"
#include "storage/file_copy.h"
#include "storage/file_data.h"
#include "storage/streams.h"
#include "wire/dtyp/access_mask.h"
#include "wire/fscc/fsctl.h"
#include "wire/smb2/smb2_ioctl_payloads.h"

enum { // MS-SMB2 3.3.3: what Windows has, and clients expect
	COPYCHUNK_COUNT_MAX = 256,
	COPYCHUNK_LEN_MAX = 1 << 20,
	COPYCHUNK_TOTAL_MAX = 16 << 20,
};

// The key is the FileId: it means something only within the session that has the file open.
struct nt_status ioctl_resume_key(struct request *req, const struct smb2_ioctl_request *m, struct writer *w)
{
	uint8_t key[SMB2_RESUME_KEY_LEN] = { 0 };
	struct writer k = writer_make(key, sizeof(key));
	if (req->open->is_directory)
		return STATUS(INVALID_DEVICE_REQUEST);
	if (m->max_output_response < SMB2_RESUME_KEY_RESPONSE_LEN)
		return STATUS(INVALID_PARAMETER);
	smb2_file_id_write(&k, req->open->id);
	smb2_resume_key_response_encode(w, key);
	return STATUS(SUCCESS);
}

static struct open *source_of(struct request *req, const uint8_t key[SMB2_RESUME_KEY_LEN])
{
	struct reader r = reader_make(span_make(key, SMB2_RESUME_KEY_LEN));
	return open_find(req->session, smb2_file_id_read(&r));
}

static struct nt_status check_ends(
	const struct request *req, const struct smb2_ioctl_request *m, struct open *source)
{
	const struct open *target = req->open;
	if (source == NULL || source->pipe != NULL || source->is_directory || target->is_directory)
		return STATUS(OBJECT_NAME_NOT_FOUND);
	struct nt_status status = open_narrow_other(source);
	if (!nt_status_ok(status))
		return status;
	bool source_readable = (source->granted_access & (FILE_READ_DATA | FILE_EXECUTE)) != 0;
	if (!source_readable || (target->granted_access & (FILE_WRITE_DATA | FILE_APPEND_DATA)) == 0)
		return STATUS(ACCESS_DENIED);
	// Only SRV_COPYCHUNK_WRITE does without reading the target (MS-SMB2 3.3.5.15.6).
	if (m->ctl_code == FSCTL_SRV_COPYCHUNK && (target->granted_access & FILE_READ_DATA) == 0)
		return STATUS(ACCESS_DENIED);
	return STATUS(SUCCESS);
}

// Chunks within the limits, and all of the source inside of the source.
static bool chunks_fine(const struct smb2_copychunk_request *c)
{
	uint64_t total = 0;
	if (c->chunk_count > COPYCHUNK_COUNT_MAX)
		return false;
	for (uint32_t i = 0; i < c->chunk_count; i++) {
		struct smb2_copychunk chunk = smb2_copychunk_at(c, i);
		if (chunk.length == 0 || chunk.length > COPYCHUNK_LEN_MAX)
			return false;
		total += chunk.length;
	}
	return total <= COPYCHUNK_TOTAL_MAX;
}

static int copy_bytes(struct open *source, struct open *target, const struct smb2_copychunk *c)
{
	uint64_t done = 0;
	while (done < c->length) {
		ssize_t n = file_copy_step(source->fd, c->source_offset + done, target->fd,
			c->target_offset + done, c->length - done);
		if (n <= 0)
			return n < 0 ? (int)n : -ENODATA;
		done += (uint64_t)n;
	}
	return 0;
}

static int copy_through(
	uint8_t *data, struct open *source, struct open *target, const struct smb2_copychunk *c)
{
	ssize_t n = source->stream_name != NULL
			    ? stream_read(source->fd, source->stream_name, c->source_offset, data, c->length)
			    : file_read(source->fd, data, c->length, c->source_offset, true);
	if (n < 0 || (size_t)n < c->length)
		return n < 0 ? (int)n : -ENODATA;
	if (target->stream_name == NULL) {
		n = file_write(target->fd, data, c->length, c->target_offset, true);
		return n < 0 ? (int)n : 0;
	}
	pthread_mutex_lock(&target->file->io_lock);
	int err = stream_write(target->fd, target->stream_name, c->target_offset, span_make(data, c->length));
	pthread_mutex_unlock(&target->file->io_lock);
	return err;
}

// Streams lie in attributes, which no copying in the kernel reaches. One chunk's memory at a time.
static int copy_through_memory(
	struct request *req, struct open *source, struct open *target, const struct smb2_copychunk *c)
{
	struct buffer_pool *pool = &req->server->buffers;
	if (!connection_has_memory(req->conn, c->length))
		return -ENOMEM;
	struct buffer *b = buffer_get(pool, req->conn->memory, c->length);
	if (b == NULL)
		return -ENOMEM;
	int err = copy_through(b->data, source, target, c);
	buffer_put(pool, b);
	return err;
}

static struct nt_status copy_chunk(struct request *req, struct open *source, const struct smb2_copychunk *c)
{
	struct open *target = req->open;
	struct file_facts facts;
	if (c->source_offset > INT64_MAX - COPYCHUNK_LEN_MAX ||
		c->target_offset > INT64_MAX - COPYCHUNK_LEN_MAX)
		return STATUS(INVALID_PARAMETER);
	struct nt_status status = file_facts_of_open(source, &facts);
	if (!nt_status_ok(status))
		return status;
	if (c->source_offset + c->length > facts.end_of_file)
		return STATUS(INVALID_VIEW_SIZE); // MS-SMB2 3.3.5.15.6
	if (open_range_is_locked(source, c->source_offset, c->length, false) ||
		open_range_is_locked(target, c->target_offset, c->length, true))
		return STATUS(FILE_LOCK_CONFLICT);
	bool streams = source->stream_name != NULL || target->stream_name != NULL;
	int err = streams ? copy_through_memory(req, source, target, c) : copy_bytes(source, target, c);
	return err == -ENODATA ? STATUS(INVALID_VIEW_SIZE) : nt_status_of_errno(err);
}

static struct nt_status copy_all(struct request *req, struct open *source,
	const struct smb2_copychunk_request *c, struct smb2_copychunk_response *out)
{
	for (uint32_t i = 0; i < c->chunk_count; i++) {
		struct smb2_copychunk chunk = smb2_copychunk_at(c, i);
		struct nt_status status = copy_chunk(req, source, &chunk);
		if (!nt_status_ok(status))
			return status;
		out->chunks_written++;
		out->total_bytes_written += chunk.length;
	}
	return STATUS(SUCCESS);
}

// Too much asked for: the answer says what is not too much (MS-SMB2 3.3.5.15.6.1).
static struct nt_status tell_limits(struct request *req, struct writer *w)
{
	const struct smb2_copychunk_response limits = {
		.chunks_written = COPYCHUNK_COUNT_MAX,
		.chunk_bytes_written = COPYCHUNK_LEN_MAX,
		.total_bytes_written = COPYCHUNK_TOTAL_MAX,
	};
	smb2_copychunk_response_encode(w, &limits);
	req->keep_body = true;
	return STATUS(INVALID_PARAMETER);
}

static struct nt_status copy_from(
	struct request *req, struct open *source, const struct smb2_copychunk_request *c, struct writer *w)
{
	struct smb2_copychunk_response response = { 0 };
	if (!chunks_fine(c))
		return tell_limits(req, w);
	struct nt_status status = copy_all(req, source, c, &response);
	open_count_bytes(source, response.total_bytes_written, 0);
	open_count_bytes(req->open, 0, response.total_bytes_written);
	if (response.total_bytes_written != 0)
		change_report_write(req->open);
	smb2_copychunk_response_encode(w, &response);
	req->keep_body = true;
	return status;
}

struct nt_status ioctl_copychunk(struct request *req, const struct smb2_ioctl_request *m, struct writer *w)
{
	struct smb2_copychunk_request c;
	if (m->max_output_response < SMB2_COPYCHUNK_RESPONSE_LEN ||
		smb2_copychunk_request_decode(m->input, &c) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	struct open *source = source_of(req, c.source_key);
	struct nt_status status = check_ends(req, m, source);
	if (nt_status_ok(status))
		status = copy_from(req, source, &c, w);
	open_unref(source);
	return status;
}

struct nt_status ioctl_duplicate_extents(
	struct request *req, const struct smb2_ioctl_request *m, struct writer *w UNUSED)
{
	struct fsctl_duplicate_extents d;
	if (fsctl_duplicate_extents_decode(m->input, false, &d) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	const struct smb2_file_id id = { d.source_file_id_persistent, d.source_file_id_volatile };
	struct open *source = open_find(req->session, id);
	struct nt_status status = check_ends(req, m, source);
	if (nt_status_ok(status) && (source->stream_name != NULL || req->open->stream_name != NULL))
		status = STATUS(NOT_SUPPORTED);
	if (nt_status_ok(status)) {
		int err = file_clone_range(
			source->fd, d.source_offset, req->open->fd, d.target_offset, d.byte_count);
		status = err == -EXDEV ? STATUS(INVALID_PARAMETER) : nt_status_of_errno(err);
	}
	if (nt_status_ok(status))
		change_report_write(req->open);
	open_unref(source);
	return status;
}
