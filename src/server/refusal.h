// SPDX-License-Identifier: Apache-2.0
// Events of what was refused for security's sake: one place, so that each refusal has one.
#ifndef SIGNET_SERVER_REFUSAL_H
#define SIGNET_SERVER_REFUSAL_H

#include "base/nt_status.h"
#include "event/event.h"

struct connection;
struct request;
struct session;

// A request that may not be done: the client gets `status`, others go on.
void refusal_emit(const struct request *req, const char *reason, struct nt_status status);
// The client broke a rule that protects it or us; its connection ends. session may be NULL.
void violation_emit(const struct connection *c, const struct session *s, const char *reason);
// The same about a request.
void violation_emit_request(const struct request *req, const char *reason, struct nt_status status);

#endif
