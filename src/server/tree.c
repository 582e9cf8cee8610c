// SPDX-License-Identifier: Apache-2.0
#include "server/tree.h"

#include <stdlib.h>

#include "base/filetime.h"
#include "event/event_sink.h"
#include "server/access_view.h"
#include "server/connection.h"
#include "server/open.h"
#include "server/open_close.h"
#include "server/policy.h"
#include "server/server.h"
#include "server/session.h"
#include "server/session_user.h"
#include "server/share.h"
#include "server/worker_pool.h"
#include "wire/dtyp/access_mask.h"

struct tree *tree_new(struct session *s, struct share *share, bool *limited)
{
	struct tree *t = calloc(1, sizeof(*t));
	*limited = false;
	if (t == NULL) {
		share_unref(share);
		return NULL;
	}
	atomic_init(&t->refs, 1);
	t->session = s;
	t->share = share;
	t->opened_ms = monotonic_ms();
	pthread_mutex_init(&t->lock, NULL);
	pthread_mutex_lock(&s->lock);
	*limited = s->tree_count >= s->server->limits.max_trees_per_session;
	if (!*limited && atomic_load(&s->state) == SESSION_VALID) {
		t->id = ++s->next_tree_id;
		tree_ref(t);
		HASH_ADD(hh, s->trees, id, sizeof(t->id), t);
		s->tree_count++;
		pthread_mutex_unlock(&s->lock);
		return t;
	}
	pthread_mutex_unlock(&s->lock);
	tree_unref(t);
	return NULL;
}

struct tree *tree_ref(struct tree *t)
{
	atomic_fetch_add(&t->refs, 1);
	return t;
}

void tree_unref(struct tree *t)
{
	if (t == NULL || atomic_fetch_sub(&t->refs, 1) != 1)
		return;
	share_unref(t->share);
	access_view_unref(t->view);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

struct tree *tree_find(struct session *s, uint32_t id)
{
	struct tree *t = NULL;
	pthread_mutex_lock(&s->lock);
	HASH_FIND(hh, s->trees, &id, sizeof(id), t);
	if (t != NULL)
		tree_ref(t);
	pthread_mutex_unlock(&s->lock);
	return t;
}

static void tree_emit_close(struct tree *t, const char *reason)
{
	struct share *share = tree_share(t);
	struct event e = {
		.kind = EVENT_TREE_DISCONNECT,
		.connection = &t->session->conn->about,
		.session = &t->session->about,
		.share = share->name,
		.tree_id = t->id,
		.reason = reason,
		.duration_ms = monotonic_ms() - t->opened_ms,
	};
	event_emit(t->session->server->events, &e);
	share_unref(share);
}

void tree_close(struct tree *t, const char *reason)
{
	struct session *s = t->session;
	if (atomic_exchange(&t->closed, true))
		return;
	pthread_mutex_lock(&s->lock);
	HASH_DELETE(hh, s->trees, t);
	s->tree_count--;
	pthread_mutex_unlock(&s->lock);
	opens_close_of_tree(s, t);
	tree_emit_close(t, reason);
	tree_unref(t);
}

// What the user reaches of the share now. NULL: nothing, and *status says why.
static struct access_view *judge_access(
	const struct tree *t, struct share *share, uint64_t generation, struct nt_status *status)
{
	struct session *s = t->session;
	struct session_user *user CLEANUP(session_user_put) = session_user_get(s);
	*status = STATUS(ACCESS_DENIED);
	if (!config_share_admits(share->config, (const struct sockaddr *)&s->conn->peer))
		return NULL;
	// Without one it would be the server whose files they are.
	if (s->server->acts_as_users && user->on_unix == NULL)
		return NULL;
	struct access_view *view = access_view_new(share, user, generation);
	if (view != NULL && view->set.most != REACH_NOTHING)
		return view;
	*status = view == NULL ? STATUS(INSUFFICIENT_RESOURCES) : STATUS(ACCESS_DENIED);
	access_view_unref(view);
	return NULL;
}

// What the policy says now of this tree's user on this tree's share.
static struct nt_status tree_judge(struct tree *t, struct policy *p, uint64_t generation)
{
	struct session *s = t->session;
	struct access_view *view = NULL;
	struct nt_status status;
	struct share *share = policy_share_find(p, t->share->name);
	if (share == NULL || share->id != t->share->id)
		return STATUS(NETWORK_NAME_DELETED);
	bool encrypt = share_requires_encryption(share, p->config);
	if (encrypt && !s->encrypt)
		return STATUS(ACCESS_DENIED); // required since a reload (MS-SMB2 3.3.5.2.11)
	if (!share->is_ipc && (view = judge_access(t, share, generation, &status)) == NULL)
		return status;
	access_view_unref(t->view);
	t->view = view;
	t->encrypt = encrypt;
	share_unref(t->share);
	t->share = share_ref(share);
	t->generation = generation;
	return STATUS(SUCCESS);
}

struct nt_status tree_refresh(struct tree *t)
{
	struct nt_status status = STATUS(SUCCESS);
	pthread_mutex_lock(&t->lock);
	uint64_t now = session_generation(t->session);
	if (t->generation != now) {
		struct policy *p = server_policy(t->session->server);
		status = tree_judge(t, p, now);
		policy_unref(p);
	}
	pthread_mutex_unlock(&t->lock);
	return status;
}

struct share *tree_share(struct tree *t)
{
	pthread_mutex_lock(&t->lock);
	struct share *share = share_ref(t->share);
	pthread_mutex_unlock(&t->lock);
	return share;
}

uint64_t tree_lane(struct tree *t)
{
	pthread_mutex_lock(&t->lock);
	uint64_t lane = t->share->id & ~(LANE_COMPUTES | LANE_IS_LARGE);
	pthread_mutex_unlock(&t->lock);
	return lane;
}

struct access_view *tree_view(struct tree *t)
{
	pthread_mutex_lock(&t->lock);
	struct access_view *view = access_view_ref(t->view);
	pthread_mutex_unlock(&t->lock);
	return view;
}

static enum reach tree_most(struct tree *t)
{
	pthread_mutex_lock(&t->lock);
	enum reach most = t->view == NULL ? REACH_READ : t->view->set.most;
	pthread_mutex_unlock(&t->lock);
	return most;
}

bool tree_is_writable(struct tree *t)
{
	return tree_most(t) == REACH_WRITE;
}

uint32_t tree_access_mask(struct tree *t)
{
	return access_view_mask(tree_most(t));
}
