// SPDX-License-Identifier: Apache-2.0
#include "server/dispatch.h"

#include "server/acting.h"
#include "server/access_view.h"
#include "server/admit.h"
#include "server/command_rules.h"
#include "server/commands/serve_smb1_negotiate.h"
#include "server/connection.h"
#include "server/intake.h"
#include "server/offload.h"
#include "server/open.h"
#include "server/park.h"
#include "server/refusal.h"
#include "server/respond.h"
#include "server/server.h"
#include "server/session.h"
#include "server/session_user.h"
#include "server/tree.h"
#include "server/work.h"
#include "server/work_finish.h"
#include "wire/smb2/frame.h"
#include "wire/smb2/smb2_command.h"

// --- one request ----------------------------------------------------------------------------------

static void request_done(struct request *req)
{
	if (req->has_step)
		session_end_step(req->session);
	req->has_step = false;
	access_view_unref(req->view);
	open_unref(req->open);
	tree_unref(req->tree);
	session_unref(req->session);
	req->view = NULL;
	session_unref(req->closing.session);
	req->closing.session = NULL;
	req->open = NULL;
	req->tree = NULL;
	req->session = NULL;
}

static void request_init(struct request *req, struct work *w)
{
	const struct work_message *m = &w->messages[w->current];
	memset(req, 0, sizeof(*req));
	req->work = w;
	req->conn = w->conn;
	req->server = w->conn->server;
	req->header = m->header;
	req->message = m->bytes;
	req->arena = &w->arena;
	req->out = &w->out;
	req->sealed = w->unsealed != NULL;
	req->rule = command_rule_find(req->header.command);
}

static struct nt_status request_admit(struct request *req)
{
	// Once authenticated, what a request is follows only from what was signed or sealed: so sizes
	// are judged after the session.
	struct nt_status status = admit_request(req);
	if (!nt_status_ok(status))
		return status;
	return nt_status_of_verdict(smb2_request_size_check(req->message, &req->header));
}

static void request_remember(struct request *req, struct nt_status status)
{
	struct work *w = req->work;
	w->previous.session_id = req->header.session_id;
	w->previous.tree_id = req->header.tree_id;
	if (req->header.command != SMB2_CREATE)
		return;
	w->previous.create_status = status;
	w->previous.has_file_id = req->has_new_file_id;
	w->previous.file_id = req->new_file_id;
}

// What a compound's request took begins where the one before it ended.
static void request_measure(struct request *req, struct nt_status status)
{
	struct work *w = req->work;
	uint64_t now = metrics_now_ns();
	bool failed =
		nt_status_is_error(status) && !nt_status_equal(status, STATUS(MORE_PROCESSING_REQUIRED));
	metrics_add_request(&req->server->metrics, req->header.command, now - w->begun_ns, failed);
	w->begun_ns = now;
}

static void request_finish(struct request *req, struct nt_status status)
{
	request_measure(req, status);
	request_remember(req, status);
	respond_end(req, status);
	request_done(req);
	req->work->admitted = false;
	req->work->current++;
}

// --- parking --------------------------------------------------------------------------------------

// What was answered before the parked request goes out first, then its interim response, which is
// never signed but sealed if the request was (MS-SMB2 3.3.4.1.1, 3.3.4.2).
static void request_send_interim(struct request *req)
{
	struct work *w = req->work;
	w->out.pos = req->out_start; // the parked request's own part begins anew when it is woken
	work_send(w);
	if (w->disconnect || !work_reserve(w, SMB2_HEADER_LEN + 64))
		return;
	work_begin_part(w);
	respond_interim(req);
	work_end_part(w, NULL);
	work_send(w);
}

// --- the chain ------------------------------------------------------------------------------------

enum step { STEP_NEXT, STEP_TO_WORKER, STEP_TO_LOOP, STEP_HELD, STEP_PARKED, STEP_PUT_OFF, STEP_END };

// Whose workers the request may have.
static uint64_t request_lane(const struct request *req)
{
	bool is_large = req->work->weight == WORK_WEIGHT_MAX;
	if (req->tree != NULL)
		return tree_lane(req->tree) | (is_large ? LANE_IS_LARGE : create_is_long(req) ? LANE_COMPUTES : 0);
	return req->work->admitted ? LANE_OF_NO_SHARE : LANE_OF_LARGE_FRAMES;
}

static const struct unix_user *unix_user_of(const struct request *req)
{
	return req->view != NULL ? req->view->user->on_unix : NULL;
}

