// SPDX-License-Identifier: Apache-2.0
// What has to be so before a file gets another name (MS-FSA 2.1.5.15.11).
#include "server/commands/rename_job.h"

#include <string.h>

#include "base/utf16.h"
#include "server/access_view.h"
#include "server/file_attributes_of.h"
#include "server/file_security.h"
#include "server/file_table.h"
#include "server/open_sharing.h"
#include "server/server.h"
#include "server/share.h"
#include "server/tree.h"
#include "wire/dtyp/access_mask.h"
#include "wire/smb2/smb2_create.h"

// --- what may stand in the way ----------------------------------------------------------------------

static bool any_open(struct open *open UNUSED, void *user UNUSED)
{
	return true;
}

// A directory does not move under those who have something in it open.
static struct nt_status check_children(const struct rename_job *job)
{
	struct open *o = job->open;
	if (!o->is_directory)
		return STATUS(SUCCESS);
	bool busy = file_table_any_below(
		&job->req->server->files, o->share->id, job->old_path.text, any_open, NULL);
	return busy ? STATUS(ACCESS_DENIED) : STATUS(SUCCESS);
}

// The name is made as if the target's directory were opened for adding to it, with reading and writing
// shared (MS-FSA 2.1.5.15.11 opens it so): who has that directory open without sharing writes, or could
// delete it, is in the way.
static struct nt_status check_parent_sharing(const struct rename_job *job)
{
	struct file *parent = file_table_get(&job->req->server->files, job->to.parent);
	if (parent == NULL)
		return STATUS(NO_MEMORY);
	pthread_mutex_lock(&parent->lock);
	struct nt_status status = open_check_sharing(
		parent, &parent->unnamed, FILE_ADD_FILE, FILE_SHARE_READ | FILE_SHARE_WRITE);
	pthread_mutex_unlock(&parent->lock);
	file_unref(parent);
	return status;
}

// Whether somebody has the target open. Not counted when it waits for its last close to be deleted:
// Windows refuses then too, but Linux's client deletes what stands in its way and tries again, and
// would have lost the file without having renamed the other.
static bool is_open(const struct rename_job *job)
{
	struct file *f = file_table_get(&job->req->server->files, node_id_of(&job->to.stat));
	if (f == NULL)
		return true;
	pthread_mutex_lock(&f->lock);
	bool open = f->opens != NULL && !f->unnamed.delete_pending;
	pthread_mutex_unlock(&f->lock);
	file_unref(f);
	return open;
}

// What is there under the new name already.
static struct nt_status check_target(struct rename_job *job)
{
	struct request *req = job->req;
	struct dos_attributes attributes;
	uint32_t granted = 0;
	job->replaces = job->to.exists && !node_id_equal(node_id_of(&job->to.stat), job->open->node);
	if (!job->replaces)
		return STATUS(SUCCESS);
	if (!job->info->replace_if_exists)
		return STATUS(OBJECT_NAME_COLLISION);
	if (S_ISDIR(job->to.stat.stx_mode) || is_open(job))
		return STATUS(ACCESS_DENIED);
	struct nt_status status = file_attributes_load(job->to.node_fd, &attributes);
	if (nt_status_ok(status) && (attributes.attributes & FILE_ATTRIBUTE_READONLY) != 0)
		return STATUS(ACCESS_DENIED);
	if (!nt_status_ok(status))
		return status;
	const struct file_access_question question = {
		.token = request_token(req),
		.desired = ACCESS_DELETE,
		.mask = tree_access_mask(req->tree),
	};
	return file_security_check(job->open->share, &job->to, &question, req->arena, &granted, NULL);
}

// --- both ends --------------------------------------------------------------------------------------

// Both names have to be ones that the user may change. What he does not reach is refused alike whether it
// is there or not.
static struct nt_status refuse_by_rule(struct rename_job *job, const struct access_place *place)
{
	const struct access_rule *rule = access_refuser(&job->req->view->set, place);
	job->refused_by = rule == NULL ? "" : rule->name;
	return STATUS(ACCESS_DENIED);
}

