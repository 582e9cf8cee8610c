// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <string.h>

#include "sink/graph_edges.h"
#include "sink/report.h"

static const char grades[] = "ABCDEF?";

// --- order ------------------------------------------------------------------------------------------

static int by_client(struct graph_node *a, struct graph_node *b)
{
	int c = strcmp(a->edge.client, b->edge.client);
	if (c == 0)
		c = strcmp(a->edge.server, b->edge.server);
	return c != 0 ? c : (int)a->edge.port - (int)b->edge.port;
}

// For lists of servers, each with its clients; addresses of a family together.
static int by_server(struct graph_node *a, struct graph_node *b)
{
	int family = (strchr(a->edge.server, ':') != NULL) - (strchr(b->edge.server, ':') != NULL);
	int c = family != 0 ? family : strcmp(a->edge.server, b->edge.server);
	if (c == 0)
		c = (int)a->edge.port - (int)b->edge.port;
	return c != 0 ? c : strcmp(a->edge.client, b->edge.client);
}

static char worst_grade(const struct graph_edge *e)
{
	for (size_t i = GRAPH_GRADES - 1; i-- > 0;)
		if (e->grades[i] > 0)
			return grades[i];
	return '?';
}

static const struct graph_edge *next_of(const struct graph_node *n)
{
	const struct graph_node *next = n->hh.next;
	return next == NULL ? NULL : &next->edge;
}

// --- for people -------------------------------------------------------------------------------------

void graph_print_table(struct graph *g, FILE *out)
{
	char time[REPORT_TIME_LEN];
	HASH_SORT(g->edges, by_client);
	(void)fprintf(out, "%-24s %-24s %5s %9s %7s %7s %11s  %-5s  %s\n", "CLIENT", "SERVER", "PORT",
		"SESSIONS", "SEALED", "SIGNED", "UNPROTECTED", "WORST", "LAST");
	for (const struct graph_node *n = g->edges; n != NULL; n = n->hh.next) {
		const struct graph_edge *e = &n->edge;
		(void)fprintf(out,
			"%-24s %-24s %5u %9" PRIu64 " %7" PRIu64 " %7" PRIu64 " %11" PRIu64 "  %-5c  %s\n",
			e->client, e->server, e->port, e->sessions, e->sealed, e->signed_, e->unprotected,
			worst_grade(e), report_time_text(e->last_us, time));
	}
}

static void put_time(FILE *out, const char *name, uint64_t us)
{
	char time[REPORT_TIME_LEN];
	(void)report_time_text(us, time);
	(void)fprintf(out, ",\"%s\":\"%.10sT%s.%06uZ\"", name, time, time + 11, (unsigned int)(us % 1000000));
}

void graph_print_json(struct graph *g, FILE *out)
{
	HASH_SORT(g->edges, by_client);
	(void)fputs("{\"edges\":[", out);
	for (const struct graph_node *n = g->edges; n != NULL; n = n->hh.next) {
		const struct graph_edge *e = &n->edge;
		(void)fprintf(out,
			"%s\n{\"client\":\"%s\",\"server\":\"%s\",\"port\":%u,\"sessions\":%" PRIu64
			",\"sealed\":%" PRIu64 ",\"signed\":%" PRIu64 ",\"unprotected\":%" PRIu64
			",\"worst_grade\":\"%c\",\"grades\":{",
			n == g->edges ? "" : ",", e->client, e->server, e->port, e->sessions, e->sealed,
			e->signed_, e->unprotected, worst_grade(e));
		const char *comma = "";
		for (size_t i = 0; i < GRAPH_GRADES; i++) {
			if (e->grades[i] == 0)
				continue;
			(void)fprintf(out, "%s\"%c\":%" PRIu64, comma, grades[i], e->grades[i]);
			comma = ",";
		}
		(void)fputc('}', out);
		put_time(out, "first_time", e->first_us);
		put_time(out, "last_time", e->last_us);
		(void)fputc('}', out);
	}
	(void)fputs("\n]}\n", out);
}

static const char *dot_colour(char grade)
{
	if (grade == 'A' || grade == 'B')
		return "darkgreen";
	return grade == 'C' || grade == 'D' || grade == '?' ? "orange" : "red";
}

void graph_print_dot(struct graph *g, FILE *out)
{
	HASH_SORT(g->edges, by_client);
	(void)fputs("digraph smb {\n\trankdir=LR;\n\tnode [shape=box];\n", out);
	for (const struct graph_node *n = g->edges; n != NULL; n = n->hh.next) {
		const struct graph_edge *e = &n->edge;
		char worst = worst_grade(e);
		(void)fprintf(out, "\t\"%s\" -> \"%s\" [label=\"%" PRIu64 " x %c, port %u\", color=%s];\n",
			e->client, e->server, e->sessions, worst, e->port, dot_colour(worst));
	}
	(void)fputs("}\n", out);
}

