// SPDX-License-Identifier: Apache-2.0
// Attacks by frames that our client would not send by itself: compounds as long as the server takes them, and
// names as long as the protocol lets them be.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/client_state.h"
#include "hostile.h"
#include "wire/smb2/smb2_command.h"
#include "wire/smb2/smb2_echo.h"

enum {
	BOMB_PARTS = 128,
	NAME_BYTES = 65534, // 32,767 characters
	DEPTH = 100,
	IN_FLIGHT = 64,
	ECHOES_FOR_CREDITS = 64,
};

struct bomber {
	struct hostile *h;
	struct client_loop *loop;
	struct client *c;
	uint32_t tree;
	uint8_t *name;
	struct span name_span;
};

static struct bomber *bomber_new(struct hostile *h, unsigned address)
{
	struct bomber *b = calloc(1, sizeof(*b));
	struct nt_status status;
	b->h = h;
	b->loop = client_loop_new();
	b->c = hostile_session(h, b->loop, address, &b->tree);
	for (int i = 0; b->c != NULL && i < ECHOES_FOR_CREDITS; i++)
		hostile_ignore(client_echo(b->c, &status));
	return b;
}

static void create_body(struct bomber *b, struct writer *w)
{
	uint8_t bytes[64];
	struct smb2_create_request m = client_open_request(hostile_name("bomb", bytes, sizeof(bytes)));
	(void)b;
	m.create_disposition = FILE_OPEN_IF;
	m.share_access = 7;
	smb2_create_request_encode(w, &m);
}

static void close_body(struct writer *w)
{
	struct smb2_close_request m = { .file_id = smb2_file_id_previous() };
	smb2_close_request_encode(w, &m);
}

// One message of the chain; those of odd number are related to the one before.
static void bomb_part(struct bomber *b, struct writer *w, unsigned i, bool files)
{
	bool related = files && i % 2 == 1;
	struct smb2_header h = { .credit_charge = 1,
		.credit_request_response = 1,
		.command = files ? (related ? SMB2_CLOSE : SMB2_CREATE) : SMB2_ECHO,
		.flags = related ? SMB2_FLAGS_RELATED_OPERATIONS : 0,
		.tree_id = b->tree,
		.session_id = b->c->session_id,
		.message_id = b->c->next_message_id++ };
	smb2_header_encode(w, &h);
	if (!files)
		smb2_echo_request_encode(w, &(struct smb2_echo_request){ 0 });
	else if (related)
		close_body(w);
	else
		create_body(b, w);
}

