// SPDX-License-Identifier: Apache-2.0
// Whether writing to a share's page cache goes so fast that a loop may do it itself.
//
// ext4 has no write that promises not to wait (RWF_NOWAIT), yet nearly all of them only copy. Done on
// the loop, in the cache that has just decrypted the data, a write costs a third less than handed to a
// worker. So local file systems are trusted until one write takes long (the disk's queue is full, the
// journal waits); then the share's writes go to workers for a while, and no other client waits again.
#ifndef SIGNET_SERVER_IO_PACE_H
#define SIGNET_SERVER_IO_PACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	IO_PACE_SLOW_MS = 20,      // a write that takes longer has waited
	IO_PACE_PENALTY_MS = 5000, // so long the share's writes are a worker's
};

struct io_pace {
	bool local; // constant: a file system whose writes go to memory first
	atomic_uint_fast64_t slow_until_ms;
};

// fs_type: f_type of statfs(2).
void io_pace_init(struct io_pace *p, uint64_t fs_type);
// From any thread; now_ms is monotonic_ms().
bool io_pace_is_fast(const struct io_pace *p, uint64_t now_ms);
// A write on a loop began and ended then.
void io_pace_note(struct io_pace *p, uint64_t began_ms, uint64_t ended_ms);

#endif
