// SPDX-License-Identifier: Apache-2.0
// Reads and writes of one file, many in flight: sequential and random, large and small blocks.
#include <stdlib.h>

#include "bench_load.h"

enum {
	FILE_LEN = 256 << 20, // in the page cache of any machine that runs this
	PREPARE_BLOCK = 1 << 20,
	PREPARE_IN_FLIGHT = 8,
};

#define STREAM_BYTES (2ull << 30)

struct stream {
	struct bench *b;
	struct smb2_file_id id;
	uint32_t block;
	bool write;
	bool random;
	uint64_t blocks_in_file;
	uint64_t todo; // requests not yet sent
	uint64_t sent;
	uint32_t in_flight;
	unsigned int seed;
};

static struct stream stream;

static void stream_send(struct stream *s);

static void block_done(void *context, const struct client_reply *reply)
{
	struct stream *s = context;
	bench_require_reply(s->write ? "write" : "read", reply);
	if (!s->write) {
		struct smb2_read_response m = { 0 };
		if (smb2_read_response_decode(reply->message, &m) != VERDICT_OK || m.data.len != s->block)
			bench_give_up("a read of the wrong length");
	}
	s->in_flight--;
	stream_send(s);
}

static uint64_t next_offset(struct stream *s)
{
	uint64_t n = s->sent;
	if (s->random)
		n = ((uint64_t)(unsigned int)rand_r(&s->seed) << 20) ^ (unsigned int)rand_r(&s->seed);
	return n % s->blocks_in_file * s->block;
}

static void stream_send(struct stream *s)
{
	if (s->todo == 0)
		return;
	uint64_t offset = next_offset(s);
	int rc;
	if (s->write) {
		struct smb2_write_request m = {
			.offset = offset, .file_id = s->id, .data = span_make(bench_payload(), s->block)
		};
		rc = client_send_write(s->b->client, s->b->tree, &m, block_done, s);
	} else {
		struct smb2_read_request m = { .length = s->block, .offset = offset, .file_id = s->id };
		rc = client_send_read(s->b->client, s->b->tree, &m, block_done, s);
	}
	if (rc < 0)
		bench_give_up("send");
	s->todo--;
	s->sent++;
	s->in_flight++;
}

static void stream_run(struct stream *s, uint64_t bytes, uint32_t in_flight)
{
	s->todo = bytes / s->block;
	s->sent = 0;
	for (uint32_t i = 0; i < in_flight; i++)
		stream_send(s);
	while (s->in_flight > 0)
		bench_step(s->b);
}

static struct stream stream_of(struct bench *b, uint32_t block, bool write, bool random)
{
	struct stream s = { .b = b, .block = block, .write = write, .random = random, .seed = 1 };
	s.blocks_in_file = FILE_LEN / block;
	s.id = stream.id;
	return s;
}

static void stream_prepare(struct bench *b, const struct bench_phase *p UNUSED)
{
	uint8_t name[64];
	struct smb2_create_request m = client_overwrite_request(bench_name("stream", 0, name, sizeof(name)));
	struct smb2_create_response created = { 0 };
	struct nt_status status = { 0 };
	int rc = client_create(b->client, b->tree, &m, &created, &status);
	bench_require("create", rc, status);
	stream.id = created.file_id;
	stream = stream_of(b, PREPARE_BLOCK, true, false);
	stream_run(&stream, FILE_LEN, PREPARE_IN_FLIGHT);
}

static void stream_measure(struct bench *b, const struct bench_phase *p, struct bench_result *out)
{
	uint64_t bytes = b->bytes != 0 ? b->bytes : p->count != 0 ? p->count * p->block : STREAM_BYTES;
	stream = stream_of(b, p->block, p->write, p->random);
	stream_run(&stream, bytes, b->in_flight != 0 ? b->in_flight : p->in_flight);
	out->work = p->write ? "write" : "read";
	out->count = stream.sent;
	out->bytes = stream.sent * stream.block;
}

static void stream_finish(struct bench *b, const struct bench_phase *p UNUSED)
{
	uint8_t name[64];
	struct smb2_create_request m = client_overwrite_request(bench_name("stream", 0, name, sizeof(name)));
	struct smb2_create_response opened = { 0 };
	struct nt_status status = { 0 };
	int rc = client_close(b->client, b->tree, stream.id, &status);
	bench_require("close", rc, status);
	m.create_options |= FILE_DELETE_ON_CLOSE;
	rc = client_create(b->client, b->tree, &m, &opened, &status);
	bench_require("open to delete", rc, status);
	rc = client_close(b->client, b->tree, opened.file_id, &status);
	bench_require("delete", rc, status);
}

#define STREAM(phase_name, block_len, depth, is_write, is_random, requests)                                  \
	{                                                                                                    \
		.name = phase_name, .prepare = stream_prepare, .run = stream_measure,                        \
		.finish = stream_finish, .block = block_len, .in_flight = depth, .write = is_write,          \
		.random = is_random, .count = requests                                                       \
	}

const struct bench_phase bench_stream_phases[] = {
	STREAM("read_1m", 1 << 20, 8, false, false, 0),
	STREAM("write_1m", 1 << 20, 8, true, false, 0),
	STREAM("read_1m_alone", 1 << 20, 1, false, false, 1024),
	STREAM("write_1m_alone", 1 << 20, 1, true, false, 1024),
	STREAM("read_64k", 1 << 16, 32, false, false, 16384),
	STREAM("write_64k", 1 << 16, 32, true, false, 16384),
	STREAM("read_4k_random", 1 << 12, 32, false, true, 100000),
	STREAM("write_4k_random", 1 << 12, 32, true, true, 100000),
	{ 0 },
};
