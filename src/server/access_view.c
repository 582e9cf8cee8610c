// SPDX-License-Identifier: Apache-2.0
#include "server/access_view.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "server/session_user.h"
#include "server/share.h"
#include "storage/resolve.h"
#include "wire/dtyp/access_mask.h"

// What the kernel adds to the path of a name that is gone; part of a name it could be, too.
#define GONE " (deleted)"

struct access_view *access_view_new(struct share *share, struct session_user *user, uint64_t generation)
{
	struct access_view *v = calloc(1, sizeof(*v));
	if (v == NULL)
		return NULL;
	atomic_init(&v->refs, 1);
	v->share = share_ref(share);
	v->user = session_user_ref(user);
	v->generation = generation;
	v->has_rules = share->config->access_count > 0;
	v->hides = share->config->access_based_enumeration;
	if (!config_share_access_set(share->config, user->identity, &v->set))
		v->set.most = REACH_NOTHING;
	return v;
}

struct access_view *access_view_ref(struct access_view *v)
{
	if (v != NULL)
		atomic_fetch_add(&v->refs, 1);
	return v;
}

void access_view_unref(struct access_view *v)
{
	if (v == NULL || atomic_fetch_sub(&v->refs, 1) != 1)
		return;
	share_unref(v->share);
	session_user_unref(v->user);
	free(v);
}

uint32_t access_view_mask(enum reach reach)
{
	const uint32_t look = FILE_GENERIC_READ | FILE_GENERIC_EXECUTE;
	switch (reach) {
	case REACH_WRITE:
		return FILE_ALL_ACCESS | ACCESS_SYSTEM_SECURITY;
	case REACH_READ:
		return look | ACCESS_SYSTEM_SECURITY;
	case REACH_PASS:
		return look;
	default:
		return 0;
	}
}

static enum reach least(enum reach a, enum reach b)
{
	return a < b ? a : b;
}

// --- by paths ---------------------------------------------------------------------------------------

static void walk(const struct access_view *v, const char *path, size_t len, struct access_place *out)
{
	access_begin(&v->set, out);
	for (size_t at = 0; at < len;) {
		const char *slash = memchr(path + at, '/', len - at);
		size_t n = slash == NULL ? len - at : (size_t)(slash - (path + at));
		access_step(&v->set, out, path + at, n, out);
		at += n + 1;
	}
}

enum reach access_view_of_path(const struct access_view *v, const char *path)
{
	struct access_place place;
	if (v->set.count == 0)
		return v->set.most;
	walk(v, path, strcspn(path, ":"), &place);
	return access_reach(&v->set, &place);
}

// --- by descriptors ---------------------------------------------------------------------------------

// Where it is, and where it was if its name is gone: the two cannot be told apart without waiting, and
// one of them is no name of anything, so the one that gives less is taken.
static int place_of_fd(const struct access_view *v, int fd, char path[PATH_MAX], struct access_place *out)
{
	int rc = share_root_told_path(v->share->root, fd, path, PATH_MAX);
	if (rc != 0)
		return rc;
	size_t len = strlen(path);
	size_t gone = strlen(GONE);
	walk(v, path, len, out);
	if (len <= gone || strcmp(path + len - gone, GONE) != 0)
		return 0;
	struct access_place before;
	walk(v, path, len - gone, &before);
	if (access_reach(&v->set, &before) < access_reach(&v->set, out))
		*out = before;
	return 0;
}

void access_view_place_of_path(const struct access_view *v, const char *path, struct access_place *out)
{
	walk(v, path, strlen(path), out);
}

int access_view_place_of_dir(const struct access_view *v, int fd, struct access_place *out)
{
	char path[PATH_MAX];
	return place_of_fd(v, fd, path, out);
}

int access_view_of_fd(const struct access_view *v, int fd, bool is_directory, enum reach *out)
{
	char path[PATH_MAX];
	struct access_place place;
	*out = v->set.most;
	if (v->set.count == 0)
		return 0;
	int rc = place_of_fd(v, fd, path, &place);
	*out = rc != 0 ? REACH_NOTHING : access_reach_of(access_reach(&v->set, &place), is_directory);
	return rc;
}

// --- by names that were looked up -------------------------------------------------------------------

static int real_path(struct resolved *r, const char *parent, struct arena *a)
{
	const char *slash = parent[0] == '\0' ? "" : "/";
	char *path = arena_printf(a, "%s%s%s", parent, slash, r->name);
	if (path == NULL)
		return -ENOMEM;
	r->path = path;
	return 0;
}

int access_view_of_resolved(const struct access_view *v, struct resolved *r, struct arena *a,
	struct access_place *place, enum reach *out)
{
	char parent[PATH_MAX];
	bool may_be_directory = !r->exists || S_ISDIR(r->stat.stx_mode);
	int rc = place_of_fd(v, r->parent_fd, parent, place);
	if (rc != 0)
		return rc;
	if (!r->is_root)
		access_step(&v->set, place, r->name, strlen(r->name), place);
	*out = access_reach_of(access_reach(&v->set, place), may_be_directory);
	if (!r->by_link) {
		// As directories list it: the kernel may have it by a second name that somebody found it by.
		walk(v, r->path, strlen(r->path), place);
		*out = least(*out, access_reach_of(access_reach(&v->set, place), may_be_directory));
	} else {
		rc = real_path(r, parent, a);
	}
	if (rc == 0 && r->is_link) {
		enum reach target;
		rc = access_view_of_fd(v, r->node_fd, may_be_directory, &target);
		*out = least(*out, target);
	}
	return rc;
}