static int send_all(int fd, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
		if (n <= 0)
			return -1;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

static int bomb_send(struct bomber *b, unsigned parts, bool files)
{
	struct client_output *o = client_output_take(b->loop, CLIENT_OUTPUT_HEADROOM + parts * 200);
	if (o == NULL)
		return -1;
	size_t last = 0;
	for (unsigned i = 0; i < parts; i++) {
		if (i > 0) {
			writer_align(&o->w, 8, last);
			smb2_header_patch_next_command(&o->w, last, (uint32_t)(o->w.pos - last));
		}
		last = o->w.pos;
		bomb_part(b, &o->w, i, files);
	}
	int rc = writer_ok(&o->w) ? client_output_protect(b->c, o) : -1;
	if (rc == 0)
		rc = send_all(b->c->fd, o->bytes + o->start, o->w.pos - o->start);
	client_output_give_back(b->loop, o);
	return rc;
}

// The whole answer, unread.
static int answer_skip(struct bomber *b)
{
	static _Thread_local uint8_t bytes[1 << 16];
	uint8_t header[4];
	if (recv(b->c->fd, header, 4, MSG_WAITALL) != 4)
		return -1;
	size_t left = (size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3];
	while (left > 0) {
		ssize_t n = recv(b->c->fd, bytes, left < sizeof(bytes) ? left : sizeof(bytes), 0);
		if (n <= 0)
			return -1;
		left -= (size_t)n;
	}
	(void)atomic_fetch_add(&b->h->done, 1);
	return 0;
}

static void set_blocking(int fd)
{
	struct timeval t = { .tv_sec = 20 };
	int flags = fcntl(fd, F_GETFL);
	(void)fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
}

static void bombs(struct hostile *h, unsigned thread, bool files)
{
	bool ready = false;
	while (hostile_goes_on(h)) {
		struct bomber *b = bomber_new(h, thread);
		if (!ready)
			hostile_ready(h);
		ready = true;
		if (b->c == NULL)
			continue;
		set_blocking(b->c->fd);
		unsigned parts = b->c->credits > BOMB_PARTS ? BOMB_PARTS : b->c->credits;
		while (hostile_goes_on(h) && bomb_send(b, parts, files) == 0 && answer_skip(b) == 0)
			;
		client_free(b->c);
		client_loop_free(b->loop);
		free(b);
	}
}

static void run_compound_echoes(struct hostile *h, unsigned thread, uint32_t count)
{
	(void)count;
	bombs(h, thread, false);
}

static void run_compound_opens(struct hostile *h, unsigned thread, uint32_t count)
{
	(void)count;
	bombs(h, thread, true);
}

static void on_answer(void *context, const struct client_reply *reply)
{
	struct bomber *b = context;
	if (reply->fault == 0)
		(void)atomic_fetch_add(&b->h->done, 1);
}

static void names_flood(struct bomber *b)
{
	while (b->c != NULL && hostile_goes_on(b->h) && client_fault(b->c) == 0) {
		while (client_in_flight(b->c) < IN_FLIGHT) {
			struct smb2_create_request m = client_open_request(b->name_span);
			if (client_send_create(b->c, b->tree, &m, on_answer, b) != 0)
				return;
		}
		if (client_loop_step(b->loop, 10) != 0)
			return;
	}
}

static void name_fill(struct bomber *b, const char *pattern)
{
	size_t len = strlen(pattern);
	b->name = malloc(NAME_BYTES);
	for (size_t i = 0; i < NAME_BYTES / 2; i++) {
		b->name[2 * i] = (uint8_t)pattern[i % len];
		b->name[2 * i + 1] = 0;
	}
	b->name_span = span_make(b->name, NAME_BYTES);
}

// A name of one part, a path of as many parts as possible, and one that lies in a deep directory.
static void run_long_names(struct hostile *h, unsigned thread, uint32_t count)
{
	static const char *const patterns[] = { "x", "a\\", "Deep\\" };
	(void)count;
	struct bomber *b = bomber_new(h, thread);
	name_fill(b, patterns[thread % ARRAY_LEN(patterns)]);
	hostile_ready(h);
	names_flood(b);
}

// Directories in each other, and the deepest opened again and again, in other case.
static void run_deep_directories(struct hostile *h, unsigned thread, uint32_t count)
{
	char path[DEPTH * 3] = "";
	uint8_t bytes[DEPTH * 6];
	(void)count;
	struct bomber *b = bomber_new(h, thread);
	for (size_t i = 0; b->c != NULL && i < DEPTH; i++) {
		(void)strcat(path, i == 0 ? "dd" : "\\d");
		struct smb2_create_response made;
		struct nt_status status;
		struct smb2_create_request m = client_open_request(hostile_name(path, bytes, sizeof(bytes)));
		m.create_disposition = FILE_OPEN_IF;
		m.create_options = FILE_DIRECTORY_FILE;
		m.share_access = 7;
		if (client_create(b->c, b->tree, &m, &made, &status) != 0 || !nt_status_ok(status))
			break;
		hostile_ignore(client_close(b->c, b->tree, made.file_id, &status));
	}
	for (char *p = path; *p != 0; p++)
		*p = *p == 'd' ? 'D' : *p;
	(void)strcat(path, "\\X");
	b->name_span = hostile_name(path, bytes, sizeof(bytes));
	hostile_ready(h);
	names_flood(b);
}

const struct attack hostile_frame_attacks[] = {
	{ "compound_echoes", 2, 0, run_compound_echoes },
	{ "compound_opens", 2, 0, run_compound_opens },
	{ "deep_directories", 2, 0, run_deep_directories },
	{ "long_names", 3, 0, run_long_names },
	{ 0 },
};
