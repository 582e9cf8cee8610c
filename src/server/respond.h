// SPDX-License-Identifier: Apache-2.0
// The response to a request (MS-SMB2 3.3.4.1): its header with status, credits and flags, and the
// error body where the handler wrote none.
#ifndef SIGNET_SERVER_RESPOND_H
#define SIGNET_SERVER_RESPOND_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/nt_status.h"

struct request;

// Reserves the header's place, so that the body can be written behind it; false when memory is out.
bool respond_begin(struct request *req) WARN_UNUSED;
// Fills the header in and ends the response.
void respond_end(struct request *req, struct nt_status status);
// Header and body of the interim response of a parked request, written to req->out.
void respond_interim(struct request *req);

#endif
