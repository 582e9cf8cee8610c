// SPDX-License-Identifier: Apache-2.0
#include "server/respond.h"

#include "server/connection.h"
#include "server/request.h"
#include "server/session.h"
#include "server/work.h"
#include "session/preauth.h"
#include "wire/smb2/smb2_error.h"

// Credits: what was asked for within the window's limits, but only what is needed to go on for
// somebody who has not shown who he is. An interim response has them for the final one.
static uint16_t request_grant(struct request *req)
{
	struct connection *c = req->conn;
	uint16_t want = req->header.credit_request_response;
	uint16_t charge = connection_credit_charge(c, &req->header);
	if (!atomic_load(&c->authenticated) || want < charge)
		want = charge;
	pthread_mutex_lock(&c->lock);
	uint16_t granted = sequence_window_grant(&c->window, want);
	pthread_mutex_unlock(&c->lock);
	return granted;
}

static struct smb2_header response_header(struct request *req, struct nt_status status)
{
	struct smb2_header h = {
		.credit_charge = req->header.credit_charge,
		.status = status,
		.command = req->header.command,
		.flags = SMB2_FLAGS_SERVER_TO_REDIR |
			 (req->header.flags & (SMB2_FLAGS_RELATED_OPERATIONS | SMB2_FLAGS_PRIORITY_MASK)),
		.message_id = req->header.message_id,
		.session_id = req->header.session_id,
	};
	if (req->async_id != 0) {
		h.flags |= SMB2_FLAGS_ASYNC_COMMAND;
		h.async_id = req->async_id;
	} else {
		h.tree_id = req->header.tree_id;
		h.process_id = req->header.process_id;
	}
	return h;
}

static bool request_signs_reply(const struct request *req)
{
	const struct session *s = req->session;
	// In progress, the keys are still being made, maybe on another thread.
	if (s == NULL || req->sealed || atomic_load(&s->state) == SESSION_IN_PROGRESS || s->sign_key == NULL)
		return false;
	return req->sign_reply || s->must_sign || (req->header.flags & SMB2_FLAGS_SIGNED) != 0;
}

bool respond_begin(struct request *req)
{
	if (!work_reserve(req->work, SMB2_HEADER_LEN + 256))
		return false;
	work_begin_part(req->work);
	req->out_start = req->out->pos;
	writer_zeros(req->out, SMB2_HEADER_LEN);
	return true;
}

// Warnings, NO_MORE_FILES among them, are answered like errors; BUFFER_OVERFLOW comes with what fits
// (MS-SMB2 3.3.4.4).
static bool has_error_body(struct nt_status status)
{
	return (status.code & 0x80000000u) != 0 && !nt_status_equal(status, STATUS(BUFFER_OVERFLOW));
}

void respond_end(struct request *req, struct nt_status status)
{
	struct writer *w = req->out;
	bool overflowed = !writer_ok(w);
	if (overflowed || (!req->error_written && has_error_body(status) && !req->keep_body)) {
		writer_rewind(w, req->out_start + SMB2_HEADER_LEN);
		if (overflowed && nt_status_ok(status))
			status = STATUS(INSUFFICIENT_RESOURCES);
		smb2_error_response_encode(w, &(struct smb2_error_response){ 0 });
	}
	struct smb2_header h = response_header(req, status);
	bool sign = request_signs_reply(req);
	if (sign)
		h.flags |= SMB2_FLAGS_SIGNED;
	// Credits of an asynchronous request went out with its interim response.
	h.credit_request_response = req->async_id != 0 ? 0 : request_grant(req);
	struct writer header = writer_make(w->base + req->out_start, SMB2_HEADER_LEN);
	smb2_header_encode(&header, &h);
	if (req->preauth != NULL && preauth_hash_update(req->preauth, writer_since(w, req->out_start)) != 0)
		req->work->disconnect = true;
	work_end_part(req->work, sign ? req->session : NULL);
}

void respond_interim(struct request *req)
{
	struct writer *w = req->out;
	struct smb2_header h = response_header(req, STATUS(PENDING));
	h.credit_request_response = request_grant(req);
	smb2_header_encode(w, &h);
	smb2_error_response_encode(w, &(struct smb2_error_response){ 0 });
}
