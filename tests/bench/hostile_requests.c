// SPDX-License-Identifier: Apache-2.0
// Attacks by authenticated clients: too much of what each request may do.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hostile.h"

enum {
	IN_FLIGHT = 400,
	LARGE = 8 << 20,
	LARGE_IN_FLIGHT = 12,
	SLOW_IN_FLIGHT = 8,
	WATCHES = 500,
	HOLD_US = 20000,
};

struct flood {
	struct hostile *h;
	struct client_loop *loop;
	struct client *c;
	uint32_t tree;
	struct smb2_file_id id;
	uint64_t number;
};

static struct flood *flood_new(struct hostile *h, unsigned address)
{
	struct flood *f = calloc(1, sizeof(*f));
	f->h = h;
	f->loop = client_loop_new();
	f->c = hostile_session(h, f->loop, address, &f->tree);
	if (f->c == NULL)
		(void)fprintf(stderr, "bench_hostile: no session\n");
	return f;
}

static void on_answer(void *context, const struct client_reply *reply)
{
	struct flood *f = context;
	if (reply->fault == 0)
		(void)atomic_fetch_add(&f->h->done, 1);
}

// Keeps so many requests in flight until the end; a connection that is ended is made again by the caller.
static void flood_run(struct flood *f, uint32_t in_flight, int (*send_one)(struct flood *f))
{
	while (f->c != NULL && hostile_goes_on(f->h) && client_fault(f->c) == 0) {
		while (client_in_flight(f->c) < in_flight && send_one(f) == 0)
			f->number++;
		if (client_loop_step(f->loop, 10) != 0)
			return;
	}
}

static int send_open(struct flood *f)
{
	uint8_t bytes[64];
	char name[24];
	(void)snprintf(name, sizeof(name), "opens%llu", (unsigned long long)(f->number % 64));
	struct smb2_create_request m = client_open_request(hostile_name(name, bytes, sizeof(bytes)));
	m.create_disposition = FILE_OPEN_IF;
	m.share_access = 7;
	return client_send_create(f->c, f->tree, &m, on_answer, f);
}

// Opens until none is to be had, and then asks on.
static void run_opens(struct hostile *h, unsigned thread, uint32_t count)
{
	(void)count;
	struct flood *f = flood_new(h, thread);
	hostile_ready(h);
	flood_run(f, IN_FLIGHT, send_open);
}

static int send_lock(struct flood *f)
{
	uint8_t bytes[64 * 24];
	struct writer w = writer_make(bytes, sizeof(bytes));
	struct smb2_lock_request m = { .lock_count = 64, .file_id = f->id };
	for (uint64_t i = 0; i < 64; i++) {
		struct smb2_lock_element e = { (f->number * 64 + i) * 2, 1, 0x12 };
		smb2_lock_element_encode(&w, &e);
	}
	m.locks = writer_since(&w, 0);
	return client_send_lock(f->c, f->tree, &m, on_answer, f);
}

static void run_locks(struct hostile *h, unsigned thread, uint32_t count)
{
	(void)count;
	struct flood *f = flood_new(h, thread);
	bool opened = f->c != NULL && hostile_open(f->c, f->tree, "locks", 0, &f->id);
	hostile_ready(h);
	if (opened)
		flood_run(f, IN_FLIGHT, send_lock);
}

static int send_echo(struct flood *f)
{
	return client_send_echo(f->c, on_answer, f);
}

// All the credits there are, each used at once.
static void run_credits(struct hostile *h, unsigned thread, uint32_t count)
{
	(void)count;
	struct flood *f = flood_new(h, thread);
	hostile_ready(h);
	flood_run(f, 4000, send_echo);
}

static int send_watch(struct flood *f)
{
	struct smb2_change_notify_request m = {
		.flags = 1, .output_buffer_length = 65536, .file_id = f->id, .completion_filter = 0xFFF
	};
	return client_send_change_notify(f->c, f->tree, &m, on_answer, f);
}

static int send_made(struct flood *f)
{
	uint8_t bytes[64];
	char name[32];
	(void)snprintf(name, sizeof(name), "watched\\f%llu", (unsigned long long)(f->number % 16));
	struct smb2_create_request m = client_overwrite_request(hostile_name(name, bytes, sizeof(bytes)));
	struct smb2_close_request close = { .file_id = smb2_file_id_previous() };
	m.share_access = 7;
	m.desired_access |= 0x00010000;
	m.create_options = FILE_DELETE_ON_CLOSE;
	client_compound_begin(f->c);
	if (client_send_create(f->c, f->tree, &m, on_answer, f) != 0 ||
		client_send_close(f->c, f->tree, &close, on_answer, f) != 0) {
		hostile_ignore(client_compound_end(f->c));
		return -1;
	}
	return client_compound_end(f->c);
}

