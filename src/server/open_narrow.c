// SPDX-License-Identifier: Apache-2.0
// Opens and a policy that has changed since: what was granted is held against what is in force.
#include "server/access_view.h"
#include "server/open.h"
#include "server/open_event.h"
#include "server/session.h"
#include "server/tree.h"

// By the name that it was opened by and by where the file is now; the less of the two.
static enum reach reach_now(const struct open *o, const struct access_view *v)
{
	struct path_text path;
	enum reach by_fd;
	enum reach by_name =
		access_reach_of(access_view_of_path(v, open_file_path_text(o, &path)), o->is_directory);
	if (access_view_of_fd(v, o->fd, o->is_directory, &by_fd) != 0)
		return REACH_NOTHING;
	return by_fd < by_name ? by_fd : by_name;
}

static void hold_against(struct open *o, const struct access_view *v, bool *narrowed)
{
	uint32_t mask = access_view_mask(reach_now(o, v));
	uint32_t before = atomic_fetch_and(&o->granted_access, mask);
	atomic_store(&o->judged, v->generation);
	*narrowed = (before & ~mask) != 0;
}

struct nt_status open_narrow(struct open *o, const struct access_view *v, bool *narrowed)
{
	*narrowed = false;
	if (o->pipe != NULL || v == NULL)
		return STATUS(SUCCESS);
	if (atomic_load(&o->judged) != v->generation)
		hold_against(o, v, narrowed);
	return atomic_load(&o->granted_access) != 0 ? STATUS(SUCCESS) : STATUS(ACCESS_DENIED);
}

struct nt_status open_narrow_other(struct open *o)
{
	bool narrowed = false;
	struct nt_status status = tree_refresh(o->tree);
	if (!nt_status_ok(status))
		return status;
	struct access_view *v = tree_view(o->tree);
	status = open_narrow(o, v, &narrowed);
	access_view_unref(v);
	return status;
}
