// SPDX-License-Identifier: Apache-2.0
// A session's connection to a share (MS-SMB2 3.3.1.9).
#ifndef SIGNET_SERVER_TREE_H
#define SIGNET_SERVER_TREE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

#include "base/nt_status.h"

struct access_view;
struct session;
struct share;

struct tree {
	atomic_uint refs;
	struct session *session; // borrowed: a session closes its trees before it ends
	uint32_t id;
	atomic_bool closed;
	UT_hash_handle hh; // in session->trees
	uint64_t opened_ms;

	pthread_mutex_t lock; // guards what follows: a reload, or another authentication, may change it
	struct share *share;
	uint64_t generation;      // session_generation() that it was judged under
	struct access_view *view; // NULL for IPC$
	bool encrypt;
};

// In the session's table, with a reference for the caller; takes the share's reference over.
// NULL at the limit (*limited true) or when memory is out.
struct tree *tree_new(struct session *s, struct share *share, bool *limited) WARN_UNUSED;
struct tree *tree_ref(struct tree *t);
void tree_unref(struct tree *t); // NULL is fine
struct tree *tree_find(struct session *s, uint32_t id) WARN_UNUSED;
// Closes its opens and takes it out of the session; may block. Idempotent.
void tree_close(struct tree *t, const char *reason);

// Brings the tree up to the policy in force, and to who its user is now. SUCCESS; NETWORK_NAME_DELETED when
// the share is gone; ACCESS_DENIED when the user may not use it any more.
struct nt_status tree_refresh(struct tree *t) WARN_UNUSED;
// The share, with a reference.
struct share *tree_share(struct tree *t) WARN_UNUSED;
// What its user reaches of the share, with a reference; NULL for IPC$.
struct access_view *tree_view(struct tree *t) WARN_UNUSED;
// The lane of its share's work (worker_pool.h).
uint64_t tree_lane(struct tree *t) WARN_UNUSED;
bool tree_is_writable(struct tree *t);
// The most a client can be granted here whatever an ACL says (MaximalAccess, MS-SMB2 2.2.10).
uint32_t tree_access_mask(struct tree *t);

#endif
