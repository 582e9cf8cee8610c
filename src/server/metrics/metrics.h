// SPDX-License-Identifier: Apache-2.0
// What the server counts of its own work. (What leaves an event is counted with the events:
// event/event_counts.h.)
//
// Each core has counters of its own, so that threads do not pass a cache line between them; adding is a
// relaxed atomic operation, without a lock. Reading sums them up. Thread-safe.
#ifndef SIGNET_SERVER_METRICS_H
#define SIGNET_SERVER_METRICS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "wire/smb2/smb2_command.h"

enum { METRICS_BUCKETS = 18, METRICS_CORES_MAX = 64 };

// Upper bounds of the buckets of latency but the last, which has none; in seconds.
extern const double metrics_bounds[METRICS_BUCKETS - 1];

struct metrics_command {
	atomic_uint_fast64_t buckets[METRICS_BUCKETS];
	atomic_uint_fast64_t ns;
	atomic_uint_fast64_t failed; // answered with an error
};

struct metrics_core {
	_Alignas(64) struct metrics_command commands[SMB2_COMMANDS];
	atomic_uint_fast64_t bytes_read; // of files
	atomic_uint_fast64_t bytes_written;
};

struct metrics {
	struct metrics_core *cores;
	unsigned core_count;
};

// 0 or -ENOMEM.
int metrics_init(struct metrics *m) WARN_UNUSED;
void metrics_done(struct metrics *m);

// A request of this command was answered after so long; other commands than SMB has are left out.
void metrics_add_request(struct metrics *m, uint16_t command, uint64_t ns, bool failed);
void metrics_add_bytes(struct metrics *m, uint64_t bytes_read, uint64_t bytes_written);

struct metrics_command_sums {
	uint64_t buckets[METRICS_BUCKETS];
	uint64_t ns;
	uint64_t failed;
};

struct metrics_sums {
	struct metrics_command_sums commands[SMB2_COMMANDS];
	uint64_t bytes_read;
	uint64_t bytes_written;
};

void metrics_sum(const struct metrics *m, struct metrics_sums *out);

// Monotonic, for metrics_add_request.
uint64_t metrics_now_ns(void);

#endif
