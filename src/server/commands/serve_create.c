// SPDX-License-Identifier: Apache-2.0
// CREATE (MS-SMB2 3.3.5.9): decode, find, open or make, answer.
#include "server/commands/create_job.h"

#include <string.h>

#include "base/utf16.h"
#include "event/event_sink.h"
#include "server/command_rules.h"
#include "server/connection.h"
#include "server/file_attributes_of.h"
#include "server/open.h"
#include "server/open_event.h"
#include "server/request.h"
#include "server/server.h"
#include "server/session.h"
#include "server/share.h"
#include "server/tree.h"

enum {
	CREATE_TRIES = 8, // how often names may change under us before we give up
	CREATE_RESPONSE_ROOM = 512,
	LONG_MESSAGE_LEN = 2048,
	LONG_PARTS = 16,
};

static const char *disposition_name(uint32_t action)
{
	static const char *const names[] = {
		[FILE_SUPERSEDED] = "superseded",
		[FILE_OPENED] = "opened",
		[FILE_CREATED] = "created",
		[FILE_OVERWRITTEN] = "overwritten",
	};
	return names[action];
}

static void emit_opened(const struct create_job *job)
{
	struct path_text path;
	struct event e = {
		.kind = job->action == FILE_OPENED ? EVENT_FILE_OPEN : EVENT_FILE_CREATE,
		.result = EVENT_SUCCESS,
		.access = job->open->granted_access,
		.disposition = disposition_name(job->action),
	};
	open_event_fill(job->open, &e, &path);
	open_event_emit(job->open, &e);
}

static void emit_refused(const struct create_job *job, struct nt_status status)
{
	const struct request *req = job->req;
	struct event e = {
		.kind = EVENT_FILE_OPEN,
		.connection = &req->conn->about,
		.session = &req->session->about,
		.result = EVENT_FAILURE,
		.status = status,
		.share = job->share->name,
		.tree_id = req->tree->id,
		.path = job->name.path,
		.reason = job->refused_by != NULL ? "access_rule" : NULL,
		.detail = job->refused_by,
		.access = job->m.desired_access,
	};
	event_emit(req->server->events, &e);
}

static void add_contexts(struct create_job *job, const struct file_facts *facts, struct writer *w)
{
	struct smb2_create_context_builder b = smb2_create_context_builder_make(w);
	if (smb2_create_contexts_has(&job->contexts, SMB2_CREATE_MXAC)) {
		const struct smb2_maximal_access_response m = {
			.query_status = STATUS(SUCCESS),
			.maximal_access = job->maximal_access,
		};
		smb2_create_context_add_maximal_access(&b, &m);
	}
	if (smb2_create_contexts_has(&job->contexts, SMB2_CREATE_QFID)) {
		const struct smb2_on_disk_id id = {
			.disk_file_id = facts->index_number,
			.volume_id = job->share->fs.volume_id,
		};
		smb2_create_context_add_on_disk_id(&b, &id);
	}
}

static void write_response(struct create_job *job, const struct file_facts *facts)
{
	uint8_t bytes[CREATE_RESPONSE_ROOM];
	struct writer contexts = writer_make(bytes, sizeof(bytes));
	if (job->open->pipe == NULL)
		add_contexts(job, facts, &contexts);
	const struct smb2_create_response m = {
		.oplock_level = SMB2_OPLOCK_LEVEL_NONE,
		.create_action = job->action,
		.creation_time = facts->times.creation,
		.last_access_time = facts->times.last_access,
		.last_write_time = facts->times.last_write,
		.change_time = facts->times.change,
		.allocation_size = facts->allocation_size,
		.end_of_file = facts->end_of_file,
		.file_attributes = facts->attributes,
		.file_id = job->open->id,
		.create_contexts = writer_since(&contexts, 0),
	};
	if (request_reserve(job->req, CREATE_RESPONSE_ROOM + 256))
		smb2_create_response_encode(job->req->out, &m);
}