// The one place where a request gets to files: with whose rights, is decided here.
static struct nt_status request_serve(struct request *req)
{
	struct acting acting UNUSED CLEANUP(acting_end) = acting_begin(unix_user_of(req));
	return req->rule->serve(req);
}

static enum step request_run(struct request *req)
{
	struct work *w = req->work;
	bool begins = !w->admitted;
	if (begins && !w->on_worker && offload_wants_request(req))
		return STEP_TO_WORKER;
	struct nt_status status = begins ? request_admit(req) : STATUS(SUCCESS);
	if (nt_status_ok(status)) {
		w->admitted = true;
		if ((req->rule->needs & RUNS_ON_WORKER) != 0 && !w->on_worker)
			return STEP_TO_WORKER;
		if (begins && (req->rule->needs & BEGINS_ON_LOOP) != 0 && w->on_worker)
			return STEP_TO_LOOP;
		if (begins && w->on_worker && request_lane(req) != worker_job_lane(&w->job))
			return STEP_TO_LOOP; // of a compound that goes over more than one share
		req->may_block = w->on_worker;
		status = request_serve(req);
	}
	if (nt_status_equal(status, WOULD_BLOCK))
		return STEP_TO_WORKER;
	if (nt_status_equal(status, STATUS(PENDING)))
		return STEP_PARKED;
	if (nt_status_equal(status, HOLD))
		return w->on_worker ? STEP_TO_LOOP : STEP_HELD;
	if (nt_status_equal(status, DISCONNECT))
		return STEP_END;
	request_finish(req, status);
	return STEP_NEXT;
}

// One request from its admission on. What has to move to another thread takes its response back and
// begins it anew there.
static enum step work_step(struct work *w)
{
	struct request *req = &w->request;
	size_t before = w->reply == NULL ? REPLY_HEADROOM : w->out.pos;
	if (!w->admitted)
		request_init(req, w);
	if (!respond_begin(req)) {
		w->disconnect = true;
		w->end = CONNECTION_END_LIMIT;
		return STEP_END;
	}
	enum step step = request_run(req);
	if (step == STEP_TO_WORKER || step == STEP_TO_LOOP || step == STEP_HELD)
		writer_rewind(&w->out, before);
	return step;
}

static bool work_is_cancel(const struct work *w)
{
	return w->message_count > 0 && w->messages[0].header.command == SMB2_CANCEL;
}

static enum step work_run(struct work *w)
{
	enum step step = STEP_NEXT;
	if (!w->taken_in && !intake(w))
		return STEP_END;
	if (work_is_cancel(w))
		return STEP_TO_LOOP;
	while (step == STEP_NEXT && w->current < w->message_count && !w->finish_after) {
		step = work_step(w);
		bool more = step == STEP_NEXT && w->current < w->message_count && !w->finish_after;
		if (more && !w->on_worker && turn_is_over(w->conn->loop))
			return STEP_PUT_OFF;
	}
	return step;
}

static void work_go_on(struct work *w);
static void frame_cancel(struct work *w);

static void job_run(struct worker_job *job)
{
	struct work *w = CONTAINER_OF(job, struct work, job);
	w->on_worker = true;
	enum step step = work_run(w); // the loop sees from `current` what is left
	w->on_worker = false;
	if (step == STEP_NEXT)
		work_protect_reply(w);
}

static void work_on_turn(struct loop_task *task)
{
	work_go_on(CONTAINER_OF(task, struct work, task));
}

// What waited for something that this work ended (a lock on an open of a session that logged off) was
// woken before, and is answered before: after it, the client may have forgotten the session's keys.
static void job_done(struct worker_job *job)
{
	struct work *w = CONTAINER_OF(job, struct work, job);
	turn_begin(w->conn->loop);
	if (w->disconnect)
		request_done(&w->request);
	if (w->conn->parked == NULL) {
		work_go_on(w);
		return;
	}
	w->task.run = work_on_turn;
	loop_post(w->conn->loop, &w->task);
}

static void work_to_worker(struct work *w)
{
	struct connection *c = w->conn;
	w->job = (struct worker_job){ .loop = c->loop, .owner = c, .run = job_run, .done = job_done };
	worker_pool_start(&c->server->workers, &w->job, request_lane(&w->request));
}

static void work_on_closed(struct loop_task *task)
{
	struct work *w = CONTAINER_OF(task, struct work, task);
	w->request.closing.done = true;
	work_go_on(w);
}

