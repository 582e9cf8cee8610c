// SPDX-License-Identifier: Apache-2.0
#include "server/park.h"

#include "server/connection.h"
#include "server/dispatch.h"
#include "server/server.h"
#include "server/work.h"

static void parked_add(struct connection *c, struct request *req)
{
	pthread_mutex_lock(&c->lock);
	req->parked_prev = NULL;
	req->parked_next = c->parked;
	if (c->parked != NULL)
		c->parked->parked_prev = req;
	c->parked = req;
	c->parked_count++;
	req->async_id = ++c->next_async_id;
	pthread_mutex_unlock(&c->lock);
}

static void parked_remove(struct connection *c, struct request *req)
{
	pthread_mutex_lock(&c->lock);
	if (req->parked_next != NULL)
		req->parked_next->parked_prev = req->parked_prev;
	if (req->parked_prev != NULL)
		req->parked_prev->parked_next = req->parked_next;
	else
		c->parked = req->parked_next;
	c->parked_count--;
	pthread_mutex_unlock(&c->lock);
}

static void request_on_woken(struct loop_task *task)
{
	struct request *req = CONTAINER_OF(task, struct request, wake);
	parked_remove(req->conn, req);
	dispatch_resume(req->work);
}

// As many may wait as may be worked on, and besides them, so that who waits can still cancel.
bool request_may_park(const struct request *req)
{
	uint32_t max = req->server->limits.max_requests_per_connection;
	if (req->conn->parked_count < max)
		return true;
	server_limit_reached(req->server, req->conn, "max_requests_per_connection", max);
	return false;
}

void request_park(struct request *req, void (*cancel)(struct request *),
	struct nt_status (*resume)(struct request *, struct nt_status))
{
	req->cancel = cancel;
	req->resume = resume;
	req->wake.run = request_on_woken;
	atomic_store(&req->state, REQUEST_PARKED);
	parked_add(req->conn, req);
}

void request_unpark(struct request *req)
{
	parked_remove(req->conn, req);
	req->async_id = 0;
	atomic_store(&req->state, REQUEST_RUNNING);
}

void request_wake(struct request *req, struct nt_status woken)
{
	enum request_state parked = REQUEST_PARKED;
	if (!atomic_compare_exchange_strong(&req->state, &parked, REQUEST_RESUMING))
		return;
	req->woken = woken;
	loop_post(req->conn->loop, &req->wake);
}

static void request_cancel(struct request *req)
{
	if (atomic_load(&req->state) != REQUEST_PARKED)
		return;
	req->cancel(req);
}

void request_refuse_parking(struct request *req)
{
	req->waits_in_vain = true;
	request_cancel(req);
}

static bool is_meant(const struct request *req, const struct smb2_header *header)
{
	if (header->session_id != req->header.session_id)
		return false;
	if ((header->flags & SMB2_FLAGS_ASYNC_COMMAND) != 0)
		return header->async_id == req->async_id;
	return header->message_id == req->header.message_id;
}

// Requests leave the list on the loop alone, so on the loop it can be walked without the lock; the
// lock is for those who look from other threads.
void park_cancel(struct connection *c, const struct smb2_header *header)
{
	for (struct request *req = c->parked; req != NULL; req = req->parked_next) {
		if (is_meant(req, header)) {
			request_cancel(req);
			return;
		}
	}
}

void park_cancel_all(struct connection *c)
{
	struct request *next;
	for (struct request *req = c->parked; req != NULL; req = next) {
		next = req->parked_next;
		request_cancel(req);
	}
}
