// SPDX-License-Identifier: Apache-2.0
#include "server/offload.h"

#include "server/command_rules.h"
#include "server/connection.h"
#include "server/intake.h"
#include "server/server.h"
#include "server/work.h"
#include "wire/smb2/frame.h"

static bool start(struct work *w, void (*run)(struct worker_job *), void (*done)(struct worker_job *))
{
	struct connection *c = w->conn;
	w->job = (struct worker_job){ .loop = c->loop, .owner = c, .run = run, .done = done };
	worker_pool_start(&c->server->workers, &w->job, LANE_OF_LARGE_FRAMES);
	return true;
}

static void open_run(struct worker_job *job)
{
	struct work *w = CONTAINER_OF(job, struct work, job);
	w->opened = intake_open(w);
}

bool offload_open(struct work *w, void (*done)(struct worker_job *j))
{
	if (w->taken_in || w->opened || w->bytes.len <= TURN_BYTES_MAX)
		return false;
	if (smb2_protocol_id(w->bytes) != SMB2_TRANSFORM_PROTOCOL_ID)
		return false;
	// By its session as it is now, in the order in which frames came.
	return intake_find_seal(w) && start(w, open_run, done);
}

static void protect_run(struct worker_job *job)
{
	work_protect_reply(CONTAINER_OF(job, struct work, job));
}

bool offload_protect(struct work *w, void (*done)(struct worker_job *j))
{
	bool is_large = w->part_count != 0 && w->out.pos > TURN_BYTES_MAX;
	return is_large && start(w, protect_run, done);
}

bool offload_wants_request(const struct request *req)
{
	return !req->sealed && req->message.len > TURN_BYTES_MAX && req->rule != NULL &&
	       (req->rule->needs & BEGINS_ON_LOOP) == 0 && (req->header.flags & SMB2_FLAGS_SIGNED) != 0;
}
