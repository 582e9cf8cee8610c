// SPDX-License-Identifier: Apache-2.0
// Requests that wait for something that may take long: a lock, a change in a directory, bytes in a
// pipe. The client gets an interim response (MS-SMB2 3.3.4.2) and can cancel.
//
// The contract: a parked request is woken exactly once, from any thread, by whoever takes it away
// from what it waits on; it then goes on, on its loop, with resume(). Cancelling means: stop
// waiting; if that still was possible, wake it with CANCELLED.
#ifndef SIGNET_SERVER_PARK_H
#define SIGNET_SERVER_PARK_H

#include "server/request.h"

struct connection;

// Whether the connection may have one more request that waits; if not, tells of the limit, and the
// handler answers INSUFFICIENT_RESOURCES. On the loop.
bool request_may_park(const struct request *req) WARN_UNUSED;
// On the loop, by a handler, which then returns PENDING. cancel takes the request away from what it
// waits on and, if it was still there, calls request_wake(CANCELLED); called on the loop.
// resume writes the response's body.
void request_park(struct request *req, void (*cancel)(struct request *),
	struct nt_status (*resume)(struct request *, struct nt_status));
// Takes back what request_park did: it turned out that there is nothing to wait for. On the loop,
// in the same handler.
void request_unpark(struct request *req);
// It was parked but may not wait: it is resumed soon, with CANCELLED if nothing came meanwhile. On the loop.
void request_refuse_parking(struct request *req);
// What it waited for came. From any thread, once.
void request_wake(struct request *req, struct nt_status woken);

// A CANCEL request (MS-SMB2 3.3.5.16). On the loop.
void park_cancel(struct connection *c, const struct smb2_header *header);
// The connection ends. On the loop.
void park_cancel_all(struct connection *c);

#endif
