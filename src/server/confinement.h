// SPDX-License-Identifier: Apache-2.0
// What a server with this configuration has to reach: the plan of its own walls (walls/walls.h). What a
// part of the server needs of the machine is a row in confinement.c.
#ifndef SIGNET_SERVER_CONFINEMENT_H
#define SIGNET_SERVER_CONFINEMENT_H

#include "auth/accounts.h"
#include "base/attributes.h"
#include "config/config.h"
#include "walls/walls.h"

// Fills an empty plan, which borrows from the configuration and is released with walls_plan_done.
// 0 or a negative errno.
int confinement_plan(const struct config *c, struct walls_plan *plan) WARN_UNUSED;

// A server that was started as root goes on as the configuration's `user`, if it names one. 0, or a
// negative errno after having said on standard error what to do.
int confinement_become_user(const struct config *c) WARN_UNUSED;
// Puts the walls up; says on standard error what could not be done, or stands but weaker than it could.
// 0 or a negative errno.
int confinement_raise(const struct config *c, struct walls **out) WARN_UNUSED;

// Whether a configuration that was read again keeps to the walls that stand. -EACCES: *error says what
// does not, and what to do.
int confinement_admits(
	const struct walls *w, const struct config *c, struct account_error *error) WARN_UNUSED;

#endif