// One thread makes and deletes files in a directory that the others watch as often as they may.
static void run_notifies(struct hostile *h, unsigned thread, uint32_t count)
{
	(void)count;
	struct flood *f = flood_new(h, thread);
	bool opened = f->c != NULL && hostile_open(f->c, f->tree, "watched", FILE_DIRECTORY_FILE, &f->id);
	hostile_ready(h);
	if (opened)
		flood_run(f, thread == 0 ? 8 : WATCHES, thread == 0 ? send_made : send_watch);
}

static int send_large_read(struct flood *f)
{
	struct smb2_read_request m = { .file_id = f->id, .offset = f->number % 4 * LARGE, .length = LARGE };
	return client_send_read(f->c, f->tree, &m, on_answer, f);
}

static int send_large_write(struct flood *f)
{
	static uint8_t bytes[LARGE];
	struct smb2_write_request m = {
		.file_id = f->id, .offset = f->number % 4 * LARGE, .data = span_make(bytes, sizeof(bytes))
	};
	return client_send_write(f->c, f->tree, &m, on_answer, f);
}

static struct flood *flood_of_file(struct hostile *h, unsigned thread, const char *name)
{
	struct flood *f = flood_new(h, thread);
	if (f->c != NULL && !hostile_open(f->c, f->tree, name, 0, &f->id)) {
		client_free(f->c);
		f->c = NULL;
	}
	hostile_ready(h);
	return f;
}

static void run_large_reads(struct hostile *h, unsigned thread, uint32_t count)
{
	(void)count;
	flood_run(flood_of_file(h, 0, "large"), LARGE_IN_FLIGHT, send_large_read);
	(void)thread;
}

static void run_large_writes(struct hostile *h, unsigned thread, uint32_t count)
{
	char name[24];
	(void)count;
	(void)snprintf(name, sizeof(name), "written%u", thread);
	flood_run(flood_of_file(h, 0, name), LARGE_IN_FLIGHT, send_large_write);
}

// Asks for 8 MiB replies and takes none.
static void run_slow_readers(struct hostile *h, unsigned thread, uint32_t count)
{
	(void)thread;
	for (uint32_t i = 0; i < count; i++) {
		struct flood *f = flood_new(h, i % 8);
		if (f->c == NULL || !hostile_open(f->c, f->tree, "large", 0, &f->id))
			continue;
		for (uint32_t n = 0; n < SLOW_IN_FLIGHT; n++, f->number++)
			(void)send_large_read(f);
		hostile_ignore(client_loop_step(f->loop, 0));
		(void)atomic_fetch_add(&h->done, 1);
	}
	hostile_ready(h);
	while (hostile_goes_on(h))
		(void)usleep(HOLD_US);
}

static int send_list(struct flood *f)
{
	uint8_t bytes[64];
	struct smb2_query_directory_request m = { .file_information_class = 37,
		.flags = 0x10, // REOPEN
		.file_id = f->id,
		.output_buffer_length = 1 << 20 };
	m.search_pattern = hostile_name("*a*a*a*a*a*a*a*b", bytes, sizeof(bytes));
	return client_send_query_directory(f->c, f->tree, &m, on_answer, f);
}

// A pattern that costs, over a directory of many names.
static void run_listings(struct hostile *h, unsigned thread, uint32_t count)
{
	(void)count;
	struct flood *f = flood_new(h, thread);
	bool opened = f->c != NULL && hostile_open(f->c, f->tree, "many", FILE_DIRECTORY_FILE, &f->id);
	hostile_ready(h);
	if (opened)
		flood_run(f, 64, send_list);
}

const struct attack hostile_request_attacks[] = {
	{ "opens", 2, 0, run_opens },
	{ "locks", 2, 0, run_locks },
	{ "credits", 2, 0, run_credits },
	{ "notifies", 4, 0, run_notifies },
	{ "large_reads", 4, 0, run_large_reads },
	{ "large_writes", 4, 0, run_large_writes },
	{ "slow_readers", 1, 64, run_slow_readers },
	{ "listings", 2, 0, run_listings },
	{ 0 },
};
