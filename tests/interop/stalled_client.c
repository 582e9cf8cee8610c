// SPDX-License-Identifier: Apache-2.0
// A client that asks for much and takes nothing of it.
//
//     stalled_client PORT USER PASSWORD SHARE FILE
//
// Asks for the file's first 64 MiB in reads of 1 MiB, prints "stalled", and reads nothing more until
// it is killed.
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/utf16.h"
#include "client/client_send.h"

enum { READS = 64, READ_LEN = 1 << 20, CREDITS = 2048, ECHOES = 16 };

static void want(const char *what, int fault, struct nt_status status)
{
	if (fault >= 0 && nt_status_ok(status))
		return;
	(void)fprintf(stderr, "stalled_client: %s: %d %s\n", what, fault, nt_status_name(status));
	exit(1);
}

static void ignore(void *context UNUSED, const struct client_reply *reply UNUSED)
{
}

static void ask_for_all(struct client *c, uint32_t tree, struct smb2_file_id id)
{
	for (uint64_t i = 0; i < READS; i++) {
		struct smb2_read_request m = { .file_id = id, .offset = i * READ_LEN, .length = READ_LEN };
		if (client_send_read(c, tree, &m, ignore, NULL) != 0)
			exit(1);
	}
}

int main(int argc, char **argv)
{
	if (argc != 6)
		return 2;
	struct arena a;
	arena_init(&a, NULL, 0);
	struct client *c = NULL;
	struct nt_status status = STATUS(SUCCESS);
	struct client_options options = client_options_default();
	options.credits_max = CREDITS;
	struct client_loop *loop = client_loop_new();
	want("connect", client_connect(loop, &options, "127.0.0.1", (uint16_t)atoi(argv[1]), &c, &status),
		status);
	const struct client_credentials who = { .user = argv[2], .password = argv[3] };
	want("log in", client_log_in(c, &who, &status), status);
	uint32_t tree = 0;
	want("tree", client_tree_connect(c, argv[4], &tree, NULL, &status), status);
	for (int i = 0; i < ECHOES; i++) // for their credits
		want("echo", client_echo(c, &status), status);
	struct smb2_create_request m = client_open_request(utf16_from_utf8(&a, argv[5]));
	struct smb2_create_response opened;
	want("open", client_create(c, tree, &m, &opened, &status), status);
	ask_for_all(c, tree, opened.file_id);
	if (client_loop_step(loop, 0) != 0)
		return 1;
	(void)puts("stalled");
	(void)fflush(stdout);
	for (;;)
		(void)pause();
}
