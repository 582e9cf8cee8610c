// SPDX-License-Identifier: Apache-2.0
#include "sink/graph.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "sink/graph_edges.h"

static const char grades[] = "ABCDEF?";

struct graph *graph_new(void)
{
	return calloc(1, sizeof(struct graph));
}

void graph_free(struct graph *g)
{
	struct graph_node *n, *next;
	if (g == NULL)
		return;
	HASH_ITER(hh, g->edges, n, next)
	{
		HASH_DEL(g->edges, n);
		free(n);
	}
	free(g);
}

static struct graph_node *node_get(struct graph *g, const struct graph_edge *e)
{
	struct graph_key key;
	struct graph_node *n;
	memset(&key, 0, sizeof(key)); // with its padding
	(void)snprintf(key.client, sizeof(key.client), "%s", e->client);
	(void)snprintf(key.server, sizeof(key.server), "%s", e->server);
	key.port = e->port;
	HASH_FIND(hh, g->edges, &key, sizeof(key), n);
	if (n != NULL || HASH_COUNT(g->edges) >= GRAPH_EDGES_MAX)
		return n;
	n = calloc(1, sizeof(*n));
	if (n == NULL)
		return NULL;
	n->key = key;
	n->edge = *e;
	n->edge.sessions = n->edge.sealed = n->edge.signed_ = n->edge.unprotected = 0;
	memset(n->edge.grades, 0, sizeof(n->edge.grades));
	HASH_ADD(hh, g->edges, key, sizeof(n->key), n);
	return n;
}

// AF_INET, AF_INET6, or AF_UNSPEC for what is no address.
static int family_of(const char *text)
{
	struct in6_addr address; // either fits
	if (inet_pton(AF_INET, text, &address) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, text, &address) == 1 ? AF_INET6 : AF_UNSPEC;
}

static bool has_addresses(const struct graph_edge *e)
{
	int family = family_of(e->client);
	return family != AF_UNSPEC && family == family_of(e->server);
}

uint64_t graph_left_out(const struct graph *g)
{
	return g->left_out;
}

bool graph_add(struct graph *g, const struct graph_edge *s)
{
	if (!has_addresses(s)) {
		g->left_out += s->sessions;
		return true;
	}
	struct graph_node *n = node_get(g, s);
	if (n == NULL)
		return false;
	struct graph_edge *e = &n->edge;
	e->sessions += s->sessions;
	e->sealed += s->sealed;
	e->signed_ += s->signed_;
	e->unprotected += s->unprotected;
	for (size_t i = 0; i < GRAPH_GRADES; i++)
		e->grades[i] += s->grades[i];
	if (s->first_us < e->first_us)
		e->first_us = s->first_us;
	if (s->last_us > e->last_us)
		e->last_us = s->last_us;
	return true;
}

bool graph_edge_of(const struct event *e, struct graph_edge *out)
{
	if (e->kind != EVENT_SESSION || e->verdict == NULL || e->connection == NULL ||
		e->connection->client_address == NULL || e->connection->server_address == NULL)
		return false;
	const struct event_verdict *v = e->verdict;
	const char *grade = v->grade == '\0' ? NULL : strchr(grades, v->grade);
	*out = (struct graph_edge){
		.port = e->connection->server_port,
		.sessions = 1,
		.sealed = v->sealed == EVENT_YES,
		.signed_ = v->sealed != EVENT_YES && v->signed_ == EVENT_YES,
		.unprotected = v->sealed != EVENT_YES && v->signed_ == EVENT_NO,
		.first_us = v->opened_us == 0 ? e->time_us : v->opened_us,
		.last_us = e->time_us,
	};
	out->grades[grade == NULL ? GRAPH_GRADES - 1 : (size_t)(grade - grades)] = 1;
	(void)snprintf(out->client, sizeof(out->client), "%s", e->connection->client_address);
	(void)snprintf(out->server, sizeof(out->server), "%s", e->connection->server_address);
	return true;
}
