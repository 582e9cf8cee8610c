// SPDX-License-Identifier: Apache-2.0
// An event loop on a thread of its own. It owns its connections: what happens to their sockets
// happens on its thread. Other threads reach it only through loop_post().
#ifndef SIGNET_SERVER_LOOP_H
#define SIGNET_SERVER_LOOP_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/attributes.h"
#include "server/turn.h"

struct server;
struct connection;

// Something to be run on a loop's thread; embedded in what it is about.
struct loop_task {
	struct loop_task *next;
	void (*run)(struct loop_task *task);
};

enum { LOOP_SCRATCH_LEN = 64 << 10 };

struct loop {
	struct server *server;
	uv_loop_t uv;
	int wake_fd; // an eventfd: something was posted
	uv_poll_t wake;
	uv_timer_t tick; // once a second: time limits of connections
	pthread_t thread;
	_Atomic(struct loop_task *) mailbox; // the latest first
	struct loop_task *mailbox_rest;      // taken out and not run yet, this thread's only
	struct turns turns;
	struct connection *connections; // a doubly linked list, this thread's only
	atomic_uint connection_count;
	unsigned work_count; // frames being worked on, parked ones included
	struct loop_task drain;
	bool draining; // nothing new is begun (drain.h)
	bool stopping;
	uint8_t scratch[LOOP_SCRATCH_LEN]; // where small frames of all connections are received
};

// Starts the thread; 0 or a negative errno.
int loop_start(struct loop *l, struct server *server) WARN_UNUSED;
// Closes the loop's connections and waits for its thread; then nothing of it runs any more.
void loop_stop(struct loop *l);
// After loop_stop, when nobody is left who may be about to wake it.
void loop_done(struct loop *l);
// A connection left the list: when the loop is to stop and this was the last one, it does.
void loop_check_stopped(struct loop *l);
// Runs task on the loop's thread, in the order of posting. From any thread. Nobody waits for anybody: not
// the loop for a thread that is preempted while it posts, either.
void loop_post(struct loop *l, struct loop_task *task);

#endif