static void work_hold(struct work *w)
{
	struct request *req = &w->request;
	w->task.run = work_on_closed;
	session_close(req->closing.session, req->closing.reason, w->conn->loop, &w->task);
}

// Of a compound, only the last can be answered later than the others: Windows answers those before it
// that would have to wait with INTERNAL_ERROR (MS-SMB2 3.3.5.2.7.2).
static void work_park(struct work *w)
{
	if (w->current + 1 < w->message_count) {
		writer_rewind(&w->out, w->request.out_start);
		request_refuse_parking(&w->request);
		return;
	}
	request_send_interim(&w->request);
	if (w->disconnect)
		connection_close(w->conn, w->end);
}

// On the loop: runs as far as it can, and then sends, waits, or hands over.
static void work_go_on(struct work *w)
{
	// Nobody is there to be answered, and a session that began now would never be ended.
	if (w->conn->state >= CONNECTION_CLOSING) {
		request_done(&w->request);
		work_end(w);
		return;
	}
	if (!w->disconnect && offload_open(w, job_done))
		return;
	enum step step = w->disconnect ? STEP_END : work_run(w);
	if (work_is_cancel(w)) {
		frame_cancel(w);
		work_end(w);
		return;
	}
	if (step == STEP_PARKED) {
		work_park(w);
		return;
	}
	if (step == STEP_PUT_OFF) {
		w->task.run = work_on_turn;
		turn_put_off(w->conn->loop, &w->task);
		return;
	}
	if (step == STEP_TO_WORKER) {
		work_to_worker(w);
		return;
	}
	if (step == STEP_HELD) {
		work_hold(w);
		return;
	}
	if (step == STEP_END)
		request_done(&w->request);
	else if (offload_protect(w, job_done))
		return;
	work_finish(w);
}

// While it waited, the policy may have become one that refuses it what it waited for.
static struct nt_status request_still_admitted(struct request *req, struct nt_status status)
{
	struct nt_status admitted = nt_status_ok(status) ? tree_refresh(req->tree) : STATUS(SUCCESS);
	if (nt_status_ok(admitted))
		return status;
	refusal_emit(req, "share_no_longer_admitted", admitted);
	return admitted;
}

static struct nt_status request_resume(struct request *req)
{
	struct acting acting UNUSED CLEANUP(acting_end) = acting_begin(unix_user_of(req));
	struct nt_status status = request_still_admitted(req, req->resume(req, req->woken));
	if (!req->waits_in_vain)
		return status;
	req->async_id = 0; // no interim response has told it
	return nt_status_equal(status, STATUS(CANCELLED)) ? STATUS(INTERNAL_ERROR) : status;
}

void dispatch_resume(struct work *w)
{
	struct request *req = &w->request;
	// Also when the connection is gone: resume() frees what the request waited on.
	atomic_store(&req->state, REQUEST_RUNNING);
	w->begun_ns = metrics_now_ns(); // how long it waited says nothing about the server
	if (!respond_begin(req)) {
		w->disconnect = true;
		w->end = CONNECTION_END_LIMIT;
		request_done(req);
		work_end(w);
		return;
	}
	request_finish(req, request_resume(req));
	work_go_on(w);
}

// --- a frame --------------------------------------------------------------------------------------

// CANCEL has no response. It is protected like any other request, and names one of its own session.
static void frame_cancel(struct work *w)
{
	struct request *req = &w->request;
	request_init(req, w);
	if (nt_status_ok(admit_cancel(req)))
		park_cancel(w->conn, &req->header);
	else if (w->finish_after)
		connection_close(w->conn, w->end);
	request_done(req);
}

void dispatch_frame(struct connection *c, struct buffer *frame, struct span bytes)
{
	struct work *w = work_new(c, frame, bytes);
	if (w == NULL) {
		connection_close(c, CONNECTION_END_LIMIT);
		return;
	}
	c->work_count++;
	work_weigh(w, bytes.len);
	c->loop->work_count++;
	if (smb2_protocol_id(w->bytes) == SMB1_PROTOCOL_ID) {
		serve_smb1_negotiate(w);
		work_finish(w);
		return;
	}
	work_go_on(w);
}

void dispatch_bad_frame(struct connection *c, struct span bytes)
{
	uint32_t len = 0;
	bool is_frame = frame_header_decode(bytes, &len) == VERDICT_OK && len >= FRAME_LEN_MIN;
	violation_emit(c, NULL, is_frame ? "frame_too_long" : "malformed_frame");
	connection_close(c, CONNECTION_END_PROTOCOL);
}
