// SPDX-License-Identifier: Apache-2.0
// What a session's user reaches of a share, by the share's lists and the [access] rules in force.
//
// Made with each tree and anew when the policy changes; a request uses one from its beginning to its
// end. Immutable, reference-counted.
//
// Rules are judged by where a file really is: the path that the kernel has for the descriptor, without
// links and in the disk's own spelling, so neither a link inside the share nor another spelling leads
// around one.
#ifndef SIGNET_SERVER_ACCESS_VIEW_H
#define SIGNET_SERVER_ACCESS_VIEW_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "config/access_rule.h"

struct resolved;
struct session_user;
struct share;

struct access_view {
	atomic_uint refs;
	struct share *share;       // with a reference
	struct session_user *user; // with a reference
	uint64_t generation;       // session_generation() that it is of
	bool has_rules;            // the share has some, for whomever: paths are told as they really are
	bool hides;                // access-based enumeration
	struct access_set set;
};

// NULL when memory is out. Not for IPC$.
struct access_view *access_view_new(
	struct share *share, struct session_user *user, uint64_t generation) WARN_UNUSED;
struct access_view *access_view_ref(struct access_view *v); // NULL is fine
void access_view_unref(struct access_view *v);              // NULL is fine

// The most that can be granted on something of this reach, whatever its ACL says.
uint32_t access_view_mask(enum reach reach);

// What can be said of a path alone ('/' between components; what follows a ':' is a stream and is left
// out). A REACH_PASS counts for folders only.
enum reach access_view_of_path(const struct access_view *v, const char *path);
// Of what a descriptor is of, wherever it is now; -errno when that cannot be told: then nothing is.
int access_view_of_fd(const struct access_view *v, int fd, bool is_directory, enum reach *out) WARN_UNUSED;
// The place of a directory, for its entries; and the place of a path.
int access_view_place_of_dir(const struct access_view *v, int fd, struct access_place *out) WARN_UNUSED;

void access_view_place_of_path(const struct access_view *v, const char *path, struct access_place *out);

// What a name that was looked up really is: where a link led there, r->path becomes the real path (in the
// arena), *place its place by name, and *out the least of what is reached by its name and by what a link
// leads to. 0 or -errno. Does not wait.
int access_view_of_resolved(const struct access_view *v, struct resolved *r, struct arena *a,
	struct access_place *place, enum reach *out) WARN_UNUSED;

#endif
