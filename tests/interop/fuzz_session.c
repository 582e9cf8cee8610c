// SPDX-License-Identifier: Apache-2.0
// Abuses a server from within: authenticated and sealed, it sends requests that are almost right, so that
// what a parser's own fuzz target cannot reach is reached: opens, locks, listings, copies, compounds.
//
//     fuzz_session HOST PORT USER PASSWORD SHARE SECONDS SEED
//
// A second connection asks all the while whether the server still answers. Exit 1 when it does not.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/utf16.h"
#include "client/client_call.h"
#include "client/client_state.h"
#include "wire/fscc/fsctl.h"

enum {
	IDS_MAX = 24,
	FRAMES_A_CONNECTION = 400,
	IN_FLIGHT_WAIT = 30, // parked ones included
	IN_FLIGHT_MAX = 120,
	REPLY_WAIT_STEPS = 4,
	PROBE_EVERY = 200,
	PAYLOAD_MAX = 70000,
	TIMEOUT_MS = 20000,
};

// A tree and its opens, some closed since.
struct place {
	uint32_t tree_id;
	struct smb2_file_id ids[IDS_MAX];
	size_t id_count;
};

enum { PLACE_FILES, PLACE_PIPES, PLACES };

struct fuzzer {
	uint64_t random;
	struct client_loop *loop;
	const char *host;
	uint16_t port;
	struct client_credentials who;
	const char *share;
	struct client *c;
	struct client *witness; // does nothing wrong
	struct place places[PLACES];
	struct place *at; // where the frame being made goes
	uint64_t frames;
	uint64_t answers;
	uint64_t successes;
	uint64_t connections;
	uint8_t payload[PAYLOAD_MAX];
};

// --- chance -----------------------------------------------------------------------------------------

