// SPDX-License-Identifier: Apache-2.0
// What threads want of the kernel's scheduler. A loop has what is short: it is to run as soon as something
// came. Whoever has what may take long, or what nobody waits for, steps back behind the loops. All of it is a
// wish: where the kernel does not grant it, threads are treated alike.
#ifndef SIGNET_BASE_SCHEDULING_H
#define SIGNET_BASE_SCHEDULING_H

// Processors that this process may use: fewer than there are in a container, or where a service is bound to
// some. At least 1.
unsigned processors_usable(void);

// Each of them about the calling thread alone.
void thread_becomes_loop(void);
void thread_becomes_worker(void);
// Accepts connections, writes events, judges them: what a client waits for goes first.
void thread_becomes_background(void);

// A thread that is not a loop works so long before it lets one in, in nanoseconds.
enum { STEP_ASIDE_NS = 250000 };

// To be called often by who takes long: between two pieces, two files. The kernel itself would let a loop in
// only when its clock ticks, every 4 ms, if that had more than its share. Nothing happens when the last time
// was less than STEP_ASIDE_NS ago, or when nobody else wants the processor.
void step_aside(void);

#endif
