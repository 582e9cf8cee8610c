// SPDX-License-Identifier: Apache-2.0
// Two connections and one folder: at the same moment one begins to watch it and the other marks it for
// deletion. Whichever comes first, the watch is answered with DELETE_PENDING (MS-FSA 2.1.5.11, 2.1.5.15.3).
//
//     racing_client PORT USER PASSWORD SHARE ROUNDS
//
// Prints how many rounds were answered so; status 1 when one was answered otherwise, or not at all.
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/utf16.h"
#include "client/client_send.h"
#include "wire/dtyp/access_mask.h"
#include "wire/fscc/file_info.h"
#include "wire/smb2/smb2_create.h"
#include "wire/smb2/smb2_query_info.h"

enum { NOTIFY_ANY = 0xFFF, OUTPUT_LEN = 4096, STEP_MS = 100, PATIENCE_STEPS = 300 };

struct side {
	struct client *client;
	uint32_t tree;
	struct smb2_file_id id;
	bool answered;
	struct nt_status status;
};

static void want(const char *what, int fault, struct nt_status status)
{
	if (fault >= 0 && nt_status_ok(status))
		return;
	(void)fprintf(stderr, "racing_client: %s: %d %s\n", what, fault, nt_status_name(status));
	exit(1);
}

static void answered(void *context, const struct client_reply *reply)
{
	struct side *s = context;
	want("the connection", reply->fault, STATUS(SUCCESS));
	s->answered = true;
	s->status = reply->header.status;
}

static void begin(struct side *s, struct client_loop *loop, char **argv)
{
	struct nt_status status = STATUS(SUCCESS);
	struct client_options options = client_options_default();
	const struct client_credentials who = { .user = argv[2], .password = argv[3] };
	want("connect",
		client_connect(loop, &options, "127.0.0.1", (uint16_t)atoi(argv[1]), &s->client, &status),
		status);
	want("log in", client_log_in(s->client, &who, &status), status);
	want("tree", client_tree_connect(s->client, argv[4], &s->tree, NULL, &status), status);
}

static void open_folder(struct side *s, struct arena *a, uint32_t access, uint32_t disposition)
{
	struct nt_status status = STATUS(SUCCESS);
	struct smb2_create_response opened;
	struct smb2_create_request m = client_open_request(utf16_from_utf8(a, "racing"));
	m.desired_access = access;
	m.create_disposition = disposition;
	m.create_options = FILE_DIRECTORY_FILE;
	want("open", client_create(s->client, s->tree, &m, &opened, &status), status);
	s->id = opened.file_id;
	s->answered = false;
}

static void send_both(struct side *watcher, struct side *deleter, bool watcher_first)
{
	static const uint8_t yes[] = { 1 };
	const struct smb2_change_notify_request notify = {
		.output_buffer_length = OUTPUT_LEN, .file_id = watcher->id, .completion_filter = NOTIFY_ANY
	};
	const struct smb2_set_info_request delete = { .info_type = SMB2_0_INFO_FILE,
		.file_info_class = FILE_DISPOSITION_INFORMATION,
		.file_id = deleter->id,
		.buffer = span_make(yes, sizeof(yes)) };
	for (int i = 0; i < 2; i++) {
		bool watch = watcher_first == (i == 0);
		want("send",
			watch ? client_send_change_notify(
					watcher->client, watcher->tree, &notify, answered, watcher)
			      : client_send_set_info(
					deleter->client, deleter->tree, &delete, answered, deleter),
			STATUS(SUCCESS));
	}
}

static void close_folder(struct side *s)
{
	struct nt_status status = STATUS(SUCCESS);
	want("close", client_close(s->client, s->tree, s->id, &status), status);
}

static bool race(struct client_loop *loop, struct side *watcher, struct side *deleter, bool watcher_first)
{
	struct arena a;
	arena_init(&a, NULL, 0);
	open_folder(watcher, &a, FILE_LIST_DIRECTORY | ACCESS_SYNCHRONIZE, FILE_OPEN_IF);
	open_folder(deleter, &a, ACCESS_DELETE | ACCESS_SYNCHRONIZE, FILE_OPEN);
	send_both(watcher, deleter, watcher_first);
	for (int i = 0; i < PATIENCE_STEPS && !(watcher->answered && deleter->answered); i++)
		want("step", client_loop_step(loop, STEP_MS), STATUS(SUCCESS));
	bool good = watcher->answered && nt_status_equal(watcher->status, STATUS(DELETE_PENDING)) &&
		    deleter->answered && nt_status_ok(deleter->status);
	if (good) {
		close_folder(deleter);
		close_folder(watcher);
	}
	arena_reset(&a);
	return good;
}

int main(int argc, char **argv)
{
	struct side watcher = { 0 }, deleter = { 0 };
	if (argc != 6)
		return 2;
	struct client_loop *loop = client_loop_new();
	begin(&watcher, loop, argv);
	begin(&deleter, loop, argv);
	int rounds = atoi(argv[5]), done = 0;
	while (done < rounds && race(loop, &watcher, &deleter, done % 2 == 0))
		done++;
	(void)printf("%d of %d; the last: watch %s, deletion %s\n", done, rounds,
		nt_status_name(watcher.status), nt_status_name(deleter.status));
	client_free(watcher.client);
	client_free(deleter.client);
	client_loop_free(loop);
	return done == rounds ? 0 : 1;
}
