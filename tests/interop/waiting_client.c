// SPDX-License-Identifier: Apache-2.0
// A client with requests that wait: for a change in a folder, and for a lock that its other open holds.
//
//     waiting_client PORT USER PASSWORD SHARE FILE
//
// Prints "waiting" once the server has both, then each one's answer, "notify STATUS" and "lock STATUS", and
// when the server ends the connection, "ended".
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/utf16.h"
#include "client/client_send.h"

enum { NOTIFY_ANY = 0xFFF, LOCK_EXCLUSIVE = 2, OUTPUT_LEN = 4096, STEP_MS = 100 };

static void want(const char *what, int fault, struct nt_status status)
{
	if (fault >= 0 && nt_status_ok(status))
		return;
	(void)fprintf(stderr, "waiting_client: %s: %d %s\n", what, fault, nt_status_name(status));
	exit(1);
}

static void say(void *context, const struct client_reply *reply)
{
	const char *what = context;
	if (reply->fault == 0)
		(void)printf("%s %s\n", what, nt_status_name(reply->header.status));
	else
		(void)printf("%s %d\n", what, reply->fault);
	(void)fflush(stdout);
}

static struct smb2_file_id open_path(struct client *c, uint32_t tree, struct arena *a, const char *path)
{
	struct nt_status status = STATUS(SUCCESS);
	struct smb2_create_request m = client_open_request(utf16_from_utf8(a, path));
	struct smb2_create_response opened;
	want("open", client_create(c, tree, &m, &opened, &status), status);
	return opened.file_id;
}

static struct smb2_lock_request lock_first_byte(struct smb2_file_id id, struct writer *w)
{
	smb2_lock_element_encode(w, &(struct smb2_lock_element){ .length = 1, .flags = LOCK_EXCLUSIVE });
	return (struct smb2_lock_request){ .lock_count = 1, .file_id = id, .locks = writer_since(w, 0) };
}

static void wait_for_both(struct client *c, uint32_t tree, struct arena *a, const char *file)
{
	uint8_t element[64];
	struct writer w = writer_make(element, sizeof(element));
	struct nt_status status = STATUS(SUCCESS);
	struct smb2_lock_request lock = lock_first_byte(open_path(c, tree, a, file), &w);
	want("lock", client_lock(c, tree, &lock, &status), status);
	lock.file_id = open_path(c, tree, a, file);
	struct smb2_change_notify_request notify = {
		.output_buffer_length = OUTPUT_LEN,
		.file_id = open_path(c, tree, a, ""),
		.completion_filter = NOTIFY_ANY,
	};
	static char lock_name[] = "lock";
	static char notify_name[] = "notify";
	if (client_send_lock(c, tree, &lock, say, lock_name) != 0 ||
		client_send_change_notify(c, tree, &notify, say, notify_name) != 0)
		exit(1);
	want("echo", client_echo(c, &status), status); // after it, the server has them
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
	struct client_loop *loop = client_loop_new();
	want("connect", client_connect(loop, &options, "127.0.0.1", (uint16_t)atoi(argv[1]), &c, &status),
		status);
	const struct client_credentials who = { .user = argv[2], .password = argv[3] };
	want("log in", client_log_in(c, &who, &status), status);
	uint32_t tree = 0;
	want("tree", client_tree_connect(c, argv[4], &tree, NULL, &status), status);
	wait_for_both(c, tree, &a, argv[5]);
	(void)puts("waiting");
	(void)fflush(stdout);
	while (client_fault(c) == 0 && client_loop_step(loop, STEP_MS) >= 0)
		;
	(void)puts("ended");
	client_free(c);
	client_loop_free(loop);
	arena_reset(&a);
	return 0;
}