static struct nt_status publish(struct create_job *job)
{
	const char *limit = NULL;
	struct request *req = job->req;
	if (open_publish(job->open, &limit))
		return STATUS(SUCCESS);
	if (limit == NULL)
		return STATUS(USER_SESSION_DELETED);
	server_limit_reached(req->server, req->conn, limit,
		strcmp(limit, "max_opens") == 0 ? req->server->limits.max_opens
						: req->server->limits.max_opens_per_session);
	return STATUS(INSUFFICIENT_RESOURCES);
}

// Who only opens is told what was read to judge whether he may.
static struct nt_status facts_of(struct create_job *job, struct file_facts *facts)
{
	if (job->action == FILE_OPENED)
		return file_facts_of_new_open(job->open, &job->found.stat, &job->attributes, facts);
	return file_facts_of_open(job->open, facts);
}

struct nt_status create_respond(struct create_job *job)
{
	struct file_facts facts = {
		.attributes = FILE_ATTRIBUTE_NORMAL, .allocation_size = 4096, .number_of_links = 1
	};
	struct nt_status status = STATUS(SUCCESS);
	if (job->open->pipe == NULL)
		status = facts_of(job, &facts);
	if (nt_status_ok(status))
		status = publish(job);
	if (!nt_status_ok(status)) {
		create_abandon(job);
		return status;
	}
	job->req->new_file_id = job->open->id;
	job->req->has_new_file_id = true;
	write_response(job, &facts);
	emit_opened(job);
	open_unref(job->open);
	job->open = NULL;
	return STATUS(SUCCESS);
}

static struct nt_status resolve(struct create_job *job)
{
	struct nt_status status;
	job->found = RESOLVED_EMPTY;
	int err = resolve_path(
		job->share->root, job->name.path, job->req->may_block, job->req->arena, &job->found, &status);
	return err != 0 ? request_status_of_errno(job->req, err) : status;
}

static struct nt_status create_once(struct create_job *job)
{
	struct nt_status status = resolve(job);
	if (nt_status_ok(status))
		status = create_reach_found(job);
	if (nt_status_ok(status))
		status = job->found.exists ? create_open_existing(job) : create_new(job);
	resolved_done(&job->found);
	return status;
}

// A name can vanish between looking and opening, or appear between looking and making: then what
// it was when we looked does not count, and we look again.
static bool lost_a_race(const struct create_job *job, struct nt_status status)
{
	if (job->refused_by != NULL)
		return false;
	if (job->found.exists)
		return nt_status_equal(status, STATUS(OBJECT_NAME_NOT_FOUND)) && create_makes(job);
	return nt_status_equal(status, STATUS(OBJECT_NAME_COLLISION)) &&
	       job->m.create_disposition != FILE_CREATE;
}

static struct nt_status create_file(struct create_job *job)
{
	struct nt_status status = create_reach_asked(job);
	if (!nt_status_ok(status))
		return status;
	for (int i = 0; i < CREATE_TRIES; i++) {
		status = create_once(job);
		if (!lost_a_race(job, status))
			break;
	}
	return status;
}

bool create_is_long(const struct request *req)
{
	size_t parts = 0;
	if (req->header.command != SMB2_CREATE)
		return false;
	if (req->message.len > LONG_MESSAGE_LEN)
		return true;
	for (size_t i = 0; i + 1 < req->message.len; i += 2)
		parts += req->message.data[i] == '\\' && req->message.data[i + 1] == 0;
	return parts > LONG_PARTS;
}

struct nt_status serve_create(struct request *req)
{
	struct create_job job = { .req = req, .share = tree_share(req->tree), .found = RESOLVED_EMPTY };
	if (!req->may_block && create_is_long(req)) {
		share_unref(job.share);
		return WOULD_BLOCK;
	}
	struct nt_status status = create_decode(&job);
	if (nt_status_ok(status))
		status = job.share->is_ipc ? create_pipe(&job) : create_file(&job);
	if (nt_status_ok(status))
		status = create_respond(&job);
	else if (!nt_status_equal(status, WOULD_BLOCK))
		emit_refused(&job, status);
	share_unref(job.share);
	return status;
}
