// SPDX-License-Identifier: Apache-2.0
#include "server/metrics_page.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/listener.h"
#include "server/metrics_collect.h"
#include "server/policy.h"
#include "server/server.h"

enum {
	PAGE_CONNECTIONS_MAX = 16,
	PAGE_TIMEOUT_S = 5,          // without a byte
	PAGE_REQUEST_MAX = 16 << 10, // bytes of memory for a connection
};

struct metrics_page {
	struct server *server;
	struct MHD_Daemon *daemon;
	int listen_fd;
	int memory_fd; // /proc/self/statm, opened before the process gives up files
};

int metrics_page_open(const struct config_address *address, struct metrics_page **out)
{
	struct listener socket;
	struct metrics_page *p = calloc(1, sizeof(*p));
	if (p == NULL)
		return -ENOMEM;
	int err = listener_open(&socket, address);
	if (err != 0) {
		free(p);
		return err;
	}
	p->listen_fd = socket.fd;
	p->memory_fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	*out = p;
	return 0;
}

// Judged as the clients of SMB are, before a byte is read.
static enum MHD_Result on_connection(void *context, const struct sockaddr *peer, socklen_t len UNUSED)
{
	struct metrics_page *p = context;
	struct policy *policy = server_policy(p->server);
	bool admitted = network_list_admits(&policy->config->networks, peer);
	policy_unref(policy);
	return admitted ? MHD_YES : MHD_NO;
}

// The page in memory of its own; NULL when there is none left.
static char *page_text(struct metrics_page *p, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);
	if (out == NULL)
		return NULL;
	int err = metrics_collect(p->server, p->memory_fd, out);
	if (fclose(out) == 0 && err == 0)
		return text;
	free(text);
	return NULL;
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned code, struct MHD_Response *r)
{
	if (r == NULL)
		return MHD_NO;
	(void)MHD_add_response_header(r, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
	enum MHD_Result result = MHD_queue_response(connection, code, r);
	MHD_destroy_response(r);
	return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned code)
{
	static char text[] = "There is GET /metrics, and nothing else.\n";
	return answer(connection, code,
		MHD_create_response_from_buffer(sizeof(text) - 1, text, MHD_RESPMEM_PERSISTENT));
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path,
	const char *method, const char *version UNUSED, const char *body UNUSED, size_t *body_len UNUSED,
	void **request UNUSED)
{
	struct metrics_page *p = context;
	size_t len = 0;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED);
	if (strcmp(path, "/metrics") != 0)
		return refuse(connection, MHD_HTTP_NOT_FOUND);
	char *text = page_text(p, &len);
	if (text == NULL)
		return MHD_NO;
	return answer(
		connection, MHD_HTTP_OK, MHD_create_response_from_buffer(len, text, MHD_RESPMEM_MUST_FREE));
}

int metrics_page_start(struct metrics_page *p, struct server *s)
{
	p->server = s;
	p->daemon = MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD, 0, on_connection, p, on_request, p,
		MHD_OPTION_LISTEN_SOCKET, p->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)PAGE_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)PAGE_TIMEOUT_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)PAGE_REQUEST_MAX, MHD_OPTION_END);
	return p->daemon == NULL ? -EIO : 0;
}

void metrics_page_free(struct metrics_page *p)
{
	if (p == NULL)
		return;
	if (p->daemon != NULL)
		MHD_stop_daemon(p->daemon); // closes its socket
	else
		(void)close(p->listen_fd);
	if (p->memory_fd >= 0)
		(void)close(p->memory_fd);
	free(p);
}