// --- for firewalls ----------------------------------------------------------------------------------

static bool is_v6(const char *address)
{
	return strchr(address, ':') != NULL;
}

static bool put_set(struct graph *g, FILE *out, bool v6)
{
	const char *comma = "";
	bool any = false;
	for (const struct graph_node *n = g->edges; n != NULL; n = n->hh.next) {
		const struct graph_edge *e = &n->edge;
		if (is_v6(e->server) != v6)
			continue;
		if (!any)
			(void)fprintf(out, "\tset smb%s {\n\t\ttype %s . %s . inet_service\n\t\telements = {",
				v6 ? "6" : "4", v6 ? "ipv6_addr" : "ipv4_addr",
				v6 ? "ipv6_addr" : "ipv4_addr");
		any = true;
		(void)fprintf(out, "%s\n\t\t\t%s . %s . %u", comma, e->client, e->server, e->port);
		comma = ",";
	}
	if (any)
		(void)fputs("\n\t\t}\n\t}\n", out);
	return any;
}

static uint16_t next_port(const struct graph *g, uint32_t above)
{
	uint32_t least = UINT32_MAX;
	for (const struct graph_node *n = g->edges; n != NULL; n = n->hh.next)
		if (n->edge.port > above && n->edge.port < least)
			least = n->edge.port;
	return least == UINT32_MAX ? 0 : (uint16_t)least;
}

// Each port on which SMB was seen, and those where it always is.
static void put_ports(const struct graph *g, FILE *out)
{
	(void)fputs("139, 445", out);
	for (uint16_t port = next_port(g, 0); port != 0; port = next_port(g, port))
		if (port != 139 && port != 445)
			(void)fprintf(out, ", %u", port);
}

void graph_print_nftables(struct graph *g, FILE *out)
{
	HASH_SORT(g->edges, by_server);
	(void)fputs("#!/usr/sbin/nft -f\n# SMB as it was seen, and no other. Made by signet map: read it "
		    "before use.\n"
		    "table inet signet_smb {\n",
		out);
	bool v4 = put_set(g, out, false), v6 = put_set(g, out, true);
	(void)fputs("\tchain smb {\n", out);
	if (v4)
		(void)fputs("\t\tip saddr . ip daddr . tcp dport @smb4 accept\n", out);
	if (v6)
		(void)fputs("\t\tip6 saddr . ip6 daddr . tcp dport @smb6 accept\n", out);
	(void)fputs("\t\tcounter drop\n\t}\n", out);
	static const char *const hooks[] = { "input", "forward" };
	for (size_t i = 0; i < 2; i++) {
		(void)fprintf(out,
			"\tchain %s {\n\t\ttype filter hook %s priority filter; policy accept;\n"
			"\t\tct state established,related accept\n\t\ttcp dport { ",
			hooks[i], hooks[i]);
		put_ports(g, out);
		(void)fputs(" } jump smb\n\t}\n", out);
	}
	(void)fputs("}\n", out);
}

void graph_print_windows(struct graph *g, FILE *out)
{
	HASH_SORT(g->edges, by_server);
	(void)fputs("# SMB as it was seen, and no other. Made by signet map: read it before use.\n"
		    "# Run on each server: a rule whose LocalAddress is not the server's own does nothing "
		    "there.\n"
		    "# The predefined rules for file sharing let in everybody, so they go off.\n"
		    "Get-NetFirewallRule -Group '@FirewallAPI.dll,-28502' -Direction Inbound | "
		    "Disable-NetFirewallRule\n"
		    "Set-NetFirewallProfile -All -DefaultInboundAction Block\n",
		out);
	const struct graph_edge *last = NULL;
	for (const struct graph_node *n = g->edges; n != NULL; n = n->hh.next) {
		const struct graph_edge *e = &n->edge, *next = next_of(n);
		bool begins = last == NULL || strcmp(last->server, e->server) != 0 || last->port != e->port;
		bool ends = next == NULL || strcmp(next->server, e->server) != 0 || next->port != e->port;
		if (begins)
			(void)fprintf(out,
				"New-NetFirewallRule -DisplayName 'Signet: SMB to %s port %u' -Direction "
				"Inbound"
				" -Action Allow -Protocol TCP -LocalPort %u -LocalAddress '%s' "
				"-RemoteAddress ",
				e->server, e->port, e->port, e->server);
		(void)fprintf(out, "%s'%s'%s", begins ? "" : ",", e->client, ends ? "\n" : "");
		last = e;
	}
}
