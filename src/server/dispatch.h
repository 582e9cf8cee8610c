// SPDX-License-Identifier: Apache-2.0
// From a received frame to a sent reply: opens, splits, checks, calls the handlers, closes up.
//
// All that MS-SMB2 3.3.5.2 says of every request is done here, once, from the table of preconditions
// (command_rules.h), so that handlers contain only what their command means.
#ifndef SIGNET_SERVER_DISPATCH_H
#define SIGNET_SERVER_DISPATCH_H

#include "base/span.h"

struct buffer;
struct connection;
struct work;

// A whole frame, without its 4-byte header, in `frame`, which is taken over; or in memory that is
// only lent when that is NULL. On the loop's thread.
void dispatch_frame(struct connection *c, struct buffer *frame, struct span bytes);
// What came is no frame: an event, and the end of the connection.
void dispatch_bad_frame(struct connection *c, struct span bytes);
// Goes on with a work whose parked request was woken. On the loop's thread.
void dispatch_resume(struct work *w);

#endif
