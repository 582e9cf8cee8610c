// SPDX-License-Identifier: Apache-2.0
// How a work comes to its end: what it came to is sent, at once or after a delay, and it is freed.
// On the loop's thread.
#ifndef SIGNET_SERVER_WORK_FINISH_H
#define SIGNET_SERVER_WORK_FINISH_H

struct connection;
struct work;

// Sends what has been answered so far. A reply that cannot be protected makes the work disconnect.
void work_send(struct work *w);
// Sends, after the delay that a failed log-on may have asked for, and ends the work.
void work_finish(struct work *w);
// Ends the work without sending; its connection may end with it.
void work_end(struct work *w);
// The connection ends: nobody waits any more for the answers that were held back, nor for a worker.
void work_end_delayed(struct connection *c);

#endif
