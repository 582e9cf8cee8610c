// SPDX-License-Identifier: Apache-2.0
// The server: what all connections share, and its beginning and end.
#ifndef SIGNET_SERVER_SERVER_H
#define SIGNET_SERVER_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "auth/throttle.h"
#include "base/attributes.h"
#include "config/config.h"
#include "server/buffer.h"
#include "server/file_table.h"
#include "server/loop.h"
#include "server/metrics/metrics.h"
#include "server/peers.h"
#include "server/policy.h"
#include "server/refused_sockets.h"
#include "server/session_table.h"
#include "server/state/notify.h"
#include "server/worker_pool.h"

struct event_sink;

struct server {
	struct event_sink *events;
	struct config_limits limits; // as they were at the start: a reload does not change them
	uint8_t guid[16];
	uint64_t start_time;  // FILETIME
	bool acts_as_users;   // identity = unix, as it was at the start
	bool samples_content; // detect = on, likewise

	pthread_rwlock_t policy_lock;
	struct policy *policy;
	atomic_uint_fast64_t policy_generation;

	struct metrics metrics;
	struct buffer_pool buffers;
	struct peers peers;
	struct refused_sockets refused;
	struct throttle *throttle;
	struct session_table sessions;
	struct file_table files;
	struct notify_registry *notify;
	struct worker_pool workers;

	struct loop *loops;
	unsigned loop_count;

	atomic_bool stopping; // told to end: what was written is put on the disk as it is closed
	atomic_uint_fast64_t next_connection_id;
	atomic_uint_fast64_t next_file_id;
	atomic_uint open_count;
	atomic_uint window_count; // on files, that opens keep (storage/file_window.h)
	atomic_uint content_count; // opens that have samples
};

// Makes everything but starts nothing; takes policy and events over (events may be NULL).
// 0 or a negative errno.
int server_init(struct server *s, struct policy *policy, struct event_sink *events) WARN_UNUSED;
// Starts the loops' threads. 0 or a negative errno.
int server_start(struct server *s) WARN_UNUSED;
// Ends all connections, waits for all work, frees everything.
void server_stop(struct server *s);

// An accepted socket: judged by network and limits, then given to the loop with the fewest.
void server_take_socket(struct server *s, int fd);
// Once a second, on the same thread: tells of those that were refused and not told of yet.
void server_tell_refused(struct server *s);

// The policy in force, with a reference.
struct policy *server_policy(struct server *s) WARN_UNUSED;
// Puts another one in force for all new requests; takes it over.
void server_set_policy(struct server *s, struct policy *p);

// Tells of a limit that was reached.
void server_limit_reached(struct server *s, const struct connection *c, const char *limit, uint64_t value);

#endif
