// SPDX-License-Identifier: Apache-2.0
// CHANGE_NOTIFY (MS-SMB2 3.3.5.19).
#include "wire/smb2/smb2_change_notify.h"

#include "server/access_view.h"
#include "server/command_rules.h"
#include "server/connection.h"
#include "server/open.h"
#include "server/open_event.h"
#include "server/park.h"
#include "server/request.h"
#include "server/server.h"
#include "server/share.h"
#include "server/state/notify.h"
#include "server/tree.h"
#include "wire/dtyp/access_mask.h"

static void on_complete(struct notify_request *n)
{
	request_wake(n->user, n->status);
}

static void cancel_notify(struct request *req)
{
	if (notify_request_cancel(req->server->notify, req->waiting_on))
		request_wake(req, STATUS(CANCELLED));
}

static struct nt_status respond(struct request *req, struct nt_status status)
{
	struct notify_request *n = req->waiting_on;
	bool has_records = nt_status_equal(status, STATUS(SUCCESS));
	struct span records = has_records ? span_make(n->records, n->records_len) : span_make(NULL, 0);
	if (nt_status_ok(status)) {
		if (request_reserve(req, records.len + 64))
			smb2_change_notify_response_encode(
				req->out, &(struct smb2_change_notify_response){ .output = records });
		else
			status = STATUS(INSUFFICIENT_RESOURCES);
	}
	notify_request_done(n);
	return status;
}

// By the policy in force, which may have changed since the watch began.
static bool may_hear(void *user, const char *path)
{
	struct open *o = user;
	if (!nt_status_ok(tree_refresh(o->tree)))
		return false;
	struct access_view *v = tree_view(o->tree);
	bool may = !v->hides || access_view_of_path(v, path) != REACH_NOTHING;
	access_view_unref(v);
	return may;
}

// With a reference.
static struct notify_watch *watch_of(struct request *req, const struct smb2_change_notify_request *m)
{
	struct open *o = req->open;
	struct path_text path;
	const struct notify_watch_config config = {
		.share_id = o->share->id,
		.path = open_file_path_text(o, &path),
		.recursive = (m->flags & SMB2_WATCH_TREE) != 0,
		.filter = m->completion_filter,
		.buffer_len_max = m->output_buffer_length,
		.dir_fd = o->fd,
		.may_hear = may_hear,
		.may_hear_user = o,
	};
	pthread_mutex_lock(&o->lock);
	if (o->watch == NULL && !atomic_load(&o->closed))
		o->watch = notify_watch_add(req->server->notify, &config);
	// Another request may close the handle at any moment.
	struct notify_watch *watch =
		o->watch == NULL ? NULL : notify_watch_ref(req->server->notify, o->watch);
	pthread_mutex_unlock(&o->lock);
	return watch;
}

static bool is_going(struct open *o)
{
	pthread_mutex_lock(&o->file->lock);
	bool going = o->file->unnamed.delete_pending;
	pthread_mutex_unlock(&o->file->lock);
	return going;
}

static struct nt_status check(const struct request *req, const struct smb2_change_notify_request *m)
{
	if (m->output_buffer_length > req->conn->max_transact_size ||
		!request_credits_cover(req, 0, m->output_buffer_length) || !req->open->is_directory)
		return STATUS(INVALID_PARAMETER);
	if ((req->open->granted_access & FILE_LIST_DIRECTORY) == 0)
		return STATUS(ACCESS_DENIED);
	return is_going(req->open) ? STATUS(DELETE_PENDING) : STATUS(SUCCESS); // MS-FSA 2.1.5.11
}

// PENDING: the request may be answered and gone already. Takes the watch over.
static struct nt_status start(
	struct notify_registry *reg, struct notify_watch *watch, struct notify_request *n, struct open *open)
{
	struct open *o = open_ref(open);
	struct nt_status status = notify_request_start(reg, watch, n);
	// Who deleted the directory after check() has told those who were waiting then.
	if (nt_status_equal(status, STATUS(PENDING)) && is_going(o))
		notify_watch_flush(reg, watch, STATUS(DELETE_PENDING));
	notify_watch_unref(reg, watch);
	open_unref(o);
	return status;
}

struct nt_status serve_change_notify(struct request *req)
{
	struct smb2_change_notify_request m;
	if (smb2_change_notify_request_decode(req->message, &m) != VERDICT_OK)
		return STATUS(INVALID_PARAMETER);
	struct nt_status status = check(req, &m);
	if (!nt_status_ok(status))
		return status;
	if (!request_may_park(req))
		return STATUS(INSUFFICIENT_RESOURCES);
	struct notify_request *n = arena_zalloc(req->arena, sizeof(*n));
	struct notify_watch *watch = n == NULL ? NULL : watch_of(req, &m);
	if (watch == NULL)
		return STATUS(INSUFFICIENT_RESOURCES);
	n->output_len_max = m.output_buffer_length;
	n->complete = on_complete;
	n->user = req;
	req->waiting_on = n;
	request_park(req, cancel_notify, respond); // before it can complete on another thread
	status = start(req->server->notify, watch, n, req->open);
	if (nt_status_equal(status, STATUS(PENDING)))
		return status;
	request_unpark(req);
	return respond(req, status);
}
