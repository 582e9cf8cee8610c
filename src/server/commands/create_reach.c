// SPDX-License-Identifier: Apache-2.0
// CREATE and the share's [access] rules. What a user does not reach is answered alike whether it is
// there or not: it does not exist for him, and cannot be made.
#include "server/commands/create_job.h"

#include <string.h>

#include "server/access_view.h"
#include "server/request.h"
#include "server/tree.h"

static void name_refuser(struct create_job *job, const struct access_place *place)
{
	const struct access_rule *rule = access_refuser(&job->req->view->set, place);
	job->refused_by = rule == NULL ? "" : rule->name;
}

// As if nothing of that name, or nothing on the way to it, were there.
static struct nt_status not_there(const struct create_job *job, bool parent_reached)
{
	bool hides = job->req->view->hides;
	uint32_t d = job->m.create_disposition;
	if (!hides || (d != FILE_OPEN && d != FILE_OVERWRITE))
		return STATUS(ACCESS_DENIED);
	return parent_reached ? STATUS(OBJECT_NAME_NOT_FOUND) : STATUS(OBJECT_PATH_NOT_FOUND);
}

struct nt_status create_reach_asked(struct create_job *job)
{
	const struct access_view *v = job->req->view;
	const char *path = job->name.path;
	struct access_place place;
	bool parent_reached = true;
	job->refused_by = NULL;
	if (v->set.count == 0)
		return STATUS(SUCCESS);
	access_begin(&v->set, &place);
	while (*path != '\0') {
		size_t len = strcspn(path, "/");
		parent_reached = access_reach(&v->set, &place) != REACH_NOTHING;
		access_step(&v->set, &place, path, len, &place);
		path += len + (path[len] == '/' ? 1 : 0);
	}
	if (access_reach(&v->set, &place) != REACH_NOTHING)
		return STATUS(SUCCESS);
	name_refuser(job, &place);
	return not_there(job, parent_reached);
}

struct nt_status create_reach_found(struct create_job *job)
{
	const struct access_view *v = job->req->view;
	struct access_place place = { .is_no_name = true };
	enum reach reach = v->set.most;
	job->refused_by = NULL;
	if (v->has_rules) {
		int err = access_view_of_resolved(v, &job->found, job->req->arena, &place, &reach);
		if (err != 0)
			return request_status_of_errno(job->req, err);
	}
	// A stream of a folder that may only be passed is content like any other.
	if (reach == REACH_PASS && job->name.stream != NULL)
		reach = REACH_NOTHING;
	job->mask = access_view_mask(reach);
	if (reach != REACH_NOTHING)
		return STATUS(SUCCESS);
	name_refuser(job, &place);
	return not_there(job, true);
}
