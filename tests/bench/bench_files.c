// SPDX-License-Identifier: Apache-2.0
// Small files: several workers, each with one chain of requests after the other.
#include "bench_load.h"
#include "wire/fscc/file_info.h"

enum {
	SMALL_FILE_LEN = 4096,
	FILES_COUNT = 5000,
	WORKERS = 8,
	QUERY_LEN = 1024,
};

struct crew;

struct worker {
	struct crew *crew;
	struct smb2_file_id id;
};

struct crew {
	struct bench *b;
	const char *name;
	// The chain: what follows the create, until the close's completion starts the next file.
	void (*opened)(struct worker *w);
	struct smb2_create_request create; // without its name
	bool compound;
	uint64_t next;
	uint64_t count;
	uint64_t done;
	uint64_t modulo; // names repeat after so many
	struct worker workers[BENCH_WORKERS_MAX];
};

static void next_file(struct worker *w);

static void sent(int rc)
{
	if (rc < 0)
		bench_give_up("send");
}

static void on_closed(void *context, const struct client_reply *reply)
{
	struct worker *w = context;
	bench_require_reply("close", reply);
	w->crew->done++;
	next_file(w);
}

static void close_file(struct worker *w)
{
	struct smb2_close_request m = { .file_id = w->id };
	sent(client_send_close(w->crew->b->client, w->crew->b->tree, &m, on_closed, w));
}

static void on_used(void *context, const struct client_reply *reply)
{
	bench_require_reply("a request", reply);
	close_file(context);
}

static void write_file(struct worker *w)
{
	struct smb2_write_request m = { .file_id = w->id,
		.data = span_make(bench_payload(), SMALL_FILE_LEN) };
	sent(client_send_write(w->crew->b->client, w->crew->b->tree, &m, on_used, w));
}

static void read_file(struct worker *w)
{
	struct smb2_read_request m = { .file_id = w->id, .length = SMALL_FILE_LEN };
	sent(client_send_read(w->crew->b->client, w->crew->b->tree, &m, on_used, w));
}

static struct smb2_query_info_request query(struct smb2_file_id id)
{
	return (struct smb2_query_info_request){ .info_type = SMB2_0_INFO_FILE,
		.file_info_class = FILE_NETWORK_OPEN_INFORMATION,
		.output_buffer_length = QUERY_LEN,
		.file_id = id };
}

static void query_file(struct worker *w)
{
	struct smb2_query_info_request m = query(w->id);
	sent(client_send_query_info(w->crew->b->client, w->crew->b->tree, &m, on_used, w));
}

static void on_opened(void *context, const struct client_reply *reply)
{
	struct worker *w = context;
	struct smb2_create_response m = { 0 };
	bench_require_reply("open", reply);
	if (smb2_create_response_decode(reply->message, &m) != VERDICT_OK)
		bench_give_up("open: an answer that does not decode");
	w->id = m.file_id;
	w->crew->opened(w);
}

static void on_compound_part(void *context UNUSED, const struct client_reply *reply)
{
	bench_require_reply("a compound's request", reply);
}

static void send_compound(struct worker *w, const struct smb2_create_request *create)
{
	struct client *c = w->crew->b->client;
	uint32_t tree = w->crew->b->tree;
	struct smb2_query_info_request info = query(smb2_file_id_previous());
	struct smb2_close_request close = { .file_id = smb2_file_id_previous() };
	client_compound_begin(c);
	sent(client_send_create(c, tree, create, on_compound_part, w));
	sent(client_send_query_info(c, tree, &info, on_compound_part, w));
	sent(client_send_close(c, tree, &close, on_closed, w));
	sent(client_compound_end(c));
}

static void next_file(struct worker *w)
{
	struct crew *crew = w->crew;
	uint8_t name[64];
	if (crew->next == crew->count)
		return;
	struct smb2_create_request m = crew->create;
	m.name = bench_name(crew->name, crew->next++ % crew->modulo, name, sizeof(name));
	if (crew->compound)
		send_compound(w, &m);
	else
		sent(client_send_create(crew->b->client, crew->b->tree, &m, on_opened, w));
}

static uint64_t files_of(const struct bench *b)
{
	return b->count != 0 ? b->count : FILES_COUNT;
}

static void crew_run(struct bench *b, struct crew *crew, uint64_t count)
{
	uint32_t workers = b->in_flight != 0 ? b->in_flight : WORKERS;
	crew->b = b;
	crew->name = "small";
	crew->count = count;
	crew->modulo = files_of(b);
	for (uint32_t i = 0; i < workers && i < BENCH_WORKERS_MAX; i++) {
		crew->workers[i].crew = crew;
		next_file(&crew->workers[i]);
	}
	while (crew->done < count)
		bench_step(b);
}

static void make_files(struct bench *b)
{
	struct crew crew = { .opened = write_file, .create = client_overwrite_request(span_make(NULL, 0)) };
	crew_run(b, &crew, files_of(b));
}

static void delete_files(struct bench *b)
{
	struct crew crew = { .opened = close_file, .create = client_overwrite_request(span_make(NULL, 0)) };
	crew.create.create_disposition = FILE_OPEN;
	crew.create.create_options |= FILE_DELETE_ON_CLOSE;
	crew_run(b, &crew, files_of(b));
}

static void prepare_files(struct bench *b, const struct bench_phase *p UNUSED)
{
	make_files(b);
}

static void finish_files(struct bench *b, const struct bench_phase *p UNUSED)
{
	delete_files(b);
}

static void run_create(struct bench *b, const struct bench_phase *p UNUSED, struct bench_result *out)
{
	make_files(b);
	*out = (struct bench_result){ "create, write 4 KiB, close", files_of(b),
		files_of(b) * SMALL_FILE_LEN };
}

static void run_delete(struct bench *b, const struct bench_phase *p UNUSED, struct bench_result *out)
{
	delete_files(b);
	*out = (struct bench_result){ "open to delete, close", files_of(b), 0 };
}

static void run_read(struct bench *b, const struct bench_phase *p UNUSED, struct bench_result *out)
{
	struct crew crew = { .opened = read_file, .create = client_open_request(span_make(NULL, 0)) };
	uint64_t count = 4 * files_of(b);
	crew_run(b, &crew, count);
	*out = (struct bench_result){ "open, read 4 KiB, close", count, count * SMALL_FILE_LEN };
}

static void run_stat(struct bench *b, const struct bench_phase *p, struct bench_result *out)
{
	struct crew crew = { .opened = query_file,
		.create = client_open_request(span_make(NULL, 0)),
		.compound = p->compound };
	uint64_t count = 4 * files_of(b);
	crew_run(b, &crew, count);
	*out = (struct bench_result){ p->compound ? "open, query, close in one" : "open, query, close", count,
		0 };
}

const struct bench_phase bench_file_phases[] = {
	{ .name = "small_create", .run = run_create, .finish = finish_files },
	{ .name = "small_read", .prepare = prepare_files, .run = run_read, .finish = finish_files },
	{ .name = "small_delete", .prepare = prepare_files, .run = run_delete },
	{ .name = "stat", .prepare = prepare_files, .run = run_stat, .finish = finish_files },
	{ .name = "stat_compound",
		.prepare = prepare_files,
		.run = run_stat,
		.finish = finish_files,
		.compound = true },
	{ 0 },
};
