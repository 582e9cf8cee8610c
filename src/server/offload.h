// SPDX-License-Identifier: Apache-2.0
// The cryptography of large frames and replies, done by a worker so that no other client of the loop
// waits for it: what is longer than TURN_BYTES_MAX. What is not would lose more by the hand-over and
// the second core's cold cache than it gains.
#ifndef SIGNET_SERVER_OFFLOAD_H
#define SIGNET_SERVER_OFFLOAD_H

#include <stdbool.h>

#include "server/worker_pool.h"

struct request;
struct work;

// On the loop. True: a worker is on it, and `done` is called on the loop afterwards (or when the job
// is withdrawn). False: there is nothing to be done, or the loop may do it.

// Opens the seal of the work's frame. What is wrong with it makes the work disconnect.
bool offload_open(struct work *w, void (*done)(struct worker_job *j)) WARN_UNUSED;
// Signs or seals the work's reply.
bool offload_protect(struct work *w, void (*done)(struct worker_job *j)) WARN_UNUSED;
// Whether a request, not admitted yet, has a signature that a worker should verify.
bool offload_wants_request(const struct request *req) WARN_UNUSED;

#endif
