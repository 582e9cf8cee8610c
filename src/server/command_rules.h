// SPDX-License-Identifier: Apache-2.0
// What each command needs before its handler runs, as data beside the handler.
#ifndef SIGNET_SERVER_COMMAND_RULES_H
#define SIGNET_SERVER_COMMAND_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nt_status.h"

struct request;

enum command_needs {
	NEEDS_NOTHING = 0,
	NEEDS_SESSION = 1 << 0, // a valid one; with it everything on it must be signed or sealed
	NEEDS_TREE = 1 << 1,
	NEEDS_OPEN = 1 << 2,     // FileId names an open of this session and tree
	MAY_LACK_OPEN = 1 << 3,  // FileId is looked up, but may be none: the handler decides
	RUNS_ON_WORKER = 1 << 4, // it always waits for disks
	BEGINS_ON_LOOP = 1 << 5, // it may park, or changes what belongs to the connection's loop
};

struct command_rule {
	unsigned needs; // enum command_needs
	struct nt_status (*serve)(struct request *req);
};

// NULL for a command that is none.
const struct command_rule *command_rule_find(uint16_t command);

// The handlers, each in commands/serve_<command>.c. A handler returns what the response's status is
// to be; after an error its body is replaced by an error body unless it set req->keep_body.
// PENDING: it parked the request (park.h). WOULD_BLOCK: nothing happened yet, run me on a worker.
struct nt_status serve_negotiate(struct request *req);
struct nt_status serve_session_setup(struct request *req);
struct nt_status serve_logoff(struct request *req);
struct nt_status serve_tree_connect(struct request *req);
struct nt_status serve_tree_disconnect(struct request *req);
struct nt_status serve_create(struct request *req);
struct nt_status serve_close(struct request *req);
struct nt_status serve_flush(struct request *req);
struct nt_status serve_read(struct request *req);
struct nt_status serve_write(struct request *req);
struct nt_status serve_lock(struct request *req);
struct nt_status serve_ioctl(struct request *req);
struct nt_status serve_echo(struct request *req);
struct nt_status serve_query_directory(struct request *req);
struct nt_status serve_change_notify(struct request *req);
struct nt_status serve_query_info(struct request *req);
struct nt_status serve_set_info(struct request *req);
struct nt_status serve_oplock_break(struct request *req);

// A CREATE of many parts: looking them up, perhaps in another case than they are stored in, takes more of
// a processor than a loop has for others, and seldom waits.
bool create_is_long(const struct request *req);

#endif