// splitmix64: all that happens follows from the seed.
static uint64_t next_random(struct fuzzer *f)
{
	uint64_t z = (f->random += UINT64_C(0x9E3779B97F4A7C15));
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static uint32_t below(struct fuzzer *f, uint32_t n)
{
	return (uint32_t)(next_random(f) % n);
}

static bool one_in(struct fuzzer *f, uint32_t n)
{
	return below(f, n) == 0;
}

// Small, at an edge, or anything.
static uint64_t number(struct fuzzer *f)
{
	static const uint64_t edges[] = { 0, 1, 7, 8, 63, 64, 4095, 4096, 65535, 65536, 65537, 0x7FFFFFFF,
		0x80000000, 0xFFFFFFFF, INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX - 1, UINT64_MAX };
	switch (below(f, 4)) {
	case 0:
		return edges[below(f, sizeof(edges) / sizeof(edges[0]))];
	case 1:
		return next_random(f) >> below(f, 64);
	default:
		return below(f, 100000);
	}
}

static uint32_t number32(struct fuzzer *f)
{
	return (uint32_t)number(f);
}

// How much a client asks to get back: mostly what it may.
static uint32_t output_len(struct fuzzer *f)
{
	return one_in(f, 20) ? number32(f) : below(f, 66000);
}

static struct smb2_file_id any_id(struct fuzzer *f)
{
	if (f->at->id_count == 0 || one_in(f, 30))
		return smb2_file_id_previous();
	return f->at->ids[below(f, (uint32_t)f->at->id_count)];
}

static struct span noise(struct fuzzer *f, uint32_t max)
{
	size_t len = below(f, max + 1);
	for (size_t i = 0; i < len; i += 8) {
		uint64_t value = one_in(f, 3) ? next_random(f) : number(f);
		memcpy(f->payload + i, &value, len - i < 8 ? len - i : 8);
	}
	return span_make(f->payload, len);
}

static struct span name_of(struct fuzzer *f, struct writer *w)
{
	static const char *const pipes[] = { "srvsvc", "wkssvc", "SRVSVC", "lsarpc" };
	static const char *const names[] = { "a", "b", "dir", "dir\\c", "dir\\d", "a:stream", "b:other:$DATA",
		"dir\\e:s", "", "DIR\\C", "..\\x", "a\\b", "new", "dir\\..\\a", "a::$DATA", "*", "x<>", "con",
		"dir\\sub", "dir\\sub\\deep" };
	const char *name = names[below(f, sizeof(names) / sizeof(names[0]))];
	if (f->at == &f->places[PLACE_PIPES])
		name = pipes[below(f, 4)];
	*w = writer_make(f->payload, sizeof(f->payload));
	(void)writer_utf16(w, name);
	if (one_in(f, 20))
		writer_u16(w, (uint16_t)next_random(f));
	return writer_since(w, 0);
}

// --- requests ---------------------------------------------------------------------------------------

static void on_reply(void *context, const struct client_reply *reply)
{
	struct fuzzer *f = context;
	if (reply->fault != 0)
		return;
	f->answers++;
	if (nt_status_ok(reply->header.status))
		f->successes++;
}

static void on_create(void *context, const struct client_reply *reply)
{
	struct fuzzer *f = context;
	struct smb2_create_response m;
	on_reply(context, reply);
	if (reply->fault != 0 || !nt_status_ok(reply->header.status) ||
		smb2_create_response_decode(reply->message, &m) != VERDICT_OK)
		return;
	struct place *p = &f->places[PLACE_FILES];
	if (reply->header.tree_id == f->places[PLACE_PIPES].tree_id)
		p = &f->places[PLACE_PIPES];
	p->ids[p->id_count < IDS_MAX ? p->id_count++ : below(f, IDS_MAX)] = m.file_id;
}

static int send_create(struct fuzzer *f)
{
	static const uint32_t access[] = { 0x001F01FF, 0x02000000, 0x00120089, 0x0013019F, 0x80, 0x00010000 };
	struct writer w;
	struct smb2_create_request m = {
		.impersonation_level = one_in(f, 20) ? below(f, 9) : 2,
		.desired_access = one_in(f, 8) ? number32(f) : access[below(f, 6)],
		.file_attributes = one_in(f, 3) ? number32(f) & 0x37B7 : 0,
		.share_access = one_in(f, 4) ? below(f, 8) : 7,
		.create_disposition = below(f, one_in(f, 10) ? 8 : 6),
		.create_options = one_in(f, 4) ? 1u << below(f, 24) : 0,
		.name = name_of(f, &w),
	};
	if (one_in(f, 30))
		m.create_contexts = span_make(f->payload + 1024, 8 * (size_t)below(f, 20));
	return client_send_create(f->c, f->at->tree_id, &m, on_create, f);
}

static int send_close(struct fuzzer *f)
{
	struct smb2_close_request m = { .flags = (uint16_t)below(f, 3), .file_id = any_id(f) };
	return client_send_close(f->c, f->at->tree_id, &m, on_reply, f);
}

static int send_read(struct fuzzer *f)
{
	struct smb2_read_request m = { .length = output_len(f),
		.offset = number(f),
		.file_id = any_id(f),
		.minimum_count = below(f, 3) };
	return client_send_read(f->c, f->at->tree_id, &m, on_reply, f);
}

static int send_write(struct fuzzer *f)
{
	struct smb2_write_request m = { .offset = number(f), .file_id = any_id(f), .flags = below(f, 3) };
	m.data = noise(f, one_in(f, 10) ? PAYLOAD_MAX : 300);
	return client_send_write(f->c, f->at->tree_id, &m, on_reply, f);
}

static int send_lock(struct fuzzer *f)
{
	static const uint32_t flags[] = { 0x01, 0x02, 0x04, 0x11, 0x12 };
	struct writer w = writer_make(f->payload, sizeof(f->payload));
	struct smb2_lock_request m = { .lock_count = (uint16_t)(1 + below(f, 4)), .file_id = any_id(f) };
	uint32_t kind = flags[below(f, 5)];
	for (uint16_t i = 0; i < m.lock_count; i++) {
		struct smb2_lock_element e = { number(f), number(f), one_in(f, 10) ? number32(f) : kind };
		smb2_lock_element_encode(&w, &e);
	}
	m.locks = writer_since(&w, 0);
	return client_send_lock(f->c, f->at->tree_id, &m, on_reply, f);
}

static int send_ioctl(struct fuzzer *f)
{
	static const uint32_t codes[] = { FSCTL_SET_SPARSE, FSCTL_QUERY_ALLOCATED_RANGES, FSCTL_SET_ZERO_DATA,
		FSCTL_FILE_LEVEL_TRIM, FSCTL_DUPLICATE_EXTENTS_TO_FILE, FSCTL_GET_COMPRESSION,
		FSCTL_SET_COMPRESSION, FSCTL_QUERY_FILE_REGIONS, FSCTL_CREATE_OR_GET_OBJECT_ID,
		FSCTL_GET_REPARSE_POINT, 0x00140078 /* resume key */, 0x001440F2 /* copychunk */,
		0x001480F2 /* copychunk write */, 0x00144064 /* snapshots */, 0x0011C017 /* transceive */,
		0x001401FC /* interfaces */, 0x00110018 /* pipe wait */, 0x00060194 /* DFS */ };
	struct smb2_ioctl_request m = {
		.ctl_code = codes[below(f, sizeof(codes) / sizeof(codes[0]))],
		.file_id = any_id(f),
		.max_output_response = output_len(f),
		.flags = one_in(f, 20) ? 0 : 1,
	};
	m.input = noise(f, 120);
	if (m.input.len >= 60 && (m.ctl_code & 0xFFF) == 0x0F2) { // a source that is there, few chunks
		struct smb2_file_id id = any_id(f);
		memcpy(f->payload, &id, sizeof(id));
		memset(f->payload + 24, 0, 8);
		f->payload[24] = (uint8_t)(1 + below(f, 2));
	}
	return client_send_ioctl(f->c, f->at->tree_id, &m, on_reply, f);
}

static int send_list(struct fuzzer *f)
{
	static const uint8_t classes[] = { 1, 2, 3, 12, 37, 38, 60 };
	struct writer w;
	struct smb2_query_directory_request m = {
		.file_information_class = one_in(f, 10) ? (uint8_t)next_random(f) : classes[below(f, 7)],
		.flags = (uint8_t)below(f, 32),
		.file_id = any_id(f),
		.output_buffer_length = output_len(f),
	};
	m.search_pattern = name_of(f, &w);
	return client_send_query_directory(f->c, f->at->tree_id, &m, on_reply, f);
}

static int send_query(struct fuzzer *f)
{
	struct smb2_query_info_request m = {
		.info_type = (uint8_t)(1 + below(f, one_in(f, 9) ? 255 : 3)),
		.file_info_class = (uint8_t)below(f, one_in(f, 9) ? 256 : 70),
		.output_buffer_length = output_len(f),
		.additional_information = one_in(f, 2) ? 7 : number32(f),
		.flags = below(f, 8),
		.file_id = any_id(f),
	};
	m.input = noise(f, one_in(f, 3) ? 60 : 0);
	return client_send_query_info(f->c, f->at->tree_id, &m, on_reply, f);
}

static int send_set(struct fuzzer *f)
{
	static const uint8_t classes[] = { 4, 10, 11, 13, 15, 16, 19, 20, 64 };
	struct smb2_set_info_request m = {
		.info_type = (uint8_t)(1 + 2 * below(f, 2)),
		.file_info_class = one_in(f, 9) ? (uint8_t)next_random(f) : classes[below(f, 9)],
		.additional_information = below(f, 16),
		.file_id = any_id(f),
	};
	m.buffer = noise(f, 160);
	return client_send_set_info(f->c, f->at->tree_id, &m, on_reply, f);
}

static int send_notify(struct fuzzer *f)
{
	struct smb2_change_notify_request m = {
		.flags = (uint16_t)below(f, 2),
		.output_buffer_length = output_len(f),
		.file_id = any_id(f),
		.completion_filter = number32(f),
	};
	return client_send_change_notify(f->c, f->at->tree_id, &m, on_reply, f);
}

static int send_flush(struct fuzzer *f)
{
	return client_send_flush(f->c, f->at->tree_id, any_id(f), on_reply, f);
}

static int send_any(struct fuzzer *f)
{
	static int (*const sends[])(struct fuzzer *) = { send_create, send_create, send_create, send_close,
		send_read, send_write, send_lock, send_ioctl, send_ioctl, send_list, send_query, send_query,
		send_set, send_set, send_notify, send_flush };
	return sends[below(f, sizeof(sends) / sizeof(sends[0]))](f);
}

// --- frames -----------------------------------------------------------------------------------------

// Changes some bytes of what is about to be sealed; headers rarely, for most of that ends the connection.
static void mutate(struct fuzzer *f, struct client_output *o)
{
	for (uint32_t n = one_in(f, 2) ? 0 : 1 + below(f, 4); n > 0; n--) {
		uint32_t part = below(f, o->part_count);
		size_t start = o->parts[part].offset;
		size_t end = part + 1 < o->part_count ? o->parts[part + 1].offset : o->w.pos;
		bool header = one_in(f, 100);
		size_t from = header ? start : start + SMB2_HEADER_LEN;
		size_t len = (header ? start + SMB2_HEADER_LEN : end) - from;
		if (len == 0)
			continue;
		size_t at = from + below(f, len > 100 ? 100 : (uint32_t)len);
		uint64_t value = number(f);
		size_t width = (size_t)1 << below(f, 4);
		for (size_t i = 0; i < width && at + i < from + len; i++)
			o->bytes[at + i] = (uint8_t)(value >> (8 * i));
	}
}

static void send_frame(struct fuzzer *f)
{
	f->at = &f->places[one_in(f, 8) ? PLACE_PIPES : PLACE_FILES];
	uint32_t count = one_in(f, 3) ? 1 + below(f, CLIENT_COMPOUND_MAX) : 1;
	client_compound_begin(f->c);
	for (uint32_t i = 0; i < count; i++) {
		if (send_any(f) != 0)
			break;
	}
	if (f->c->open != NULL && f->c->open->part_count != 0)
		mutate(f, f->c->open);
	if (client_compound_end(f->c) != 0)
		return;
	f->frames++;
}

static void give_up(const char *what, int fault, struct nt_status status)
{
	(void)fprintf(stderr, "fuzz_session: %s: %s, %s\n", what, strerror(-fault), nt_status_name(status));
	exit(1);
}

static struct client *connect_client(struct fuzzer *f)
{
	struct client_options options = client_options_default();
	struct client *c = NULL;
	struct nt_status status = { 0 };
	options.timeout_ms = TIMEOUT_MS;
	int err = client_connect(f->loop, &options, f->host, f->port, &c, &status);
	if (err == 0 && c != NULL)
		err = client_log_in(c, &f->who, &status);
	if (err != 0 || !nt_status_ok(status))
		give_up("no connection", err, status);
	return c;
}

// A tree, and something open in it to begin with.
static void take_place(struct fuzzer *f, struct place *p, const char *share, const char *const *names)
{
	struct nt_status status = { 0 };
	int err = client_tree_connect(f->c, share, &p->tree_id, NULL, &status);
	if (err != 0 || !nt_status_ok(status))
		give_up(share, err, status);
	p->id_count = 0;
	for (; *names != NULL; names++) {
		uint8_t bytes[64];
		struct writer w = writer_make(bytes, sizeof(bytes));
		(void)writer_utf16(&w, *names);
		struct smb2_create_request m = client_open_request(writer_since(&w, 0));
		struct smb2_create_response made;
		bool directory = strncmp(*names, "dir", 3) == 0 && strchr(*names, '.') == NULL;
		m.desired_access = share == f->share ? 0x001F01FF : 0x0012019F;
		m.create_disposition = share == f->share ? FILE_OPEN_IF : FILE_OPEN;
		m.create_options = directory ? FILE_DIRECTORY_FILE : 0;
		err = client_create(f->c, p->tree_id, &m, &made, &status);
		if (err == 0 && nt_status_ok(status)) // it may have been made read-only before
			p->ids[p->id_count++] = made.file_id;
	}
}

static void take_places(struct fuzzer *f)
{
	static const char *const files[] = { "dir", "dir\\sub", "a", "a:stream", "dir\\c.", "dir\\c.x",
		NULL };
	static const char *const pipes[] = { "srvsvc", "wkssvc", NULL };
	take_place(f, &f->places[PLACE_FILES], f->share, files);
	take_place(f, &f->places[PLACE_PIPES], "IPC$", pipes);
}

static void ask_witness(struct fuzzer *f)
{
	struct nt_status status = { 0 };
	int err = client_echo(f->witness, &status);
	if (err != 0 || !nt_status_ok(status))
		give_up("the server does not answer", err, status);
}

static void wait_for_replies(struct fuzzer *f)
{
	for (int i = 0;
		i < REPLY_WAIT_STEPS && client_fault(f->c) == 0 && client_in_flight(f->c) > IN_FLIGHT_WAIT;
		i++) {
		if (client_loop_step(f->loop, 5) != 0)
			return;
	}
}

static void fuzz_connection(struct fuzzer *f, time_t end)
{
	f->c = connect_client(f);
	take_places(f);
	f->connections++;
	for (int i = 0; i < FRAMES_A_CONNECTION && client_fault(f->c) == 0 && time(NULL) < end; i++) {
		send_frame(f);
		if (client_loop_step(f->loop, 0) != 0)
			break;
		wait_for_replies(f);
		if (client_in_flight(f->c) > IN_FLIGHT_MAX)
			break;
		if (f->frames % PROBE_EVERY == 0)
			ask_witness(f);
	}
	client_free(f->c);
	f->c = NULL;
}

int main(int argc, char **argv)
{
	if (argc != 8) {
		(void)fprintf(stderr, "usage: fuzz_session HOST PORT USER PASSWORD SHARE SECONDS SEED\n");
		return 2;
	}
	struct fuzzer *f = calloc(1, sizeof(*f));
	if (f == NULL)
		return 1;
	f->host = argv[1];
	f->port = (uint16_t)atoi(argv[2]);
	f->who = (struct client_credentials){ .user = argv[3], .password = argv[4] };
	f->share = argv[5];
	time_t end = time(NULL) + atoi(argv[6]);
	f->random = strtoull(argv[7], NULL, 0);
	f->loop = client_loop_new();
	if (f->loop == NULL)
		return 1;
	f->witness = connect_client(f);
	while (time(NULL) < end)
		fuzz_connection(f, end);
	ask_witness(f);
	client_free(f->witness);
	client_loop_free(f->loop);
	(void)printf("%llu frames on %llu connections, %llu answers, %llu of them success\n",
		(unsigned long long)f->frames, (unsigned long long)f->connections,
		(unsigned long long)f->answers, (unsigned long long)f->successes);
	free(f);
	return 0;
}
