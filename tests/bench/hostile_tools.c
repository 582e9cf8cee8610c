// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/utf16.h"
#include "client/client_state.h"
#include "hostile.h"

enum {
	TIMEOUT_MS = 60000,
	CREDITS = 8192,
	ADDRESSES_A_NET = 250,
	// A kernel without preemption copies what fits to its end. The client that is measured has a machine
	// of its own in truth, and here a processor that it shares with attackers.
	SEND_BUFFER_LEN = 64 << 10,
};

void hostile_ready(struct hostile *h)
{
	(void)atomic_fetch_add(&h->ready, 1);
}

bool hostile_goes_on(struct hostile *h)
{
	return !atomic_load(&h->end);
}

const char *hostile_address(uint32_t n, char *text)
{
	(void)snprintf(
		text, 16, "127.1.%u.%u", n / ADDRESSES_A_NET % ADDRESSES_A_NET, 1 + n % ADDRESSES_A_NET);
	return text;
}

struct client *hostile_connect(struct hostile *h, struct client_loop *loop, uint32_t address, int timeout_ms)
{
	char from[16];
	struct client *c = NULL;
	struct nt_status status = { 0 };
	struct client_options options = client_options_default();
	options.timeout_ms = timeout_ms;
	options.credits_max = CREDITS;
	options.local_address = hostile_address(address, from);
	if (client_connect(loop, &options, h->host, h->port, &c, &status) != 0)
		return NULL;
	int len = SEND_BUFFER_LEN;
	(void)setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &len, sizeof(len));
	return c;
}

struct client *hostile_session(struct hostile *h, struct client_loop *loop, uint32_t address, uint32_t *tree)
{
	const struct client_credentials who = {
		.user = h->user, .password = h->password, .target_name = "cifs/localhost"
	};
	struct nt_status status = { 0 };
	struct client *c = hostile_connect(h, loop, address, TIMEOUT_MS);
	if (c == NULL)
		return NULL;
	if (client_log_in(c, &who, &status) == 0 && nt_status_ok(status) &&
		client_tree_connect(c, h->share, tree, NULL, &status) == 0 && nt_status_ok(status))
		return c;
	client_free(c);
	return NULL;
}

int hostile_socket(struct hostile *h, uint32_t address)
{
	char from[16];
	struct sockaddr_in a = { .sin_family = AF_INET };
	int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	(void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	(void)inet_pton(AF_INET, hostile_address(address, from), &a.sin_addr);
	if (bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0) {
		(void)inet_pton(AF_INET, h->host, &a.sin_addr);
		a.sin_port = htons(h->port);
		if (connect(fd, (const struct sockaddr *)&a, sizeof(a)) == 0)
			return fd;
	}
	(void)close(fd);
	return -1;
}

struct span hostile_name(const char *name, uint8_t *out, size_t cap)
{
	struct writer w = writer_make(out, cap);
	if (!writer_utf16(&w, name) || !writer_ok(&w))
		abort();
	return writer_since(&w, 0);
}

bool hostile_open(
	struct client *c, uint32_t tree, const char *name, uint32_t options, struct smb2_file_id *out)
{
	uint8_t bytes[512];
	struct nt_status status = { 0 };
	struct smb2_create_response made;
	struct smb2_create_request m = client_open_request(hostile_name(name, bytes, sizeof(bytes)));
	m.desired_access = 0x001F01FF;
	m.share_access = 7;
	m.create_disposition = FILE_OPEN_IF;
	m.create_options = options;
	if (client_create(c, tree, &m, &made, &status) != 0 || !nt_status_ok(status))
		return false;
	*out = made.file_id;
	return true;
}
