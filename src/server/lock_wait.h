// SPDX-License-Identifier: Apache-2.0
// Lock requests that wait for a range to be free.
#ifndef SIGNET_SERVER_LOCK_WAIT_H
#define SIGNET_SERVER_LOCK_WAIT_H

#include "base/nt_status.h"

struct range_lock_waiter;

// Wakes the requests of a list that range_locks_* gave, with no file's lock held. NULL is fine.
void lock_waiters_wake(struct range_lock_waiter *list, struct nt_status status);

#endif
