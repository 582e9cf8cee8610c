// SPDX-License-Identifier: Apache-2.0
// Who opens sessions to whom, how often and how protected: one edge a client, server and port.
#ifndef SIGNET_SINK_GRAPH_H
#define SIGNET_SINK_GRAPH_H

#include <stdint.h>
#include <stdio.h>

#include "base/attributes.h"
#include "event/event.h"

enum { GRAPH_EDGES_MAX = 1000000, GRAPH_ADDRESS_LEN = 46, GRAPH_GRADES = 7 };

struct graph_edge {
	char client[GRAPH_ADDRESS_LEN], server[GRAPH_ADDRESS_LEN];
	uint16_t port;
	uint64_t sessions;
	uint64_t sealed, signed_, unprotected; // sessions; signed_: and not sealed
	uint64_t grades[GRAPH_GRADES];         // 'A' to 'F', '?'
	uint64_t first_us, last_us;
};

struct graph;

struct graph *graph_new(void) WARN_UNUSED; // NULL when memory is out
void graph_free(struct graph *g);          // NULL is fine
// A session's verdict becomes part of its edge. Its ends have to be addresses of one family: what is printed
// may be run by a firewall's administrator, so nothing else becomes part of it, only of graph_left_out.
// False: memory is out, or there are GRAPH_EDGES_MAX edges.
bool graph_add(struct graph *g, const struct graph_edge *session) WARN_UNUSED;
uint64_t graph_left_out(const struct graph *g); // sessions that had other ends
// An edge of one session; false: the event is none.
bool graph_edge_of(const struct event *e, struct graph_edge *out) WARN_UNUSED;

// By client, then server.
void graph_print_table(struct graph *g, FILE *out);
void graph_print_json(struct graph *g, FILE *out);
void graph_print_dot(struct graph *g, FILE *out); // Graphviz
// The smallest lists that let through just what was seen.
void graph_print_nftables(struct graph *g, FILE *out);
void graph_print_windows(struct graph *g, FILE *out); // a PowerShell script, to be run on the servers

#endif
