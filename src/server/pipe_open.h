// SPDX-License-Identifier: Apache-2.0
// A named pipe that a session has open on IPC$: the service behind it, and what that may tell of
// this server to this user.
#ifndef SIGNET_SERVER_PIPE_OPEN_H
#define SIGNET_SERVER_PIPE_OPEN_H

#include <pthread.h>

#include "base/attributes.h"
#include "rpc/pipe.h"
#include "rpc/rpc_context.h"

struct session;

struct pipe_open {
	pthread_mutex_t lock; // one call at a time
	struct rpc_context context;
	struct rpc_pipe *rpc;
	struct session *session; // borrowed from the open
};

// NULL when there is no such pipe, or memory is out (rpc_pipe_exists tells which).
struct pipe_open *pipe_open_new(const char *name, struct session *s) WARN_UNUSED;
void pipe_open_free(struct pipe_open *p); // NULL is fine

#endif
