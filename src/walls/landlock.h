// SPDX-License-Identifier: Apache-2.0
// Landlock (landlock(7)): which files the process may reach, and that it reaches nothing by TCP and
// signals nobody else. What a kernel does not know yet is left out and told of.
#ifndef SIGNET_WALLS_LANDLOCK_H
#define SIGNET_WALLS_LANDLOCK_H

#include "base/attributes.h"
#include "walls/walls.h"

// Versions of the interface that brought what is asked for here.
enum {
	LANDLOCK_ABI_REFER = 2, // before it, nothing can be renamed between folders: of no use to a server
	LANDLOCK_ABI_TRUNCATE = 3,
	LANDLOCK_ABI_TCP = 4,
	LANDLOCK_ABI_DEVICES = 5,
	LANDLOCK_ABI_SCOPES = 6,
};

// The kernel's version of the interface; 0 when it has none, or was started without.
int landlock_abi(void);
// Restricts the calling thread to the plan's paths. 0 or a negative errno; *failed is then the path
// that could not be added, or NULL.
int landlock_raise(const struct walls_plan *plan, int abi, const char **failed) WARN_UNUSED;

#endif
