// SPDX-License-Identifier: Apache-2.0
// READ and WRITE (MS-SMB2 2.2.19 to 2.2.22): how much, and what a sample of it looks like. Of large ones only
// the beginning is here, so they are read field by field.
#include <string.h>

#include "sensor/observe.h"
#include "sensor/observe_file.h"
#include "sensor/rpc_watch.h"

struct watched_open *open_of_request(struct observed *o, struct smb2_file_id id)
{
	return o->session == NULL ? NULL : watched_open_find(o->session, id);
}

struct watched_open *open_of_answer(struct observed *o)
{
	if (o->session == NULL || o->pending == NULL)
		return NULL;
	struct smb2_file_id id = o->pending->file_id;
	bool previous = smb2_file_id_equal(id, smb2_file_id_previous());
	if (previous && !o->c->chain_has_file)
		return NULL;
	return watched_open_find(o->session, previous ? o->c->chain_file : id);
}

static void on_call(void *context, const struct event_rpc *rpc)
{
	struct observed *o = context;
	struct event e = { .kind = EVENT_RPC, .rpc = rpc, .share = "IPC$" };
	conversation_emit(o->c, o->session, &e, 0);
}

void observe_pipe_bytes(struct observed *o, struct watched_open *open, enum flow_side from, struct span bytes)
{
	if (open->rpc == NULL)
		open->rpc = rpc_watch_new(open->path == NULL ? "" : open->path);
	if (open->rpc == NULL)
		return;
	if (from == FLOW_CLIENT)
		rpc_watch_request_bytes(open->rpc, bytes, on_call, o);
	else
		rpc_watch_answer_bytes(open->rpc, bytes);
}

void observe_read_request(struct observed *o)
{
	struct smb2_read_request m;
	if (o->pending == NULL || smb2_read_request_decode(o->message, &m) != VERDICT_OK)
		return;
	o->pending->file_id = m.file_id;
	o->pending->offset = m.offset;
	o->pending->len = m.length;
}

// The data, as far as it is here; *len is how much there was.
static struct span data_of(
	struct observed *o, size_t offset_at, size_t length_at, bool short_offset, uint32_t *len)
{
	struct reader r = reader_make(o->message);
	reader_seek(&r, SMB2_HEADER_LEN + offset_at);
	size_t offset = short_offset ? reader_u8(&r) : reader_u16(&r);
	reader_seek(&r, SMB2_HEADER_LEN + length_at);
	*len = reader_u32(&r);
	reader_seek(&r, offset);
	if (*len == 0 || !reader_ok(&r) || offset + (uint64_t)*len > o->len)
		return span_make(NULL, 0);
	size_t here = reader_left(&r);
	return reader_bytes(&r, here < *len ? here : *len);
}

static void tell_first(struct observed *o, struct watched_open *open, bool *told, const char *action)
{
	if (*told)
		return;
	*told = true;
	watched_open_emit(o->session, open, action, STATUS(SUCCESS), NULL, false);
}

void observe_read_answer(struct observed *o)
{
	enum { DATA_OFFSET_AT = 2, DATA_LENGTH_AT = 4 }; // MS-SMB2 2.2.20
	struct watched_open *open = open_of_answer(o);
	uint32_t len;
	if (open == NULL || nt_status_is_error(o->header.status))
		return;
	struct span data = data_of(o, DATA_OFFSET_AT, DATA_LENGTH_AT, true, &len);
	if (open->is_pipe) {
		observe_pipe_bytes(o, open, FLOW_SERVER, data);
		return;
	}
	open->bytes_read += len;
	content_add(&open->read_content, o->pending->offset, data);
	tell_first(o, open, &open->told_read, "read");
}

// Of a share that nobody saw connected to, a pipe is told by what is written to it: a bind (C706 12.6.4.3).
static bool is_unseen_pipe(const struct watched_open *open, struct span data)
{
	static const uint8_t bind[] = { 5, 0, 11, 3 };
	bool unseen = open->share == NULL || open->share[0] == '\0';
	return unseen && data.len >= sizeof(bind) && memcmp(data.data, bind, sizeof(bind)) == 0;
}

// The sample is taken with the request: its answer says only whether it was done.
void observe_write_request(struct observed *o)
{
	enum { DATA_OFFSET_AT = 2, LENGTH_AT = 4, OFFSET_AT = 8 }; // MS-SMB2 2.2.21
	struct reader r = reader_make(o->message);
	uint32_t len;
	reader_seek(&r, SMB2_HEADER_LEN + OFFSET_AT);
	uint64_t offset = reader_u64(&r);
	struct smb2_file_id id = smb2_file_id_read(&r);
	struct span data = data_of(o, DATA_OFFSET_AT, LENGTH_AT, false, &len);
	if (!reader_ok(&r)) {
		conversation_anomaly(o->c, "malformed_write", NULL);
		return;
	}
	if (o->pending != NULL) {
		o->pending->file_id = id;
		o->pending->len = len;
	}
	struct watched_open *open = open_of_request(o, id);
	if (open == NULL)
		return;
	open->is_pipe |= is_unseen_pipe(open, data);
	if (open->is_pipe) {
		observe_pipe_bytes(o, open, FLOW_CLIENT, data);
		if (data.len < len && open->rpc != NULL)
			rpc_watch_gap(open->rpc);
	} else {
		content_add(&open->written_content, offset, data);
	}
}

void observe_write_answer(struct observed *o)
{
	struct watched_open *open = open_of_answer(o);
	if (open == NULL || open->is_pipe || !nt_status_ok(o->header.status))
		return;
	open->bytes_written += o->pending->len;
	tell_first(o, open, &open->told_write, "write");
}
