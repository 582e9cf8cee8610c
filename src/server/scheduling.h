// SPDX-License-Identifier: Apache-2.0
// What the server's threads want of the kernel's scheduler. A loop has what is short: it is to run as soon as
// something came. Whoever has what may take long steps back behind the loops. All of it is a wish: where the
// kernel does not grant it, threads are treated alike.
#ifndef SIGNET_SERVER_SCHEDULING_H
#define SIGNET_SERVER_SCHEDULING_H

// Processors that this process may use: fewer than there are in a container, or where a service is bound to
// some. At least 1.
unsigned processors_usable(void);

// Each of them about the calling thread alone.
void thread_becomes_loop(void);
void thread_becomes_worker(void);
// Between two pieces of what takes long: the kernel itself would let a loop in only when its clock ticks,
// every 4 ms, if that has had more than its share.
void worker_lets_others(void);
// Accepts connections: what has come already goes first.
void thread_becomes_front(void);

#endif
