// SPDX-License-Identifier: Apache-2.0
// Listing a directory that the caller has filled: --directory names it, --count how often.
#include "bench_load.h"

#include "base/utf16.h"
#include "wire/fscc/file_info.h"

enum {
	OUTPUT_LEN = 1 << 20,
	LISTINGS_COUNT = 3,
};

// The entries of an answer: a chain of NextEntryOffset (MS-FSCC 2.4.17).
static uint64_t entries_in(struct span output)
{
	struct reader r = reader_make(output);
	uint64_t count = 0;
	size_t at = 0;
	uint32_t next = 1;
	while (next != 0 && reader_ok(&r)) {
		reader_seek(&r, at);
		next = reader_u32(&r);
		at += next;
		count++;
	}
	if (reader_verdict(&r) != VERDICT_OK)
		bench_give_up("a listing that does not decode");
	return count;
}

static uint64_t list_once(struct bench *b, struct smb2_file_id id)
{
	struct smb2_query_directory_request m = { .file_information_class =
							  FILE_ID_BOTH_DIRECTORY_INFORMATION,
		.flags = SMB2_RESTART_SCANS,
		.file_id = id,
		.search_pattern = span_make("*\0", 2),
		.output_buffer_length = OUTPUT_LEN };
	uint64_t count = 0;
	for (;;) {
		struct span output = { 0 };
		struct nt_status status = { 0 };
		int rc = client_query_directory(b->client, b->tree, &m, &output, &status);
		if (rc == 0 && nt_status_equal(status, STATUS(NO_MORE_FILES)))
			return count;
		bench_require("list", rc, status);
		count += entries_in(output);
		m.flags = 0;
	}
}

static void run_list(struct bench *b, const struct bench_phase *p UNUSED, struct bench_result *out)
{
	uint8_t name[256];
	struct writer w = writer_make(name, sizeof(name));
	if (!writer_utf16(&w, b->directory) || !writer_ok(&w))
		bench_give_up("the directory's name");
	struct smb2_create_request m = client_open_request(writer_since(&w, 0));
	struct smb2_create_response opened = { 0 };
	struct nt_status status = { 0 };
	m.create_options = FILE_DIRECTORY_FILE;
	int rc = client_create(b->client, b->tree, &m, &opened, &status);
	bench_require("open the directory", rc, status);
	uint64_t listings = b->count != 0 ? b->count : LISTINGS_COUNT;
	*out = (struct bench_result){ .work = "name listed" };
	for (uint64_t i = 0; i < listings; i++)
		out->count += list_once(b, opened.file_id);
	rc = client_close(b->client, b->tree, opened.file_id, &status);
	bench_require("close the directory", rc, status);
}

const struct bench_phase bench_list_phases[] = {
	{ .name = "list", .run = run_list },
	{ 0 },
};
