// SPDX-License-Identifier: Apache-2.0
// The server's own walls: what the process gives up once it has opened its sockets, so that somebody
// who takes it over finds little in it. Landlock leaves it the folders that it serves, seccomp the
// system calls that it makes, capset the capabilities it needs; it gains no privileges, dumps no core,
// and cannot be looked into by others of its user.
//
// They hold for the calling thread and the threads that it starts: put them up before there are any.
// They can never be taken down or widened.
#ifndef SIGNET_WALLS_WALLS_H
#define SIGNET_WALLS_WALLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

enum wall_access {
	WALL_READ,   // what is there may be read
	WALL_APPEND, // files may be made and written, nothing else: events
	WALL_CHANGE, // and all that clients of a share may do: make, write, rename, remove files and folders
};

// A file, or a folder with all below it, also where something is mounted on it. Symbolic links in the
// path are followed once, when the walls go up.
struct wall_path {
	char *path; // owned
	enum wall_access access;
	bool optional; // it need not exist
};

enum { WALL_PATHS_MAX = 4096 };

struct walls_plan {
	struct wall_path *paths; // owned
	size_t path_count;
	bool unix_sockets;      // may make sockets of the local kind: winbind, NSS
	bool reaches_network;   // may make sockets and connect them: events that go to another host
	bool terminal;          // asks for a terminal's size and sets its modes
	bool change_identity;   // keeps CAP_SETUID and CAP_SETGID, and the calls that take them
	bool admits_incomplete; // go on where the kernel lacks a wall
};

// Adds a path; a NULL one is left out. 0, -ENOMEM, or -E2BIG beyond WALL_PATHS_MAX.
int walls_plan_add(
	struct walls_plan *plan, const char *path, enum wall_access access, bool optional) WARN_UNUSED;
// Adds the folder that a file lies in, for who makes the file or must find the one that replaces it.
int walls_plan_add_folder_of(struct walls_plan *plan, const char *file, enum wall_access access) WARN_UNUSED;
// Adds a file that is read again and again. Editors, and who rotates keys, replace it by another of its
// name, which takes its folder to be readable: it is, unless much else lies in it (/etc, a home).
int walls_plan_add_replaceable(struct walls_plan *plan, const char *file) WARN_UNUSED;
void walls_plan_done(struct walls_plan *plan);

struct walls;

// Puts all of them up. 0 or a negative errno; then *error says what could not be done and what to do
// about it, and the process should end, for some of them may stand. *out is freed with walls_free.
struct walls_error {
	char text[512];
};
int walls_raise(const struct walls_plan *plan, struct walls **out, struct walls_error *error) WARN_UNUSED;
void walls_free(struct walls *w); // the walls stay; NULL is fine

// Which walls stand, for people: "files (Landlock 7), system calls, ...".
const char *walls_standing(const struct walls *w);
// Which do not, and why; empty when all stand.
const char *walls_missing(const struct walls *w);

// Whether what lies at path (now) is within the walls, for that access. -errno when it cannot be looked at.
int walls_reach(const struct walls *w, const char *path, enum wall_access access, bool *within) WARN_UNUSED;

#endif
