// SPDX-License-Identifier: Apache-2.0
// Private to graph.c and graph_print.c.
#ifndef SIGNET_SINK_GRAPH_EDGES_H
#define SIGNET_SINK_GRAPH_EDGES_H

#include <uthash.h>

#include "sink/graph.h"

struct graph_key {
	char client[GRAPH_ADDRESS_LEN], server[GRAPH_ADDRESS_LEN];
	uint16_t port;
};

struct graph_node {
	struct graph_key key;
	struct graph_edge edge;
	UT_hash_handle hh;
};

struct graph {
	struct graph_node *edges;
	uint64_t left_out;
};

#endif