static struct nt_status reach_asked(struct rename_job *job)
{
	const struct access_view *v = job->req->view;
	struct access_place place;
	access_walk(&v->set, job->asked_path, &place);
	return access_reach(&v->set, &place) == REACH_WRITE ? STATUS(SUCCESS) : refuse_by_rule(job, &place);
}

static struct nt_status reach_of(struct rename_job *job, struct resolved *r, struct access_place *place)
{
	enum reach reach;
	int err = access_view_of_resolved(job->req->view, r, job->req->arena, place, &reach);
	if (err != 0)
		return nt_status_of_errno(err);
	return reach == REACH_WRITE ? STATUS(SUCCESS) : refuse_by_rule(job, place);
}

static struct nt_status reach_both(struct rename_job *job)
{
	struct access_place from;
	struct access_place to;
	if (!job->req->view->has_rules)
		return STATUS(SUCCESS);
	struct nt_status status = reach_of(job, &job->from, &from);
	if (nt_status_ok(status))
		status = reach_of(job, &job->to, &to);
	// A folder must not take what is denied in it to where it is not.
	if (nt_status_ok(status) && job->open->is_directory &&
		!access_denies_alike(&job->req->view->set, &from, &to))
		status = refuse_by_rule(job, &from);
	return status;
}

static struct nt_status resolve_both(struct rename_job *job)
{
	struct request *req = job->req;
	struct open *o = job->open;
	struct nt_status status;
	int err = resolve_path(o->share->root, open_file_path_text(o, &job->old_path), true, req->arena,
		&job->from, &status);
	if (err != 0 || !nt_status_ok(status))
		return err != 0 ? nt_status_of_errno(err) : status;
	if (!job->from.exists || !node_id_equal(node_id_of(&job->from.stat), o->node))
		return STATUS(OBJECT_NAME_NOT_FOUND); // gone behind our back
	if (job->from.is_root)
		return STATUS(INVALID_PARAMETER);
	struct smb_path target;
	struct span utf16 = utf16_from_utf8(req->arena, job->info->name);
	status = smb_path_decode(req->arena, utf16, &target);
	if (!nt_status_ok(status))
		return status;
	if (target.stream != NULL || target.path[0] == '\0')
		return STATUS(OBJECT_NAME_INVALID);
	job->asked_path = target.path;
	status = reach_asked(job);
	if (!nt_status_ok(status))
		return status;
	err = resolve_path(o->share->root, target.path, true, req->arena, &job->to, &status);
	return err != 0 ? nt_status_of_errno(err) : status;
}

// The directory as it is spelt on the disk, and the name as the client spells it.
static bool make_new_path(struct rename_job *job)
{
	const char *slash = strrchr(job->to.path, '/');
	int len = slash == NULL ? 0 : (int)(slash - job->to.path) + 1;
	job->new_path = arena_printf(job->req->arena, "%.*s%s", len, job->to.path, job->to.asked);
	return job->new_path != NULL;
}

struct nt_status rename_prepare(struct rename_job *job)
{
	struct request *req = job->req;
	if (job->info->root_directory != 0)
		return STATUS(INVALID_PARAMETER);
	struct nt_status status = resolve_both(job);
	if (nt_status_ok(status))
		status = reach_both(job);
	if (nt_status_ok(status))
		status = check_children(job);
	if (nt_status_ok(status))
		status = check_target(job);
	if (nt_status_ok(status))
		status = check_parent_sharing(job);
	if (nt_status_ok(status))
		status = file_security_may_add(
			job->open->share, &job->to, request_token(req), job->open->is_directory, req->arena);
	if (nt_status_ok(status) && !make_new_path(job))
		status = STATUS(NO_MEMORY);
	return status;
}
