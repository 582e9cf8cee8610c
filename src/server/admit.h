// SPDX-License-Identifier: Apache-2.0
// What has to be true before a handler sees a request (MS-SMB2 3.3.5.2): its session, its signature
// or seal, its tree, its open, in this order.
#ifndef SIGNET_SERVER_ADMIT_H
#define SIGNET_SERVER_ADMIT_H

#include "base/nt_status.h"

struct request;

// SUCCESS, with session, tree and open of the request filled in as its command needs them; or the
// answer to give. Breaking a protection also ends the connection (work->finish_after).
struct nt_status admit_request(struct request *req);
// The same for a CANCEL, which has no rule and no answer: its session and its protection alone.
struct nt_status admit_cancel(struct request *req);

#endif
